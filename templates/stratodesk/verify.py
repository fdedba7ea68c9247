"""Reads Stratodesk's groups back: every thin client once, at its site, in the group of its way of working."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from model.derive import thin_clients
from rendering import proof
from rendering.target import Finding

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Desktops, Places


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and xmllint find."""
    return proof.joined(_back(platform.places, platform.desktops, folder), lambda: proof.xmllint(folder))


def _back(places: Places, desktops: Desktops, folder: Path) -> Iterator[Finding]:
    workplaces = thin_clients.of_maker(places, desktops, "stratodesk")
    listed: list[str] = []
    for path in sorted(folder.glob("sites/*.xml")):
        site = _read(path)
        listed += [
            f"{site.get('name')} {group.get('name')} {client.get('mac')} {client.get('name')}"
            for group in site.iter("group")
            for client in group.findall("client")
        ]
    wanted = [f"{w.site} {w.profile} {w.mac} {w.name}" for w in workplaces]
    yield from proof.differences("sites", "client", wanted, listed)
    names = [_read(path).get("name", "") for path in sorted(folder.glob("profiles/*.xml"))]
    yield from proof.differences("profiles", "profile", thin_clients.profiles(workplaces), names)


def _read(path: Path) -> ET.Element:
    return ET.parse(path).getroot()  # noqa: S314 what we wrote ourselves
