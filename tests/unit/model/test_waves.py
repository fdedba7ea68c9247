"""Waves on the model: whom each serves when it has moved, what is declared meanwhile, and every fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import model
from model import Platform, Provenance
from model.derive.flips import Flip, flips
from model.derive.records import hosts
from model.derive.serving import person_served_by, pool_served_by, system_served_by
from model.derive.sites import machine_addresses
from model.faults import Fault
from model.types.lifecycle import STEPS, WAVE_STEPS, StepError, advance_wave
from refresh.guard import Plan, guard
from tests.support import waves, zone
from tests.support.edit import REMOVE, Edits, both, edit
from tests.support.waves import MOVING
from tests.unit.refresh.test_guard import TODAY, VM, step

Load = Callable[..., Platform]
LAG: Edits = {
    "refresh.yaml": {
        "serving.lag": {"generation": "g22", "systems": ["sbsys"], "reason": "Vendor", "expires": "2027-01-31"}
    }
}


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def edited(*edits: Edits) -> Platform:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        return model.load(str(edit(zone.lilleby(folder), MOVING, *edits)))

    return edited


def faults(load: Load, *edits: Edits) -> tuple[Fault, ...]:
    with pytest.raises(model.ModelError) as caught:
        load(*edits)
    return caught.value.faults


MOVED = waves.state("first", "moved")
BACK = waves.state("first", "planned")


def test_a_wave_serves_its_members_when_it_has_moved(load: Load) -> None:
    for platform, generation in ((load(), "g22"), (load(MOVED), "g26")):
        assert system_served_by(platform, "sbsys") == generation
        assert {system_served_by(platform, code) for code in ("ad", "drift")} == {"g22"}
        assert (pool_served_by(platform, "office"), pool_served_by(platform, "graphics")) == ("g22", "g22")
        assert person_served_by(platform, "S002", ["gg-pilot"]) == "g22"
    platform = load(waves.state("second", "moved"))
    assert (system_served_by(platform, "drift"), pool_served_by(platform, "office")) == ("g26", "g26")
    assert person_served_by(platform, "S002", ["gg-pilot"]) == "g26"


def test_moving_a_wave_turns_its_part_of_the_flip_set_and_back(load: Load) -> None:
    before, after = load(), load(MOVED)
    old, new = "10.20.20.15, 10.20.20.16", "10.40.8.15, 10.40.8.16"
    assert flips(before, after) == (Flip("record", "sbsys.access.lilleby.example", old, new),)
    assert {(f.before, f.after) for f in flips(after, before)} == {(f.after, f.before) for f in flips(before, after)}


def test_what_is_planned_has_no_machine_yet(load: Load) -> None:
    there = {i.logical_name: i.there for i in load().instances if i.generation.name == "g26"}
    assert there["sbsys-app01-g26"]
    assert not there["drift-lnx01-g26"]
    assert not there["ad-dc01-g26"]
    assert "addc01g26" not in {h.label for h in hosts(load())}
    assert {str(a) for a in machine_addresses(load().instances, "ad")} == {"10.20.20.12", "10.20.20.13"}
    assert not [i for i in load(BACK).instances if i.generation.name == "g26" and i.there]


def test_what_moved_is_protected_and_not_rebuilt_while_its_generation_is_a_pilot(load: Load) -> None:
    before, after = ({i.logical_name: i for i in p.instances} for p in (load(), load(MOVED)))
    assert (before["sbsys-app01-g26"].protected, before["sbsys-app01-g26"].moved) == (False, False)
    assert (after["sbsys-app01-g26"].protected, after["sbsys-app01-g26"].moved) == (True, True)
    assert not after["sbsys-app01-g26"].rebuilds
    assert after["sbsys-app01-g22"].protected, "the way back"


def test_the_guard_keeps_what_a_wave_has_moved(load: Load) -> None:
    plan = Plan.model_validate(
        {
            "steps": [
                step("delete", VM, "sbsys-app01-g26", "urn:rg"),
                step("delete", VM, "drift-lnx01-g26"),
                step("replace", VM, "sbsys-app01-nic-g26"),
            ]
        }
    )
    assert guard(load(), Provenance({}, {}, {}), plan, TODAY) == []
    found = guard(load(MOVED), Provenance({}, {}, {}), plan, TODAY)
    assert [(f.resource, f.why) for f in found] == [
        ("sbsys-app01-g26", "wave first has moved to g26 and this is a part of it"),
        ("sbsys-app01-nic-g26", "wave first has moved to g26 and this is a part of it"),
    ]


def test_the_steps_of_a_wave(load: Load) -> None:
    platform = load()
    (change,) = advance_wave(platform.refresh.waves, "first", "moved")
    assert (change.kind, change.name, change.before, change.after) == ("wave", "first", "building", "moved")
    with pytest.raises(StepError, match="second is planned and can not go to moved; take it to building"):
        advance_wave(platform.refresh.waves, "second", "moved")
    forward = {(s.before, s.after) for s in WAVE_STEPS}
    assert forward == {(after, before) for before, after in forward}, "every step has its way back"
    assert STEPS


CASES: dict[str, tuple[Edits, str, str, str]] = {
    "ends before it starts": (
        {"refresh.yaml": {"waves.first.starts": "2027-02-04"}},
        "WAVE", "waves.first.ends", "2027-01-29 is before 2027-02-04",
    ),
    "a generation that is not there": (
        {"refresh.yaml": {"waves.last.generation": "g30", "waves.last.systems": REMOVE, "waves.last.sites": ["S001"],
                          "waves.second.systems[1]": "ad"}},
        "DANGLING", "waves.last.generation", "no generation g30",
    ),
    "a system in two waves": (
        {"refresh.yaml": {"waves.second.systems[1]": "sbsys"}},
        "WAVE", "waves.second.systems[1]", "sbsys is in wave first already",
    ),
    "a pool that is not there": (
        {"refresh.yaml": {"waves.second.pools[0]": "offices"}},
        "DANGLING", "waves.second.pools[0]", "no pool offices; did you mean office",
    ),
    "moved and named in serving": (
        both(MOVED, LAG), "WAVE", "waves.first.systems[0]", "sbsys has moved and serving.lag names it",
    ),
    "moved to a generation that serves nobody": (
        both(MOVED, {"refresh.yaml": {"generations.g26.state": "building"}}),
        "WAVE", "waves.first.state", "first is moved and g26 building",
    ),
    "begun before its generation": (
        {"refresh.yaml": {"generations.g26.state": "planned"}},
        "WAVE", "waves.first.state", "first is building and g26 planned",
    ),
    "left behind when its generation goes live": (
        both(MOVED, waves.state("second", "moved"),
             {"refresh.yaml": {"generations.g22.state": "standby", "generations.g26.state": "live"}}),
        "WAVE", "waves.last.state", "last is planned and g26 live",
    ),
    "placed and in no wave": (
        {"refresh.yaml": {"waves.last.systems": REMOVE, "waves.last.sites": ["S001"]}},
        "WAVE", "placement.g26", "ad goes to administration in g26 and no wave has it",
    ),
    "nothing to move": (
        {"refresh.yaml": {"waves.second.systems[1]": "nexus"}},
        "WAVE", "waves.second.systems[1]", "nexus has no server in g26",
    ),
    "equipment of no wave": (
        {"hardware.yaml": {"equipment.power.leaves": "never"}},
        "DANGLING", "equipment.power.leaves", "no wave never",
    ),
    "a host of unknown size": (
        {"hardware.yaml": {"models.old-host.rack_units": REMOVE}},
        "MISSING-KEY", "models.old-host.rack_units", "how many it takes in the server room",
    ),
    "a room of a generation that is not there": (
        {"hardware.yaml": {"room.generation": "g20"}},
        "DANGLING", "room.generation", "no generation g20",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "code", "path", "text"), CASES.values(), ids=CASES)
def test_a_fault(load: Load, edits: Edits, code: str, path: str, text: str) -> None:
    found = faults(load, edits)
    assert any((f.code, f.path) == (code, path) and text in f.message for f in found), "\n".join(map(str, found))
    assert {f.code for f in found} == {code}, "\n".join(map(str, found))
    assert all(";" in f.message for f in found), "a message says what is allowed"
