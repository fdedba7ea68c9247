"""Reads the papers back: each agreed visit stands on one route sheet with its hours, each device on one label, and PDF
says what HTML does.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive.devices import coming, name_of
from rendering import proof
from rendering.target import Finding
from templates.people.pdf import blocks
from templates.people.verify import printed
from templates.weekend.context import LABELS, PACKING, ROUTE

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and poppler find."""
    return proof.joined(_back(platform, folder), lambda: list(printed(folder)))


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    cutover = platform.weekend.cutover
    if platform.people is None or cutover is None:
        return
    yield from proof.differences(
        ".",
        "visit",
        _counted(
            f"{v.crew} {v.begins[-5:].lstrip('0')} {v.site} {v.workplaces}" for v in platform.weekend.visits.values()
        ),
        _counted(_stops(folder)),
    )
    yield from proof.differences(".", "gate", platform.weekend.gates, [p.stem for p in folder.glob("porte/*.html")])
    packed = [row for path in sorted(folder.glob(f"*/{PACKING}.html")) for row in _rows(path, 6)]
    serials = {device.serial for device in coming(platform.places, cutover.generation).values()}
    listed = [row[1] for row in packed if row[1]]
    yield from (f for f in proof.differences(".", "device", serials, listed) if platform.weekend.visits)
    table = folder / LABELS
    labels = list(csv.DictReader(table.open(encoding="utf-8", newline=""))) if table.is_file() else []
    yield from proof.differences(
        LABELS,
        "label",
        [name_of(device) for device in coming(platform.places, cutover.generation).values()],
        [row["kode"] for row in labels],
    )


def _counted(visits: Iterable[str]) -> list[str]:
    """Each with its number among its likes: a crew may be at one site at the same hour on two days."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    for visit in visits:
        seen[visit] += 1
        found.append(f"{visit} ({seen[visit]})")
    return found


def _stops(folder: Path) -> Iterator[str]:
    """Each line of a route sheet as crew, hour, site and number of workplaces."""
    for path in sorted(folder.glob(f"*/{ROUTE}.html")):
        for hours, site, _, seats, *_ in _rows(path, 7):
            hour, _, minutes = hours.partition("-")[0].partition(".")
            yield f"{path.parent.name} {hour}:{minutes or '00'} {site.split()[0]} {seats}"


def _rows(path: Path, columns: int) -> Iterator[tuple[str, ...]]:
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.tag == "tr" and len(block.texts) == columns and not block.head:
            yield block.texts
