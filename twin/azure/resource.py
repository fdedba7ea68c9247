"""Any Azure resource: its ARM id, its place in a resource group, its references.

An ARM id names the provider's namespace and type, which the SDK does not carry. `types.yaml` gives them for
the types that matter; for others they are formed from the SDK's module and class, which looks right and need not be.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from twin import schema, yamls
from twin.platform import Kind, Site
from twin.rules import Rules
from twin.wire import Properties
from twin.world import Object, World

SUBSCRIPTION: Final = "00000000-0000-0000-0000-000000000000"
GROUP: Final = "azure-native:resources:ResourceGroup"
_ARM_ID: Final = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/[^/]+/([^/]+/[^/]+/?)+", re.IGNORECASE
)


class ArmResource(Kind):
    """A resource of Azure Resource Manager."""

    def __init__(self, token: str) -> None:
        self.token = token

    def place(self, site: Site) -> None:
        resource = schema.resource(self.token)
        name_key = own_name(resource)
        name = str(site.inputs.get(name_key, "")) if name_key else ""
        site.item.name = name or self.token.rsplit(":", maxsplit=1)[-1].lower()
        group = self._group(site)
        self._require_references(site)
        path = f"{self._scope(site, group)}{site.item.name}"
        site.item.id = site.item.id or path
        site.claim("arm", site.item.id.lower(), f"the resource {site.item.id!r} already exists")
        site.outputs["name"] = site.item.name
        for key, value in (
            ("type", arm_type(self.token)),
            ("provisioningState", "Succeeded"),
            ("location", group.properties.get("location") if group else None),
        ):
            if key in resource.outputs and value is not None:
                site.outputs[key] = value
        site.outputs = {key: value for key, value in site.outputs.items() if key == "name" or key in resource.outputs}

    def find(self, world: World, token: str, id_: str) -> Object | None:
        found = world.holder("arm", id_.lower())
        return found if found is not None and found.type == token else None

    def _group(self, site: Site) -> Object | None:
        name = site.inputs.get("resourceGroupName")
        if name is None or self.token == GROUP:
            return None
        id_ = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}"
        group = site.world.holder("arm", id_.lower())
        if group is None:
            site.refuse(f'Code="ResourceGroupNotFound" Message="Resource group {name!r} could not be found."')
        site.world.link(site.item, group)
        return group

    def _scope(self, site: Site, group: Object | None) -> str:
        if self.token == GROUP:
            return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/"
        root = group.id if group else str(site.inputs.get("scope") or f"/subscriptions/{SUBSCRIPTION}")
        namespace, *kinds = arm_type(self.token).split("/")
        path = f"{root.rstrip('/')}/providers/{namespace}/"
        for kind, key in zip(kinds, _parents(self.token), strict=False):
            path += f"{kind}/{site.inputs.get(key, '')}/"
        return f"{path}{kinds[-1]}/"

    @staticmethod
    def _require_references(site: Site) -> None:
        for reference in _references(site.inputs):
            parts = reference.rstrip("/").split("/")
            known = any(
                site.world.holder("arm", "/".join(parts[:length]).lower()) for length in range(len(parts), 8, -2)
            )
            if not known:
                site.refuse(f'Code="ResourceNotFound" Message="The resource {reference!r} was not found."')


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, str) and _ARM_ID.fullmatch(value):
        yield value
    elif isinstance(value, dict):
        for item in cast(Properties, value).values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _references(item)


def own_name(resource: schema.Resource) -> str | None:
    """The input that holds the resource's own name: that of the table, or `<type>Name`, or `name`."""
    known = _types().get(resource.token, {}).get("name")
    if known:
        return str(known)
    inputs = resource.inputs.properties
    class_name = resource.token.rsplit(":", maxsplit=1)[-1]
    for candidate in (f"{class_name[0].lower()}{class_name[1:]}Name", "name"):
        if candidate in inputs:
            return candidate
    free = [
        key
        for key, item in inputs.items()
        if key.endswith("Name") and not item.required and item.type.kind == "string" and key != "resourceGroupName"
    ]
    return free[0] if len(free) == 1 else None


def arm_type(token: str) -> str:
    """Namespace and type of a resource, as `Microsoft.Compute/virtualMachines`."""
    known = _types().get(token, {}).get("type")
    if known:
        return str(known)
    _, module, name = token.split(":")
    plural = name[:-1] + "ies" if name.endswith("y") else name + ("es" if name.endswith("s") else "s")
    parents = "".join(f"{key.removesuffix('Name')}s/" for key in _parents(token))
    module = module.split("/", maxsplit=1)[0]
    return f"Microsoft.{module[0].upper()}{module[1:]}/{parents}{plural[0].lower()}{plural[1:]}"


@functools.cache
def identity_rules(token: str) -> Rules:
    """What names a resource is its id: a change of it is another resource. Of other properties nothing is known."""
    resource = schema.resource(token)
    keys = [key for key in (own_name(resource), "resourceGroupName", "scope") if key in resource.inputs.properties]
    return Rules(
        source="the ARM id, which these inputs form",
        replaces=tuple(str(key) for key in (*keys, *_parents(token))),
        complete=False,
    )


def _parents(token: str) -> list[str]:
    """The inputs that name the resources above this one, outermost first."""
    resource = schema.resource(token)
    return [
        key
        for key, item in resource.inputs.properties.items()
        if item.required
        and key.endswith("Name")
        and item.type.kind == "string"
        and key not in {"resourceGroupName", own_name(resource)}
    ]


@functools.cache
def _types() -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", yamls.read(Path(__file__).with_name("types.yaml")))
