"""What a program declares of Azure, as a list of type tokens and inputs: the form in which the checks here take it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from twin.azure import deployments
from twin.engine import schema

Inventory = Sequence[tuple[str, Mapping[str, Any]]]

PARAMETER = "[parameters('secret')]"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_PREFIX = "azure-native:"


class Registered(Protocol):
    """A resource as a program under mocks has registered it."""

    @property
    def token(self) -> str: ...
    @property
    def inputs(self) -> dict[str, Any]: ...


def declared(resources: Iterable[Registered]) -> Inventory:
    """The Azure resources of a program under mocks."""
    return unrolled((item.token, plain(item.inputs)) for item in resources if item.token.startswith(_PREFIX))


def stated(resources: Iterable[Mapping[str, Any]]) -> Inventory:
    """The Azure resources of a stack's state, as `pulumi stack export --show-secrets` has them."""
    return unrolled(
        (item["type"], plain(item.get("inputs") or {})) for item in resources if item["type"].startswith(_PREFIX)
    )


def unrolled(found: Iterable[tuple[str, Mapping[str, Any]]]) -> Inventory:
    """What has inputs; after a deployment of plans of Defender the plans, as resources of their own type."""
    every: list[tuple[str, Mapping[str, Any]]] = []
    for token, inputs in found:
        every += [(token, inputs)] if inputs else []
        if token == deployments.AT_SUBSCRIPTION:
            every += [
                (deployments.PRICING, {"scopeId": "subscriptions/0", "pricingName": plan["name"], **plan["properties"]})
                for plan in inputs["properties"]["template"]["resources"]
            ]
    return every


def plain(value: Any) -> Any:
    """The value with secrets opened, without what the engine adds for itself, whole numbers as such: on the wire there
    are only fractions. A secret text is a parameter of the template; of a map that is secret as a whole, what its name
    says is.
    """
    if type(value).__name__ == "Secret":
        return _opened(value.value)
    if isinstance(value, dict) and _SIGNATURE in value:
        text = value.get("plaintext")
        return _opened(json.loads(text) if isinstance(text, str) else value.get("value"))
    if isinstance(value, dict):
        return {key: _named(key, item) for key, item in value.items() if not key.startswith("__")}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _named(key: str, value: Any) -> Any:
    if key == "protectedSettings":
        return dict.fromkeys(plain(value), PARAMETER)
    return PARAMETER if schema.is_secret(key) and value is not None else plain(value)


def _opened(value: Any) -> Any:
    return PARAMETER if isinstance(value, str) else plain(value)
