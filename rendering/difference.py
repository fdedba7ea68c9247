"""What a render would change in a folder, as unified diffs that `patch` and every viewer of diffs take.

What we rendered holds no secret, so neither side of such a diff does. What a person wrote into a file may be one, so of
such a file only the name is told.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rendering.manifest import FOLDER
from rendering.writer import Work

Kind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that would not stay as it is. `diff` is empty where `edited`: a person has changed it since."""

    path: str
    kind: Kind
    edited: bool
    diff: str


def differences(work: Work, folder: Path) -> Iterator[Difference]:
    """Every file that a run would write or remove, by path."""
    removed = set(work.removed)
    for path in sorted({*work.changed, *removed}):
        edited = path in work.edited
        there = path in removed or work.found[path] not in ("", FOLDER)
        kind: Kind = "removed" if path in removed else "changed" if there else "added"
        before = (folder / path).read_bytes() if there and not edited else b""
        after = work.changed.get(path, b"")
        yield Difference(path, kind, edited, "" if edited else _diff(path, kind, before, after))


def _diff(path: str, kind: Kind, before: bytes, after: bytes) -> str:
    """In the form of GNU diff; a file that is no text differs and no more is said."""
    old = "/dev/null" if kind == "added" else f"a/{path}"
    new = "/dev/null" if kind == "removed" else f"b/{path}"
    if path.endswith(".pdf") or b"\0" in before + after:
        return f"Binary files {old} and {new} differ\n"
    lines = difflib.unified_diff(_lines(before), _lines(after), old, new)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(content: bytes) -> list[str]:
    """Lines as `patch` counts them, by line feed alone."""
    text = content.decode("utf-8", "replace")
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])
