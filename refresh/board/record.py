"""One line of the log, and the chain that the lines make.

A line is JSON that names the SHA-256 of the line before it. Whoever changes, drops or adds one in between breaks the
chain, and `sha256sum` is enough to see it. A chain that was cut at its end is whole: what its last line was, its head,
must be known from elsewhere, so the lead's screen and the export show it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

GENESIS: Final = "0" * 64
"""What the first line names as the one before it."""


class BrokenError(Exception):
    """The chain does not hold; the text says from which line on."""


@dataclass(frozen=True, slots=True)
class Record:
    """Something that happened."""

    seq: int
    previous: str
    received: datetime
    """When the board had it."""
    at: datetime
    """When it was said, which is earlier where a phone had no line."""
    who: str
    kind: str
    about: str | None
    body: Mapping[str, Any]
    key: str
    """The sender's own name of the report, by which it is kept once."""

    @property
    def line(self) -> str:
        """The bytes that the chain is made of."""
        return json.dumps(
            {
                "about": self.about,
                "at": self.at.isoformat(),
                "body": self.body,
                "key": self.key,
                "kind": self.kind,
                "previous": self.previous,
                "received": self.received.isoformat(),
                "seq": self.seq,
                "who": self.who,
            },
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )

    @property
    def digest(self) -> str:
        return digest(self.line)


def digest(line: str) -> str:
    """What the next line says of this one."""
    return hashlib.sha256(line.encode()).hexdigest()


def parse(line: str) -> Record:
    """The record that a line was written from."""
    said = json.loads(line)
    times = {name: datetime.fromisoformat(said[name]) for name in ("at", "received")}
    return Record(**(said | times))


def head(lines: Iterable[str]) -> str:
    """The digest of the last line, when every line is the one that its successor names. Raises BrokenError."""
    previous = GENESIS
    for number, line in enumerate(lines, 1):
        try:
            record = parse(line)
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenError(f"line {number} cannot be read ({error})") from error
        if (record.seq, record.previous) != (number, previous):
            raise BrokenError(f"line {number} does not follow the one before it")
        previous = digest(line)
    return previous
