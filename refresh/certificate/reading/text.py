"""A file with its lines, so that everything said of it names one."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from refresh.certificate.facts import At


class BadInputError(Exception):
    """What was handed over cannot be read. Every message has the form `file:line: what is wrong; what to do`."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Text:
    """A file. `path` is how it is named in a certificate: below the folder that was rendered."""

    path: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines; the first is number 1."""
        return tuple(self.text.splitlines())

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in re.finditer("\n", self.text)))

    def offset(self, line: int) -> int:
        """Where a line begins."""
        return self._starts[max(line - 1, 0)]

    def at(self, needle: str, start: int = 0) -> At:
        """Where a text stands first behind an offset; the file as a whole where it does not."""
        found = self.text.find(needle, start) if needle else -1
        return At(self.path, bisect_right(self._starts, found) if found >= 0 else 0)

    def unread(self, line: int, what: str) -> BadInputError:
        """What cannot be understood of it."""
        return BadInputError(f"{At(self.path, line)}: {what}; write it again with `refresh render --force`")


def read(folder: Path, name: str) -> Text | None:
    """A file below a folder; None where there is none."""
    path = folder / name
    try:
        return Text(name, path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path}: cannot be read ({error}); write it again with `refresh render`") from None


def need(folder: Path, name: str) -> Text:
    """A file that must be there."""
    found = read(folder, name)
    if found is None:
        raise BadInputError(f"{folder / name}: there is no such file; write it with `refresh render --out {folder}`")
    return found


def as_json(text: Text, content: str | None = None, first: int = 0) -> Any:
    """A file's JSON, or that in a part of it which begins `first` lines down."""
    try:
        return json.loads(text.text if content is None else content)
    except json.JSONDecodeError as error:
        raise text.unread(first + error.lineno, f"no JSON ({error.msg})") from None


def in_script(text: Text) -> Any:
    """The JSON that a PowerShell script holds between @' and '@."""
    head, _, rest = text.text.partition("@'\n")
    body, end, _ = rest.partition("\n'@")
    if not end:
        raise text.unread(0, "no JSON between @' and '@")
    return as_json(text, body, head.count("\n") + 1)
