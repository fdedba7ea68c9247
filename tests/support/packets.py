"""Sends packets through an nftables ruleset as it was written to a file, without nft and without our generator.

It knows what our ruleset is made of and refuses anything else: one forward chain, sets of IPv4 prefixes, and rules that
match connection state, source, destination and ports. What it does not understand is an error, never a rule skipped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_WORDS = re.compile(r'"[^"]*"|[{},;]|[^\s{},;]+')


class Packet(NamedTuple):
    """The first packet of a connection. `port` is the destination's; of a ping it says nothing."""

    source: int
    target: int
    protocol: str
    port: int


@dataclass
class _Rule:
    sources: str | None = None
    targets: str | None = None
    protocol: str | None = None
    ports: list[tuple[int, int]] = field(default_factory=list)
    states: frozenset[str] = frozenset({"new", "established", "related", "invalid"})
    verdict: str | None = None
    name: str = ""


class Ruleset:
    """The rules of a file, in their order, and its sets."""

    def __init__(self, path: Path) -> None:
        self.sets: dict[str, list[tuple[int, int]]] = {}
        self.rules: list[_Rule] = []
        self.policy = "accept"
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
        text = "\n".join(lines)
        body = text[text.index("{", text.rindex("\ntable inet")) + 1 : text.rindex("}")]
        for kind, name, block in _blocks(body):
            if kind == "set":
                self._set(name, block)
            elif kind == "chain":
                self._chain(block)
            else:
                raise ValueError(f"{kind} {name}: neither set nor chain")

    def verdict(self, packet: Packet) -> tuple[str, str]:
        """What becomes of a new connection's first packet: `accept` or `drop`, and the comment of the rule."""
        for rule in self.rules:
            if rule.verdict is not None and "new" in rule.states and self._matches(rule, packet):
                return rule.verdict, rule.name
        return self.policy, "policy"

    def _matches(self, rule: _Rule, packet: Packet) -> bool:
        return (
            (rule.sources is None or _within(self.sets[rule.sources], packet.source))
            and (rule.targets is None or _within(self.sets[rule.targets], packet.target))
            and (rule.protocol is None or rule.protocol == packet.protocol)
            and (not rule.ports or any(first <= packet.port <= last for first, last in rule.ports))
        )

    def _set(self, name: str, block: str) -> None:
        spans: list[tuple[int, int]] = []
        elements = block[block.index("{", block.index("elements")) + 1 : block.rindex("}")]
        for text in elements.replace(",", " ").split():
            address, _, length = text.partition("/")
            a, b, c, d = map(int, address.split("."))
            start = (a << 24) + (b << 16) + (c << 8) + d
            size = 1 << (32 - int(length or 32))
            if start % size:
                raise ValueError(f"{text}: bits beyond the prefix")
            spans.append((start, start + size - 1))
        if not spans:
            raise ValueError(f"set {name} is empty")
        self.sets[name] = sorted(spans)

    def _chain(self, block: str) -> None:
        head, _, rest = block.strip().partition("\n")
        if "hook forward" not in head:
            raise ValueError(f"{head}: not the forward chain")
        self.policy = head.rsplit("policy", 1)[1].strip(" ;")
        self.rules = [_rule(line) for line in rest.splitlines() if line.strip()]


def _blocks(body: str) -> list[tuple[str, str, str]]:
    """Each `kind name { ... }` at the top of `body`."""
    found: list[tuple[str, str, str]] = []
    at = 0
    while (start := body.find("{", at)) >= 0:
        depth, end = 1, start + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(body[end], 0)
            end += 1
        kind, name = body[at:start].split()
        found.append((kind, name, body[start + 1 : end - 1]))
        at = end
    return found


def _rule(line: str) -> _Rule:
    words = _WORDS.findall(line)
    rule = _Rule()
    while words:
        word = words.pop(0)
        if _match(rule, word, words):
            continue
        if word in ("accept", "drop"):
            rule.verdict = word
        elif word == "comment":
            rule.name = words.pop(0).strip('"')
        elif word == "counter":
            continue
        elif word in ("limit", "log"):
            del words[: {"limit": 2, "log": 2}[word]]
        else:
            raise ValueError(f"{line.strip()}: {word} is not known")
    return rule


def _match(rule: _Rule, word: str, words: list[str]) -> bool:
    """Takes what a rule matches from `words`, when `word` begins a match that we know."""
    if word == "ct" and words[0] == "state":
        words.pop(0)
        states = [words.pop(0)]
        while words and words[0] == ",":
            words.pop(0)
            states.append(words.pop(0))
        rule.states = frozenset(states)
    elif word == "ip" and words[0] in ("saddr", "daddr"):
        which, name = words.pop(0), words.pop(0).removeprefix("@")
        if which == "saddr":
            rule.sources = name
        else:
            rule.targets = name
    elif word in ("tcp", "udp") and words[0] == "dport":
        words.pop(0)
        rule.protocol, rule.ports = word, _ports(words)
    elif word == "icmp" and words[:2] == ["type", "echo-request"]:
        del words[:2]
        rule.protocol = "icmp"
    else:
        return False
    return True


def _ports(words: list[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    if words.pop(0) != "{":
        raise ValueError("ports without braces")
    while (word := words.pop(0)) != "}":
        if word != ",":
            first, _, last = word.partition("-")
            found.append((int(first), int(last or first)))
    return found


def _within(spans: list[tuple[int, int]], address: int) -> bool:
    at = bisect_right(spans, (address, 1 << 32)) - 1
    return at >= 0 and spans[at][0] <= address <= spans[at][1]
