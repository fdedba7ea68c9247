"""A machine that Azure Migrate has made, taken over exactly as it is: the machine, its NIC and its disks.

The update that takes it over imports and does nothing else: what looks after a server comes with the next one, when a
note in the state says that what was found is what the data say (docs/decisions/0026-migration-is-adoption.md). A name,
a size, a zone, a disk that differs refuses the update. What stays as Azure Migrate made it for good is how the machine
starts, its users, what is attached to it and its security type.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import compute, network

from components.outputs import gathered
from components.servers.azure.machines import MachineArgs, Prerequisites, part
from components.servers.past import Past, arguments, never_made
from model import azure_names
from model.types.azure_servers import AzurePlace
from model.types.instances import Instance

_MARK = "brought-"
_COMPUTE, _NETWORK = "azure-native:compute:", "azure-native:network:"
_MACHINE, _NIC, _DISK = f"{_COMPUTE}VirtualMachine", f"{_NETWORK}NetworkInterface", f"{_COMPUTE}Disk"
_HELD: Mapping[str, frozenset[str]] = {
    _MACHINE: frozenset({"hardware_profile", "identity", "diagnostics_profile", "license_type", "tags"}),
    _NIC: frozenset({"tags"}),
    _DISK: frozenset({"disk_size_gb", "sku", "network_access_policy", "public_network_access", "tags"}),
}
"""What each is held to once it is taken over."""
_INPUTS: Mapping[str, list[str]] = {
    _MACHINE: arguments(compute.VirtualMachineArgs),
    _NIC: arguments(network.NetworkInterfaceArgs),
    _DISK: arguments(compute.DiskArgs),
}


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What Azure Migrate made of one server: `nic_id` and the keys of `disks` are ARM ids."""

    instance: Instance
    place: AzurePlace
    machine: compute.VirtualMachine
    nic: network.NetworkInterface
    nic_id: str
    disks: Mapping[str, compute.Disk]


class Arrivals:
    """What this stack has taken over so far."""

    def __init__(self) -> None:
        self._past = Past.read()
        self._noted = self._past.noted(_MARK)
        lost = "was brought and is not in Azure any more; set `by: rebuild`, or let Azure Migrate bring it again"
        self._hooks = pulumi.ResourceHookBinding(before_create=[never_made("brought-is-never-made", lost)])

    def taken_over(self, instance: Instance) -> bool:
        """Whether an update has found it to be what the data say."""
        return instance.logical_name in self._noted

    def options(
        self, token: str, name: str, id_: str, instance: Instance, prerequisites: Prerequisites
    ) -> pulumi.ResourceOptions:
        """Imported as it is when the state has nothing, and held to the data once it is taken over."""
        held = _HELD[token] if self.taken_over(instance) else frozenset[str]()
        return prerequisites.options(
            instance,
            import_=None if self._past.has(token, name) else id_,
            ignore_changes=[key for key in _INPUTS[token] if key not in held],
            hooks=self._hooks,
        )

    def note(self, generation: str, found: Sequence[Brought], allowed: Collection[str]) -> None:
        """Notes in the state who is taken over, or refuses the update with every difference between what is found and
        the data. Servers in `allowed` may differ.
        """
        fresh = [b for b in found if not self.taken_over(b.instance) and b.instance.logical_name not in allowed]
        names = sorted(b.instance.logical_name for b in found)

        def agree(lines: list[list[str]]) -> list[str]:
            if wrong := [line for of_one in lines for line in of_one]:
                raise pulumi.RunError(
                    "\n".join(["what was brought is not what the data say. Nothing was changed", *wrong])
                )
            return names

        # Registered after what it notes, as in vmware/adopted.py.
        opts = pulumi.ResourceOptions(depends_on=[b.machine for b in found])
        pulumi.Stash(f"{_MARK}{generation}", input=gathered([_compared(one) for one in fresh]).apply(agree), opts=opts)


def declare(args: MachineArgs, place: AzurePlace, arrivals: Arrivals, prerequisites: Prerequisites) -> Brought:
    """Declares what Azure Migrate made of an instance."""
    instance = args.instance

    def options(token: str, name: str, id_: str) -> pulumi.ResourceOptions:
        return arrivals.options(token, name, id_, instance, prerequisites)

    def id_of(kind: str, name: str) -> str:
        return azure_names.resource_id(place.subscription_id, place.resource_group, kind, name)

    nic_name, nic_id = part(instance, "nic"), id_of("Microsoft.Network/networkInterfaces", place.nic)
    nic = network.NetworkInterface(
        nic_name,
        network_interface_name=place.nic,
        resource_group_name=args.group,
        tags=args.tags,
        opts=options(_NIC, nic_name, nic_id),
    )
    disks: dict[str, compute.Disk] = {}
    for disk in place.disks:
        name = part(instance, f"disk-{disk.label}")
        disks[disk.id] = compute.Disk(
            name,
            disk_name=disk.name,
            resource_group_name=args.group,
            creation_data=compute.CreationDataArgs(create_option="Empty"),
            disk_size_gb=disk.gib,
            sku=compute.DiskSkuArgs(name=disk.kind),
            network_access_policy="DenyAll",
            public_network_access="Disabled",
            tags=args.tags,
            opts=options(_DISK, name, disk.id),
        )
    rented = instance.server.os != "windows" or args.azure.windows_licence == "rented"
    machine = compute.VirtualMachine(
        instance.logical_name,
        vm_name=instance.vm_name,
        resource_group_name=args.group,
        hardware_profile=compute.HardwareProfileArgs(vm_size=place.size),
        # The agent that reports signs in with it.
        identity=compute.VirtualMachineIdentityArgs(type=compute.ResourceIdentityType.SYSTEM_ASSIGNED),
        diagnostics_profile=compute.DiagnosticsProfileArgs(boot_diagnostics=compute.BootDiagnosticsArgs(enabled=True)),
        license_type=None if rented else "Windows_Server",
        tags={**args.tags, "role": instance.server.role},
        opts=pulumi.ResourceOptions.merge(
            options(_MACHINE, instance.logical_name, id_of("Microsoft.Compute/virtualMachines", instance.vm_name)),
            pulumi.ResourceOptions(depends_on=[nic, *disks.values()]),
        ),
    )
    return Brought(instance=instance, place=place, machine=machine, nic=nic, nic_id=nic_id, disks=disks)


def _compared(brought: Brought) -> pulumi.Output[list[str]]:
    about = ("zones", "hardware_profile", "network_profile", "storage_profile", "security_profile")
    machine = gathered([getattr(brought.machine, name) for name in about])
    disks = gathered([gathered([disk.disk_size_gb, disk.sku]) for disk in brought.disks.values()])
    found = gathered([machine, disks, brought.nic.ip_configurations])
    return found.apply(lambda values: list(_differences(brought, *values)))


def _differences(
    brought: Brought, machine: list[Any], disks: list[list[Any]], configurations: list[Any]
) -> Iterator[str]:
    instance, place = brought.instance, brought.place
    zones, hardware, networks, storage, security = machine
    trusted = security is not None and security.security_type == "TrustedLaunch"
    attached = [storage.os_disk, *(storage.data_disks or ())]
    (configuration, *_) = configurations
    told: list[tuple[str, object, object]] = [
        ("zone", ", ".join(zones or ()), str(place.zone)),
        ("size", hardware.vm_size, place.size),
        ("Trusted Launch", trusted, place.trusted),
        ("NICs", _ids(n.id for n in networks.network_interfaces), _ids([brought.nic_id])),
        ("address", configuration.private_ip_address, str(instance.address)),
        ("subnet", configuration.subnet.id.lower(), place.subnet_id.lower()),
        ("disks", _ids(d.managed_disk.id for d in attached), _ids(brought.disks)),
    ]
    for disk, (gib, sku) in zip(place.disks, disks, strict=True):
        told.append((f"disk {disk.label}", (gib, sku.name), (disk.gib, disk.kind)))
    for what, is_, wanted in told:
        if is_ != wanted:
            name = instance.logical_name
            yield (
                f"{name} ({instance.vm_name}): {what} is {is_!r} in Azure and {wanted!r} by the data; set it right in "
                f"Azure or in the data, or override {name} with `allows: [adoption]`"
            )


def _ids(ids: Iterable[str]) -> list[str]:
    return sorted(id_.lower() for id_ in ids)
