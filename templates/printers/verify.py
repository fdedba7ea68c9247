"""Reads the script for print servers back: a queue for each printer with a driver, at its address, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive.site_devices import address_of
from rendering import powershell, proof
from rendering.target import Finding
from templates.printers.context import SCRIPT

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the grammar and the round trip find; both need the grammar."""
    return proof.joined([], lambda: [*powershell.findings(folder), *_back(platform, folder)])


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    places = platform.places
    wanted = [
        f"{device.name} at {address_of(platform.site_networks, device)} by {places.drivers[device.driver].name}"
        for device in places.devices.values()
        if device.driver is not None
    ]
    path = folder / SCRIPT
    data = powershell.data(path.read_text(encoding="utf-8-sig")) if path.is_file() else {"queues": [], "drivers": []}
    there = [f"{queue['name']} at {queue['address']} by {queue['driver']}" for queue in data["queues"]]
    yield from proof.differences(SCRIPT, "queue", wanted, there)
    drivers = {driver["name"] for driver in data["drivers"]}
    if drivers != {queue["driver"] for queue in data["queues"]}:
        yield Finding(SCRIPT, f"its drivers {sorted(drivers)} are not those of its queues")
