"""Every fault of kinds of task and of mishaps, by breaking exactly one thing."""

from __future__ import annotations

from pathlib import Path

import pytest

import model
from tests.support.edit import Edits
from tests.support.lilleby import written

CASES: dict[str, tuple[Edits, str, str]] = {
    "nobody can do it": (
        {"tasks.yaml": {"tasks.flip.takes.citrix": 100}},
        "tasks.flip.takes.citrix",
        "no team has anybody for citrix",
    ),
    "more than there are": (
        {"tasks.yaml": {"tasks.flip.takes.operations": 150}},
        "tasks.flip.takes.operations",
        "150 percent of operations and all teams have 100",
    ),
    "it waits for itself": (
        {"tasks.yaml": {"tasks.close.after": ["smoke-test"]}},
        "tasks",
        "nobody can begin",
    ),
    "weeks before and after the weekend": (
        {"tasks.yaml": {"tasks.freeze.after": ["visit"]}},
        "tasks.freeze.after",
        "visit comes later than freeze",
    ),
    "no minutes": ({"tasks.yaml": {"tasks.flip.minutes": None}}, "tasks.flip", "nothing says how long flip takes"),
    "no minutes back": (
        {"tasks.yaml": {"tasks.flip.way_back.minutes": None}},
        "tasks.flip.way_back",
        "how long the way back of flip takes",
    ),
    "back and not back": (
        {"tasks.yaml": {"tasks.flip.reversible": False}},
        "tasks.flip.reversible",
        "has a way back and cannot be undone",
    ),
    "nine of ten in less than half": (
        {"tasks.yaml": {"tasks.flip.minutes.p90": 4}},
        "tasks.flip.minutes",
        "p90 4 is less than p50 5",
    ),
    "a way back upside down": (
        {"tasks.yaml": {"tasks.flip.way_back.minutes.p90": 4}},
        "tasks.flip.way_back.minutes",
        "p90 4 is less than p50 5",
    ),
    "a mishap that costs nothing": (
        {"mishaps.yaml": {"mishaps.host-down.minutes": None}},
        "mishaps.host-down",
        "host-down costs nothing",
    ),
    "a mishap upside down": (
        {"mishaps.yaml": {"mishaps.host-down.minutes.p90": 4}},
        "mishaps.host-down.minutes",
        "p90 4 is less than p50 45",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_names_the_key(name: str, tmp_path: Path) -> None:
    edits, path, part = CASES[name]
    folder = written(tmp_path)
    for file in ("tasks.yaml", "mishaps.yaml"):
        (folder / file).write_text(f"{file.removesuffix('.yaml')}: {{}}\n")
    written(tmp_path, edits)
    with pytest.raises(model.ModelError) as caught:
        model.load(str(folder))
    found = [f for f in caught.value.faults if f.code == "TASK"]
    assert any(f.path.startswith(path) and part in str(f) for f in found), caught.value.faults


def test_a_gate_asks_for_kinds_that_are_there(tmp_path: Path) -> None:
    folder = written(tmp_path, {"cutover.yaml": {"gates.sunday.lets": ["flap"]}})
    with pytest.raises(model.ModelError) as caught:
        model.load(str(folder))
    (fault,) = caught.value.faults
    assert (fault.code, fault.path) == ("DANGLING", "gates.sunday.lets[0]")
    assert "did you mean flip" in str(fault)
