"""Devices of a generation: who is known beside whom, each fault by breaking one thing, an old device that goes home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive import devices, dhcp, records, thin_clients
from model.faults import Fault
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import changed, written

DEVICES, WORKPLACES = "devices.csv", "workplaces.csv"
OLD = "00:E0:C5:00:00:03"
RETURNED: Edits = {
    DEVICES: {
        "OLD-0003": {"generation": "g22", "model": "IGEL UD3", "state": "returned", "workplace": "TK00003", "mac": OLD}
    }
}
"""The device that TK00003 had from the first has come home; its new one is installed."""

CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a workplace that is not there": (
        {DEVICES: {"CZC6471A01.workplace": "TK00009"}},
        ("DANGLING", "CZC6471A01", "no workplace TK00009"),
    ),
    "a generation that is not there": (
        {DEVICES: {"CZC6471A01.generation": "g28"}},
        ("DANGLING", "CZC6471A01", "did you mean g26"),
    ),
    "a model that nobody knows": (
        {DEVICES: {"CZC6471A01.model": "HP t9000"}},
        ("MISSING-KEY", "clients", "nothing tells what the thin clients HP t9000 run"),
    ),
    "a state that is none": ({DEVICES: {"CZC6471A01.state": "lost"}}, ("BAD-VALUE", "state", "'lost'")),
    "a serial number twice": (
        {DEVICES: {"CZC6471A04.serial": "CZC6471A01"}},
        ("DUPLICATE-NAME", "CZC6471A01", "stands at"),
    ),
    "one MAC address on two boxes": (
        {DEVICES: {"CZC6471A04.mac": "E0:73:E7:00:00:01"}},
        ("ADDRESS-TWICE", "CZC6471A04", "MAC E0:73:E7:00:00:01 is that of CZC6471A01"),
    ),
    "the MAC address of another workplace": (
        {DEVICES: {"CZC6471A01.mac": OLD}},
        ("ADDRESS-TWICE", "CZC6471A01", f"MAC {OLD} is that of workplace TK00003"),
    ),
    "a MAC address of nobody": (
        {DEVICES: {"CZC6471A01.mac": "00:00:00:00:00:00"}},
        ("BAD-VALUE", "TK00001-G26", "that of no card"),
    ),
    "packed without a MAC address": (
        {DEVICES: {"CZC6471A01.mac": ""}},
        ("MISSING-KEY", "CZC6471A01", "no MAC address and packed; set mac"),
    ),
    "two devices for one desk": (
        {DEVICES: {"CZC6471A04.workplace": "TK00001", "CZC6471A04.host": "13"}},
        ("DUPLICATE-NAME", "CZC6471A04", "TK00001 has CZC6471A01 in g26 already; leave workplace empty"),
    ),
    "no number": (
        {DEVICES: {"CZC6471A01.host": ""}},
        ("MISSING-KEY", "TK00001-G26", "no host number; give it 12, which is free at S001"),
    ),
    "the number of a workplace": (
        {DEVICES: {"CZC6471A01.host": "10"}},
        ("ADDRESS-TWICE", "TK00001-G26", "host 10 at S001 is that of TK00001; give it 12"),
    ),
    "a name that is too long": (
        {DEVICES: {"CZC6471A01.workplace": "TK00001-LAGERET"}, WORKPLACES: {"TK00001.name": "TK00001-LAGERET"}},
        ("BAD-NAME", "CZC6471A01", "has 19 characters; keep it to 15; give its workplace a shorter name"),
    ),
    "a name that is another workplace's": (
        {WORKPLACES: {"TK00002.name": "TK00001-G26"}, DEVICES: {"CZC6471A03": REMOVE}},
        ("DUPLICATE-NAME", "TK00001-G26", "give it another name"),
    ),
    "an old device of another model than in workplaces.csv": (
        {
            DEVICES: {
                "OLD-0001": {
                    "generation": "g22",
                    "model": "IGEL UD3",
                    "state": "delivered",
                    "workplace": "TK00001",
                    "mac": "00:E0:C5:00:00:01",
                }
            }
        },
        ("BAD-VALUE", "OLD-0001", "model IGEL UD3, and IGEL UD7 in workplaces.csv"),
    ),
    "an old device with a second number": (
        {
            DEVICES: {
                "OLD-0001": {
                    "generation": "g22",
                    "model": "IGEL UD7",
                    "state": "delivered",
                    "workplace": "TK00001",
                    "mac": "00:E0:C5:00:00:01",
                    "host": "14",
                }
            }
        },
        ("UNKNOWN-KEY", "OLD-0001", "leave host empty"),
    ),
    "an old device gone before the new one is installed": (
        {
            DEVICES: {
                "OLD-0001": {
                    "generation": "g22",
                    "model": "IGEL UD7",
                    "state": "returned",
                    "workplace": "TK00001",
                    "mac": "00:E0:C5:00:00:01",
                }
            }
        },
        ("LIFECYCLE", "OLD-0001", "TK00001 has no other device that is installed"),
    ),
}


def faults_after(folder: Path, *edits: Edits) -> list[Fault]:
    try:
        changed(folder, *edits)
    except model.ModelError as error:
        return list(error.faults)
    return []


@pytest.mark.parametrize("case", CASES)
def test_a_fault_has_its_line_and_a_cure(tmp_path: Path, case: str) -> None:
    edits, (code, path, part) = CASES[case]
    faults = faults_after(tmp_path, edits)
    assert any(f.code == code and f.path.endswith(path) and part in f.message for f in faults), "\n".join(
        map(str, faults)
    )


def test_many_devices_without_a_number_are_one_fault_with_a_command(tmp_path: Path) -> None:
    names = [f"TK0010{n}" for n in range(8)]
    desk = {"site": "S002", "kind": "thin-client", "model": "HP t640", "profile": "office", "department": "Skole"}
    people = {name: desk | {"mac": f"00:E0:C5:00:01:0{n}", "host": 20 + n} for n, name in enumerate(names)}
    box = {"generation": "g26", "model": "HP t640", "state": "received"}
    coming = {f"NEW-000{n}": box | {"workplace": name, "mac": f"E0:73:E7:00:01:0{n}"} for n, name in enumerate(names)}
    (fault,) = faults_after(tmp_path, {WORKPLACES: people, DEVICES: coming})
    assert "8 devices have no host number" in fault.message
    assert "refresh import --devices" in fault.message


def known(platform: Platform) -> Iterator[tuple[str, set[str]]]:
    """The MAC addresses that each of those knows who know some."""
    yield "dhcp", {r.mac for scope in dhcp.scopes(platform) for r in scope.reservations}
    makers = ("igel", "hp")
    yield "thin clients", {w.mac for m in makers for w in thin_clients.of_maker(platform.places, platform.desktops, m)}


def test_old_and_new_are_known_side_by_side_until_the_old_one_is_returned(tmp_path: Path) -> None:
    before = changed(tmp_path)
    for who, macs in known(before):
        assert {OLD, "E0:73:E7:00:00:03"} <= macs, who
    assert {"tk00003", "tk00003-g26"} <= {host.label for host in records.hosts(before)}
    after = changed(tmp_path, RETURNED)
    for who, macs in known(after):
        assert OLD not in macs, who
        assert "E0:73:E7:00:00:03" in macs, who
    assert "tk00003" not in {host.label for host in records.hosts(after)}
    assert after.site_networks == before.site_networks


def test_what_is_ordered_or_spare_is_known_to_nobody(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    names = {w.name for w in devices.in_use(platform.places)}
    assert names == {"TK00001", "TK00001-G26", "TK00002", "TK00003", "TK00003-G26", "PC00004"}
    assert {d.serial for d in devices.coming(platform.places, "g26").values()} == {
        "CZC6471A01",
        "CZC6471A02",
        "CZC6471A03",
    }


def test_a_platform_without_the_file_has_its_workplaces_alone(tmp_path: Path) -> None:
    (written(tmp_path) / DEVICES).unlink()
    platform = changed(tmp_path)
    assert devices.in_use(platform.places) == list(platform.places.workplaces.values())


def test_the_devices_of_a_retired_generation_have_come_home(tmp_path: Path) -> None:
    gone: Edits = {"refresh.yaml": {"generations.g18": {"origin": "observed", "state": "retired"}}}
    older = {
        "OLD-0002": {
            "generation": "g18",
            "model": "HP t640",
            "state": "delivered",
            "workplace": "TK00002",
            "mac": "00:E0:C5:00:00:02",
        }
    }
    faults = faults_after(tmp_path, gone, {DEVICES: older})
    assert [f.code for f in faults if f.path == "OLD-0002"] == ["LIFECYCLE"], "\n".join(map(str, faults))
