"""The emptying room: what each wave leaves, hosts that may go, the deadline, and `refresh plan` as a person runs it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import model
from model import Platform
from model.types.server_room import Left, Plan
from refresh.server_room import plan
from tests.support import lilleby, zone
from tests.support.edit import REMOVE, Edits, edit
from tests.support.paths import ROOT
from tests.support.waves import MOVING

Load = Callable[..., Platform]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def edited(*edits: Edits) -> Path:
        below = tmp_path / str(len(list(tmp_path.iterdir())))
        below.mkdir()
        return edit(zone.lilleby(below), MOVING, *edits)

    return edited


def planned(folder: Path) -> Plan:
    platform = model.load(str(folder))
    assert platform.hardware.premises is not None
    assert platform.hardware.premises.room is not None
    return plan(platform, platform.hardware.premises.room)


def test_each_wave_leaves_less_until_the_room_is_empty(folder: Callable[..., Path]) -> None:
    found = planned(folder())
    assert found.start == Left(
        servers=7, cpus=38, memory_gib=164, disk_gib=1734, hosts=4, host_units=8, equipment_units=18
    ), "as found: 164 GiB in hosts of 64, and one more"
    assert [(m.name, m.servers, m.left.servers, m.left.hosts, m.left.rack_units) for m in found.milestones] == [
        ("first", 3, 4, 2, 22),
        ("second", 2, 2, 2, 10),
        ("last", 2, 0, 0, 0),
    ]
    assert (found.empty, found.empty_on, found.stays) == (True, date(2027, 3, 26), ())
    assert found.assumed == (
        "old-host: 24 CPU, 64 GiB, 2 U (No export tells the capacity of a host)",
        "power: 6 U (as drawn)",
    )


def retained(until: str) -> Edits:
    """A server that stays in the room with a reason, over MOVING."""
    strategy = {"g26": {"how": "retain", "reason": "Leverandøren flytter den selv", "expires": until}}
    return {"systems/drift.yaml": {"servers.drift-lnx01.strategy": strategy}}


def test_what_is_retained_past_the_deadline_is_late(folder: Callable[..., Path]) -> None:
    """A wave that ends after it is refused with the data; what stays on for a reason is for the plan to show."""
    found = planned(folder(retained("2027-04-30")))
    assert [m.late for m in found.milestones] == [False, False, False, True]
    assert (found.empty, found.empty_on) == (False, date(2027, 4, 30))


def test_what_is_retained_leaves_on_its_day_with_its_reason(folder: Callable[..., Path]) -> None:
    found = planned(folder(retained("2027-03-31")))
    assert [m.name for m in found.milestones] == ["first", "second", "last", "2027-03-31"]
    assert [m.left.rack_units for m in found.milestones][-2:] == [4, 0]
    (stays,) = found.stays
    assert (stays.name, stays.leaves, stays.why) == ("LILLNX01", "2027-03-31", "Leverandøren flytter den selv")
    assert found.empty


def test_what_is_in_no_wave_or_upgraded_in_place_keeps_the_room(folder: Callable[..., Path]) -> None:
    found = planned(folder({"refresh.yaml": {"waves.second.pools": REMOVE}}))
    assert (found.empty, found.empty_on) == (False, None)
    assert {(m.name, m.why) for m in found.stays} == {("LILXA001", "pool office is in no wave")}
    found = planned(folder({"systems/drift.yaml": {"servers.drift-lnx01.strategy": {"g26": {"how": "in-place"}}}}))
    assert [m.name for m in found.stays] == ["LILLNX01"]
    assert not found.empty


def test_a_retired_server_leaves_with_its_systems_wave(folder: Callable[..., Path]) -> None:
    found = planned(folder({"systems/drift.yaml": {"servers.drift-lnx01.strategy": {"g26": {"how": "retire"}}}}))
    assert (found.empty, found.stays) == (True, ())


def refresh(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_command_writes_numbers_a_picture_and_a_page(folder: Callable[..., Path], tmp_path: Path) -> None:
    own, out = folder(), tmp_path / "out"
    done = refresh("plan", str(own), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "empty on 2027-03-26, and it must be on 2027-04-01" in done.stdout
    assert {"plan.json", "room.html", "room.json", "room.svg"} <= {p.name for p in out.iterdir()}
    document = json.loads((out / "room.json").read_text())
    assert (document["empty"], document["milestones"][0]["left"]["rack_units"]) == (True, 22)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", (out / "room.svg").read_text())
    assert "Kælderen: rack-enheder, der står tilbage" in texts
    assert {"26", "22", "10", "0"} <= set(texts), "the units over the bars"
    assert "Tomt senest 1. april 2027" in texts
    page = (out / "room.html").read_text()
    assert "http" not in page.replace("http://www.w3.org/2000/svg", ""), "it needs nothing beside it"
    again = refresh("plan", str(own), "--out", str(out), "--json")
    assert json.loads(again.stdout)["room"] == document


def test_a_room_that_is_not_empty_in_time_is_a_finding(folder: Callable[..., Path], tmp_path: Path) -> None:
    own = folder(retained("2027-04-30"))
    done = refresh("plan", str(own), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "NOT empty by 2027-04-01: empty on 2027-04-30" in done.stdout
    assert "efter fristen 1. april 2027" in (tmp_path / "out" / "room.svg").read_text()


def test_a_platform_with_neither_a_room_nor_a_weekend_is_bad_usage(tmp_path: Path) -> None:
    own = lilleby.written(tmp_path, {})
    for name in ("people.yaml", "cutover.yaml", "visits.csv", "logo.svg"):
        (own / name).unlink()
    done = refresh("plan", str(own), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "lilleby: neither a weekend nor a room to plan; write cutover.yaml" in done.stderr
    assert not (tmp_path / "out").exists()
