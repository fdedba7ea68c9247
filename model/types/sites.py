"""Where a site's addresses come from: its block of the supernet, the VLANs in it, its switches, its workplaces.

A block follows from the site's number alone, and an address from the block and the host number in the data, so nothing
that is added moves what stands. Computed once, when the platform is loaded; site_checks.py says what does not fit.
Left out: the data centre's networks, which networks.yaml lists one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from model import names
from model.base import DnsName, Key, Model, Text, Vlan
from model.types.estate import DnsLabel, Site, SystemCode, Workplace

if TYPE_CHECKING:
    from model.platform import Platform

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


def number(site: Site) -> int:
    """The number of a site's first block in the supernet: the digits of its code, unless it says another."""
    return site.block if site.block is not None else int(site.code[1:])


def block_of(addressing: Addressing, plan: AddressPlan, at: int) -> IPv4Network | None:
    """The block with number `at`, as large as `plan` asks; None when the supernet has none there.

    A plan larger than a block takes several, and the first one's number is a multiple of how many.
    """
    supernet = addressing.supernet
    if supernet is None or plan.prefix > addressing.block or at % (1 << (addressing.block - plan.prefix)):
        return None
    start = int(supernet.network_address) + (at << (32 - addressing.block))
    block = IPv4Network((start, plan.prefix)) if start < 1 << 32 else None
    return block if block is not None and block.subnet_of(supernet) else None


def divide(site: str, plan: AddressPlan, block: IPv4Network) -> dict[Zone, SiteVlan] | None:
    """The VLANs of `plan` in `block`; None when they do not fit."""
    found: dict[Zone, SiteVlan] = {}
    start = int(block.network_address)
    for zone, entry in plan.ordered():
        prefix = IPv4Network((start, entry.prefix), strict=False)
        if not prefix.subnet_of(block):
            return None
        found[zone] = SiteVlan(site, zone, entry.vlan, prefix)
        start = int(prefix.broadcast_address) + 1
    return {zone: found[zone] for zone in ZONES if zone in found}


def build(platform: Platform) -> dict[str, SiteNetworks]:
    """The networks of each site, by its code; none of a site that something is missing for."""
    addressing = platform.addressing
    workplaces = Counter(w.site for w in platform.workplaces.values())
    found: dict[str, SiteNetworks] = {}
    for code, site in platform.sites.items():
        plan, model = platform.address_plans.get(site.plan), platform.switch_models.get(site.switch)
        block = block_of(addressing, plan, number(site)) if plan is not None else None
        if plan is None or block is None or model is None:
            continue
        vlans = divide(code, plan, block)
        if vlans is None or "management" not in vlans:
            continue
        switches = tuple(_switches(site, model, workplaces[code], vlans["management"]))
        found[code] = SiteNetworks(site, number(site), block, vlans, switches, tuple(_links(addressing, site)))
    return found


def _switches(site: Site, model: SwitchModel, workplaces: int, vlan: SiteVlan) -> Iterator[AccessSwitch]:
    least = 2 if site.gateways == "pair" else 1
    count = max(-(-(workplaces + site.spare_ports) // model.ports), least)
    for index in range(min(count, vlan.room)):
        yield AccessSwitch(names.access_switch(site.code, index + 1), model, vlan.prefix[FIRST_HOST + index])


def _links(addressing: Addressing, site: Site) -> Iterator[IPv4Network]:
    if addressing.transit is None:
        return
    for index in range(2 if site.gateways == "pair" else 1):
        start = int(addressing.transit.network_address) + number(site) * 4 + index * 2
        link = IPv4Network((start, 31)) if start < (1 << 32) - 1 else None
        if link is not None and link.subnet_of(addressing.transit):
            yield link


def workplace_address(platform: Platform, workplace: Workplace) -> IPv4Address | None:
    """The address that is reserved for a workplace: its host number in the clients' VLAN of its site."""
    networks = platform.site_networks.get(workplace.site)
    if networks is None or workplace.host is None:
        return None
    prefix = networks.vlans["clients"].prefix
    return prefix[workplace.host] if FIRST_HOST <= workplace.host < prefix.num_addresses - 1 else None


def service_addresses(platform: Platform, service: Literal["dhcp", "log", "radius", "time"]) -> tuple[IPv4Address, ...]:
    """Who answers for a service, in every generation that has machines, so that a cutover changes no device."""
    entry = platform.addressing.services.get(service)
    if entry is None:
        return ()
    return machine_addresses(platform, entry.system, entry.role, entry.servers or None)


def machine_addresses(
    platform: Platform, system: str, role: str | None = None, identities: Collection[str] | None = None
) -> tuple[IPv4Address, ...]:
    """The addresses of a system's machines, sorted: of one role or of all, of some identities or of all, in every
    generation that has machines.
    """
    return tuple(
        sorted(
            instance.address
            for instance in platform.instances
            if instance.system.code == system
            and (role is None or instance.server.role == role)
            and (identities is None or instance.server.identity in identities)
            and instance.there
            and instance.address is not None
        )
    )


def resolvers(platform: Platform) -> tuple[IPv4Address, ...]:
    """The DNS servers that everyone asks: those of the live generation."""
    return next(g.resolvers for g in platform.generations.values() if g.state == "live")


def cutover_near(platform: Platform) -> bool:
    """Whether leases and records must be short-lived: a generation says that its cutover is near."""
    return any(generation.cutover == "near" for generation in platform.generations.values())


def lease_seconds(platform: Platform) -> int:
    """How long a lease lasts now."""
    addressing = platform.addressing
    return 60 * (addressing.near_lease_minutes if cutover_near(platform) else addressing.lease_minutes)


def ttl_seconds(platform: Platform) -> int:
    """How long a record of the domain may be remembered now. The alias zone has a time of its own, always short."""
    addressing = platform.addressing
    return addressing.near_ttl_seconds if cutover_near(platform) else addressing.ttl_seconds
