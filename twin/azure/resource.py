"""Any Azure resource: its ARM id, its place in a group and under its parents, its references, what is computed.

Types with rules of their own derive from `ArmResource` and say them in `settle`, which runs once the resource has its
id.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any, Final, NoReturn, cast

from twin.azure import deletion, errors, ids, immutable, names, policies, quota, regions
from twin.engine import schema
from twin.engine.check import Fault
from twin.engine.platform import Kind, Site
from twin.engine.wire import UNKNOWN, Properties, Secret, Unknown
from twin.world.store import Object, World

TENANT: Final = "00000000-0000-0000-0000-0000000000aa"
"""The tenant that all subscriptions are in; made up."""
CLIENT: Final = "11111111-0000-0000-0000-000000000000"
"""The application that asks, and its object id; made up."""
_NAMESPACE: Final = uuid.UUID("a2c9f9c5-3d8f-4c0e-8a54-7f2d1b7b5b0e")
_ARM_ID: Final = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+(/providers/[^/]+/([^/]+/[^/]+/?)+)?", re.IGNORECASE
)
_FILLED_IN: Final = ("privateIPAddress", "principalId", "tenantId")
"""Computed properties inside of others that programs read."""
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class ArmResource(Kind):
    """A resource of Azure Resource Manager."""

    def __init__(self, token: str) -> None:
        self.token = token

    def faults(self, inputs: Properties) -> list[Fault]:
        return names.faults(self.token, inputs) + self.wrong(inputs)

    def wrong(self, inputs: Properties) -> list[Fault]:
        """Rules within the inputs of this type; unknown values are absent."""
        del inputs
        return []

    def place(self, site: Site) -> None:
        resource = schema.resource(self.token)
        subscription = ids.subscription_of(site.item.id) or subscription_of(site)
        site.item.id = site.item.id or ids.form(self.token, site.inputs, subscription)
        site.item.name = site.item.id.rsplit("/", maxsplit=1)[-1]
        quota.registered(site, ids.arm_type(self.token), subscription)
        deletion.writable(site)
        immutable.check(site)
        regions.check(site)
        group = self._group(site, subscription)
        self._require_parents(site)
        self._require_scope(site)
        self._require_references(site)
        site.claim("arm", site.item.id.lower(), f"the resource {site.item.id!r} already exists")
        names.claim(site)
        self._compute(site, resource, group)
        policies.check(site, subscription)
        self.settle(site)
        site.outputs = {key: value for key, value in site.outputs.items() if key == "name" or key in resource.outputs}

    def settle(self, site: Site) -> None:
        """What the type refuses and computes besides."""
        del site

    def leave(self, world: World, item: Object) -> None:
        deletion.allowed(world, item)
        self.depart(world, item)

    def depart(self, world: World, item: Object) -> None:
        """What the type refuses, and what stays behind, when it is deleted. Raises RefusedError."""
        del world, item

    def find(self, world: World, token: str, id_: str) -> Object | None:
        found = world.holder("arm", id_.lower())
        return found if found is not None and found.type == token else None

    def foreseen(self, inputs: Properties, known: Properties) -> Properties:
        outputs = schema.resource(self.token).outputs
        return {
            key: _foreseen(outputs[key].type, value, known.get(key)) if key in outputs else value
            for key, value in inputs.items()
        }

    def _group(self, site: Site, subscription: str) -> Object | None:
        name = site.inputs.get("resourceGroupName")
        if name is None or self.token == ids.GROUP:
            return None
        group = site.world.holder("arm", f"/subscriptions/{subscription}/resourceGroups/{name}".lower())
        if group is None:
            errors.refuse("ResourceGroupNotFound", f"Resource group {name!r} could not be found.")
        site.world.link(site.item, group)
        return group

    def _require_parents(self, site: Site) -> None:
        above = ids.ancestors(site.item.id)
        if not above or self.token == ids.PLACED_SUBSCRIPTION:
            return
        if site.world.holder("arm", above[-1].lower()) is None:
            what = above[-1].rsplit("/", maxsplit=1)[-1]
            errors.refuse(
                "ParentResourceNotFound",
                f"Can not perform requested operation on nested resource. Parent resource {what!r} not found.",
            )
        nearest = next(found for id_ in above if (found := site.world.holder("arm", id_.lower())))
        site.world.link(site.item, nearest)

    def _require_scope(self, site: Site) -> None:
        if not ids.is_extension(self.token):
            return
        scope = site.item.id.rsplit("/providers/", maxsplit=1)[0]
        name = scope.rsplit("/", maxsplit=1)[-1]
        if scope.lower().startswith(names.MANAGEMENT_GROUP_SCOPE) and not is_guid(name):
            group = site.world.holder("arm", scope.lower())
            if group is None:
                errors.refuse("ManagementGroupNotFound", f"Management group {name!r} not found.")
            site.world.link(site.item, group)

    def _require_references(self, site: Site) -> None:
        own = site.item.id.lower()
        for reference in _references(site.inputs):
            wanted = reference.rstrip("/").lower()
            if own == wanted or wanted.startswith(f"{own}/"):
                continue
            target = find(site.world, wanted) or _missing(site, reference)
            regions.together(site, target)
            deletion.hold(site, target)

    def _compute(self, site: Site, resource: schema.Resource, group: Object | None) -> None:
        site.outputs["name"] = site.item.name
        location = group.properties.get("location") if group else None
        known = {"type": ids.arm_type(self.token), "provisioningState": "Succeeded", "location": location}
        for key, value in known.items():
            if key in resource.outputs and value is not None:
                site.outputs[key] = value
        identity = site.inputs.get("identity")
        if isinstance(identity, dict) and "SystemAssigned" in str(cast(Properties, identity).get("type")):
            computed = {"principalId": guid(site, "principal"), "tenantId": TENANT}
            site.outputs["identity"] = {**cast(Properties, identity), **computed}


def subscription_of(site: Site) -> str:
    """The subscription of the provider that asks."""
    given = str(site.settings.get("subscriptionId") or ids.SUBSCRIPTION)
    if not is_guid(given):
        errors.refuse(
            "InvalidSubscriptionId", f"The provided subscription identifier {given!r} is malformed or invalid."
        )
    return given


def find(world: World, id_: str) -> Object | None:
    """The resource with an id, or the nearest one above it: parts of a resource have ids and are no objects."""
    for candidate in (id_, *ids.ancestors(id_)):
        found = world.holder("arm", candidate.lower())
        if found is not None:
            return found
    return None


def guid(site: Site, what: str) -> str:
    """An identifier that belongs to the resource and is the same from run to run in the same world."""
    return str(uuid.uuid5(_NAMESPACE, f"{what}:{site.item.seq}:{site.item.id.lower()}"))


def is_guid(name: str) -> bool:
    """Whether a name is a GUID: that of a management group is the tenant's, which is there from the beginning."""
    return _GUID.fullmatch(name) is not None


def numbered(site: Site, counter: str) -> int:
    """A number of its own for the resource, from 1."""
    number = site.item.facts.get(counter) or site.world.number(counter)
    site.item.facts[counter] = number
    return int(number)


def _missing(site: Site, reference: str) -> NoReturn:
    # The resource providers of networks and machines have a code of their own for it.
    if ids.arm_type(site.item.type).split("/")[0] in {"Microsoft.Network", "Microsoft.Compute"}:
        errors.refuse(
            "InvalidResourceReference",
            f"Resource {reference} referenced by resource {site.item.id} was not found. Please make sure that the "
            "referenced resource exists, and that both resources are in the same region.",
        )
    errors.refuse("ResourceNotFound", f"The resource {reference!r} was not found.")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, str) and _ARM_ID.fullmatch(value):
        yield value
    elif isinstance(value, dict):
        for item in cast(Properties, value).values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _references(item)


def _foreseen(kind: schema.Type, value: Any, known: Any) -> Any:
    """What a preview shows of an input: what Azure fills in below it as it was, or as not known yet."""
    if isinstance(value, Secret | Unknown):
        return value
    if kind.kind == "object" and isinstance(value, dict):
        given, shape = cast(Properties, value), kind.object.properties
        before: Properties = cast(Properties, known) if isinstance(known, dict) else dict.fromkeys(_FILLED_IN, UNKNOWN)
        filled = {key: before[key] for key in _FILLED_IN if key in shape and key in before and key not in given}
        return filled | {
            key: _foreseen(shape[key].type, item, before.get(key)) if key in shape else item
            for key, item in given.items()
        }
    if kind.items is not None and isinstance(value, list):
        items = cast("list[Any]", known) if isinstance(known, list) else []
        return [
            _foreseen(kind.items, item, items[index] if index < len(items) else None)
            for index, item in enumerate(cast("list[Any]", value))
        ]
    return value
