"""The data of the script for print servers: drivers by name, and a queue for each printer that has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive.site_devices import address_of
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

SCRIPT = "Set-Printers.ps1"


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver as Windows names it; `package` is where it is fetched, empty where the server has it already."""

    name: str
    package: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: the printer's address, its driver, and what people see of it."""

    name: str
    address: str
    driver: str
    location: str
    comment: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the script puts right."""

    drivers: list[Driver]
    queues: list[Queue]


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script."""

    data: Wanted


def files(platform: Platform) -> Iterator[File]:
    """One script; none where no printer has a driver."""
    found = list(queues(platform))
    if found:
        drivers = {
            driver.name: driver.package or ""
            for key, driver in platform.places.drivers.items()
            if any(device.driver == key for device in platform.places.devices.values())
        }
        data = Wanted([Driver(name, package) for name, package in sorted(drivers.items())], found)
        yield File(SCRIPT, f"{SCRIPT}.j2", Script(data), utf8_bom)


def queues(platform: Platform) -> Iterator[Queue]:
    """The queues by name."""
    for name, device in sorted(platform.places.devices.items()):
        address = address_of(platform.site_networks, device)
        if device.driver is not None and address is not None:
            site = platform.places.sites[device.site]
            room = f", lokale {device.room}" if device.room is not None else ""
            driver = platform.places.drivers[device.driver].name
            yield Queue(name, str(address), driver, f"{site.code} {site.name}{room}", device.model)
