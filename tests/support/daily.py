"""docs/daily-work.md as a test reads it: its jobs, what each writes, and what the page says that a preview shows.

A job is a heading with steps. A step is blocks that change a file, named in their first line, and the preview that
follows. In YAML a key stands where the page has it: what is there keeps its other keys, a list gets its items appended,
and `without: path` takes a line out. In a table (CSV) a row takes the place of that with the same first cell, or is
added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.support.edit import REMOVE, edit

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_STEP = re.compile(
    r"^ (\+|~|-|\+-|=)\s+(\S+:\S+) (\S+) (?:create|update|delete|replace|import)(?:e?d)?\b"
    r"(?: \([\d.]+s\))? *(\[diff: .*\])?",
    re.MULTILINE,
)
"""A line of a preview, or of an update once the step is done."""
_TARGETS = re.compile(r"`--diff` names ([^.]*)\.")


Line = tuple[str, str, str, str]
"""Sign, type, name and what differs: `[diff: ~memory]`."""


@dataclass(frozen=True)
class Step:
    """What is written, by block, and what the page shows: the preview's lines, counts by sign, and its commands."""

    blocks: tuple[tuple[str, str], ...]
    lines: frozenset[Line]
    counts: Mapping[str, int]
    commands: tuple[str, ...]


@dataclass
class Job:
    """A job of the page. `targets` are those of the configuration that change, where the page says so."""

    title: str
    targets: frozenset[str]
    steps: list[Step] = field(default_factory=list[Step])


def jobs(page: Path) -> list[Job]:
    """The jobs of the page, in order."""
    found: list[Job] = []
    for part in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        told = re.findall(r"`(\w+)`", " ".join(_TARGETS.findall(part)))
        job, written = Job(part.partition("\n")[0], frozenset(told)), list[tuple[str, str]]()
        for kind, text in _BLOCK.findall(part):
            if kind in ("yaml", "csv"):
                written.append((kind, text))
            elif kind == "console":
                job.steps.append(_step(tuple(written), text))
                written = []
        if job.steps:
            found.append(job)
    return found


def _step(blocks: tuple[tuple[str, str], ...], shown: str) -> Step:
    counts = {sign: int(number) for sign, number in re.findall(r"^ +(\+-|[+~-]) ?(\d+) to \w+$", shown, re.MULTILINE)}
    commands = tuple(line[2:] for line in shown.splitlines() if line.startswith("$ "))
    return Step(blocks, lines(shown), counts, commands)


def lines(shown: str) -> frozenset[Line]:
    """The lines of what `pulumi preview` or `pulumi up` printed."""
    return frozenset(_STEP.findall(shown))


def write(folder: Path, step: Step) -> None:
    """Writes what a step says into a platform."""
    for kind, text in step.blocks:
        head, _, body = text.partition("\n")
        file = head.removeprefix("# ").strip()
        if kind == "csv":
            columns = (folder / file).read_text(encoding="utf-8").partition("\n")[0].split(",")
            for line in body.splitlines():
                row = dict(zip(columns, line.split(","), strict=True))
                there = any(known.startswith(f"{row['name']},") for known in _lines(folder / file))
                edit(folder, {file: {row["name"]: REMOVE}} if there else {}, {file: {row["name"]: row}})
            continue
        for gone in re.findall(r"^# without: (\S+)$", body, re.MULTILINE):
            edit(folder, {file: {gone: REMOVE}})
        wanted: Any = json.loads(json.dumps(YAML(typ="safe").load(body), default=str))  # a date as its text
        for path, value in _leaves(wanted or {}, YAML(typ="safe").load((folder / file).read_text(encoding="utf-8"))):
            edit(folder, {file: {path: value}})


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def _leaves(wanted: Any, there: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    for key, value in wanted.items():
        here = there.get(key)
        if isinstance(value, dict) and isinstance(here, dict):
            yield from _leaves(value, here, (*path, key))
        elif isinstance(value, list) and isinstance(here, list):
            yield from (((*path, key, len(here) + index), item) for index, item in enumerate(value))
        else:
            yield (*path, key), value
