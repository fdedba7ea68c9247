"""Azure as data: subscriptions below management groups, the hub, and the areas of the organisation with their spokes.

A platform without `azure.yaml` has none of it. An area is what the organisation adds and takes away as a whole: its
spoke, its people's groups, its sites. Nothing that one area declares changes when another is added. Left out: what is
placed in an area, which systems and pools say themselves (`placement`).
"""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Criticality, Key, Model, Ref, Text
from model.types.estate import SiteCode

Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""An id in Azure, lower case: of a tenant, a subscription, a group of people."""

Location = Literal[
    "denmarkeast",
    "francecentral",
    "germanywestcentral",
    "italynorth",
    "northeurope",
    "norwayeast",
    "polandcentral",
    "spaincentral",
    "swedencentral",
    "westeurope",
]
"""Azure regions in the EU and the EEA with availability zones; personal data go nowhere else."""

Mailbox = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=254)]
"""The address of a shared mailbox, never of a person."""

GroupName = Annotated[str, StringConstraints(max_length=256, pattern=r'^[^"/\\\[\]:;|=,+*?<>@\x00-\x1f]+$')]
"""The name of a group of people, in AD and in Entra ID alike."""


class Gateway(Model):
    """The hub's gateway to the municipality's own network."""

    kind: Literal["vpn", "expressroute"]
    """`vpn` is a tunnel over the internet with the one IPsec policy that we allow; `expressroute` is a private circuit.
    """
    peer: IPv4Address | None = None
    """Public address of the tunnel's other end. Required with `vpn`."""
    bgp_peer: IPv4Address | None = None
    """Address with which BGP at home tells its routes. Required with `vpn`."""
    asn: Annotated[int, Field(ge=64_512, le=65_534)] = 65_010
    """BGP number of the network at home: a private one of 16 bits (RFC 6996)."""
    provider: Text | None = None
    """Who provides the circuit, as ExpressRoute names the company. Required with `expressroute`."""
    peering_location: Text | None = None
    """Where the circuit meets Microsoft's network, as ExpressRoute names the place. Required with `expressroute`."""
    mbit: Literal[50, 100, 200, 500, 1000, 2000, 5000, 10_000] | None = None
    """Bandwidth of the circuit in Mbit/s, as ExpressRoute sells it. Required with `expressroute`."""


class Hub(Model):
    """The network in the middle: gateway, firewall, Bastion and the endpoints of shared services."""

    subscription: Annotated[Key, Ref("subscriptions")]
    """The subscription that it stands in, a key of `subscriptions`."""
    prefix: IPv4Network
    """IPv4 prefix of the hub's virtual network; a /22 or larger."""
    gateway: Gateway
    """The way home."""
    firewall: Literal["Standard", "Premium"] = "Premium"
    """Tier of Azure Firewall. Premium adds intrusion detection."""


class Vaults(Model):
    """How backups are kept."""

    immutability: Literal["unlocked", "locked"] = "unlocked"
    """Whether backups can be shortened or deleted ahead of time. What is `locked` nobody can ever unlock: try with
    `unlocked` first.
    """
    redundancy: Literal["local", "zone", "geo"] = "zone"
    """Where copies are kept: in one data centre, in several zones of the region, or in a second region too."""
    soft_delete_days: Annotated[int, Field(ge=14, le=180)] = 14
    """For how many days a deleted backup can be called back. Azure allows 14 to 180."""


class Azure(Model):
    """What holds for the whole of a municipality's Azure."""

    tenant: Uuid
    """The id of the Entra tenant."""
    code: Annotated[str, StringConstraints(pattern=r"^[a-z][0-9a-z]{1,4}$")]
    """Two to five letters or digits that stand in names which are unique in the whole world, such as those of key
    vaults.
    """
    location: Location
    """The region that everything stands in. Only regions in the EU and the EEA are known."""
    owner: Text
    """The department that answers for what no area owns."""
    management: Annotated[Key, Ref("subscriptions")]
    """The subscription of logs and maintenance windows, a key of `subscriptions`."""
    prefix: IPv4Network
    """The IPv4 prefix that holds the hub and every area. At home it is routed to Azure."""
    hub: Hub
    """The network in the middle, that all areas are peered with."""
    begins: date
    """The first of the month from which budgets and maintenance windows count. Fixed in the data, for a date that moves
    would change resources.
    """
    security_contact: Mailbox
    """The shared mailbox that Defender's alerts and budget warnings go to. Never a person's."""
    vaults: Vaults = Vaults()
    """How backups are kept."""
    log_days: Annotated[int, Field(ge=30, le=730)] = 395
    """For how many days logs are kept. 395 days are 13 months, as Center for Cybersikkerhed recommends; Log Analytics
    takes 30 to 730.
    """
    log_gib_a_day: Annotated[float, Field(ge=0, le=10_000)] = 1.0
    """How many GiB of logs come in a day, for what they cost: measure it in the first month."""
    windows_licence: Literal["rented", "own"] = "rented"
    """Whether servers rent Windows, or use licences of ours with Software Assurance (Azure Hybrid Benefit)."""
    avd_principal: Uuid | None = None
    """Object id of Azure Virtual Desktop's service principal in this tenant, which starts and stops session hosts.
    Required where a pool is placed in Azure.
    """
    avd_location: Location | None = None
    """The region of what Azure Virtual Desktop keeps about pools, where `location` is not one that it keeps such data
    in.
    """
    principals: dict[GroupName, Uuid] = {}
    """Object id in Entra ID of each group that is given a role, by the group's name."""


class Subscription(Model):
    """A subscription that is there already."""

    id: Uuid
    """Its id in Azure."""
    title: Text
    """What people call it."""
    management_group: Annotated[Key, Ref("management_groups")]
    """Where it belongs in the hierarchy, a key of `management_groups`."""
    budget: Annotated[int, Field(ge=1, le=100_000_000)]
    """What it may cost a month, in the currency of the agreement. It warns at 80 % spent and at 100 % forecast, and
    stops nothing.
    """


Purpose = Literal["servers", "desktops", "endpoints"]
"""What a subnet of a spoke is for. `endpoints` are the private addresses of Azure's own services."""


class Subnet(Model):
    """A subnet of a spoke."""

    prefix: IPv4Network
    """IPv4 prefix within the area's. At least a /29, of which Azure keeps five addresses."""
    purpose: Purpose
    """What stands in it: `servers`, `desktops`, or `endpoints`, the private addresses of Azure's own services."""
    delegation: Text | None = None
    """The service that alone may use the subnet, by Azure's name: `Microsoft.Web/serverFarms`."""


class Area(Model):
    """A part of the organisation that comes and goes as a whole: its spoke, its people and its sites."""

    name: Key
    """Name of the area. It is also an end of flows, so no network, system or other end may have it."""
    title: Text
    """What people call it."""
    owner: Text
    """The department that answers for it."""
    subscription: Annotated[Key, Ref("subscriptions")]
    """The subscription of its spoke, a key of `subscriptions`."""
    prefix: IPv4Network
    """IPv4 prefix of its virtual network, within Azure's `prefix`."""
    subnets: dict[Key, Subnet] = Field(min_length=1)
    """Its subnets by key. A server or pool placed in the area stands in the subnet whose key is its `network`."""
    groups: tuple[GroupName, ...] = ()
    """Groups of its people; each has its object id under `principals`."""
    sites: tuple[Annotated[SiteCode, Ref("sites")], ...] = ()
    """Codes of the sites that belong to it. A site is in one area at most."""


class Size(Model):
    """A size of virtual machine in Azure that may be chosen. Its key is Azure's name: `Standard_D2as_v5`."""

    cpus: Annotated[int, Field(ge=1, le=416)]
    """Virtual CPUs."""
    memory_gib: Annotated[int, Field(ge=1, le=12_288)]
    """Memory in GiB."""
    max_disks: Annotated[int, Field(ge=1, le=64)]
    """How many data disks it takes."""
    family: Text
    """What quota is counted by, in Azure's words: `standardDASv5Family`."""
    use: Literal["general", "memory", "graphics"]
    """What it is for. Sizes for `graphics` are for pools with a GPU alone."""
    controller: Literal["SCSI", "NVMe"] = "SCSI"
    """How disks are reached. A machine that is migrated has no driver for `NVMe`."""
    locations: tuple[Location, ...] = Field(min_length=1)
    """The regions where it is sold."""
    gpu: Text | None = None
    """The graphics card, or the part of one, that it has: `1/6 A10`."""
    temporary_disk: bool = False
    """Whether it has a local disk. Without one the page file of Windows lies on the system disk."""


class DiskType(Model):
    """A type of managed disk. Its key is Azure's name: `Premium_ZRS`."""

    max_gib: Annotated[int, Field(ge=1, le=65_536)]
    """The largest disk of the type, in GiB."""
    criticality: tuple[Criticality, ...] = Field(min_length=1)
    """The systems whose disks are of this type, by criticality."""
    only_data: bool = False
    """Only for data disks of what holds data, and chosen before any other there. Such a disk can not start a machine.
    """
    locations: tuple[Location, ...] = Field(min_length=1)
    """The regions where it is sold."""


class Quota(Model):
    """How many virtual CPUs a subscription may have in the platform's region. Its key is the subscription's."""

    families: dict[Text, Annotated[int, Field(ge=0, le=100_000)]] = Field(min_length=1)
    """Virtual CPUs that Azure has granted, by family: `{standardDASv5Family: 300}`. A family that is not named is
    granted none.
    """
    assumed: Text | None = None
    """Why this is no fact yet: asked for, but not granted."""
