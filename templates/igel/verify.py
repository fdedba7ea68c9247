"""Reads the IGEL bundles back: every thin client once, at its site, under its profile, and each profile is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from model.derive import thin_clients
from rendering import powershell, proof
from rendering.target import Finding
from templates.igel.context import name_of

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip, xmllint and the PowerShell grammar find."""
    return proof.joined(_back(platform, folder), lambda: proof.xmllint(folder), lambda: powershell.findings(folder))


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    workplaces = thin_clients.of_maker(platform.places, platform.desktops, "igel")
    listed: list[str] = []
    for path in sorted(folder.glob("sites/*.json")):
        bundle = json.loads(path.read_text(encoding="utf-8"))
        listed += [
            f"{bundle['structure_tag']} {part['profile']} {device['mac']} {device['name']}"
            for part in bundle["directories"]
            for device in part["devices"]
        ]
    wanted = [
        f"{w.site} {name_of(platform.settings, w.profile)} {thin_clients.bare_mac(w.mac)} {w.name}" for w in workplaces
    ]
    yield from proof.differences("sites", "device", wanted, listed)
    names = [_name(path) for path in sorted(folder.glob("profiles/*.xml"))]
    yield from proof.differences(
        "profiles", "profile", {name_of(platform.settings, w.profile) for w in workplaces}, names
    )


def _name(path: Path) -> str:
    return ET.parse(path).getroot().findtext("profile/profilename", "")  # noqa: S314 what we wrote ourselves
