"""Machines as Azure Migrate makes them in Azure, for the twin: with the names that it was told, out of copied disks.

What it cannot do is left as it does it: no encryption at the host, no identity, no tags of ours. The agent is in the
guest, by its hydration (Microsoft, "Prepare for VMware agentless migration").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from model import azure_names

if TYPE_CHECKING:
    from model import Platform
    from model.types.azure_servers import AzureDisk, AzurePlace
    from model.types.instances import Instance

Object = dict[str, Any]


def objects(platform: Platform, is_there: Callable[[str], bool]) -> Iterator[Object]:
    """What Azure Migrate makes of every machine that a wave brings and that is not there yet, where its resource group
    is: both are asked for by their ARM ids.
    """
    for instance in platform.instances:
        place = instance.azure
        if place is None or not place.migrated or not instance.there:
            continue
        group = f"/subscriptions/{place.subscription_id}/resourceGroups/{place.resource_group}"
        if is_there(group) and not is_there(_machine(instance, place)):
            yield from _made(instance, place)


def _made(instance: Instance, place: AzurePlace) -> Iterator[Object]:
    here: Object = {"resourceGroupName": place.resource_group, "location": place.location}
    for disk in place.disks:
        properties = here | {
            "diskName": disk.name,
            "diskSizeGB": disk.gib,
            "sku": {"name": disk.kind},
            "creationData": {"createOption": "Upload"},
            "hyperVGeneration": "V2" if place.trusted else "V1",
        }
        if disk.kind.endswith("_LRS"):
            properties["zones"] = [str(place.zone)]
        if disk.lun is None:
            properties["osType"] = instance.server.os.capitalize()
            if place.trusted:
                properties["securityProfile"] = {"securityType": "TrustedLaunch"}
        yield {"type": "azure-native:compute:Disk", "id": disk.id, "properties": properties}
    nic = _id(place, "Microsoft.Network/networkInterfaces", place.nic)
    configuration: Object = {
        "name": f"{place.nic}-ipConfig",
        "primary": True,
        "privateIPAllocationMethod": "Static",
        "privateIPAddress": str(instance.address),
        "subnet": {"id": place.subnet_id},
    }
    properties = here | {"networkInterfaceName": place.nic, "ipConfigurations": [configuration]}
    yield {"type": "azure-native:network:NetworkInterface", "id": nic, "properties": properties}
    system, *data = place.disks
    properties = here | {
        "vmName": instance.vm_name,
        "zones": [str(place.zone)],
        "hardwareProfile": {"vmSize": place.size},
        "storageProfile": {
            "osDisk": _attached(system) | {"osType": instance.server.os.capitalize()},
            "dataDisks": [_attached(disk) | {"lun": disk.lun} for disk in data],
        },
        "networkProfile": {"networkInterfaces": [{"id": nic}]},
    }
    if place.trusted:
        properties["securityProfile"] = {
            "securityType": "TrustedLaunch",
            "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
        }
    yield {"type": "azure-native:compute:VirtualMachine", "id": _machine(instance, place), "properties": properties}


def _machine(instance: Instance, place: AzurePlace) -> str:
    return _id(place, "Microsoft.Compute/virtualMachines", instance.vm_name)


def _attached(disk: AzureDisk) -> Object:
    return {
        "name": disk.name,
        "createOption": "Attach",
        "deleteOption": "Detach",
        "managedDisk": {"id": disk.id, "storageAccountType": disk.kind},
    }


def _id(place: AzurePlace, kind: str, name: str) -> str:
    return azure_names.resource_id(place.subscription_id, place.resource_group, kind, name)
