"""Reads NetBox's tables back: what a cell names stands in the table before it, and every device is there with its own.

NetBox looks up what a cell names among what it has, and refuses the whole table where it finds none, or two.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive import records
from rendering.proof import differences
from rendering.target import Finding
from templates.netbox.context import COLUMNS

if TYPE_CHECKING:
    from model import Platform

Row = dict[str, str]
Tables = dict[str, list[Row]]

KEYS = {
    "01-sites": ("name",),
    "02-manufacturers": ("name",),
    "03-device-roles": ("name",),
    "04-device-types": ("model",),
    "05-vlans": ("site", "vid"),
    "06-prefixes": ("prefix",),
    "07-devices": ("name",),
    "08-interfaces": ("device", "name"),
    "09-mac-addresses": ("mac_address",),
    "10-ip-addresses": ("address",),
    "11-cables": ("side_b_device", "side_b_name"),
}
"""By what a row is found, and what it has alone in its table."""

REFERENCES = (
    ("04-device-types", ("manufacturer",), "02-manufacturers"),
    ("05-vlans", ("site",), "01-sites"),
    ("06-prefixes", ("vlan_site", "vlan"), "05-vlans"),
    ("07-devices", ("role",), "03-device-roles"),
    ("07-devices", ("device_type",), "04-device-types"),
    ("07-devices", ("site",), "01-sites"),
    ("08-interfaces", ("device",), "07-devices"),
    ("09-mac-addresses", ("device", "interface"), "08-interfaces"),
    ("10-ip-addresses", ("device", "interface"), "08-interfaces"),
    ("11-cables", ("side_a_device", "side_a_name"), "08-interfaces"),
    ("11-cables", ("side_b_device", "side_b_name"), "08-interfaces"),
)
"""Which columns of a table name a row of another."""


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip finds; NetBox itself is not asked."""
    if not platform.site_networks:
        return []
    tables = {name: list(_read(folder / f"{name}.csv")) for name in COLUMNS}
    return [*_alone(tables), *_named(tables), *_there(platform, tables)]


def _read(path: Path) -> Iterator[Row]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, strict=True)


def _alone(tables: Tables) -> Iterator[Finding]:
    for name, rows in tables.items():
        for key, number in Counter(tuple(row[column] for column in KEYS[name]) for row in rows).items():
            if number > 1:
                yield Finding(f"{name}.csv", f"{' '.join(key)} stands {number} times")


def _named(tables: Tables) -> Iterator[Finding]:
    for name, columns, other in REFERENCES:
        known = {tuple(row[column] for column in KEYS[other]) for row in tables[other]}
        for wanted in {tuple(row[column] for column in columns) for row in tables[name]} - known:
            if any(wanted):
                yield Finding(f"{name}.csv", f"{' '.join(wanted)} is not in {other}.csv")


def _there(platform: Platform, tables: Tables) -> Iterator[Finding]:
    """Every name of a site with its address in a prefix of its own, and each prefix of the plan."""
    kinds = ("switch", "device", "workplace")
    wanted = [f"{host.label} {host.address}" for host in records.hosts(platform) if host.kind in kinds]
    rows = [row for row in tables["10-ip-addresses"] if row["device"]]
    there = [f"{row['device'].lower()} {row['address'].partition('/')[0]}" for row in rows]
    yield from differences("10-ip-addresses.csv", "address", wanted, there)
    prefixes = {row["prefix"] for row in tables["06-prefixes"]}
    planned = {str(v.prefix) for networks in platform.site_networks.values() for v in networks.vlans.values()}
    yield from differences("06-prefixes.csv", "prefix", planned, prefixes)
    for row in tables["10-ip-addresses"]:
        if str(IPv4Interface(row["address"]).network) not in prefixes:
            yield Finding("10-ip-addresses.csv", f"{row['address']} is in no prefix")
