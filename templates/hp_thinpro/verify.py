"""Reads HP's bundle back: every thin client once, in its site's list, with the profile of its way of working, and
each profile says whose it is, for by that the script removes an old one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from model.derive import thin_clients
from rendering import powershell, proof
from rendering.target import Finding
from templates.hp_thinpro.context import FOLDER, MARK

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Desktops, Places


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip, xmllint and the grammar of PowerShell find. Raises Missing."""
    return proof.joined(
        _back(platform.places, platform.desktops, folder),
        lambda: proof.xmllint(folder),
        lambda: powershell.findings(folder),
    )


def _back(places: Places, desktops: Desktops, folder: Path) -> Iterator[Finding]:
    listed: list[str] = []
    used: set[str] = set()
    for path in sorted(folder.glob("sites/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                profile = _name(folder / FOLDER / row["fil"]).rpartition(" ")[2]
                listed.append(f"{path.stem} {row['navn']} {row['mac']} {profile}")
                used.add(row["fil"])
    wanted = [f"{w.site} {w.name} {w.mac} {w.profile}" for w in thin_clients.of_maker(places, desktops, "hp")]
    yield from proof.differences("sites", "thin client", wanted, listed)
    there = [path.relative_to(folder / FOLDER).as_posix() for path in sorted((folder / FOLDER).rglob("*.xml"))]
    yield from proof.differences(FOLDER, "profile", used, there)
    for name in there:
        if MARK not in (folder / FOLDER / name).read_text(encoding="utf-8"):
            yield Finding(f"{FOLDER}/{name}", f"does not say {MARK}")


def _name(path: Path) -> str:
    return ET.parse(path).getroot().findtext("ProfileSettings/Name", "") if path.is_file() else "none"  # noqa: S314 ours
