"""The digests of the configuration, as the program declares them."""

from __future__ import annotations

from pathlib import Path

import rendering
from components import configuration
from tests.program.program import World, run_program
from tests.support.lilleby import changed


def test_each_target_is_a_stash_of_its_digest(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    program = run_program(lambda: configuration.declare({"dns": "d1", "kea": "k1"}), World(platform))
    stashes = program.of("Stash")
    assert {name: stash.inputs["input"] for name, stash in stashes.items()} == {
        "configuration-dns": "d1",
        "configuration-kea": "k1",
    }
    (component,) = (resource for resource in program.resources if resource.is_component)
    assert {stash.parent for stash in stashes.values()} == {component.urn}


def test_a_system_by_another_name_is_another_digest_where_it_is_told_and_nowhere_else(tmp_path: Path) -> None:
    before = rendering.digests(changed(tmp_path / "before"))
    after = rendering.digests(changed(tmp_path / "after", {"systems/sbsys.yaml": {"title": "ESDH"}}))
    others = {name for name in before if before[name] != after[name]}
    assert {"icinga", "prometheus"} <= others < set(before)
    assert before == rendering.digests(changed(tmp_path / "again"))
