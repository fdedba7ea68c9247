"""The digests of the configuration, as the program declares them."""

from __future__ import annotations

import re
from pathlib import Path

import rendering
from components import configuration
from tests.program.program import World, run_program
from tests.support.lilleby import changed


def test_one_resource_tells_of_every_target_that_renders_anything(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    program = run_program(lambda: configuration.declare(rendering.digests(platform)), World(platform))
    assert [*program.of("Stash")] == ["configuration"]
    told = program.of("Stash")["configuration"].inputs["input"]
    assert re.fullmatch(r"2 files, [0-9a-f]{12}", told["firewall"])
    assert re.fullmatch(r"1 file, [0-9a-f]{12}", told["kea"])
    assert "stratodesk" not in told


def test_a_system_by_another_name_is_another_digest_where_it_is_told_and_nowhere_else(tmp_path: Path) -> None:
    before = rendering.digests(changed(tmp_path / "before"))
    after = rendering.digests(changed(tmp_path / "after", {"systems/sbsys.yaml": {"title": "ESDH"}}))
    others = {name for name in before if before[name] != after[name]}
    assert {"icinga", "prometheus"} <= others < set(before)
    assert before == rendering.digests(changed(tmp_path / "again"))
