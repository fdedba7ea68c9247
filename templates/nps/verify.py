"""Proves the NPS script: it is PowerShell, every switch that asks is a client, and every policy lets in its group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rendering import powershell, proof
from rendering.target import Finding
from templates.nps.context import SCRIPT

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the grammar and the round trip find; both need the grammar."""
    return proof.joined([], lambda: [*powershell.findings(folder), *_back(platform, folder)])


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    path = folder / SCRIPT
    if not path.is_file():
        return
    data = powershell.data(path.read_text(encoding="utf-8-sig"))
    switches = [switch for networks in platform.site_networks.values() for switch in networks.switches]
    wanted = [f"{switch.name} at {switch.address}" for switch in switches]
    shown = [f"{c['name'].removeprefix(data['prefix'])} at {c['address']}" for c in data["clients"]]
    yield from proof.differences(SCRIPT, "RADIUS client", wanted, shown)
    due = [f"{name} for {p.group}" for name, p in platform.network.addressing.port_policies.items()]
    there = [
        " for ".join((p["name"].removeprefix(data["prefix"]), p["group"].partition("\\")[2])) for p in data["policies"]
    ]
    yield from proof.differences(SCRIPT, "policy", due, there)
