"""What refresh doctor finds in a state, and the state that it makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import model
from model import Platform
from refresh.doctor import examine, mended

LILLEBY = Path(__file__).resolve().parents[2] / "data" / "stacks" / "lilleby"
MACHINE = "vsphere:index/virtualMachine:VirtualMachine"
UUID = "42000000-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def platform() -> Platform:
    return model.load(str(LILLEBY))


def entry(name: str, id_: str, type_: str = MACHINE, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:s::p::{type_}::{name}", "type": type_, "id": id_, "custom": True} | more


def test_a_state_that_is_well_stays_as_it_is(platform: Platform) -> None:
    state = [entry("ad-dc01-g22", UUID), entry("ad-dc01-g26", "another"), entry("gone", "old", delete=True)]
    assert examine(platform.instances, state) == []
    assert mended(state, []) == state


def test_a_living_machine_that_waits_for_its_deletion_is_forgotten_once(platform: Platform) -> None:
    state = [entry("ad-dc01-g22", UUID, delete=True), entry("ad-dc01-g22", UUID)]
    (ill,) = examine(platform.instances, state)
    assert f"waits for the deletion of {UUID}, which ad-dc01-g22 is" in str(ill)
    assert mended(state, [ill]) == [state[1]]


def test_another_machine_than_in_the_data_is_forgotten_with_the_mark_of_its_adoption(platform: Platform) -> None:
    other, right = entry("ad-dc01-g22", "another"), entry("ad-dc02-g22", UUID[:-1] + "2")
    mark = entry("adopted-g22", "stash", "pulumi:index:Stash", propertyDependencies={"input": [other["urn"]]})
    digest = entry("configuration-dns", "stash2", "pulumi:index:Stash")
    (ill,) = examine(platform.instances, [other, right, mark, digest])
    assert f"is machine another in the state and {UUID} in the data" in str(ill)
    assert mended([other, right, mark, digest], [ill]) == [right, digest]
