"""The faults and the clock that a rehearsal asks the twin for."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.vsphere.naming import MACHINE
from twin.world import faults
from twin.world.store import World


def test_faults_count_and_the_clock_runs(tmp_path: Path) -> None:
    world = World(tmp_path / "world.sqlite")
    entries = [
        {"operation": "create", "type": "*:VirtualMachine", "nth": 2, "error": "no"},
        {"operation": "create", "name": "hk-*", "latency": 60},
    ]
    with world.transaction():
        faults.install(world, entries)
        found = [faults.inject(world, "create", MACHINE, [name]).error for name in ("hk-a", "hk-b", "x", "hk-c")]
        assert faults.inject(world, "delete", MACHINE, ["hk-a"]).error is None
    assert found == [None, "no", None, None]
    assert faults.clock(world) == 180


def test_who_is_told_to_come_later_does(tmp_path: Path) -> None:
    world = World(tmp_path / "world.sqlite")
    entries = [{"operation": "create", "times": 3, "error": "429 Too many requests; Retry-After 7"}]
    with world.transaction():
        faults.install(world, entries)
        assert faults.inject(world, "create", MACHINE, ["a"]).error == "429 Too many requests; Retry-After 7"
        assert faults.clock(world) == 0
        assert faults.inject(world, "create", MACHINE, ["a"], retries=3).error is None
        assert faults.clock(world) == 14
        faults.install(world, [{"operation": "create", "error": "429 Too many requests; Retry-After 7"}])
        assert faults.inject(world, "create", MACHINE, ["a"], retries=3).error is not None
    assert faults.clock(world) == 35


def test_a_faults_file_reports_every_fault(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(
        "- operation: crate\n  error: x\n- {operation: read}\n- oops\n- {operation: read, eror: x, nth: 0}\n"
    )
    with pytest.raises(faults.FaultFileError) as caught:
        faults.load(file)
    keys = "type, operation, name, nth, times, error, after, latency"
    assert [problem.removeprefix(str(file)) for problem in caught.value.problems] == [
        ":1: BAD-VALUE [0].operation: 'crate' is not allowed; use create, read, update, delete, invoke",
        ":3: MISSING-KEY [1]: does nothing; give error or latency",
        f":4: WRONG-TYPE [2]: is no map; use {keys}",
        f":5: UNKNOWN-KEY [3].eror: is unknown; use {keys}",
        ":5: BAD-VALUE [3].nth: 0 is not allowed; use more than 0",
        ":5: MISSING-KEY [3]: does nothing; give error or latency",
    ]
    file.write_text("a: [")
    with pytest.raises(faults.FaultFileError, match=":1: BAD-YAML"):
        faults.load(file)
