"""The faults of the sites' devices, each by breaking exactly one thing of a platform that has none."""

from __future__ import annotations

from pathlib import Path

import pytest

import model
from model.derive import dhcp, records
from tests.support.edit import REMOVE, Edits, Renamed
from tests.support.lilleby import changed

FILE, SITES, TYPES = "site_devices.yaml", "sites.yaml", "catalog/site_types.yaml"
PRINTER = "site_devices.PRT-S002-01"


# What changes where, and the fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a site that is not there": ({FILE: {f"{PRINTER}.site": "S003"}}, ("DANGLING", f"{PRINTER}.site", "no site S003")),
    "a driver that is not there": (
        {FILE: {f"{PRINTER}.driver": "hq"}},
        ("DANGLING", f"{PRINTER}.driver", "no printer driver hq; known are: hp"),
    ),
    "a number outside the VLAN": (
        {FILE: {f"{PRINTER}.host": 31}},
        ("ADDRESS-OUTSIDE", f"{PRINTER}.host", "of 10.128.5.192/27; give a number from 10 to 30, 10 is free"),
    ),
    "a static one that DHCP gives out": (
        {FILE: {"site_devices.LAB-S002-01.host": 11}},
        ("ADDRESS-OUTSIDE", "site_devices.LAB-S002-01.host", "which DHCP gives out; give a number from 4 to 9"),
    ),
    "a leased one outside the pool": (
        {FILE: {"site_devices.LAB-S002-01.static": False}},
        ("ADDRESS-OUTSIDE", "site_devices.LAB-S002-01.host", "give a number from 10 to 30, 11 is free"),
    ),
    "two with one number": (
        {FILE: {"site_devices.LAB-S002-01.static": False, "site_devices.LAB-S002-01.host": 10}},
        ("ADDRESS-TWICE", "site_devices.LAB-S002-01.host", "of printers at S002 is that of PRT-S002-01; give it"),
    ),
    "an access point with a switch's number": (
        {FILE: {"site_devices.AP-S002-01.host": 10}},
        ("ADDRESS-TWICE", "site_devices.AP-S002-01.host", "is that of SW-S002-01"),
    ),
    "a plan without its VLAN": (
        {TYPES: {"address_plans.large.vlans.devices": REMOVE}},
        ("PLAN", "site_devices.CO2-S001-01.kind", "S001 has no VLAN for devices"),
    ),
    "a workplace's MAC": (
        {FILE: {f"{PRINTER}.mac": "00:E0:C5:00:00:03"}},
        ("ADDRESS-TWICE", f"{PRINTER}.mac", "is that of TK00003"),
    ),
    "another device's MAC": (
        {FILE: {f"{PRINTER}.mac": "00:07:4D:00:01:02"}},
        ("ADDRESS-TWICE", "site_devices.LAB-S002-01.mac", "is that of PRT-S002-01"),
    ),
    "a switch of another site": (
        {FILE: {f"{PRINTER}.switch": "SW-S001-01"}},
        ("DANGLING", f"{PRINTER}.switch", "S002 has no switch SW-S001-01; did you mean SW-S002-01"),
    ),
    "a port that the switch has not": (
        {FILE: {f"{PRINTER}.port": 25}},
        ("PORTS", f"{PRINTER}.port", "SW-S002-01 has no port 25; give one from 1 to 24"),
    ),
    "a port for something else": (
        {FILE: {f"{PRINTER}.port": 3}},
        ("PORTS", f"{PRINTER}.port", "port 3 of SW-S002-01 is for client; take port 23"),
    ),
    "a port of another device": (
        {FILE: {"site_devices.CO2-S001-01.kind": "phone", "site_devices.CO2-S001-01.host": 11}
         | {"site_devices.CO2-S001-01.switch": "SW-S001-01", "site_devices.CO2-S001-01.port": 1}},
        ("PORTS", "site_devices.CO2-S001-01.port", "is that of TLF-S001-01"),
    ),
    "a port without a switch": (
        {FILE: {"site_devices.CO2-S001-01.port": 1}},
        ("MISSING-KEY", "site_devices.CO2-S001-01.switch", "no switch; add it, or take the other away"),
    ),
    "a driver of a sensor": (
        {FILE: {"site_devices.CO2-S001-01.driver": "hp"}},
        ("BAD-VALUE", "site_devices.CO2-S001-01.driver", "is no printer; take `driver` away"),
    ),
    "a name that a workplace has": (
        {FILE: {PRINTER: Renamed("TK00003")}},
        ("DUPLICATE-NAME", "TK00003", "is a printer of S002"),
    ),
    "a name that a switch has": (
        {FILE: {PRINTER: Renamed("SW-S001-01")}},
        ("DUPLICATE-NAME", "site_devices.SW-S001-01", "is a switch of S001; give the device another name"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(tmp_path: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    with pytest.raises(model.ModelError) as raised:
        changed(tmp_path, edits)
    faults = raised.value.faults
    assert any(f.code == code and f.path.endswith(path) and part in f.message for f in faults), "\n".join(
        map(str, faults)
    )


def test_dhcp_keeps_the_addresses_of_those_that_ask_it(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    kept = {r.name: (scope.zone, str(r.address)) for scope in dhcp.scopes(platform) for r in scope.reservations}
    devices = {name: kept.get(name) for name in platform.places.devices}
    assert devices == {
        "PRT-S002-01": ("printers", "10.128.5.202"),
        "LAB-S002-01": None,
        "AP-S002-01": None,
        "TLF-S001-01": ("voice", "10.128.11.10"),
        "CO2-S001-01": ("devices", "10.128.11.74"),
    }
    named = {host.label: str(host.address) for host in records.hosts(platform) if host.kind == "device"}
    assert named["ap-s002-01"] == "10.128.5.244"
    assert named["lab-s002-01"] == "10.128.5.196"
    assert len(named) == 5
