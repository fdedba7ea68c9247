"""Where a server is in Azure: its area's subscription and subnet, its size, its disks, its zone.

Computed with its instance (instances.py), which it is a part of. Left out: who may reach it, which follows from the
flows.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from model import azure_names
from model.derive import azure_sizes
from model.types.azure_servers import AzureDisk, AzurePlace

if TYPE_CHECKING:
    from model.platform import AzureEstate, Declared, LandingZone, Observed
    from model.types.estate import Server, System
    from model.types.observed import ObservedVm

RESERVED = 4
"""Azure keeps the first four addresses of a subnet and the last: network, gateway, two for DNS, broadcast (Microsoft,
"Virtual network FAQ").
"""
ZONES = 3


def zone(number: int) -> int:
    """The availability zone of a server by its number in its role, so that neighbours stand apart."""
    return (number - 1) % ZONES + 1


def host_address(prefix: IPv4Network, host: int) -> IPv4Address | None:
    """The address with number `host` in a subnet, or None where Azure keeps it or the prefix does not have it."""
    return prefix[host] if RESERVED <= host < prefix.num_addresses - 1 else None


def measured(observed: Observed, server: Server, generation: str) -> ObservedVm | None:
    """The server's machine as found in the last generation before `generation`."""
    for name in sorted(server.found, reverse=True):
        if name < generation:
            return observed.servers.get(name, {}).get(server.found[name])
    return None


def place(
    platform: Declared,
    server: Server,
    system: System,
    generation: str,
    *,
    logical_name: str,
    number: int,
    image_gib: int,
) -> AzurePlace | None:
    """Where the server stands in `generation`, made from an image of `image_gib`; None when a part does not exist,
    which the checks tell.
    """
    placement = system.placement[generation]
    area = platform.azure.areas.get(placement.area)
    azure = platform.azure.settings
    subscription = platform.azure.subscriptions.get(area.subscription) if area is not None else None
    if azure is None or area is None or subscription is None or server.network not in area.subnets:
        return None
    migrated = placement.by == "migrate"
    before = measured(platform.observed, server, generation) if migrated else None
    size, why = size_of(platform.azure, platform.observed, server, generation, azure.location, as_it_is=migrated)
    group = azure_names.resource_group(system.code, generation)
    found: list[AzureDisk] = []
    for index, (label, gib) in enumerate(sizes_of(server, image_gib).items()):
        data = server.holds_data and index > 0
        kind = azure_sizes.disk_type(platform.azure.disk_types, azure.location, system.criticality, gib, data=data)
        if kind is None:
            return None
        name = azure_names.disk(logical_name, label, system=index == 0)
        id_ = azure_names.resource_id(subscription.id, group, "Microsoft.Compute/disks", name)
        found.append(AzureDisk(label, name, id_, gib, kind, index - 1 if index else None))
    if size is None:
        return None
    return AzurePlace(
        area=area.name,
        subscription=area.subscription,
        subscription_id=subscription.id,
        location=azure.location,
        resource_group=group,
        subnet_id=azure_names.subnet_id(subscription.id, area.name, server.network),
        nic=azure_names.network_interface(logical_name),
        size=size,
        size_why=why,
        disks=tuple(found),
        zone=zone(number),
        migrated=migrated,
        brought=placement.brought,
        trusted=before is None or before.firmware != "bios",
    )


def size_of(
    azure: AzureEstate, observed: Observed, server: Server, generation: str, location: str, *, as_it_is: bool
) -> tuple[str | None, str]:
    """The size that a server gets and why; without one, why there is none."""
    wanted = azure_sizes.need(server, measured(observed, server, generation))
    if server.size is not None:
        return (server.size if server.size in azure.sizes else None), "named"
    size = azure_sizes.choose(wanted, azure.sizes, location, as_it_is=as_it_is)
    return size, wanted.why


def sizes_of(server: Server, image_gib: int) -> dict[str, int]:
    """The sizes of a server's disks in GiB, the system disk first and never smaller than its image's."""
    return {
        label: max(gib, image_gib) if index == 0 else gib for index, (label, gib) in enumerate(server.disks.items())
    }


def backup_class(landing_zone: LandingZone, system: System) -> str | None:
    """The backup class of a system's servers: the one it names, else that of its criticality."""
    if system.backup is not None:
        return system.backup
    return next(
        (key for key, entry in landing_zone.backup_classes.items() if system.criticality in entry.criticality),
        None,
    )
