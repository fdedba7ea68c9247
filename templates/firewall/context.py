"""The contexts of the nftables ruleset and of the vendor-neutral table: the model's flows and nothing beside them.

Each end is a set of prefixes, shared by all flows that name it, so a change of an address changes one line. What is
not let through is dropped and logged. Left out: address translation and the firewall's own management.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import flows
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform
    from model.derive.flows import Port, Rule


@dataclass(frozen=True, slots=True)
class Set:
    """A set of prefixes of nftables, which is an end of flows."""

    name: str
    prefixes: list[str]


@dataclass(frozen=True, slots=True)
class Passage:
    """A flow: the names of the sets at its ends, its ports by protocol (`443`, `5000-5010`), and whether ping passes.
    `expires` is a date, or empty.
    """

    name: str
    reason: str
    owner: str
    expires: str
    source: str
    target: str
    tcp: list[str]
    udp: list[str]
    ping: bool


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The context of the ruleset."""

    sets: list[Set]
    rules: list[Passage]


@dataclass(frozen=True, slots=True)
class Row:
    """A flow and a protocol, in words that any firewall has."""

    name: str
    from_: str
    sources: str
    to: str
    targets: str
    protocol: str
    ports: str
    system: str
    owner: str
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class Table:
    """The context of the table."""

    rows: list[Row]


def files(platform: Platform) -> Iterator[File]:
    """The ruleset and the table; nothing where no flow becomes a rule."""
    rules = flows.rules(platform)
    if not rules:
        return
    sets: dict[str, Set] = {}
    for rule in rules:
        for name, prefixes in ((source_set(rule), rule.sources), (target_set(rule), rule.targets)):
            if name not in sets:
                sets[name] = Set(name, [str(prefix) for prefix in prefixes])
    ruleset = Ruleset([sets[name] for name in sorted(sets)], [_passage(rule) for rule in rules])
    yield File("platform-refresh.nft", "platform-refresh.nft.j2", ruleset)
    yield File("flows.csv", "flows.csv.j2", Table(list(_rows(rules, sets))), utf8_bom)


def source_set(rule: Rule) -> str:
    """The name of the set of a flow's sources: `end_clients__staff_wifi`. No key of the model has an underscore, and
    no word of nftables begins with `end_`.
    """
    return "end_" + "__".join(rule.source_names).replace("-", "_")


def target_set(rule: Rule) -> str:
    """The same of its targets, with the role of the servers where not all are meant: `end_ad__role__dc`."""
    names = rule.target_names if rule.role is None else (*rule.target_names, "role", rule.role)
    return "end_" + "__".join(names).replace("-", "_")


def _passage(rule: Rule) -> Passage:
    return Passage(
        name=rule.name,
        reason=rule.reason,
        owner=rule.owner,
        expires=rule.expires.isoformat() if rule.expires is not None else "",
        source=source_set(rule),
        target=target_set(rule),
        tcp=[_span(port) for port in rule.ports if port.protocol == "tcp"],
        udp=[_span(port) for port in rule.ports if port.protocol == "udp"],
        ping=any(port.protocol == "icmp" for port in rule.ports),
    )


def _span(port: Port) -> str:
    return str(port.first) if port.first == port.last else f"{port.first}-{port.last}"


def _rows(rules: tuple[Rule, ...], sets: Mapping[str, Set]) -> Iterator[Row]:
    """A row for each flow and protocol."""
    joined = {name: " ".join(found.prefixes) for name, found in sets.items()}
    for rule in rules:
        for protocol in ("icmp", "tcp", "udp"):
            spans = [_span(port) for port in rule.ports if port.protocol == protocol]
            if spans:
                yield Row(
                    name=rule.name,
                    from_=", ".join(rule.source_names),
                    sources=joined[source_set(rule)],
                    to=", ".join(rule.target_names),
                    targets=joined[target_set(rule)],
                    protocol=protocol,
                    ports="echo-request" if protocol == "icmp" else " ".join(spans),
                    system=rule.system or "",
                    owner=rule.owner,
                    reason=rule.reason,
                    expires=rule.expires.isoformat() if rule.expires is not None else "",
                )
