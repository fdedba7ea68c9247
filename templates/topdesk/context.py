"""TOPdesk's tables of the sites: the locations, and what stands at each, in Danish.

Left out: who sits at a workplace, which the service desk knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import devices
from model.derive.site_devices import address_of
from model.derive.sites import workplace_address
from rendering.target import File

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from model import Platform

PLACES, ASSETS = "lokationer.csv", "udstyr.csv"

HOURS = {"weekday": "Hverdage", "weekend": "Alle ugens dage", "24x7": "Hele døgnet"}
KINDS = {
    "thin-client": "Tynd klient",
    "laptop": "Bærbar pc",
    "shared-pc": "Delt pc",
    "printer": "Printer",
    "ap": "Trådløst netpunkt",
    "phone": "Telefon",
    "device": "Sensor eller velfærdsteknologi",
    "switch": "Switch",
}

Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """The context of a table: its header and its rows."""

    rows: list[list[Cell]]


def files(platform: Platform) -> Iterator[File]:
    """The locations, and what stands there; none where there are no sites."""
    if platform.places.sites:
        yield File(PLACES, "table.csv.j2", Table([_PLACES, *_places(platform)]))
        yield File(ASSETS, "table.csv.j2", Table([_ASSETS, *sorted(_assets(platform), key=lambda row: row[0])]))


_PLACES: list[Cell] = ["Nøgle", "Navn", "Type", "Adresse", "Postnr.", "By", "Åbningstid", "Arbejdspladser"]
_ASSETS: list[Cell] = [
    "Nøgle", "Aktivtype", "Model", "Serienummer", "Lokation", "Lokale", "Udtag", "Afdeling", "MAC-adresse",
    "IP-adresse",
]  # fmt: skip


def _places(platform: Platform) -> Iterator[list[Cell]]:
    for code, site in sorted(platform.places.sites.items()):
        kind = platform.places.types[site.type].title
        count = sum(workplace.site == code for workplace in platform.places.workplaces.values())
        yield [code, site.name, kind, site.address, site.postcode, site.city, HOURS[site.hours], count]


def _assets(platform: Platform) -> Iterator[list[Cell]]:
    for work, comes in devices.standing(platform.places):
        address = workplace_address(platform.site_networks, work)
        serial = comes.serial if comes is not None else ""
        where: list[Cell] = [work.site, work.room or "", work.port or "", work.department]
        yield [work.name, KINDS[work.kind], work.model, serial, *where, work.mac, _text(address)]
    for name, device in platform.places.devices.items():
        address = address_of(platform.site_networks, device)
        port = f"{device.switch} port {device.port}" if device.switch is not None else ""
        kind, room = KINDS[device.kind], device.room or ""
        yield [name, kind, device.model, "", device.site, room, port, "", device.mac, _text(address)]
    for code, networks in platform.site_networks.items():
        for switch in networks.switches:
            yield [switch.name, KINDS["switch"], switch.model.title, "", code, "", "", "", "", str(switch.address)]


def _text(address: IPv4Address | None) -> str:
    return str(address) if address is not None else ""
