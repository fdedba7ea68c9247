"""Traffic as a filter sees it: ranges of addresses and ports, and an ordered list of rules that lets them through.

The whole of a range must pass. A rule that only touches it decides nothing when it lets through, and everything when
it refuses.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

Range = tuple[int, int]
ANY: Range = (0, 0xFFFFFFFF)
PORTS: Range = (0, 65535)


def span(network: IPv4Network | IPv4Address) -> Range:
    """The first and the last address."""
    if isinstance(network, IPv4Address):
        return int(network), int(network)
    return int(network.network_address), int(network.broadcast_address)


@dataclass(frozen=True, slots=True)
class Flow:
    """The first packets of connections. `port` is the destination's; None for ICMP."""

    source: Range
    target: Range
    protocol: str
    port: int | None


@dataclass(frozen=True)
class Ranges:
    """A set of addresses or ports."""

    parts: tuple[Range, ...]

    @cached_property
    def _merged(self) -> list[Range]:
        merged: list[Range] = []
        for first, last in sorted(self.parts):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return merged

    def covers(self, one: Range) -> bool:
        """Whether all of it is in the set."""
        at = bisect_right(self._merged, (one[0], ANY[1] + 1)) - 1
        return at >= 0 and self._merged[at][0] <= one[0] and one[1] <= self._merged[at][1]

    def touches(self, one: Range) -> bool:
        """Whether any of it is in the set."""
        return any(first <= one[1] and one[0] <= last for first, last in self._merged)


def ranges(parts: Iterable[Range]) -> Ranges:
    """A set of these."""
    return Ranges(tuple(parts))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in its line. `sport` is None unless it asks for a source port; then it covers no flow."""

    line: int
    allows: bool
    source: Ranges
    target: Ranges
    protocol: str
    ports: Ranges
    sport: bool = False
    name: str = ""

    def _port(self, flow: Flow) -> bool:
        return flow.port is None or self.ports.covers((flow.port, flow.port))

    def covers(self, flow: Flow) -> bool:
        """Whether it decides over all of the flow."""
        return (
            self.protocol in ("ip", flow.protocol)
            and not self.sport
            and self._port(flow)
            and self.source.covers(flow.source)
            and self.target.covers(flow.target)
        )

    def touches(self, flow: Flow) -> bool:
        """Whether it decides over some of it."""
        return (
            self.protocol in ("ip", flow.protocol)
            and self._port(flow)
            and self.source.touches(flow.source)
            and self.target.touches(flow.target)
        )


def passes(rules: Sequence[Rule], flow: Flow) -> tuple[bool, int]:
    """Whether a list of rules that ends by refusing lets all of a flow through, and the line that decides, or 0."""
    for rule in rules:
        if rule.allows and rule.covers(flow):
            return True, rule.line
        if not rule.allows and rule.touches(flow):
            return False, rule.line
    return False, 0
