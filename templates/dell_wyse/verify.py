"""Reads Dell's groups back: every thin client once, at its site, in the group of its way of working. No validator of
Dell's can be had, so the JSON is read by Python's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.derive import thin_clients
from rendering import proof
from rendering.target import Finding

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Desktops, Places


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip finds."""
    return list(_back(platform.places, platform.desktops, folder))


def _back(places: Places, desktops: Desktops, folder: Path) -> Iterator[Finding]:
    workplaces = thin_clients.of_maker(places, desktops, "dell")
    listed: list[str] = []
    for path in sorted(folder.glob("sites/*.json")):
        site = _read(path)
        listed += [
            f"{site['group']} {group['policy']} {device['mac']} {device['name']}"
            for group in site["groups"]
            for device in group["devices"]
        ]
    wanted = [f"{w.site} {w.profile} {w.mac} {w.name}" for w in workplaces]
    yield from proof.differences("sites", "device", wanted, listed)
    names = [_read(path)["group"] for path in sorted(folder.glob("policies/*.json"))]
    yield from proof.differences("policies", "policy", thin_clients.profiles(workplaces), names)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
