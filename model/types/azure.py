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

from model.base import Criticality, DnsName, Key, Model, Ports, Text
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
    """The hub's gateway to the municipality's own network.

    `vpn` is a tunnel to `peer` with the one IPsec policy that we allow, over which `bgp_peer` tells its routes;
    `expressroute` a circuit of `mbit` from `provider` at `peering_location`. `asn` is the BGP number at home.
    """

    kind: Literal["vpn", "expressroute"]
    peer: IPv4Address | None = None
    bgp_peer: IPv4Address | None = None
    asn: Annotated[int, Field(ge=64_512, le=65_534)] = 65_010
    provider: Text | None = None
    peering_location: Text | None = None
    mbit: Literal[50, 100, 200, 500, 1000, 2000, 5000, 10_000] | None = None


class Hub(Model):
    """The network in the middle: gateway, firewall, Bastion and the endpoints of shared services; at least a /22."""

    subscription: Key
    prefix: IPv4Network
    gateway: Gateway
    firewall: Literal["Standard", "Premium"] = "Premium"


class Vaults(Model):
    """How backups are kept. What is `locked` nobody can ever unlock: try with `unlocked` first."""

    immutability: Literal["unlocked", "locked"] = "unlocked"
    redundancy: Literal["local", "zone", "geo"] = "zone"
    soft_delete_days: Annotated[int, Field(ge=14, le=180)] = 14


class Azure(Model):
    """What holds for the whole of a municipality's Azure.

    `code` stands in names that are unique in the whole world. `owner` answers for what no area owns. `management` is
    the subscription of logs and maintenance windows. The hub and every area lie in `prefix`, which at home is routed
    here. `windows_licence`: servers rent Windows, or use licences of ours with Software Assurance (Azure Hybrid
    Benefit). Budgets and maintenance windows count from `begins`, the first of a month. `principals` gives the Entra
    object id of each group that is given a role, `avd_principal` that of the service principal of Azure Virtual
    Desktop in this tenant, `avd_location` the region of what it keeps about pools where `location` is none of its own.
    Logs are kept `log_days`: 395 is 13 months (Center for Cybersikkerhed's recommendation).
    """

    tenant: Uuid
    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,4}$")]
    location: Location
    owner: Text
    management: Key
    prefix: IPv4Network
    hub: Hub
    begins: date
    security_contact: Mailbox
    vaults: Vaults = Vaults()
    log_days: Annotated[int, Field(ge=30, le=730)] = 395
    windows_licence: Literal["rented", "own"] = "rented"
    avd_principal: Uuid | None = None
    avd_location: Location | None = None
    principals: dict[GroupName, Uuid] = {}


class Subscription(Model):
    """A subscription that is there already. `budget` is in the currency of the agreement, a month."""

    id: Uuid
    title: Text
    management_group: Key
    budget: Annotated[int, Field(ge=1, le=100_000_000)]


class ManagementGroup(Model):
    """A management group. Its `policies` are assigned to it and hold for everything below."""

    title: Text
    parent: Key | None = None
    policies: tuple[Key, ...] = ()


PolicyParameter = str | int | bool | tuple[str, ...]


class Policy(Model):
    """A built-in policy or initiative by its id, and how it is assigned. `message` is what a refused engineer reads.

    `enforce: false` only reports. `workspace` names the parameter that takes the id of our Log Analytics workspace.
    `remediates` are the roles, by id, that its managed identity needs to mend what it finds.
    """

    title: Text
    kind: Literal["policy", "initiative"] = "policy"
    definition: Uuid
    parameters: dict[str, PolicyParameter] = {}
    workspace: Text | None = None
    enforce: bool = True
    message: Text
    remediates: tuple[Uuid, ...] = ()


Purpose = Literal["servers", "desktops", "endpoints"]
"""What a subnet of a spoke is for. `endpoints` are the private addresses of Azure's own services."""


class Subnet(Model):
    """A subnet of a spoke. Servers and pools whose `network` has its key stand in it once they are placed in the area.

    `delegation` is the service that alone may use it.
    """

    prefix: IPv4Network
    purpose: Purpose
    delegation: Text | None = None


class Area(Model):
    """A part of the organisation: its spoke in a subscription, its subnets, its people and its sites.

    `groups` are the people's groups, each with its object id under `principals`.
    """

    name: Key
    title: Text
    owner: Text
    subscription: Key
    prefix: IPv4Network
    subnets: dict[Key, Subnet] = Field(min_length=1)
    groups: tuple[GroupName, ...] = ()
    sites: tuple[SiteCode, ...] = ()


class BackupClass(Model):
    """How what is lost at most is bounded: a copy every `every_hours` hours, kept as long as this. `criticality` is
    that of the systems that have it unless they say otherwise.
    """

    title: Text
    every_hours: Literal[4, 6, 8, 12, 24]
    time: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    instant_days: Annotated[int, Field(ge=1, le=30)]
    daily: Annotated[int, Field(ge=7, le=9999)]
    weekly: Annotated[int, Field(ge=0, le=5163)] = 0
    monthly: Annotated[int, Field(ge=0, le=1188)] = 0
    yearly: Annotated[int, Field(ge=0, le=99)] = 0
    criticality: tuple[Criticality, ...] = ()


class PatchRing(Model):
    """When Azure patches the servers of systems of some `criticality`: on `day` of each month at `time`, for `hours`.

    `day` is in the words of Azure's maintenance schedule: `Third Saturday`; `offset` are days after it, at most six.
    Update management asks for at least 1.5 hours and ends four hours after it began, five minutes less.
    """

    title: Text
    day: Annotated[str, StringConstraints(pattern=r"^(First|Second|Third|Fourth|Last) [MTWFS][a-z]{2,5}day$")]
    offset: Annotated[int, Field(ge=0, le=6)] = 0
    time: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    hours: Literal[2, 3]
    criticality: tuple[Criticality, ...] = Field(min_length=1)


class DefenderPlan(Model):
    """A plan of Microsoft Defender for Cloud by Azure's own name, with its `tier` where there are several."""

    plan: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+$")]
    tier: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]+$")] | None = None


class Need(Model):
    """What machines in subnets of a `purpose` ask of Azure itself, by service tags, whose addresses Microsoft keeps."""

    title: Text
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)?$")], ...] = Field(
        min_length=1
    )
    ports: tuple[Ports, ...] = Field(min_length=1)


class PrivateZone(Model):
    """A DNS zone in which the private endpoints of a service have their names."""

    zone: DnsName


class Size(Model):
    """A size of virtual machine that may be chosen. `family` is what quota is counted by; `locations` where it is sold.

    `max_disks` are data disks. `controller` is how disks are reached: a machine that is brought as it is has no driver
    for NVMe. `temporary_disk`: it has a local one, without which Windows' page file lies on the system disk.
    """

    cpus: Annotated[int, Field(ge=1, le=416)]
    memory_gib: Annotated[int, Field(ge=1, le=12_288)]
    max_disks: Annotated[int, Field(ge=1, le=64)]
    family: Text
    use: Literal["general", "memory", "graphics"]
    controller: Literal["SCSI", "NVMe"] = "SCSI"
    locations: tuple[Location, ...] = Field(min_length=1)
    gpu: Text | None = None
    temporary_disk: bool = False


class DiskType(Model):
    """A type of managed disk: what systems of which criticality get, and where it is sold.

    `only_data` is for the data disks of what holds data, and comes before any other there; it can not start a machine.
    """

    max_gib: Annotated[int, Field(ge=1, le=65_536)]
    criticality: tuple[Criticality, ...] = Field(min_length=1)
    only_data: bool = False
    locations: tuple[Location, ...] = Field(min_length=1)


class Quota(Model):
    """How many virtual CPUs of each family a subscription may have in the platform's location, as granted.

    The item's key is the subscription's.
    """

    families: dict[Text, Annotated[int, Field(ge=0, le=100_000)]] = Field(min_length=1)
    assumed: Text | None = None
