"""Where a site's addresses come from: its block of the supernet, the VLANs in it, its switches, its workplaces.

A block follows from the site's number alone, and an address from the block and the host number in the data, so nothing
that is added moves what stands. Computed once, when the platform is loaded; rules/sites.py says what does not fit.
Left out: the data centre's networks, which networks.yaml lists one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from model.base import DnsLabel, DnsName, Key, Model, Ref, Text, Vlan
from model.types.estate import PortRole, Site, SystemCode

Zone = Literal["clients", "staff-wifi", "voice", "devices", "guests", "printers", "management"]
"""What a VLAN of a site is for. `clients` are wired workplaces, `devices` sensors and welfare technology."""
ZONES: tuple[Zone, ...] = get_args(Zone)

Maker = Literal["dell", "hp", "igel", "stratodesk"]
"""Whose software a thin client runs."""

FIRST_HOST = 10
"""The first number that is given out in a VLAN: 1 is the gateway, 2 and 3 its routers, 4 to 9 are the site's own."""


class PlanVlan(Model):
    """A VLAN of every site that has the plan."""

    vlan: Vlan
    """VLAN number, the same at every site."""
    prefix: Annotated[int, Field(ge=16, le=28)]
    """Length of the VLAN's prefix in bits: 25 gives 128 addresses."""


class AddressPlan(Model):
    """How a site's block is divided. The largest VLAN stands first, then by number, so that nothing is lost."""

    prefix: Annotated[int, Field(ge=12, le=24)]
    """Length of the site's block in bits. One that is shorter than `block` takes several blocks."""
    vlans: dict[Zone, PlanVlan]
    """The VLANs by what they are for. Every plan has `clients`, wired workplaces, and `management`, switches; `devices`
    are sensors and welfare technology.
    """

    def ordered(self) -> list[tuple[Zone, PlanVlan]]:
        """The VLANs as they follow each other in the block: each begins where its size asks, and nothing is lost."""
        return sorted(self.vlans.items(), key=lambda item: (item[1].prefix, item[1].vlan))


class SwitchModel(Model):
    """A model of access switch."""

    title: Text
    """The maker's name of the model."""
    syntax: Key
    """The folder of `templates/switches/` that writes its configuration."""
    ports: Annotated[int, Field(ge=1, le=96)]
    """How many ports there are for users."""
    port: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+[0-9/]*/$", max_length=40)]
    """Name of a user port without its number, which counts from 1: `GigabitEthernet1/0/`."""
    numbered: bool = True
    """Whether the running configuration shows the numbers of an access list's entries, as IOS XE 17 does and IOS XE 16
    does not. A line that is written otherwise than it is shown would be sent again at every run.
    """
    uplinks: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+[0-9/]*[0-9]$", max_length=40)], ...],
        Field(min_length=2),
    ]
    """Names of the uplinks in full, at least two. Of a switch that routes the first is the site's line; all others join
    the site's switches.
    """


ServiceName = Literal["dhcp", "dns", "log", "radius", "time"]


class Service(Model):
    """Who answers for something that everybody needs: servers of ours, or `addresses` of machines that are not."""

    system: SystemCode | None = None
    """The code of the system whose servers answer. The addresses follow from the generation that serves it."""
    role: Key | None = None
    """The role of those servers; it goes with `system`."""
    servers: tuple[str, ...] = ()
    """The servers that answer, by identity, where not all of that role do."""
    addresses: tuple[IPv4Address, ...] = ()
    """Where the machines are none of ours, their addresses, in place of a system: `{addresses: [192.0.2.53]}`."""


class PortPolicy(Model):
    """Who may use a port where 802.1X is closed: a policy of Network Policy Server."""

    group: Annotated[str, StringConstraints(max_length=256, pattern=r'^[^"/\\\[\]:;|=,+*?<>@\x00-\x1f]+$')]
    """The AD group whose members are let in, without its domain: of computers, or of accounts named as MAC addresses.
    """
    by: Literal["certificate", "mac"]
    """How they show who they are: `certificate`, a computer's own, by EAP-TLS; `mac`, by the MAC address alone, for
    what has no supplicant. Anybody may copy a MAC address, so keep the group small.
    """


class Addressing(Model):
    """What holds for the networks of all sites."""

    supernet: IPv4Network | None = None
    """The prefix from which every site gets its block. Without one no site's addresses are planned and no flow is
    rendered.
    """
    block: Annotated[int, Field(ge=16, le=24)] = 23
    """Length of a site's block in bits: 23 gives 512 addresses."""
    transit: IPv4Network | None = None
    """The prefix of the links between the sites' routers and the data centre: four addresses for each block, two links
    of a /31.
    """
    services: dict[ServiceName, Service] = {}
    """Who answers for names, DHCP, logs, RADIUS and time. Devices are told those of every generation that stands and is
    not on its way out, so that a cutover changes none of them; for names and time they ask the one that serves.
    """
    log_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """For how many days the servers of `log` keep what is sent to them: at least 395, which is 13 months (control
    `LOG-01`). Azure's own are kept for `log_days` of azure.yaml.
    """
    port_policies: dict[Key, PortPolicy] = {}
    """Who may use a closed port, in the order in which they are asked. A site with `port_access: closed` needs one."""
    names: dict[DnsLabel, Annotated[str, Ref("servers")]] = {}
    """Further names in the domain, by label, each with the identity of the server that bears it: `{igelrmserver:
    drift-mgt05}`.
    """
    hosts: dict[DnsLabel, IPv4Address] = {}
    """Names in the domain of machines that are no servers of a system, by label, each with its address: `{vcenter:
    10.26.5.10}`. They stand in DNS, and a flow may end there.
    """
    alias_servers: tuple[Annotated[str, Ref("servers")], ...] = ()
    """The servers, by identity, to which the alias zone is delegated. The first one takes updates."""
    thin_client_servers: dict[Maker, DnsName] = {}
    """By maker, the name of the server that manages its thin clients: an alias or one of `names`, in full."""
    lease_minutes: Annotated[int, Field(ge=10, le=43_200)] = 11_520
    """How long a DHCP lease lasts, in minutes: 11,520 are eight days."""
    zone_lease_minutes: dict[Zone, Annotated[int, Field(ge=10, le=43_200)]] = {"guests": 120, "staff-wifi": 720}
    """How long a lease lasts in a zone whose devices come and go, in minutes, in place of `lease_minutes`: guests two
    hours and staff's wireless half a day, so that addresses do not run out on people who have left.
    """
    near_lease_minutes: Annotated[int, Field(ge=10, le=43_200)] = 60
    """How long a lease lasts at most while a generation says `cutover: near`, in minutes."""
    outside_resolvers: tuple[IPv4Address, ...] = ()
    """The name servers that guests and devices are told, who get nothing of ours: filtering resolvers outside, such as
    `[86.54.11.1, 86.54.11.201]`, those of DNS4EU that protect. Missing where a site has such a zone, it is a fault.
    """
    ttl_seconds: Annotated[int, Field(ge=60, le=604_800)] = 3600
    """For how many seconds a record of the domain may be remembered."""
    near_ttl_seconds: Annotated[int, Field(ge=60, le=604_800)] = 300
    """The same while a generation says `cutover: near`, in seconds."""


@dataclass(frozen=True, slots=True)
class SiteVlan:
    """A VLAN at a site."""

    site: str
    zone: Zone
    vlan: int
    prefix: IPv4Network

    @property
    def gateway(self) -> IPv4Address:
        """The address that hosts send to; a pair of routers shares it."""
        return self.prefix[1]

    @property
    def routers(self) -> tuple[IPv4Address, IPv4Address]:
        """The addresses of a pair's own."""
        return self.prefix[2], self.prefix[3]

    @property
    def first(self) -> IPv4Address:
        """The first address that is given out."""
        return self.prefix[FIRST_HOST]

    @property
    def last(self) -> IPv4Address:
        """The last address that is given out."""
        return self.prefix[-2]

    @property
    def room(self) -> int:
        """How many addresses there are to give out."""
        return self.prefix.num_addresses - 1 - FIRST_HOST


@dataclass(frozen=True, slots=True)
class AccessSwitch:
    """A switch of a site. The first one, and the second where the gateways are a pair, route. `ports` says what each
    user port is for, from the first.
    """

    name: str
    model: SwitchModel
    address: IPv4Address
    ports: tuple[PortRole, ...]


@dataclass(frozen=True, slots=True)
class SiteNetworks:
    """A site's block and what is in it. `links` are its prefixes to the data centre, whose end has the lower address,
    one for each router. `reserve` is that of the line that takes over, where the one router has such a line.
    """

    site: Site
    number: int
    block: IPv4Network
    vlans: Mapping[Zone, SiteVlan]
    switches: tuple[AccessSwitch, ...]
    links: tuple[IPv4Network, ...]
    reserve: IPv4Network | None
