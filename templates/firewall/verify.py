"""Proves the firewall: nft accepts the ruleset, every flow has its rules, and no rule is without a flow.

Sets and rules are read back from the text and held against the model; tests/support/packets.py, which shares nothing
with this folder, sends packets through them.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive import flows
from rendering import native
from rendering.proof import differences, joined
from rendering.target import Finding

if TYPE_CHECKING:
    from model import Platform

RULESET, TABLE = "platform-refresh.nft", "flows.csv"
_SET = re.compile(r"set (\w+) \{[^{}]*elements = \{([^}]*)\}")
_RULE = re.compile(
    r"ip saddr @(\w+) ip daddr @(\w+) (?:(tcp|udp) dport \{ ([^}]*) \}|(icmp) type (echo-request)) "
    r'counter accept comment "([^"]*)"'
)


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and `nft -c` find. Raises Missing."""
    if not flows.rules(platform):
        return []
    return joined(_round_trip(platform, folder), lambda: _nft(folder))


def _nft(folder: Path) -> list[Finding]:
    """The kernel is asked even to check; where that takes rights that we have not, in a namespace of our own."""
    nft = native.find("nft")
    done = native.run("nft", "-c", "-f", RULESET, folder=folder)
    if done.returncode and "Operation not permitted" in done.stderr and shutil.which("unshare"):
        done = native.run("unshare", "-rn", nft, "-c", "-f", RULESET, folder=folder)
    return [] if done.returncode == 0 else [Finding(RULESET, f"nft: {done.stderr.strip()[:500]}")]


def _round_trip(platform: Platform, folder: Path) -> Iterator[Finding]:
    rules = flows.rules(platform)
    wanted = [
        f"{rule.name}: {' '.join(map(str, rule.sources))} > {' '.join(map(str, rule.targets))} {protocol} {ports}"
        for rule in rules
        for protocol, ports in _ports(rule)
    ]
    yield from differences(RULESET, "rule", wanted, _read(folder / RULESET))
    yield from differences(TABLE, "row", wanted, _rows(folder / TABLE))


def _ports(rule: flows.Rule) -> Iterator[tuple[str, str]]:
    for protocol in ("icmp", "tcp", "udp"):
        spans = [(port.first, port.last) for port in rule.ports if port.protocol == protocol]
        if spans:
            text = [f"{first}" if first == last else f"{first}-{last}" for first, last in spans]
            yield protocol, "echo-request" if protocol == "icmp" else " ".join(text)


def _read(path: Path) -> Iterator[str]:
    """Each rule of the ruleset that accepts what is new, its sets written out."""
    text = path.read_text(encoding="utf-8")
    sets = {name: " ".join(elements.replace(",", " ").split()) for name, elements in _SET.findall(text)}
    for source, target, protocol, ports, ping, echo, name in _RULE.findall(text):
        yield f"{name}: {sets[source]} > {sets[target]} {protocol or ping} {ports.replace(', ', ' ') or echo}"
    accepts = text.count(" accept") - text.count("ct state established,related accept")
    if accepts != len(_RULE.findall(text)):
        yield f"{accepts} rules accept, {len(_RULE.findall(text))} are flows"


def _rows(path: Path) -> Iterator[str]:
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    for row in rows:
        yield f"{row['strøm']}: {row['kilder']} > {row['mål']} {row['protokol']} {row['porte']}"
