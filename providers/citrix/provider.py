"""The Pulumi provider: the engine's requests, answered by the kinds of resources.

The state holds the inputs as they were checked, with defaults, and what the site adds. A diff compares with that, so a
property that the site has changed shows after a refresh. A preview asks the site nothing.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any, Final

from pulumi.provider.experimental import provider as api

from providers.addresses import address_fault, on_loopback
from providers.citrix.access import DeliveryGroupAccess
from providers.citrix.catalogs import MachineCatalog
from providers.citrix.client import Client
from providers.citrix.core import Kind, Session
from providers.citrix.fields import UNKNOWN, Fault, Field, Json, check, nearest
from providers.citrix.groups import Application, DeliveryGroup, RebootSchedule
from providers.citrix.hosting import HostingConnection, HostingUnit, Zone
from providers.citrix.policies import PolicySet
from providers.citrix.values import Properties, plain_map, secret_names, wrap_map
from providers.errors import ProviderError

KINDS: Final[dict[str, Kind]] = {
    kind.token: kind
    for kind in (
        Zone(),
        HostingConnection(),
        HostingUnit(),
        MachineCatalog(),
        DeliveryGroup(),
        DeliveryGroupAccess(),
        RebootSchedule(),
        Application(),
        PolicySet(),
    )
}
_CUSTOMER: Final = "CitrixOnPremises"
_STAND_IN_POLL: Final = 0.02
_POLL: Final = (1, 600)
"""Fewest and most seconds between two questions about a job."""
CONFIGURATION: Final = (
    Field(name="endpoint", required=True),
    Field(name="user", required=True),
    Field(name="password", required=True, secret=True),
    Field(name="customer", default=_CUSTOMER),
    Field(name="site"),
    Field(name="verifyTls", type="text", choices=("true", "false"), default="true"),
    Field(name="pollSeconds", type="text", default="10"),
)
STAND_IN: Final = "CITRIX_STAND_IN"
"""Environment variable that, when set, is the endpoint whatever the stack says: a rehearsal never reaches the real
site.
"""
_ENGINES: Final = {"version", "pluginDownloadURL"}
_KINDS: Final = {
    ("add", False): api.PropertyDiffKind.ADD,
    ("add", True): api.PropertyDiffKind.ADD_REPLACE,
    ("delete", False): api.PropertyDiffKind.DELETE,
    ("delete", True): api.PropertyDiffKind.DELETE_REPLACE,
    ("update", False): api.PropertyDiffKind.UPDATE,
    ("update", True): api.PropertyDiffKind.UPDATE_REPLACE,
}

Tell = Callable[[str, str], Awaitable[None]]


async def _silence(urn: str, message: str) -> None:
    del urn, message


class CitrixProvider(api.Provider):
    """The provider of package `citrix`. `tell(urn, message)` shows progress in the engine's output."""

    def __init__(self, *, tell: Tell = _silence, connect: Callable[..., Client] = Client) -> None:
        self.tell = tell
        self._connect = connect
        self._client: Client | None = None

    async def check_config(self, request: api.CheckRequest) -> api.CheckResponse:
        given = {key: value for key, value in plain_map(request.new_inputs).items() if key not in _ENGINES}
        wanted = [
            Field(name=item.name, choices=item.choices) if os.environ.get(STAND_IN) else item for item in CONFIGURATION
        ]
        checked, faults = check(wanted, given)
        faults = faults or _setting_faults(checked)
        failures = [api.CheckFailure(path, f"citrix:{path} {reason}") for path, reason in faults]
        return api.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def diff_config(self, request: api.DiffRequest) -> api.DiffResponse:
        changed = plain_map(request.old_state) != plain_map(request.new_inputs)
        return api.DiffResponse(changes=changed)

    async def configure(self, request: api.ConfigureRequest) -> api.ConfigureResponse:
        given = plain_map(request.args)
        stand_in = os.environ.get(STAND_IN, "")
        settings, faults = check(CONFIGURATION, {key: value for key, value in given.items() if key not in _ENGINES})
        if "password" in given and not request.args["password"].contains_secret():
            # Only here does the engine tell what was encrypted: CheckConfig gets everything in the clear.
            raise ProviderError(
                "citrix:password stands in plain text; change it, then set it with `pulumi config set --secret`"
            )
        faults = faults or _setting_faults(settings)
        if faults and not stand_in:
            raise ProviderError("; ".join(f"citrix:{path} {reason}" for path, reason in faults))
        if stand_in and not on_loopback(stand_in):
            raise ProviderError(f"{STAND_IN} leads to another machine; name one on this machine")
        if UNKNOWN not in settings.values():
            self._client = self._connect(
                stand_in or settings["endpoint"],
                settings.get("user") or "stand-in",
                settings.get("password") or "stand-in",
                # A stand-in has one customer and one site, whatever the stack says, and its time is not ours.
                customer=_CUSTOMER if stand_in else settings["customer"],
                site="" if stand_in else settings.get("site", ""),
                verify=settings.get("verifyTls") != "false",
                poll_seconds=_STAND_IN_POLL if stand_in else float(settings["pollSeconds"]),
            )
        return api.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=False, accept_outputs=False
        )

    async def check(self, request: api.CheckRequest) -> api.CheckResponse:
        kind = _kind(request.type)
        checked, faults = kind.check(plain_map(request.new_inputs))
        secret = secret_names(request.new_inputs) | _secret_fields(kind)
        failures = [api.CheckFailure(path, reason) for path, reason in faults]
        return api.CheckResponse(inputs=wrap_map(checked, secret=secret), failures=failures)

    async def diff(self, request: api.DiffRequest) -> api.DiffResponse:
        kind = _kind(request.type)
        old, new = plain_map(request.old_state), plain_map(request.new_inputs)
        found = kind.diff(old, new)
        ignored = set(request.ignore_changes)
        found = {path: change for path, change in found.items() if not _below(path, ignored)}
        replaces = sorted({path.split(".", maxsplit=1)[0] for path, (_, replace) in found.items() if replace})
        return api.DiffResponse(
            changes=bool(found),
            replaces=replaces,
            # Names are unique in a site: the old one has to go before one of the same name comes.
            delete_before_replace=bool(replaces) and old.get("name") == new.get("name"),
            diffs=sorted({path.split(".", maxsplit=1)[0] for path in found}),
            detailed_diff={path: api.PropertyDiff(_KINDS[change], input_diff=True) for path, change in found.items()},
        )

    async def create(self, request: api.CreateRequest) -> api.CreateResponse:
        kind, inputs = _kind(request.type), plain_map(request.properties)
        if request.preview:
            return api.CreateResponse("", wrap_map(inputs, secret=_secrets(kind, request.properties)))
        session = self._session(kind, request.urn, inputs)
        id_ = await kind.create(session, inputs)
        return api.CreateResponse(id_, await self._state(kind, session, id_, inputs, request.properties))

    async def read(self, request: api.ReadRequest) -> api.ReadResponse:
        kind = _kind(request.type)
        given = plain_map(request.inputs)
        before = plain_map(request.properties)
        session = self._session(kind, request.urn, before)
        remote = await kind.fetch(session, request.resource_id)
        if remote is None:
            return api.ReadResponse("", {}, {})
        inputs = kind.observe(remote, given or {})
        if not given:
            # An import: what no answer shows has its default, what a program must give anew is left out.
            inputs = {
                **{item.name: item.default for item in kind.fields if not item.path and item.default is not None},
                **inputs,
            }
        secret = _secrets(kind, request.inputs, request.properties)
        state = wrap_map({**inputs, **kind.outputs(remote)}, secret=secret)
        return api.ReadResponse(kind.identity(remote, inputs), state, wrap_map(inputs, secret=secret))

    async def update(self, request: api.UpdateRequest) -> api.UpdateResponse:
        kind, new = _kind(request.type), plain_map(request.news)
        if request.preview:
            return api.UpdateResponse(
                wrap_map({**plain_map(request.olds), **new}, secret=_secrets(kind, request.olds, request.news))
            )
        session = self._session(kind, request.urn, new)
        await kind.update(session, request.resource_id, plain_map(request.olds), new)
        return api.UpdateResponse(await self._state(kind, session, request.resource_id, new, request.news))

    async def delete(self, request: api.DeleteRequest) -> None:
        kind, state = _kind(request.type), plain_map(request.properties)
        await kind.delete(self._session(kind, request.urn, state), request.resource_id, state)

    async def cancel(self) -> None:
        """The engine wants to end: what the site does by itself is left to it, and the next update finds it."""
        if self._client is not None:
            self._client.stop()

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _state(self, kind: Kind, session: Session, id_: str, inputs: Json, given: Properties) -> dict[str, Any]:
        """The state after a change: what was asked for, and what the site adds."""
        remote = await kind.fetch(session, id_)
        if remote is None:
            raise ProviderError(f"{kind.label} {id_!r} is gone from the site again; look into its logging")
        return wrap_map({**inputs, **kind.outputs(remote)}, secret=_secrets(kind, given))

    def _session(self, kind: Kind, urn: str, inputs: Json) -> Session:
        if self._client is None:
            raise ProviderError(
                "citrix:endpoint, citrix:user and citrix:password have to be known before anything is changed"
            )
        for name in _secret_fields(kind):
            self._client.hide(str(inputs.get(name) or ""))

        async def progress(message: str) -> None:
            await self.tell(urn, message)

        return Session(self._client, urn, progress)


def _setting_faults(settings: Json) -> list[Fault]:
    """What is wrong with settings that are there."""
    found: list[Fault] = []
    endpoint, poll = settings.get("endpoint"), settings.get("pollSeconds")
    wrong = address_fault(endpoint) if isinstance(endpoint, str) else None
    if wrong is not None:
        found.append(("endpoint", wrong))
    if isinstance(poll, str) and not (poll.isascii() and poll.isdigit() and _POLL[0] <= int(poll) <= _POLL[1]):
        found.append(("pollSeconds", f"is no whole number of seconds from {_POLL[0]} to {_POLL[1]}"))
    return found


def _kind(type_: str) -> Kind:
    """The kind of a resource by its type, which the SDK gives with those of its parents before it, each with a `$`."""
    token = type_.rpartition("$")[2]
    kind = KINDS.get(token)
    if kind is None:
        raise ProviderError(f"package citrix has no type {token!r}{nearest(token, KINDS)}")
    return kind


def _secret_fields(kind: Kind) -> set[str]:
    return {item.name for item in kind.fields if item.secret}


def _secrets(kind: Kind, *given: Properties) -> set[str]:
    return _secret_fields(kind) | secret_names(*given)


def _below(path: str, ignored: set[str]) -> bool:
    return any(path == item or path.startswith((f"{item}.", f"{item}[")) for item in ignored)
