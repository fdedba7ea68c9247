"""The flows as Azure filters them: at the firewall between places, and at each subnet's own security group.

The firewall sees what goes between a spoke and home, the internet or another spoke, and knows both ends to the address.
A subnet's security group sees all of the subnet, also what stays within its spoke. Inwards it knows its own end and
those in the same spoke to the address; of an end that grows by itself, such as `workplaces`, it lets in what is planned
beyond the spoke. Outwards it leaves to the firewall what goes there. So a new site, and a new area, change no group of
another area.

A rule of the firewall belongs to the later of its two areas in azure.yaml, and is core's when neither end is an area's:
whatever an area that is added at the end brings stands in its own group. What is published is reached at a public
address of the firewall, which puts the server's address for it and its own for the caller's, so that answers come back
through it; a group of the firewall's lets through what it leads on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from typing import TYPE_CHECKING, Literal

from model.derive import flows, serving
from model.derive.azure_network import CORE, HUB, Part, home, hub_plan, outside, regions
from model.derive.services import domain_servers

if TYPE_CHECKING:
    from model.derive.flows import Port, Rule
    from model.platform import LandingZone, Platform
    from model.types.azure import Area, Azure
    from model.types.landing_zone import Need


@dataclass(frozen=True, slots=True)
class Publication:
    """A server behind a public address of the firewall, by its key: from `sources`, prefixes or `*`, on one port."""

    name: str
    rule: Rule
    address: str
    server: IPv4Address
    sources: tuple[str, ...]
    protocol: Literal["tcp", "udp"]
    port: int


Direction = Literal["Inbound", "Outbound"]
INTERNET = "Internet"
"""Azure's service tag of what is reached through the internet."""


@dataclass(frozen=True, slots=True)
class Side:
    """An end of a rule in one part: `prefixes`, and the names of the sets that hold ends which grow by themselves."""

    part: Part
    prefixes: tuple[IPv4Network, ...]
    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A flow from one part to another through the firewall. `name` is unique and stays as long as the flow does."""

    name: str
    rule: Rule
    source: Side
    target: Side


@dataclass(frozen=True, slots=True)
class Filter:
    """A rule of a subnet's security group. `sources` and `targets` are prefixes or one service tag.

    `name` is unique in its group: what belongs to no flow has a dot in it, and no flow's name has.
    """

    name: str
    direction: Direction
    protocol: Literal["Tcp", "Udp", "Icmp", "*"]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    ports: tuple[str, ...]
    reason: str


Sets = Mapping[str, tuple[IPv4Network, ...]]
"""Prefixes by the name of a set, `clients-home`: an end that grows by itself, in one part."""


@dataclass(frozen=True, slots=True)
class FirewallRules:
    """The firewall's rules and sets of addresses by the area that they belong to, or `core`."""

    crossings: Mapping[str, tuple[Crossing, ...]]
    sets: Mapping[str, Sets]
    published: Mapping[str, tuple[Publication, ...]]


class AzureRules:
    """The rules of a platform that has Azure, each end resolved once."""

    def __init__(self, platform: Platform, azure: Azure) -> None:
        self._platform, self._azure = platform, azure
        self._plan = hub_plan(azure.hub)
        self._rules = flows.rules(platform)
        parts = regions(platform, azure)

        @cache
        def resolve(name: str, role: str | None) -> tuple[IPv4Network, ...]:
            return flows.resolve(platform, name, role)

        @cache
        def split(name: str, role: str | None) -> Mapping[Part, tuple[IPv4Network, ...]]:
            return parts.split(resolve(name, role))

        self._resolve, self._split = resolve, split

    def firewall(self) -> FirewallRules:
        """Every flow that goes through the firewall, each in one group."""
        order = {CORE: -1} | {name: index for index, name in enumerate(self._platform.azure.areas)}
        found: dict[str, list[Crossing]] = defaultdict(list)
        sets: dict[str, dict[str, tuple[IPv4Network, ...]]] = defaultdict(dict)
        published: dict[str, list[Publication]] = defaultdict(list)
        for rule in self._rules:
            if rule.published:
                for publication in self._publications(rule):
                    published[self._area_of(publication.server)].append(publication)
                continue
            targets = self._sides(rule.target_names, rule.role)
            for source, source_sets in self._sides(rule.source_names, None):
                for target, target_sets in targets:
                    if _through_firewall(source.part.place, target.part.place):
                        name = f"{rule.name}.{source.part.label}.{target.part.label}"
                        group = max(source.part.area, target.part.area, key=order.__getitem__)
                        found[group].append(Crossing(name, rule, source, target))
                        sets[source.part.area] |= source_sets
                        sets[target.part.area] |= target_sets
        return FirewallRules(
            {group: tuple(crossings) for group, crossings in found.items()},
            {area: dict(sorted(items.items())) for area, items in sets.items()},
            {area: tuple(items) for area, items in published.items()},
        )

    def published(self) -> tuple[str, ...]:
        """The keys of the firewall's public addresses, sorted."""
        return tuple(sorted({entry.address for rule in self._rules for entry in rule.published}))

    def _publications(self, rule: Rule) -> Iterator[Publication]:
        """What of a published flow stands in Azure by now."""
        sources = ("*",) if "internet" in rule.source_names else tuple(map(str, rule.sources))
        for entry in rule.published:
            for port in rule.ports:
                for server in self._addresses_in_azure(entry.server):
                    name = f"{rule.name}-{entry.address}-{port.protocol}-{port.first}"
                    if port.protocol != "icmp":
                        yield Publication(name, rule, entry.address, server, sources, port.protocol, port.first)

    def _addresses_in_azure(self, identity: str) -> list[IPv4Address]:
        """Where a server stands: in the generation that serves its system, else in the first that has it in Azure, for
        what is published is open before anybody is sent there.
        """
        found = {i.generation: i for i in self._platform.instances if i.server.identity == identity and i.stays}
        there = {generation: i for generation, i in found.items() if i.azure is not None and i.address is not None}
        serves = [g for g, i in there.items() if g.name == serving.system_served_by(self._platform, i.system.code)]
        chosen = next(iter(serves), min(there, default=None))
        address = there[chosen].address if chosen is not None else None
        return [address] if address is not None else []

    def _area_of(self, address: IPv4Address) -> str:
        return next(key for key, area in self._platform.azure.areas.items() if address in area.prefix)

    def _sides(self, names: tuple[str, ...], role: str | None) -> list[tuple[Side, Sets]]:
        """The ends by part: what is named to the address, and the sets that stand for words."""
        exact: dict[Part, list[IPv4Network]] = defaultdict(list)
        sets: dict[Part, dict[str, tuple[IPv4Network, ...]]] = defaultdict(dict)
        for name in names:
            for part, prefixes in self._split(name, role).items():
                if name in flows.WORDS:
                    sets[part][f"{name}-{part.label}"] = prefixes
                else:
                    exact[part] += prefixes
        return [
            (Side(part, tuple(collapse_addresses(exact[part])), tuple(sorted(sets[part]))), sets[part])
            for part in sorted({*exact, *sets})
        ]

    def subnet(self, area: Area, key: str) -> tuple[Filter, ...]:
        """What a subnet's security group lets through; all else it drops."""
        subnet, beyond = area.subnets[key], outside(self._platform.network, self._azure, area)
        mine, reason = (str(subnet.prefix),), "The firewall decides"
        found = [
            Filter("out.planned", "Outbound", "*", mine, tuple(map(str, beyond)), ("*",), reason),
            Filter("out.internet", "Outbound", "*", mine, (INTERNET,), ("*",), reason),
        ]
        if subnet.purpose != "endpoints":
            bastion, firewall = (str(self._plan.bastion),), (str(self._plan.firewall_address),)
            reason = "Administrators come through Bastion and nowhere else"
            found.append(Filter("in.bastion", "Inbound", "Tcp", bastion, mine, ("22", "3389"), reason))
            reason = "The firewall answers for names"
            found.append(Filter("out.names.tcp", "Outbound", "Tcp", mine, firewall, ("53",), reason))
            found.append(Filter("out.names.udp", "Outbound", "Udp", mine, firewall, ("53",), reason))
        servers = tuple(str(server) for server in domain_servers(self._platform) if server in subnet.prefix)
        for protocol in ("Tcp", "Udp") if servers else ():
            name, reason = f"in.names.{protocol.lower()}", "The hub's resolver asks the domain's servers"
            resolver = (str(self._plan.resolver),)
            found.append(Filter(name, "Inbound", protocol, resolver, servers, ("53",), reason))
        for rule in self._rules:
            found += self._inbound(rule, subnet.prefix, area.prefix, beyond)
            found += self._outbound(rule, subnet.prefix, (area.prefix, self._azure.hub.prefix))
        return tuple(found)

    def hub(self) -> tuple[Filter, ...]:
        """The same of the hub's private endpoints, where all that is planned stands for an end that grows."""
        beyond = tuple(collapse_addresses([*home(self._platform.network), self._azure.prefix]))
        near, endpoints = self._azure.hub.prefix, self._plan.endpoints
        return tuple(f for rule in self._rules for f in self._inbound(rule, endpoints, near, beyond))

    def _inbound(
        self, rule: Rule, subnet: IPv4Network, near: IPv4Network, beyond: tuple[IPv4Network, ...]
    ) -> Iterator[Filter]:
        """A flow to a target in the subnet."""
        if rule.published:
            yield from self._led_on(rule, subnet)
            return
        targets = tuple(map(str, _within(rule.targets, subnet)))
        for label, sources in self._remote(rule.source_names, near, beyond) if targets else ():
            for protocol, spans in by_protocol(rule.ports).items():
                name = f"in-{rule.name}{label}-{protocol}"
                yield Filter(name, "Inbound", _PROTOCOLS[protocol], sources, targets, spans, rule.reason)

    def _led_on(self, rule: Rule, subnet: IPv4Network) -> Iterator[Filter]:
        """What the firewall leads on to a subnet comes from its own addresses ("Azure Firewall FAQ", DNAT)."""
        found: dict[str, set[str]] = defaultdict(set)
        ports: dict[str, set[str]] = defaultdict(set)
        for publication in self._publications(rule):
            if publication.server in subnet:
                found[publication.protocol].add(str(publication.server))
                ports[publication.protocol].add(str(publication.port))
        for protocol in sorted(found):
            name, sources = f"in-{rule.name}.published-{protocol}", (str(self._plan.firewall),)
            targets, spans = tuple(sorted(found[protocol])), tuple(sorted(ports[protocol]))
            yield Filter(name, "Inbound", _PROTOCOLS[protocol], sources, targets, spans, rule.reason)

    def _outbound(self, rule: Rule, subnet: IPv4Network, frames: Iterable[IPv4Network]) -> Iterator[Filter]:
        """A flow from the subnet to where no firewall stands between."""
        sources = tuple(map(str, _within(rule.sources, subnet)))
        targets = tuple(str(prefix) for frame in frames for prefix in _within(rule.targets, frame))
        for protocol, spans in by_protocol(rule.ports).items() if sources and targets else ():
            name = f"out-{rule.name}-{protocol}"
            yield Filter(name, "Outbound", _PROTOCOLS[protocol], sources, targets, spans, rule.reason)

    def _remote(
        self, names: Iterable[str], near: IPv4Network, beyond: tuple[IPv4Network, ...]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The sources as prefixes, and the internet by its tag, each with a label; empty ones are left out."""
        found: list[IPv4Network] = []
        for name in names:
            if name == "internet":
                yield ".internet", (INTERNET,)
            elif name in flows.WORDS:
                found += [*_within(self._resolve(name, None), near), *beyond]
            else:
                found += self._resolve(name, None)
        if found:
            yield "", tuple(map(str, collapse_addresses(found)))


def _through_firewall(source: str, target: str) -> bool:
    """Whether a packet between two places passes it: a spoke's routes lead there, and the hub's are beside it."""
    return source != target and HUB not in (source, target)


def _within(prefixes: Iterable[IPv4Network], frame: IPv4Network) -> list[IPv4Network]:
    """What of the prefixes lies in a frame."""
    found = [prefix if prefix.subnet_of(frame) else frame for prefix in prefixes if prefix.overlaps(frame)]
    return list(collapse_addresses(found))


def needs(landing_zone: LandingZone, area: Area) -> Iterator[tuple[str, Need, tuple[IPv4Network, ...]]]:
    """What an area's subnets ask of Azure, and who asks."""
    for key, need in landing_zone.needs.items():
        prefixes = [subnet.prefix for subnet in area.subnets.values() if subnet.purpose in need.purposes]
        if prefixes:
            yield key, need, tuple(collapse_addresses(prefixes))


_PROTOCOLS: Mapping[str, Literal["Tcp", "Udp", "Icmp"]] = {"tcp": "Tcp", "udp": "Udp", "icmp": "Icmp"}


def by_protocol(ports: Iterable[Port]) -> dict[str, tuple[str, ...]]:
    """Ports as Azure writes them, by protocol: `{"tcp": ("443", "1494-1495")}`; those of a ping are `*`."""
    found: dict[str, list[str]] = defaultdict(list)
    for port in ports:
        span = str(port.first) if port.first == port.last else f"{port.first}-{port.last}"
        found[port.protocol].append("*" if port.protocol == "icmp" else span)
    return {protocol: tuple(dict.fromkeys(spans)) for protocol, spans in found.items()}


def rule_group_priority(area: Area) -> int:
    """The place of an area's rules among all groups, which Azure wants unique from 100 to 65,000. It is taken from the
    prefix, so no other area's moves; all rules let through, so which comes first says nothing else.
    """
    return 1000 + (int(area.prefix.network_address) >> 8) % 64_000
