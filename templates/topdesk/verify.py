"""Reads TOPdesk's tables back: every site once, every workplace, device and switch once, at its site."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive import devices
from rendering.proof import differences
from rendering.target import Finding
from templates.topdesk.context import ASSETS, PLACES

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip finds."""
    places, assets = list(_read(folder / PLACES)), list(_read(folder / ASSETS))
    wanted = [f"{w.name} {w.mac} at {w.site}" for w in devices.in_use(platform.places)]
    wanted += [f"{d.name} {d.mac} at {d.site}" for d in platform.places.devices.values()]
    wanted += [f"{s.name}  at {code}" for code, n in platform.site_networks.items() for s in n.switches]
    there = [f"{row['Nøgle']} {row['MAC-adresse']} at {row['Lokation']}" for row in assets]
    return [
        *differences(PLACES, "location", platform.places.sites, [row["Nøgle"] for row in places]),
        *differences(ASSETS, "asset", wanted, there),
    ]


def _read(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, strict=True)
