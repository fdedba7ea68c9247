"""The firewall's rules as they were rendered, twice: nftables, and the table for any other make."""

from __future__ import annotations

import csv
import re
from ipaddress import IPv4Network

from refresh.certificate.reading.reach import PORTS, Range, Ranges, Rule, ranges, span
from refresh.certificate.reading.text import Text

_RULE = re.compile(
    r"ct state new ip saddr @(?P<source>\w+) ip daddr @(?P<target>\w+) "
    r"(?:(?P<protocol>tcp|udp) dport \{ (?P<ports>[0-9, -]+) \}|(?P<icmp>icmp type echo-request)) "
    r'counter (?P<verdict>accept|drop) comment "(?P<name>[^"]*)"'
)
_KNOWN = re.compile(
    r"type filter hook forward priority filter; policy drop;|ct state invalid drop|ct state established,related accept|"
    r"limit rate .* counter|#.*|"
)
_UNKNOWN = "a line of the ruleset that this reader does not know"


def nftables(file: Text) -> list[Rule]:
    """The rules of the chain `forward` in their order. Raises BadInputError for a line that is none it knows."""
    sets: dict[str, Ranges] = {}
    rules: list[Rule] = []
    members: list[Range] | None = None
    name, inside = "", False
    for number, row in enumerate(file.lines, 1):
        line = row.strip()
        if line.startswith("set ") and line.endswith("{"):
            name = line.split()[1]
        elif line.startswith("elements"):
            members = []
        elif members is not None and line.startswith("}"):
            sets[name], members = ranges(members), None
        elif members is not None:
            members.append(_prefix(file, number, line.rstrip(",")))
        elif line.startswith("chain forward"):
            inside = True
        elif inside and line == "}":
            inside = False
        elif inside and not _KNOWN.fullmatch(line):
            rules.append(_rule(file, number, line, sets))
    return rules


def _rule(file: Text, number: int, line: str, sets: dict[str, Ranges]) -> Rule:
    found = _RULE.fullmatch(line)
    if found is None or found["source"] not in sets or found["target"] not in sets:
        raise file.unread(number, _UNKNOWN)
    ports = ranges(_port(part) for part in found["ports"].split(",")) if found["ports"] else ranges([PORTS])
    return Rule(
        line=number,
        allows=found["verdict"] == "accept",
        source=sets[found["source"]],
        target=sets[found["target"]],
        protocol=found["protocol"] or "icmp",
        ports=ports,
        name=found["name"],
    )


def _prefix(file: Text, number: int, text: str) -> Range:
    try:
        return span(IPv4Network(text))
    except ValueError:
        raise file.unread(number, f"{text} is no prefix") from None


def _port(text: str) -> Range:
    first, _, last = text.strip().partition("-")
    return int(first), int(last or first)


def table(file: Text) -> list[Rule]:
    """The same rules from the table: `kilder`, `mål`, `protokol`, `porte`, one a line."""
    rules: list[Rule] = []
    rows = csv.DictReader(file.lines)
    for row in rows:
        number = rows.line_num
        try:
            ends = [ranges(span(IPv4Network(part)) for part in row[key].split()) for key in ("kilder", "mål")]
            icmp = row["protokol"] == "icmp"
            ports = ranges([PORTS] if icmp else [_port(part) for part in row["porte"].split()])
        except (KeyError, ValueError, AttributeError):
            raise file.unread(number, "a row that is no flow") from None
        rules.append(Rule(number, True, ends[0], ends[1], row["protokol"], ports, name=row.get("strøm") or ""))
    return rules
