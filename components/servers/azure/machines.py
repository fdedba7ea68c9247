"""A server in Azure: its NIC, its disks and its virtual machine.

The baseline is not a choice: Trusted Launch with secure boot and a virtual TPM, encryption at the host, an identity of
its own, patches by the platform, a console log, no public address. What migrates is made by Azure
Migrate (brought.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import compute, network

from components.servers.vmware.customization import GuestSecrets
from model.types.avd import TIME_ZONE
from model.types.azure import Azure, Size
from model.types.azure_servers import AzureDisk, AzurePlace
from model.types.instances import Instance

ADMINISTRATOR = "localadmin"
"""`administrator`, `admin` and `root` are refused (Microsoft.Compute, OSProfile.adminUsername)."""
CACHED_GIB = 4095
"""A larger disk has no host cache ("Azure premium storage: design for high performance")."""

# Neither can change once the machine is there: Azure answers PropertyChangeNotAllowed, and a rotated password or a new
# image would stop every update (azurerm_windows_virtual_machine: admin_password and source_image_reference force a new
# one). A machine that is replaced is born of the program's own values.
BORN = ("osProfile", "storageProfile.imageReference")


@dataclass(frozen=True, kw_only=True)
class MachineArgs:
    """`group` is the name of the resource group, `subnet` the ARM id of the subnet."""

    instance: Instance
    azure: Azure
    size: Size
    group: pulumi.Input[str]
    subnet: pulumi.Input[str]
    tags: Mapping[str, str]
    secrets: GuestSecrets


@dataclass(frozen=True, kw_only=True)
class Prerequisites:
    """Where each resource of a machine goes: its component, and the provider of its subscription."""

    parent: pulumi.Resource
    provider: azure_native.Provider

    def options(self, instance: Instance, **more: object) -> pulumi.ResourceOptions:
        """The options of what belongs to an instance; a change of state changes these and no property."""
        found = pulumi.ResourceOptions(parent=self.parent, provider=self.provider, protect=instance.protected)
        return pulumi.ResourceOptions.merge(found, pulumi.ResourceOptions(**more))  # pyright: ignore[reportArgumentType]


def part(instance: Instance, what: str) -> str:
    """The logical name of a part of an instance: `sbsys-app01-nic-g26`."""
    return f"{instance.server.identity}-{what}-{instance.generation.name}"


def declare(args: MachineArgs, place: AzurePlace, prerequisites: Prerequisites) -> compute.VirtualMachine:
    """Declares the machine of an instance in Azure, with its NIC and its data disks."""
    instance, windows = args.instance, args.instance.server.os == "windows"
    nic = _nic(args, place, prerequisites)
    data = [_data_disk(args, place, disk, prerequisites) for disk in place.disks if disk.lun is not None]
    rented = not windows or args.azure.windows_licence == "rented"
    return compute.VirtualMachine(
        instance.logical_name,
        vm_name=instance.vm_name,
        resource_group_name=args.group,
        location=place.location,
        zones=[str(place.zone)],
        hardware_profile=compute.HardwareProfileArgs(vm_size=place.size),
        storage_profile=compute.StorageProfileArgs(
            image_reference=_image(instance),
            os_disk=_system_disk(place.disks[0]),
            data_disks=data,
            disk_controller_type=args.size.controller,
        ),
        os_profile=_profile(instance, args.secrets, windows=windows),
        network_profile=compute.NetworkProfileArgs(
            network_interfaces=[compute.NetworkInterfaceReferenceArgs(id=nic.id, primary=True, delete_option="Detach")]
        ),
        security_profile=compute.SecurityProfileArgs(
            security_type="TrustedLaunch",
            uefi_settings=compute.UefiSettingsArgs(secure_boot_enabled=True, v_tpm_enabled=True),
            encryption_at_host=True,
        ),
        identity=compute.VirtualMachineIdentityArgs(type=compute.ResourceIdentityType.SYSTEM_ASSIGNED),
        diagnostics_profile=compute.DiagnosticsProfileArgs(boot_diagnostics=compute.BootDiagnosticsArgs(enabled=True)),
        license_type=None if rented else "Windows_Server",
        tags={**args.tags, "role": instance.server.role, "build": str(instance.image.build)},
        opts=prerequisites.options(
            instance,
            ignore_changes=[*BORN, *([] if instance.rebuilds else ["tags.build"])],
            # A raised build number makes a machine anew where machines still are; elsewhere it is not looked at.
            replace_on_changes=["tags.build"],
            # Its name is ours, so a new one cannot stand beside it.
            delete_before_replace=True,
        ),
    )


def _nic(args: MachineArgs, place: AzurePlace, prerequisites: Prerequisites) -> network.NetworkInterface:
    return network.NetworkInterface(
        part(args.instance, "nic"),
        network_interface_name=place.nic,
        resource_group_name=args.group,
        location=place.location,
        enable_accelerated_networking=True,
        enable_ip_forwarding=False,
        # Dicts, for SubnetArgs adds defaults of a subnet's own properties to what is but a reference.
        ip_configurations=[
            {
                "name": "primary",
                "primary": True,
                "private_ip_allocation_method": "Static",
                "private_ip_address": str(args.instance.address),
                "subnet": {"id": args.subnet},
            }
        ],
        tags=args.tags,
        opts=prerequisites.options(args.instance),
    )


def _image(instance: Instance) -> compute.ImageReferenceArgs:
    found = instance.image.azure
    if found is None:
        raise ValueError(f"{instance.image_name} has no image in Azure; give the image `azure`")
    return compute.ImageReferenceArgs(
        publisher=found.publisher, offer=found.offer, sku=found.sku, version=found.version
    )


def _system_disk(disk: AzureDisk) -> compute.OSDiskArgs:
    return compute.OSDiskArgs(
        name=disk.name,
        create_option="FromImage",
        managed_disk=compute.ManagedDiskParametersArgs(storage_account_type=disk.kind),
        disk_size_gb=disk.gib,
        caching=compute.CachingTypes.READ_WRITE,
        delete_option="Delete",
    )


def _data_disk(
    args: MachineArgs, place: AzurePlace, disk: AzureDisk, prerequisites: Prerequisites
) -> compute.DataDiskArgs:
    """A data disk outlives its machine."""
    zonal = disk.kind.endswith("_LRS")
    made = compute.Disk(
        part(args.instance, f"disk-{disk.label}"),
        disk_name=disk.name,
        resource_group_name=args.group,
        location=place.location,
        sku=compute.DiskSkuArgs(name=disk.kind),
        creation_data=compute.CreationDataArgs(create_option="Empty"),
        disk_size_gb=disk.gib,
        zones=[str(place.zone)] if zonal else None,
        network_access_policy="DenyAll",
        public_network_access="Disabled",
        tags=args.tags,
        opts=prerequisites.options(args.instance),
    )
    return compute.DataDiskArgs(
        name=disk.name,
        lun=disk.lun or 0,
        create_option="Attach",
        managed_disk=compute.ManagedDiskParametersArgs(id=made.id),
        # The fastest type has no host cache ("Deploy a Premium SSD v2").
        caching=compute.CachingTypes.NONE
        if zonal or args.instance.server.holds_data or disk.gib > CACHED_GIB
        else compute.CachingTypes.READ_ONLY,
        delete_option="Detach",
    )


def _profile(instance: Instance, secrets: GuestSecrets, *, windows: bool) -> compute.OSProfileArgs:
    """Patches come by the platform, in the maintenance window of the server's ring and not when the platform likes."""
    return compute.OSProfileArgs(
        computer_name=instance.computer_name if windows else instance.computer_name.lower(),
        admin_username=ADMINISTRATOR,
        admin_password=secrets.local_admin_password,
        allow_extension_operations=True,
        windows_configuration=compute.WindowsConfigurationArgs(
            provision_vm_agent=True,
            enable_automatic_updates=True,
            time_zone=TIME_ZONE,
            patch_settings=compute.PatchSettingsArgs(
                patch_mode="AutomaticByPlatform",
                assessment_mode="AutomaticByPlatform",
                automatic_by_platform_settings=compute.WindowsVMGuestPatchAutomaticByPlatformSettingsArgs(
                    bypass_platform_safety_checks_on_user_schedule=True
                ),
            ),
        )
        if windows
        else None,
        linux_configuration=None
        if windows
        else compute.LinuxConfigurationArgs(
            provision_vm_agent=True,
            disable_password_authentication=False,
            patch_settings=compute.LinuxPatchSettingsArgs(
                patch_mode="AutomaticByPlatform",
                assessment_mode="AutomaticByPlatform",
                automatic_by_platform_settings=compute.LinuxVMGuestPatchAutomaticByPlatformSettingsArgs(
                    bypass_platform_safety_checks_on_user_schedule=True
                ),
            ),
        ),
    )
