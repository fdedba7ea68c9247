"""A virtual server that we build: a clone of its image's template, customised for what it is.

What is told to a clone is fixed at birth. A server is made anew only when its image's build number is raised while its
generation is building; whatever else changes is changed in place or, if it was fixed at birth, left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

import pulumi
import pulumi_vsphere as vsphere

from components.servers.vmware.customization import GuestSecrets, customize
from components.servers.vmware.images import Template, disk_sizes
from model.types.infrastructure import Settings
from model.types.instances import Instance

CLONE_MINUTES = 60
"""A full clone of a template waits its turn: a host copies at most four at a time (16 units of 4, VMware vSphere blog,
2021-02), so `pulumi up --parallel` is at most four times the number of hosts."""
GUEST_NET_MINUTES = 15
_MAX_CORES_PER_SOCKET = 64

# Everything below `clone` but its timeout and interfaces forces a new machine (terraform-provider-vsphere,
# resourceVSphereVirtualMachineCustomizeDiff, v2.16.0): a rotated password or a new template would replace servers that
# run. The rest are the template's own, and a newer template may have others. When a server is replaced, the engine
# checks the program's own values again (pulumi 3.250.0, step_generator.go), so the new one is born of the new template.
BORN = ("clone", "guest_id", "firmware", "scsi_type")


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a server stands: ids in vSphere, and the folder's path below the datacenter's VM folder."""

    cluster_id: pulumi.Input[str]
    resource_pool_id: pulumi.Input[str]
    datastore_cluster_id: pulumi.Input[str]
    network_id: pulumi.Input[str]
    folder: pulumi.Input[str]
    tags: pulumi.Input[list[str]]


def options(instance: Instance, parent: pulumi.Resource) -> pulumi.ResourceOptions:
    """How the engine treats a server; the only thing that a change of state changes."""
    return pulumi.ResourceOptions(
        parent=parent,
        protect=instance.protected,
        ignore_changes=[*BORN, *([] if instance.rebuilds else ["replace_trigger"])],
        # Names are ours, so a new one cannot stand beside the old: said here for what the Terraform bridge does by
        # itself (pulumi-terraform-bridge issue 532), so that no plan reads as if the old one stayed.
        delete_before_replace=True,
    )


def declare(
    instance: Instance,
    template: Template,
    placement: Placement,
    *,
    settings: Settings,
    resolvers: Sequence[IPv4Address],
    secrets: GuestSecrets,
    parent: pulumi.Resource,
) -> vsphere.VirtualMachine:
    """Declares a server of a managed generation."""
    server, image = instance.server, instance.image
    return vsphere.VirtualMachine(
        instance.logical_name,
        name=instance.vm_name,
        folder=placement.folder,
        resource_pool_id=placement.resource_pool_id,
        datastore_cluster_id=placement.datastore_cluster_id,
        num_cpus=server.cpus,
        num_cores_per_socket=cores_per_socket(server.cpus),
        memory=server.memory_gib * 1024,
        guest_id=template.guest_id,
        firmware=template.firmware,
        scsi_type=template.scsi_type,
        efi_secure_boot_enabled=image.secure_boot,
        vtpm=vsphere.VirtualMachineVtpmArgs(version="2.0") if image.vtpm else None,
        # Virtualization-based security needs secure boot, an IOMMU and nested virtualization (documentation of the
        # provider, `vbs_enabled`).
        vbs_enabled=image.vbs,
        vvtd_enabled=image.vbs,
        nested_hv_enabled=image.vbs,
        # Left to the provider, these two differ on every run, and the update power-cycles the server
        # (pulumi-vsphere issue 472, open).
        hv_mode="hvAuto",
        ept_rvi_mode="automatic",
        enable_disk_uuid=True,
        network_interfaces=[
            vsphere.VirtualMachineNetworkInterfaceArgs(network_id=placement.network_id, adapter_type="vmxnet3")
        ],
        disks=disks(instance, template),
        clone=vsphere.VirtualMachineCloneArgs(
            template_uuid=template.uuid,
            timeout=CLONE_MINUTES,
            customize=customize(instance, settings, resolvers, secrets),
        ),
        wait_for_guest_net_timeout=GUEST_NET_MINUTES,
        replace_trigger=str(image.build),
        tags=placement.tags,
        opts=options(instance, parent),
    )


def disks(instance: Instance, template: Template) -> pulumi.Output[list[vsphere.VirtualMachineDiskArgs]]:
    """The server's disks in the order of the model, on one controller: the provider leaves out its own unit 7."""
    labels, sizes = list(instance.server.disks), list(instance.server.disks.values())
    return template.disk_gib.apply(
        lambda least: [
            vsphere.VirtualMachineDiskArgs(label=label, size=size, unit_number=unit, thin_provisioned=True)
            for unit, (label, size) in enumerate(zip(labels, disk_sizes(sizes, least), strict=True))
        ]
    )


def cores_per_socket(cpus: int) -> int:
    """As few sockets as can be: licences count them (SQL Server Standard stops at four) and NUMA does not follow."""
    return next(cores for cores in range(min(cpus, _MAX_CORES_PER_SOCKET), 0, -1) if cpus % cores == 0)
