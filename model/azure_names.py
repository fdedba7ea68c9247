"""Every computed name in Azure, with the limit it must keep: what names.py is for everything else.

Abbreviations are those of Microsoft's Cloud Adoption Framework; lengths and characters those of Azure Resource Manager
("Naming rules and restrictions for Azure resources"). What is built anew each time carries its generation, what an area
keeps does not. A name that the whole world shares starts with the municipality's code.
"""

from __future__ import annotations

MAX = {
    "rg": 90, "vnet": 64, "snet": 80, "nsg": 80, "rt": 80, "nic": 80, "vm": 15, "osdisk": 80, "disk": 80, "kv": 24,
    "st": 24, "log": 63, "rsv": 50, "vdpool": 64, "vdag": 64, "vdws": 64, "vdscaling": 64,
}  # fmt: skip
"""The longest name, by abbreviation."""


def name(kind: str, *parts: str) -> str:
    """`rg-schools-network`: the abbreviation and the parts, lower case."""
    return "-".join((kind, *parts)).lower()


def compact(kind: str, *parts: str) -> str:
    """`stherfslogixg26`: letters and digits alone, for storage accounts."""
    return "".join(c for part in (kind, *parts) for c in part.lower() if c.isalnum())


def fault(kind: str, value: str) -> str | None:
    """What is wrong with the length of a name, or None."""
    limit = MAX.get(kind, 80)
    return f"name {value} has {len(value)} characters; at most {limit}" if len(value) > limit else None


def resource_group(*parts: str) -> str:
    """The resource group of an area's network, a system's servers in a generation: `rg-sbsys-g26`."""
    return name("rg", *parts)


def virtual_network(area: str) -> str:
    """The spoke of an area, or the hub's network: `vnet-schools`, `vnet-hub`."""
    return name("vnet", area)


def subnet(key: str) -> str:
    """A subnet of a spoke: `snet-servers`."""
    return name("snet", key)


def network_resource_group(area: str) -> str:
    """Where an area's network stands: `rg-schools-network`."""
    return resource_group(area, "network")


def subnet_id(subscription: str, area: str, key: str) -> str:
    """The ARM id of a subnet, by which whatever stands in it refers to it from another stack."""
    return (
        f"/subscriptions/{subscription}/resourceGroups/{network_resource_group(area)}/providers/Microsoft.Network"
        f"/virtualNetworks/{virtual_network(area)}/subnets/{subnet(key)}"
    )


def disk(logical_name: str, label: str, *, system: bool) -> str:
    """A disk of a server: `osdisk-sbsys-sql01-g26`, `disk-sbsys-sql01-g26-data`."""
    return name("osdisk", logical_name) if system else name("disk", logical_name, label)


def network_interface(logical_name: str) -> str:
    """The NIC of a server: `nic-sbsys-app01-g26`."""
    return name("nic", logical_name)


def disk_id(subscription: str, group: str, disk_name: str) -> str:
    """The ARM id of a disk, by which a replicated one is attached."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/disks/{disk_name}"
