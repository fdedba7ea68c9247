"""A server that was there before us, taken under control exactly as found.

Its first update is an import and nothing else, whatever has happened to it since the export: every property stays as it
is found. What differs from the data is told and refuses the plan. From then on it is held to what the export told and
to nothing else; improving it is a change that a person makes, where a preview shows it.

A machine that the state has is never imported again, whatever its import id says: the engine takes an import id that
it does not know for another resource, and deletes the one that it has, protected or not
(docs/decisions/0021-adoption-by-managed-object-id.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_vsphere as vsphere

from components.servers.past import Past, arguments, never_made
from model.types.instances import Instance
from model.types.observed import ObservedVm

TOLD = frozenset({"name", "folder", "resource_pool_id", "num_cpus", "memory", "guest_id", "firmware"})
"""Properties that an export gives and that a machine is held to."""
_MARK = "adopted-"
_MACHINE = "vsphere:index/virtualMachine:VirtualMachine"
LEAVE = "adoption"
"""What an override of a server allows that is to be adopted as found, though the data say otherwise."""
_ALL = arguments(vsphere.VirtualMachineArgs)
UNTOLD = sorted(set(_ALL) - TOLD)
"""All others stay as the import finds them: adapters, disks, controllers, notes, attributes, hardware options, tags."""


@dataclass(frozen=True, kw_only=True)
class ObservedPlace:
    """Where a found server stands: its pool's id in vSphere. `known`: this stack's state has the server. `adopted`: an
    update has found it to be what the data say. `never_made` is the hook of all of them.
    """

    resource_pool_id: pulumi.Input[str]
    known: bool
    adopted: bool
    never_made: pulumi.ResourceHook


def import_id(vm: ObservedVm) -> str:
    """What the provider finds a machine by: `VirtualMachine:vm-1000`.

    It takes a path or a managed object reference, never the UUID that the resource will have
    (terraform-provider-vsphere 2.16.1, `FromPath` over govmomi 0.54.1, `Finder.find`). A path changes when the machine
    is renamed or moved, and an export does not tell it of a datacenter in a folder.
    """
    return f"VirtualMachine:{vm.moref}"


def check(past: Past, instances: Iterable[Instance]) -> None:
    """Raises RunError when a found server is another machine in the state than in the data."""
    uuids = {name: str(found.get("uuid", "")) for name, found in past.of(_MACHINE)}
    wrong = [
        f"{name} is machine {uuids[name]} in the state of this stack and {i.found.uuid} in {_file(i)}; "
        "forget the one in the state with refresh doctor --mend, or put the file right"
        for i in instances
        if i.found is not None and i.found.uuid and uuids.get(name := i.logical_name, i.found.uuid) != i.found.uuid
    ]
    if wrong:
        raise pulumi.RunError("\n".join(wrong))


def places(instances: Iterable[Instance], pool: Callable[[ObservedVm], pulumi.Input[str]]) -> dict[str, ObservedPlace]:
    """Where each found server stands, by logical name. Nothing is asked where none was found."""
    found = {i.logical_name: i for i in instances if i.found is not None}
    if not found:
        return {}
    past = Past.read()
    check(past, found.values())
    noted = past.noted(_MARK)
    lost = (
        "was adopted and is not in vCenter any more; take it out of the data, or build it in the generation that comes"
    )
    hook = never_made("adopted-is-never-made", lost)
    return {
        name: ObservedPlace(
            resource_pool_id=pool(i.found), known=past.has(_MACHINE, name), adopted=name in noted, never_made=hook
        )
        for name, i in found.items()
        if i.found is not None
    }


def declare(
    instance: Instance, vm: ObservedVm, place: ObservedPlace, *, parent: pulumi.Resource
) -> vsphere.VirtualMachine:
    """Declares a server of an adopted generation: imports it as it is, or holds it to the data once it is there."""
    # A folder that is the root is no property of a machine that was imported from there, and would be a change.
    untold = [*UNTOLD, *(name for name, told in (("folder", vm.folder), ("guest_id", vm.guest_id)) if not told)]
    return vsphere.VirtualMachine(
        instance.logical_name,
        name=vm.name,
        folder=vm.folder or None,
        resource_pool_id=place.resource_pool_id,
        num_cpus=vm.cpus,
        memory=vm.memory_mib,
        guest_id=vm.guest_id or None,
        firmware=vm.firmware,
        opts=pulumi.ResourceOptions(
            parent=parent,
            import_=None if place.known else import_id(vm),
            protect=instance.protected,
            ignore_changes=untold if place.adopted else _ALL,
            delete_before_replace=True,
            hooks=pulumi.ResourceHookBinding(before_create=[place.never_made]),
        ),
    )


def mark(
    generation: str,
    instances: Sequence[Instance],
    machines: Mapping[str, vsphere.VirtualMachine],
    places: Mapping[str, ObservedPlace],
    allowed: Collection[str],
) -> None:
    """Notes in the state who is adopted, or refuses the plan with every difference between what is found and the data.

    Servers in `allowed` may differ: they are adopted as found, and the next update changes them.
    """

    def outputs(instance: Instance) -> pulumi.Output[list[str]]:
        machine = machines[instance.logical_name]
        pool = places[instance.logical_name].resource_pool_id
        names = ("uuid", *sorted(TOLD))
        values = pulumi.Output.all(pool, *(getattr(machine, name) for name in names))
        return values.apply(lambda v: list(_differences(instance, v[0], dict(zip(names, v[1:], strict=True)), allowed)))

    def agree(lines: list[list[str]]) -> list[str]:
        if wrong := [line for of_one in lines for line in of_one]:
            raise pulumi.RunError("\n".join(["what is found is not what the data say. Nothing was changed", *wrong]))
        return sorted(i.logical_name for i in instances)

    fresh = [i for i in instances if not places[i.logical_name].adopted]
    # With `--target` the engine takes what a resource depended on as registered already (getDependencySteps in pulumi
    # 3.250.0, step_generator.go): registered before its machines, the Stash made their components duplicates.
    after = pulumi.ResourceOptions(depends_on=[machines[i.logical_name] for i in instances])
    pulumi.Stash(f"{_MARK}{generation}", input=pulumi.Output.all(*map(outputs, fresh)).apply(agree), opts=after)


def _differences(instance: Instance, pool: str, found: Mapping[str, Any], allowed: Collection[str]) -> Iterator[str]:
    name, vm = instance.logical_name, instance.found
    if vm is None:
        return
    again = f"set origin: observed on {instance.generation.name} and take what is found into the data by refresh import"
    if vm.uuid and found["uuid"] != vm.uuid:
        other = f"{import_id(vm)} is machine {found['uuid']} in vCenter and {vm.uuid} in {_file(instance)}"
        yield f"{name}: {other}; {again}"
        return
    if name in allowed:
        return
    declared = {
        "name": vm.name, "folder": vm.folder, "resource_pool_id": pool, "num_cpus": vm.cpus, "memory": vm.memory_mib,
        "firmware": vm.firmware,
    } | ({"guest_id": vm.guest_id} if vm.guest_id else {})  # fmt: skip
    for key, value in declared.items():
        if _plain(found[key]) != _plain(value):
            what = f"{key} is {found[key]!r} in vCenter and {value!r} in {_file(instance)}"
            leave = f"override {name} with `allows: [{LEAVE}]`: it is adopted as found, and the next update changes it"
            yield f"{name} ({vm.name}): {what}; {again}, or {leave}"


def _plain(value: Any) -> Any:
    """The root folder is `/`, `` or nothing, from provider to provider."""
    return value.strip("/") if isinstance(value, str) else value or ""


def _file(instance: Instance) -> str:
    return f"observed/{instance.generation.name}.csv"
