"""Reads the papers back: every system that has a record stands in it once with its purpose and when its data are
deleted, every dependency in the list of suppliers from both sides; and PDF says what HTML does, as poppler reads it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rendering import proof
from rendering.escape import csv_cell
from rendering.target import Finding
from templates.people.pdf import blocks
from templates.people.verify import printed
from templates.records.context import RECORD, SUPPLIERS, heading

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and poppler find."""
    return proof.joined(_back(platform, folder), lambda: list(printed(folder)))


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    systems = platform.estate.systems
    wanted = [
        f"{code}: {_cell(s.processing.purpose)}: {_cell(s.processing.retention)}"
        for code, s in systems.items()
        if s.processing is not None
    ]
    rows = list(_rows(folder / f"{RECORD}.csv"))
    told = [f"{row['Kode']}: {row['Formål']}: {row['Sletning']}" for row in rows]
    yield from proof.differences(f"{RECORD}.csv", "record", wanted, told)
    headings = [" ".join(heading(s, s.processing).split()) for s in systems.values() if s.processing is not None]
    yield from proof.differences(f"{RECORD}.html", "heading", headings, _headings(folder, RECORD))
    known = {code: s for code, s in systems.items() if s.supplier or s.recovery}
    rows = list(_rows(folder / f"{SUPPLIERS}.csv"))
    rests = [f"{code}: {bool(s.depends_on)}" for code, s in known.items()]
    bears = {other for s in systems.values() for other in s.depends_on or ()}
    yield from proof.differences(
        f"{SUPPLIERS}.csv", "system", rests, [f"{row['Kode']}: {bool(row['Hviler på'])}" for row in rows]
    )
    yield from proof.differences(
        f"{SUPPLIERS}.csv", "bearer", bears & known.keys(), [row["Kode"] for row in rows if row["Bærer"]]
    )
    titles = [" ".join(s.title.split()) for s in known.values()]
    yield from proof.differences(f"{SUPPLIERS}.html", "heading", titles, _headings(folder, SUPPLIERS))


def _cell(text: str) -> str:
    """A text as a table has it, where what a spreadsheet would run is made harmless."""
    return next(csv.reader([csv_cell(text)]))[0]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, strict=True)


def _headings(folder: Path, name: str) -> list[str]:
    path = folder / f"{name}.html"
    found = blocks(path.read_text(encoding="utf-8")) if path.is_file() else []
    return [block.texts[0] for block in found if block.tag == "h2"]
