"""The configuration of a switch by its indentation, and what its filters and marks mean (IOS XE 16 and 17)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from refresh.certificate.facts import At
from refresh.certificate.reading.reach import ANY, PORTS, Range, Rule, ranges
from refresh.certificate.reading.text import Text

DSCP = {
    "default": 0,
    "ef": 46,
    **{f"cs{n}": 8 * n for n in range(1, 8)},
    **{f"af{n}{drop}": 8 * n + 2 * drop for n in range(1, 5) for drop in range(1, 4)},
}
"""The names of code points (RFC 4594 section 2.3)."""
_PORTS = {"bootps": 67, "bootpc": 68, "domain": 53, "www": 80, "ntp": 123, "snmp": 161, "syslog": 514}
_SYNTAX = "a line of a filter that this reader does not know"


@dataclass(frozen=True, slots=True)
class Line:
    """A line with those below it."""

    text: str
    number: int
    under: tuple[Line, ...]

    def find(self, prefix: str) -> Iterator[Line]:
        """Those directly below that begin so."""
        return (line for line in self.under if line.text.startswith(prefix))

    def value(self, prefix: str) -> str | None:
        """What stands behind the prefix in the first such line."""
        found = next(self.find(prefix), None)
        return found.text.removeprefix(prefix).strip() if found is not None else None

    def has(self, text: str) -> bool:
        """Whether this very line stands below it."""
        return any(line.text == text for line in self.under)


@dataclass(frozen=True)
class Config:
    """A switch's configuration. Two blocks of one name are both there, as the switch would take both."""

    file: Text
    lines: tuple[Line, ...]

    def find(self, prefix: str) -> Iterator[Line]:
        """Lines of the outermost level that begin so."""
        return (line for line in self.lines if line.text.startswith(prefix))

    def block(self, name: str) -> Line | None:
        """The block with just this first line."""
        return next((line for line in self.lines if line.text == name), None)

    def at(self, line: Line | None) -> At:
        """Its place; the file where there is none."""
        return At(self.file.path, line.number if line is not None else 0)


def parse(file: Text) -> Config:
    """A file's blocks, by how far lines are indented. Comments are left out."""
    rows = [(len(row) - len(row.lstrip()), row.strip(), n) for n, row in enumerate(file.lines, 1)]
    rows = [row for row in rows if row[1] and not row[1].startswith("!")]
    return Config(file, _level(rows, 0, len(rows)))


def _level(rows: Sequence[tuple[int, str, int]], first: int, end: int) -> tuple[Line, ...]:
    found: list[Line] = []
    while first < end:
        depth, text, number = rows[first]
        last = first + 1
        while last < end and rows[last][0] > depth:
            last += 1
        found.append(Line(text, number, _level(rows, first + 1, last)))
        first = last
    return tuple(found)


def access_list(config: Config, name: str) -> tuple[Line | None, list[Rule]]:
    """An extended access list with its rules in their order."""
    block = config.block(f"ip access-list extended {name}")
    return block, [_entry(config.file, line) for line in block.under] if block is not None else []


def _entry(file: Text, line: Line) -> Rule:
    words = line.text.split()
    try:
        _, action, protocol, *rest = words
        source, rest = _addresses(rest)
        sport, rest = _ports(rest)
        target, rest = _addresses(rest)
        dport, rest = _ports(rest)
        allows = {"permit": True, "deny": False}[action]
    except (ValueError, IndexError, KeyError):
        raise file.unread(line.number, _SYNTAX) from None
    narrowed = sport is not None or (bool(rest) and allows)
    one = ranges([dport or PORTS])
    return Rule(line.number, allows, ranges([source]), ranges([target]), protocol, one, narrowed, name=line.text)


def _addresses(words: list[str]) -> tuple[Range, list[str]]:
    if words[0] == "any":
        return ANY, words[1:]
    if words[0] == "host":
        one = int(IPv4Address(words[1]))
        return (one, one), words[2:]
    first, wild = int(IPv4Address(words[0])), int(IPv4Address(words[1]))
    return (first, first | wild), words[2:]


def _ports(words: list[str]) -> tuple[Range | None, list[str]]:
    if words and words[0] == "eq":
        one = _port(words[1])
        return (one, one), words[2:]
    if words and words[0] == "range":
        return (_port(words[1]), _port(words[2])), words[3:]
    return None, words


def _port(word: str) -> int:
    return _PORTS[word] if word in _PORTS else int(word)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a port's policy writes into packets of one kind, and where it says so."""

    dscp: int
    at: At


def marked(config: Config, policy: str, protocol: str, port: int) -> Mark | None:
    """How a policy map marks what goes to a port, by the first of its classes that matches it."""
    block = config.block(f"policy-map {policy}")
    for line in block.under if block is not None else ():
        name = line.text.removeprefix("class ")
        value = line.value("set dscp ")
        if value in DSCP and (name == "class-default" or _matches(config, name, protocol, port)):
            set_ = next(line.find("set dscp "))
            return Mark(DSCP[value], config.at(set_))
    return None


def _matches(config: Config, name: str, protocol: str, port: int) -> bool:
    block = config.block(f"class-map match-any {name}")
    lists = [line.text.split()[-1] for line in block.find("match access-group name ")] if block is not None else []
    return any(
        rule.allows and not rule.sport and rule.protocol == protocol and rule.ports.covers((port, port))
        for each in lists
        for rule in access_list(config, each)[1]
    )


def queue_of(config: Config, policy: str, dscp: int) -> Line | None:
    """The class of a queueing policy that takes a code point; None where only the default does."""
    names = {name for name, value in DSCP.items() if value == dscp} | {str(dscp)}
    block = config.block(f"policy-map {policy}")
    for line in block.under if block is not None else ():
        found = config.block(f"class-map match-any {line.text.removeprefix('class ')}")
        if found is not None and any(found.has(f"match dscp {name}") for name in names):
            return line
    return None
