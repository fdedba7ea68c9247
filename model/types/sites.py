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

from model.base import DnsName, Key, Model, Text, Vlan
from model.types.estate import DnsLabel, Site, SystemCode

Zone = Literal["clients", "staff-wifi", "voice", "devices", "guests", "printers", "management"]
"""What a VLAN of a site is for. `clients` are wired workplaces, `devices` sensors and welfare technology."""
ZONES: tuple[Zone, ...] = get_args(Zone)

Maker = Literal["dell", "hp", "igel", "stratodesk"]

FIRST_HOST = 10
"""The first number that is given out in a VLAN: 1 is the gateway, 2 and 3 its routers, 4 to 9 are the site's own."""


class PlanVlan(Model):
    """A VLAN of every site that has the plan: its number and its prefix length."""

    vlan: Vlan
    prefix: Annotated[int, Field(ge=16, le=28)]


class AddressPlan(Model):
    """How a site's block, of `prefix` length, is divided. The largest VLAN stands first, then by number."""

    prefix: Annotated[int, Field(ge=12, le=24)]
    vlans: dict[Zone, PlanVlan]

    def ordered(self) -> list[tuple[Zone, PlanVlan]]:
        """The VLANs as they follow each other in the block: each begins where its size asks, and nothing is lost."""
        return sorted(self.vlans.items(), key=lambda item: (item[1].prefix, item[1].vlan))


class SwitchModel(Model):
    """A model of access switch. `syntax` is the folder of templates/switches/ that writes its configuration.

    `ports` are for users, named `port` and a number from 1. `uplinks` are named in full: of a switch that routes the
    first is its line, all others join the site's switches.
    """

    title: Text
    syntax: Key
    ports: Annotated[int, Field(ge=1, le=96)]
    port: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+[0-9/]*/$", max_length=40)]
    uplinks: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+[0-9/]*[0-9]$", max_length=40)], ...],
        Field(min_length=2),
    ]


class Service(Model):
    """The servers of a system, of one role, that answer for something every site needs; `servers` where not all do."""

    system: SystemCode
    role: Key
    servers: tuple[str, ...] = ()


class Addressing(Model):
    """What holds for the networks of all sites.

    `supernet` is cut into blocks of `block` length, one a site; without it no site's addresses are planned. `transit`
    holds the links between the sites' routers and the data centre, four addresses a block. `names` are hosts of the
    domain by another name, each with the server that bears it; `alias_servers` the servers that answer for the alias
    zone, of which the first takes updates; `thin_client_servers` who manages the thin clients of a maker. The `near`
    times hold ahead of a cutover.
    """

    supernet: IPv4Network | None = None
    block: Annotated[int, Field(ge=16, le=24)] = 23
    transit: IPv4Network | None = None
    services: dict[Literal["dhcp", "log", "radius", "time"], Service] = {}
    names: dict[DnsLabel, str] = {}
    alias_servers: tuple[str, ...] = ()
    thin_client_servers: dict[Maker, DnsName] = {}
    lease_minutes: Annotated[int, Field(ge=10, le=43_200)] = 11_520
    near_lease_minutes: Annotated[int, Field(ge=10, le=43_200)] = 60
    ttl_seconds: Annotated[int, Field(ge=60, le=604_800)] = 3600
    near_ttl_seconds: Annotated[int, Field(ge=60, le=604_800)] = 300


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
    """A switch of a site. The first one, and the second where the gateways are a pair, route."""

    name: str
    model: SwitchModel
    address: IPv4Address


@dataclass(frozen=True, slots=True)
class SiteNetworks:
    """A site's block and what is in it. `links` are its prefixes to the data centre, whose end has the lower address,
    one for each router.
    """

    site: Site
    number: int
    block: IPv4Network
    vlans: Mapping[Zone, SiteVlan]
    switches: tuple[AccessSwitch, ...]
    links: tuple[IPv4Network, ...]
