"""A server that was there before us, taken under control exactly as found.

It is held to what the export told and to nothing else, so that the first preview shows imports only and the second
nothing. Improving it is a change that a person makes afterwards, where a preview shows it.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from model.types.instances import Instance
from model.types.observed import ObservedVm, guest_id

TOLD = frozenset(
    {"name", "folder", "resource_pool_id", "num_cpus", "memory", "guest_id", "firmware", "network_interfaces"}
)
"""Properties that an export gives."""
UNTOLD = sorted(set(inspect.signature(vsphere.VirtualMachineArgs).parameters) - TOLD)
"""All others stay as the import finds them: disks (labelled disk0, disk1 and so on by it), hardware options, tags."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Where a found server stands: ids in vSphere, looked up by the names in the export."""

    resource_pool_id: pulumi.Input[str]
    network_id: pulumi.Input[str]


def import_id(vm: ObservedVm) -> str:
    """The inventory path of a virtual machine: `/DC-Holstebro/vm/Database/HOLSQL01`."""
    return "/".join(("", vm.datacenter, "vm", *filter(None, vm.folder.split("/")), vm.name))


def declare(instance: Instance, vm: ObservedVm, place: Found, *, parent: pulumi.Resource) -> vsphere.VirtualMachine:
    """Declares a server of an adopted generation."""
    return vsphere.VirtualMachine(
        instance.logical_name,
        name=vm.name,
        folder=vm.folder,
        resource_pool_id=place.resource_pool_id,
        num_cpus=vm.cpus,
        memory=vm.memory_mib,
        guest_id=guest_id(vm.guest_os),
        firmware=vm.firmware,
        network_interfaces=[
            vsphere.VirtualMachineNetworkInterfaceArgs(network_id=place.network_id, adapter_type=vm.adapter or None)
        ],
        opts=pulumi.ResourceOptions(
            parent=parent,
            import_=import_id(vm),
            protect=instance.protected,
            ignore_changes=UNTOLD,
            delete_before_replace=True,
        ),
    )
