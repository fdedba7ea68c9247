"""Who may talk to whom: the flows that systems declare, those that no system owns, and both as addresses.

Everything that filters reads `rules` and nothing else. An end is a name: `workplaces` (wherever people work: the
clients' and the staff's wireless VLANs of all sites, and the networks of the pools), `sites` (every VLAN),
`data-centre` (every network), `internet`, a zone of the sites, a network, or a system. In Azure it is an area (its
spoke), one of its subnets (`schools-desktops`), `azure` (every area, and those to come), or `hub` (the private
endpoints that all share). A system that we run stands for its machines in every generation that has some, so a cutover
changes no rule; one that its vendor runs, for `prefixes`. A server by its identity is one machine of a system in every
generation, a name of `hosts` the machine that bears it: for what one of many may do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from ipaddress import IPv4Network, collapse_addresses
from typing import TYPE_CHECKING, Literal

from model.derive.azure_network import HUB, hub_plan
from model.derive.sites import machine_addresses
from model.types.sites import ZONES, Zone

if TYPE_CHECKING:
    from model.platform import Networks, Platform, Refresh
    from model.types.desktops import Pool
    from model.types.estate import Published

WORDS = frozenset({"workplaces", "sites", "data-centre", "azure", "internet", *ZONES})
"""The names of ends that are neither networks nor systems."""

_NOT_INTERNET = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "224.0.0.0/3",
)  # fmt: skip
"""What is never reached through the internet: IANA IPv4 Special-Purpose Address Registry, multicast and class E."""


@dataclass(frozen=True, order=True, slots=True)
class Port:
    """Ports `first` to `last` of a protocol. A ping is `icmp`, whose numbers mean nothing."""

    protocol: Literal["icmp", "tcp", "udp"]
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A flow as it is filtered: from any of the sources to any of the targets, on any of the ports.

    `name` is unique and stays as long as the flow does; `role` is that of the targets' servers, where not all are
    meant. Prefixes are sorted and do not overlap.
    """

    name: str
    source_names: tuple[str, ...]
    target_names: tuple[str, ...]
    role: str | None
    sources: tuple[IPv4Network, ...]
    targets: tuple[IPv4Network, ...]
    ports: tuple[Port, ...]
    system: str | None
    owner: str
    reason: str
    expires: date | None
    published: tuple[Published, ...] = ()


def port(text: str) -> Port:
    """`udp/3478-3481` as a Port."""
    protocol, _, span = text.partition("/")
    if protocol == "icmp":
        return Port("icmp")
    first, _, last = span.partition("-")
    return Port("tcp" if protocol == "tcp" else "udp", int(first), int(last or first))


def flow_name(system: str, source: str, role: str | None) -> str:
    """The name of a system's flow: `ad-dhcp-from-sites`, without the role where all its servers are meant."""
    return f"{system}-{role}-from-{source}" if role is not None else f"{system}-from-{source}"


def rules(platform: Platform) -> tuple[Rule, ...]:
    """Every flow, sorted by name; none where the sites' addresses are not planned."""
    if platform.network.addressing.supernet is None:
        return ()

    @cache
    def end(names: tuple[str, ...], role: str | None = None) -> tuple[IPv4Network, ...]:
        if len(names) == 1:
            return resolve(platform, names[0], role)
        return tuple(collapse_addresses(prefix for name in names for prefix in end((name,), role)))

    found = [
        Rule(
            name=flow.name,
            source_names=flow.sources,
            target_names=flow.targets,
            role=None,
            sources=end(flow.sources),
            targets=end(flow.targets),
            ports=tuple(sorted(map(port, flow.ports))),
            system=flow.system,
            owner=flow.owner,
            reason=flow.reason,
            expires=flow.expires,
            published=flow.published,
        )
        for flow in platform.flows.values()
    ]
    found += [
        Rule(
            name=flow_name(code, flow.source, flow.role),
            source_names=(flow.source,),
            target_names=(code,),
            role=flow.role,
            sources=end((flow.source,)),
            targets=end((code,), flow.role),
            ports=tuple(sorted(map(port, flow.ports))),
            system=code,
            owner=system.owner,
            reason=flow.reason or system.title,
            expires=flow.expires,
            published=flow.published,
        )
        for code, system in platform.estate.systems.items()
        for flow in system.flows
    ]
    return tuple(sorted(found, key=lambda rule: rule.name))


def resolve(platform: Platform, name: str, role: str | None = None) -> tuple[IPv4Network, ...]:
    """The prefixes that an end stands for, sorted; empty when nothing stands behind the name."""
    return tuple(collapse_addresses(_prefixes(platform, name, role)))


def azure_ends(platform: Platform) -> dict[str, IPv4Network]:
    """The ends in Azure by name: each area, each of its subnets, and the hub's private endpoints."""
    azure = platform.azure.settings
    found = {HUB: hub_plan(azure.hub).endpoints} if azure is not None else {}
    for key, area in platform.azure.areas.items():
        found[key] = area.prefix
        found |= {f"{key}-{name}": subnet.prefix for name, subnet in area.subnets.items()}
    return found


def is_empty(platform: Platform, name: str, role: str | None = None) -> bool:
    """Whether nothing stands behind an end."""
    return next(_prefixes(platform, name, role), None) is None


def zones_of(names: Iterable[str]) -> tuple[Zone, ...]:
    """The VLANs of a site that ends stand for, in the order of ZONES; none for what is not at the sites."""
    given = set(names)
    if "sites" in given:
        return ZONES
    if "workplaces" in given:
        given |= {"clients", "staff-wifi"}
    return tuple(zone for zone in ZONES if zone in given)


def _prefixes(platform: Platform, name: str, role: str | None) -> Iterator[IPv4Network]:
    if name == "internet":
        yield from internet()
    if zones := zones_of([name]):
        for networks in platform.site_networks.values():
            yield from (vlan.prefix for zone, vlan in networks.vlans.items() if zone in zones)
    if name == "workplaces":
        for pool in platform.desktops.pools.values():
            yield from _pool(platform, pool)
    if name == "data-centre":
        for key in platform.network.networks:
            yield from _network(platform.refresh, platform.network, key)
    if name in platform.network.networks:
        yield from _network(platform.refresh, platform.network, name)
    yield from _azure(platform, name)
    yield from _machines(platform, name, role)


def _machines(platform: Platform, name: str, role: str | None) -> Iterator[IPv4Network]:
    """Those of a system, or of a server by its identity, and the one that bears a name of `hosts`."""
    system, server = platform.estate.systems.get(name), platform.estate.servers.get(name)
    if system is not None:
        yield from map(IPv4Network, machine_addresses(platform.instances, name, role))
        if role is None:
            yield from system.prefixes
    if server is not None:
        yield from map(IPv4Network, machine_addresses(platform.instances, server.system, identities=(name,)))
    if name in platform.network.addressing.hosts:
        yield IPv4Network(platform.network.addressing.hosts[name])


def _azure(platform: Platform, name: str) -> Iterator[IPv4Network]:
    if name == "azure":
        yield from (area.prefix for area in platform.azure.areas.values())
    elif platform.azure.areas or name == HUB:
        ends = azure_ends(platform)
        yield from (ends[key] for key in (name,) if key in ends)


def _network(refresh: Refresh, networks: Networks, key: str, without: Collection[str] = ()) -> Iterator[IPv4Network]:
    network = networks.networks.get(key)
    for generation, prefix in (network.prefix if network is not None else {}).items():
        if generation not in without and _declared(refresh, generation):
            yield prefix


def _pool(platform: Platform, pool: Pool) -> Iterator[IPv4Network]:
    """Where a pool's machines stand: its network at home, or its area's subnet in generations that have it in Azure."""
    yield from _network(platform.refresh, platform.network, pool.network, pool.placement)
    for generation, placement in pool.placement.items():
        area = platform.azure.areas.get(placement.area)
        subnet = area.subnets.get(pool.network) if area is not None else None
        if subnet is not None and _declared(platform.refresh, generation):
            yield subnet.prefix


def _declared(refresh: Refresh, generation: str) -> bool:
    found = refresh.generations.get(generation)
    return found is not None and found.state.declared


@cache
def internet() -> tuple[IPv4Network, ...]:
    """Every address that is reached through the internet."""
    found = [IPv4Network("0.0.0.0/0")]
    for text in _NOT_INTERNET:
        outside = IPv4Network(text)
        found = [
            part
            for prefix in found
            for part in (prefix.address_exclude(outside) if outside.subnet_of(prefix) else (prefix,))
        ]
    return tuple(sorted(found))
