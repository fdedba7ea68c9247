"""What the project itself must reach, and which of it no flow lets through: what it would cut off from itself.

Needs are told from what is declared: who watches whom, what the runners of Pulumi and Ansible talk to, what every
device asks, how thin clients and session machines work. Left out: what people reach, which systems say themselves.

Asked of the same rules that are rendered, from both ends. Machines of one network at home reach each other without a
firewall between; in Azure a subnet's own filter stands between them too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import product
from typing import TYPE_CHECKING

from model.derive import flows
from model.derive.reach.desktops import of_desktops
from model.derive.reach.devices import of_devices
from model.derive.reach.needs import Need
from model.derive.reach.tools import of_runners, of_watching

if TYPE_CHECKING:
    from model.platform import Platform


@dataclass(frozen=True, slots=True)
class Dropped:
    """The part of a need that no flow lets through: on which ports, and between whom."""

    need: Need
    ports: tuple[str, ...]
    pairs: tuple[tuple[IPv4Network, IPv4Network], ...]


class _Prefixes:
    """Prefixes that do not overlap, asked which of them holds another."""

    def __init__(self, prefixes: Iterable[IPv4Network]) -> None:
        self._spans = sorted((int(p.network_address), int(p.broadcast_address)) for p in prefixes)

    def holder(self, prefix: IPv4Network) -> int | None:
        """The place of the one that holds `prefix`."""
        low, high = int(prefix.network_address), int(prefix.broadcast_address)
        at = bisect_right(self._spans, (low, 1 << 32)) - 1
        return at if at >= 0 and high <= self._spans[at][1] else None


@dataclass(frozen=True, slots=True)
class _Passage:
    """A rule, as it is asked."""

    ports: tuple[flows.Port, ...]
    sources: _Prefixes
    targets: _Prefixes

    def has(self, port: flows.Port) -> bool:
        """Whether it is for a port, or all of a range."""
        return any(p.protocol == port.protocol and p.first <= port.first and port.last <= p.last for p in self.ports)


def needs(platform: Platform) -> Iterator[Need]:
    """Every need whose two ends have addresses."""
    for told in (of_watching, of_runners, of_devices, of_desktops):
        for need in told(platform):
            if need.source.prefixes and need.target.prefixes:
                yield need


def dropped(platform: Platform) -> Iterator[Dropped]:
    """Every need, or the part of it, that is not let through; nothing where no flow becomes a rule."""
    passages = [_Passage(r.ports, _Prefixes(r.sources), _Prefixes(r.targets)) for r in flows.rules(platform)]
    if not passages:
        return
    local = _Prefixes(_local(platform))
    for need in needs(platform):
        shut: dict[tuple[IPv4Network, IPv4Network], None] = {}
        ports: list[str] = []
        for text in need.ports:
            own = [passage for passage in passages if passage.has(flows.port(text))]
            found = [pair for pair in pairs(need) if not _near(local, pair) and not _through(own, pair)]
            if found:
                ports.append(text)
                shut |= dict.fromkeys(found)
        if shut:
            yield Dropped(need, tuple(ports), tuple(shut))


def pairs(need: Need) -> Iterator[tuple[IPv4Network, IPv4Network]]:
    """Each source with each target. Nobody asks himself."""
    return ((a, b) for a, b in product(need.source.prefixes, need.target.prefixes) if a != b)


def _near(local: _Prefixes, pair: tuple[IPv4Network, IPv4Network]) -> bool:
    """Whether no firewall stands between the two: they are in one network at home."""
    first = local.holder(pair[0])
    return first is not None and first == local.holder(pair[1])


def _through(passages: list[_Passage], pair: tuple[IPv4Network, IPv4Network]) -> bool:
    return any(p.sources.holder(pair[0]) is not None and p.targets.holder(pair[1]) is not None for p in passages)


def _local(platform: Platform) -> Iterator[IPv4Network]:
    for network in platform.network.networks.values():
        yield from network.prefix.values()
    for networks in platform.site_networks.values():
        yield from (vlan.prefix for vlan in networks.vlans.values())
