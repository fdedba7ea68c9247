"""Holstebro moves one system to Azure by one line of its own, beside a landing zone: nothing else changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive import watching
from model.derive.flips import flips
from model.derive.flows import rules
from model.derive.records import hosts
from tests.support.edit import edit
from tests.support.paths import ROOT


def write(folder: Path, *, moves: bool) -> Path:
    shutil.copytree(ROOT / "stacks" / "holstebro", folder / "holstebro")
    shutil.copytree(ROOT / "stacks" / "catalog", folder / "catalog")
    shutil.copy(ROOT / "tests" / "data" / "azure" / "holstebro.yaml", folder / "holstebro" / "azure.yaml")
    if moves:
        edit(folder / "holstebro", {"systems/vagt.yaml": {"placement": {"g26": {"area": "care"}}}})
    return folder / "holstebro"


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Platform, Platform]:
    """Holstebro with a landing zone and nothing in it, and with one system there."""
    before, after = (
        model.load(str(write(tmp_path_factory.mktemp(str(moves)), moves=moves))) for moves in (False, True)
    )
    return before, after


def test_the_systems_servers_of_g26_stand_in_azure_and_no_other(platforms: tuple[Platform, Platform]) -> None:
    before, after = platforms
    moved = {i.logical_name for i in after.instances if i.azure is not None}
    assert moved == {i.logical_name for i in before.instances_of("g26") if i.system.code == "vagt"}
    assert len(moved) == 16
    stays = {i.logical_name: i for i in before.instances if i.logical_name not in moved}
    same = ("vm_name", "computer_name", "address", "folder", "ou", "image_name", "attachment")
    for instance in after.instances:
        if instance.logical_name in stays:
            other = stays[instance.logical_name]
            assert [getattr(instance, f) for f in same] == [getattr(other, f) for f in same], instance.logical_name
    zones = [i.azure.zone for i in after.instances if i.azure is not None and i.server.role == "web"]
    assert zones == [1, 2, 3, 1], "neighbours stand apart"


def test_its_flows_names_and_watch_follow(platforms: tuple[Platform, Platform]) -> None:
    before, after = platforms
    changed = {r.name for r in rules(before)} ^ {r.name for r in rules(after)}
    assert changed == set(), "the same flows"
    differ = {a.name for a, b in zip(rules(before), rules(after), strict=True) if a != b}
    assert differ == {"monitoring-names", "vagt-app-from-workplaces", "vagt-web-from-workplaces"}
    names = {h.label: h.address for h in hosts(after)}
    assert str(names["vagtweb01g26"]).startswith("10.81.0.")
    watched = {w.name: w.address for w in watching.servers(after.instances)}
    assert watched["vagt-web01-g26"] == str(names["vagtweb01g26"])


def test_nothing_turns_until_the_cutover(platforms: tuple[Platform, Platform]) -> None:
    before, after = platforms
    assert flips(before, after) == ()
