"""What may pass between a site's own VLANs, which the central firewall never sees: the flows, and nothing else.

A filter stands where packets enter from a VLAN. A switch keeps no state, so the answers to a flow are let through too,
by its ports turned round. What leaves the site is the firewall's, once its source is that VLAN's own.

A filter's name ends in a digest of what it says. A changed one is made beside the old, and the VLAN turns from one to
the other in a single command: while entries are taken from a filter in use, everything would pass.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model.derive.flows import zones_of
from rendering.plain import plain

if TYPE_CHECKING:
    from model.derive.flows import Port, Rule
    from model.types.sites import SiteNetworks, Zone


@dataclass(frozen=True, slots=True)
class Passage:
    """What a flow lets pass from one VLAN of any site to another of the same."""

    flow: str
    source: Zone
    target: Zone
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports of a protocol; of icmp they say nothing."""

    protocol: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What passes between the filter's VLAN and another: a flow, or the answers to one."""

    flow: str
    answer: bool
    ports: list[Ports]
    network: str
    wildcard: str


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter of a VLAN. `network`, `wildcard` and `gateway` are its own, `block` the site's."""

    network: str
    wildcard: str
    gateway: str
    block: str
    block_wildcard: str
    entries: list[Entry]
    name: str = ""


def passages(rules: tuple[Rule, ...]) -> tuple[Passage, ...]:
    """What the flows let pass within a site, by flow and in the order of ZONES."""
    return tuple(
        Passage(rule.name, source, target, rule.ports)
        for rule in rules
        for source in zones_of(rule.source_names)
        for target in zones_of(rule.target_names)
        if source != target
    )


def site_filters(allowed: tuple[Passage, ...], networks: SiteNetworks) -> dict[Zone, Filter]:
    """The filter of each VLAN of a site, by its zone: what passes, and the answers, in the order that counts."""
    found: dict[Zone, Filter] = {
        zone: Filter(
            network=str(vlan.prefix.network_address),
            wildcard=str(vlan.prefix.hostmask),
            gateway=str(vlan.gateway),
            block=str(networks.block.network_address),
            block_wildcard=str(networks.block.hostmask),
            entries=[],
        )
        for zone, vlan in networks.vlans.items()
    }
    for passage in allowed:
        source, target = found.get(passage.source), found.get(passage.target)
        if source is None or target is None:
            continue
        ports = [Ports(port.protocol, port.first, port.last) for port in passage.ports]
        for one, other, answer in ((source, target, False), (target, source, True)):
            one.entries.append(Entry(passage.flow, answer, ports, other.network, other.wildcard))
    return {zone: _named(zone, unnamed) for zone, unnamed in found.items()}


def _named(zone: Zone, unnamed: Filter) -> Filter:
    content = plain(unnamed)
    del content["name"]
    return replace(unnamed, name=f"FROM-{zone.upper()}-{zlib.crc32(json.dumps(content).encode()):08X}")
