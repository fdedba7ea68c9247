"""The inventories that were rendered: NetBox's tables and TOPdesk's."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path

from refresh.certificate.facts import At
from refresh.certificate.reading.text import Text, need


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its line."""

    cells: Mapping[str, str]
    at: At

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def rows(file: Text, *columns: str) -> Iterator[Row]:
    """A table's rows. Raises BadInputError when it lacks one of the columns."""
    reader = csv.DictReader(file.text.splitlines(keepends=True))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise file.unread(1, f"no column {missing[0]}")
    for row in reader:
        yield Row({key: value or "" for key, value in row.items() if key}, At(file.path, reader.line_num))


@dataclass
class Device:
    """A device of NetBox, with its MAC address and its first address."""

    name: str
    role: str
    model: str
    serial: str
    status: str
    at: At
    mac: str = ""
    address: str = ""


@dataclass
class Site:
    """A site of NetBox. `vlans` and `prefixes` by the VLAN's name, `gateways` too."""

    code: str
    name: str
    at: At
    vlans: dict[str, tuple[int, At]] = field(default_factory=dict[str, tuple[int, At]])
    prefixes: dict[str, tuple[IPv4Network, At]] = field(default_factory=dict[str, tuple[IPv4Network, At]])
    gateways: dict[str, tuple[str, At]] = field(default_factory=dict[str, tuple[str, At]])
    devices: dict[str, Device] = field(default_factory=dict[str, Device])


def netbox(folder: Path) -> dict[str, Site]:
    """Every site by its code. A device's address is the first that is given to it."""
    sites = {
        row["name"]: Site(row["facility"], row["name"].removeprefix(row["facility"]).strip(), row.at)
        for row in rows(need(folder, "netbox/01-sites.csv"), "name", "facility")
    }
    by_code = {site.code: site for site in sites.values()}
    for row in rows(need(folder, "netbox/05-vlans.csv"), "site", "vid", "name"):
        if row["site"] in sites:
            sites[row["site"]].vlans[row["name"]] = (int(row["vid"]), row.at)
    for row in rows(need(folder, "netbox/06-prefixes.csv"), "prefix", "vlan_site", "description"):
        if row["vlan_site"] in sites:
            name = row["description"].partition(" at ")[0]
            sites[row["vlan_site"]].prefixes[name] = (IPv4Network(row["prefix"]), row.at)
    devices: dict[str, Device] = {}
    for row in rows(need(folder, "netbox/07-devices.csv"), "name", "role", "device_type", "site", "status"):
        device = Device(row["name"], row["role"], row["device_type"], row["serial"], row["status"], row.at)
        devices[row["name"]] = device
        if row["site"] in sites:
            sites[row["site"]].devices[row["name"]] = device
    for row in rows(need(folder, "netbox/09-mac-addresses.csv"), "mac_address", "device"):
        if row["device"] in devices:
            devices[row["device"]].mac = row["mac_address"].lower()
    _addresses(need(folder, "netbox/10-ip-addresses.csv"), devices, by_code)
    return dict(sorted(by_code.items()))


def _addresses(file: Text, devices: Mapping[str, Device], sites: Mapping[str, Site]) -> None:
    for row in rows(file, "address", "device", "description"):
        device = devices.get(row["device"])
        name, gateway, code = row["description"].removeprefix("gateway of ").partition(" at ")
        if device is not None and not device.address:
            device.address = str(IPv4Interface(row["address"]).ip)
        elif gateway and code in sites and row["description"].startswith("gateway of "):
            sites[code].gateways[name] = (str(IPv4Interface(row["address"]).ip), row.at)


@dataclass(frozen=True, slots=True)
class Topdesk:
    """TOPdesk's locations and equipment, each by its key."""

    places: Mapping[str, Row]
    equipment: Mapping[str, Sequence[Row]]
    """By the site."""
    files: tuple[Text, Text]


def topdesk(folder: Path) -> Topdesk:
    """Both tables."""
    places, things = need(folder, "topdesk/lokationer.csv"), need(folder, "topdesk/udstyr.csv")
    equipment: dict[str, list[Row]] = defaultdict(list)
    for row in rows(things, "Nøgle", "Aktivtype", "Lokation", "MAC-adresse", "IP-adresse"):
        equipment[row["Lokation"]].append(row)
    return Topdesk({row["Nøgle"]: row for row in rows(places, "Nøgle", "Navn")}, equipment, (places, things))
