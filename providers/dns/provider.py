"""The Pulumi side of the provider: checks, differences and states of `dns:index:Record`, in terms of `client`.

Two things need care. The SDK (3.250.0) hands over values that are not known yet as a marker string and returns it as
it is, so that properties which hold it pass through untouched. And the engine may create a record and then delete the
very same one: after `--replace`, or when a resource got another name in the program. A record that the program still
declares is therefore never deleted, but handed over to the resource that declares it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from providers.dns import config, rrset
from providers.dns.client import Client, DnsError
from providers.dns.rrset import BadValueError, Owner, RRset

RECORD: Final = "dns:index:Record"
STAND_IN: Final = "DNS_STAND_IN"
"""Environment variable with another name server for every stack: that of a rehearsal. See `config.stand_in`."""


class DnsProvider(sdk.Provider):
    """One name server's records. All operations raise DnsError."""

    def __init__(self) -> None:
        self._configured: Client | None = None
        self._declared: dict[str, str] = {}
        self._handed_over: dict[str, RRset] = {}

    async def get_schema(self, request: sdk.GetSchemaRequest) -> sdk.GetSchemaResponse:  # noqa: ARG002 - the base's
        return sdk.GetSchemaResponse(schema=Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        _, faults = config.parse(*_configuration(request.new_inputs))
        return sdk.CheckResponse(request.new_inputs, _failures(faults))

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        server, faults = config.parse(*_configuration(request.args))
        if faults:
            raise DnsError("; ".join(f"dns:{fault.path}: {fault.reason}" for fault in faults))
        self._configured = Client(server) if server else None
        self._declared.clear()
        self._handed_over.clear()
        # The engine itself then keeps secret inputs secret in the outputs.
        return sdk.ConfigureResponse(accept_secrets=False, supports_preview=True)

    async def check(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        _known_type(request.type)
        given, unknown = _plain(request.new_inputs)
        checked, faults = rrset.check(given, unknown)
        if not faults and not unknown.intersection(rrset.IDENTITY):
            id_ = "/".join(checked[key] for key in rrset.IDENTITY)
            holder = self._declared.setdefault(id_, request.urn)
            if holder != request.urn:
                name = holder.rsplit("::", maxsplit=1)[-1]
                faults.append(
                    rrset.Fault("name", f"{id_} is already declared by the resource {name!r}; declare it once")
                )
        passed = {key: request.new_inputs[key] for key in unknown}
        return sdk.CheckResponse({**_wrapped(checked), **passed}, _failures(faults))

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        old, _ = _plain(request.old_state)
        new, unknown = _plain(request.new_inputs)
        changed = [key for key in rrset.PROPERTIES if key in unknown or old.get(key) != new.get(key)]
        replaced = [key for key in changed if key in rrset.IDENTITY]
        update, replace = sdk.PropertyDiffKind.UPDATE, sdk.PropertyDiffKind.UPDATE_REPLACE
        return sdk.DiffResponse(
            changes=bool(changed),
            replaces=replaced,
            diffs=changed,
            delete_before_replace=_collide(old, new),
            detailed_diff={
                key: sdk.PropertyDiff(replace if key in replaced else update, input_diff=True) for key in changed
            },
        )

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        if request.preview:
            return sdk.CreateResponse(properties=_previewed(request.properties))
        wanted = _parse(request.properties)
        id_ = wanted.owner.id
        if before := self._handed_over.pop(id_, None):
            await self._client.update(before, wanted)
        else:
            await self._client.create(wanted)
        return sdk.CreateResponse(id_, _wrapped(wanted.properties()))

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        try:
            owner = Owner.from_id(request.resource_id)
        except BadValueError as error:
            raise DnsError(str(error)) from None
        found = await self._client.read(owner)
        if found is None:
            return sdk.ReadResponse()
        state = _wrapped(found.properties())
        inputs = {key: state[key] for key in rrset.PROPERTIES}
        return sdk.ReadResponse(owner.id, state, inputs)

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        if request.preview:
            return sdk.UpdateResponse(_previewed(request.news))
        after = _parse(request.news)
        await self._client.update(_parse(request.olds), after)
        return sdk.UpdateResponse(_wrapped(after.properties()))

    async def delete(self, request: sdk.DeleteRequest) -> None:
        before = _parse(request.properties)
        if before.owner.id in self._declared:
            self._handed_over[before.owner.id] = before
        else:
            await self._client.delete(before)

    async def cancel(self) -> None:
        if self._configured:
            self._configured.cancel()

    @property
    def _client(self) -> Client:
        if self._configured is None:
            raise DnsError(
                "The DNS provider has no configuration yet; give values that are known before a record is touched."
            )
        return self._configured


def _known_type(type_: str) -> None:
    """Raises DnsError for another type than ours, which the SDK gives after those of its parents, each with a `$`."""
    token = type_.rpartition("$")[2]
    if token != RECORD:
        raise DnsError(f"{token} is not a resource of this provider; use {RECORD}.")


def _parse(properties: Mapping[str, PropertyValue]) -> RRset:
    given, _ = _plain(properties)
    try:
        return RRset.parse({key: given.get(key) for key in rrset.PROPERTIES})
    except BadValueError as error:
        raise DnsError(f"This is no record: {error}.") from None


def _previewed(properties: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    """The outputs as far as they are known before the change."""
    given, unknown = _plain(properties)
    fqdn = PropertyValue(UNKNOWN)
    if not unknown.intersection(rrset.IDENTITY):
        zone = rrset.zone_name(given["zone"])
        fqdn = PropertyValue(rrset.owner_name(given["name"], zone).to_text())
    return {**properties, "fqdn": fqdn}


def _collide(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether old and new can not stand beside each other: a CNAME is alone at its name."""
    same_name = all(old.get(key) == new.get(key) for key in ("zone", "name"))
    return same_name and old.get("type") != new.get("type") and "CNAME" in (old.get("type"), new.get("type"))


def _failures(faults: list[rrset.Fault]) -> list[sdk.CheckFailure]:
    return [sdk.CheckFailure(fault.path, fault.reason) for fault in faults]


def _configuration(given: Mapping[str, PropertyValue]) -> tuple[dict[str, Any], set[str]]:
    """The configuration and what of it is not known yet, or that of the stand-in."""
    other = os.environ.get(STAND_IN)
    return (config.stand_in(other), set()) if other else _plain(given)


def _plain(properties: Mapping[str, PropertyValue]) -> tuple[dict[str, Any], set[str]]:
    """The values that are known, and the names of the properties that are not or not wholly."""
    values = {key: _unwrapped(value) for key, value in properties.items()}
    unknown = {key for key, value in values.items() if _holds_unknown(value)}
    return {key: value for key, value in values.items() if key not in unknown}, unknown


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, list):
        return any(_holds_unknown(item) for item in value)
    return value == UNKNOWN


def _unwrapped(value: PropertyValue) -> Any:
    inner = value.value
    if isinstance(inner, tuple):
        return [_unwrapped(item) for item in inner]
    # The protocol has no whole numbers.
    return int(inner) if isinstance(inner, float) and inner.is_integer() else inner


def _wrapped(values: Mapping[str, Any]) -> dict[str, PropertyValue]:
    return {key: _wrap(value) for key, value in values.items()}


def _wrap(value: Any) -> PropertyValue:
    if isinstance(value, list):
        return PropertyValue([_wrap(item) for item in value])
    return PropertyValue(float(value) if isinstance(value, int) else value)
