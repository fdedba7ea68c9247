"""What in a stack's state would delete a machine that lives, and the same state without it.

Two things: a machine that waits for its deletion although the state has it a second time, which is what an interrupted
import-replacement leaves behind (docs/decisions/0021-adoption-by-managed-object-id.md); and an adopted server that is
another machine in the state than in the data. To mend is to forget: nothing in vCenter is touched, and what is
forgotten and still declared is adopted anew. Left out: the engine's own pending operations, which `pulumi refresh` and
`pulumi cancel` clear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from model.types.instances import Instance

_MACHINE = "vsphere:index/virtualMachine:VirtualMachine"
Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ill:
    """An entry of the state, by its place in the list, that has to be forgotten."""

    place: int
    urn: str
    why: str

    def __str__(self) -> str:
        return f"{self.urn.rpartition('::')[2]}: {self.why}; forget it with refresh doctor --mend"


def examine(instances: tuple[Instance, ...], resources: Sequence[Resource]) -> list[Ill]:
    """Every entry of an exported state that would cost a machine its life, in the order of the state."""
    return sorted([*_waiting(resources), *_others(instances, resources)], key=lambda ill: ill.place)


def _waiting(resources: Sequence[Resource]) -> Iterator[Ill]:
    """What waits for its deletion and is there a second time under the same id."""
    alive = {(r.get("type"), r.get("id")): str(r["urn"]) for r in resources if not r.get("delete") and r.get("id")}
    for place, resource in enumerate(resources):
        twin = alive.get((resource.get("type"), resource.get("id")))
        if resource.get("delete") and twin is not None:
            name = twin.rpartition("::")[2]
            yield Ill(place, str(resource["urn"]), f"waits for the deletion of {resource['id']}, which {name} is")


def _others(instances: tuple[Instance, ...], resources: Sequence[Resource]) -> Iterator[Ill]:
    found = {i.logical_name: i.found for i in instances if i.found is not None}
    for place, resource in enumerate(resources):
        vm = found.get(str(resource["urn"]).rpartition("::")[2])
        if vm is None or not vm.uuid or resource.get("type") != _MACHINE or resource.get("delete"):
            continue
        if resource.get("id") == vm.uuid:
            continue
        yield Ill(
            place, str(resource["urn"]), f"is machine {resource.get('id')} in the state and {vm.uuid} in the data"
        )


def mended(resources: Sequence[Resource], ills: Sequence[Ill]) -> list[dict[str, Any]]:
    """The state's resources without what is ill, and without what only says that it was adopted."""
    places = {ill.place for ill in ills}
    left = [dict(r) for place, r in enumerate(resources) if place not in places]
    gone = {ill.urn for ill in ills} - {str(r["urn"]) for r in left}
    return [r for r in left if not (r.get("type") == "pulumi:index:Stash" and gone & _needs(r))]


def _needs(resource: Resource) -> set[str]:
    by_property = cast("dict[str, list[str] | None]", resource.get("propertyDependencies") or {})
    return {*(resource.get("dependencies") or ()), *(urn for urns in by_property.values() for urn in urns or ())}
