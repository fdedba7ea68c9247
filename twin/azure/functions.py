"""Azure's functions (`get_*` and `list_*`), answered from the world.

A resource is found by the id that a function's arguments form. What the world holds nothing for is refused by name.
"""

from __future__ import annotations

from typing import Final, NoReturn, cast

from twin.azure import errors, ids, tokens, vaults
from twin.azure.resource import CLIENT, TENANT
from twin.engine import schema
from twin.engine.platform import RefusedError
from twin.engine.wire import Properties
from twin.world.store import SEALED, Object, World

_CLIENT_CONFIG: Final = ids.token("authorization", "getClientConfig")
_TOKENS: Final = ids.token("desktopvirtualization", "listHostPoolRegistrationTokens")
_TOKEN: Final = ids.token("desktopvirtualization", "getHostPoolRegistrationToken")
_KEYS: Final = ids.token("storage", "listStorageAccountKeys")


def answer(world: World, token: str, arguments: Properties, settings: Properties) -> Properties:
    """What a function answers. Raises RefusedError."""
    subscription = str(settings.get("subscriptionId") or ids.SUBSCRIPTION)
    if token == _CLIENT_CONFIG:
        return {"clientId": CLIENT, "objectId": CLIENT, "subscriptionId": subscription, "tenantId": TENANT}
    if token in {_TOKENS, _TOKEN}:
        pool = _get(world, ids.HOST_POOL, arguments, subscription)
        value = tokens.of(world, pool)
        known = (
            {"expirationTime": pool.properties["registrationInfo"]["expirationTime"], "token": value} if value else {}
        )
        return {"value": [known] if known else []} if token == _TOKENS else known
    if token == _KEYS:
        return {"keys": vaults.keys(_get(world, ids.STORAGE, arguments, subscription))}
    package, module, name = token.split(":")
    if name.startswith("get"):
        return _resource(world, token, f"{package}:{module}:{name[3:]}", arguments, subscription)
    return _unanswered(token)


def _resource(world: World, token: str, type_: str, arguments: Properties, subscription: str) -> Properties:
    try:
        schema.resource(type_)
    except schema.UnknownTokenError:
        _unanswered(token)
    found = _get(world, type_, arguments, subscription)
    results = schema.function(token).results
    held = {key: _open(value) for key, value in found.properties.items() if key in results}
    return held | {"id": found.id}


def _get(world: World, type_: str, arguments: Properties, subscription: str) -> Object:
    id_ = ids.form(type_, arguments, subscription)
    found = world.holder("arm", id_.lower())
    if found is None or found.type != type_:
        name = id_.rsplit("/", maxsplit=1)[-1]
        if type_ == ids.GROUP:
            errors.refuse("ResourceGroupNotFound", f"Resource group {name!r} could not be found.")
        errors.refuse(
            "ResourceNotFound",
            f"The Resource '{ids.arm_type(type_)}/{name}' under resource group "
            f"{arguments.get('resourceGroupName', '<null>')!r} was not found. For more details please go to "
            "https://aka.ms/ARMResourceNotFoundFix",
        )
    return found


def _open(value: object) -> object:
    """The value without secrets: Azure answers none of those that it was given."""
    if isinstance(value, dict):
        return {key: _open(item) for key, item in cast(Properties, value).items() if not _is_sealed(item)}
    return [_open(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


def _is_sealed(value: object) -> bool:
    return isinstance(value, dict) and SEALED in value


def _unanswered(token: str) -> NoReturn:
    raise RefusedError(f"the twin cannot answer {token}: its world holds nothing for it")
