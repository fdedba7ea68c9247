"""Faults: what is wrong with the data, where it is, and what to do.

A fault is found, kept and reported with all the others of the run; nothing here raises on the first one.
What each code means to a reader stands in codes.py, from which docs/errors.md is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from model.codes import CODES


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One thing that is wrong: `file:line: CODE path: what is wrong; what to do`."""

    file: str
    line: int
    code: str
    path: str
    message: str

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"unknown fault code {self.code}")

    def __str__(self) -> str:
        return visible(f"{self.file}:{self.line}: {self.code} {self.path}: {self.message}")


class ModelError(Exception):
    """The data cannot be used. `faults` holds every fault of the run, sorted by file and line, each once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def visible(text: str) -> str:
    """`text` with what a terminal would obey and not show written out: control characters, marks of direction."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean X` when something known is close to `word`, else the list of what is known."""
    import difflib  # noqa: PLC0415 only when something is wrong: it costs a good load 20 ms

    known = sorted(known)
    close = difflib.get_close_matches(word.lower(), [k.lower() for k in known], n=1, cutoff=0.6)
    if close:
        return f"did you mean {next(k for k in known if k.lower() == close[0])}"
    shown = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
    return f"known are: {shown}" if known else "none is known"


def shown_path(path: Path) -> str:
    """How messages name a file: below the working directory from there, else as it is."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
