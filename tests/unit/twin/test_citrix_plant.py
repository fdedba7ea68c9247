"""The twin's Citrix site before any stack, and behind its back: what is planted, and what somebody changes by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.twin_estate import OLD_SERVER, estate
from twin.vsphere import VSphere
from twin.vsphere.naming import SNAPSHOT
from twin.world import drift, faults, seed
from twin.world.store import World

USERS = {"IncludedUserFilterEnabled": True, "IncludedUsers": ["AD\\GG-Kontor"]}
CATALOG: dict[str, Any] = {
    "Name": "Kontor",
    "AllocationType": "Random",
    "ProvisioningType": "Manual",
    "SessionSupport": "MultiSession",
    "Machines": [{"MachineName": "AD\\HKXA1"}, {"MachineName": "AD\\HKXA2"}],
}
GROUP: dict[str, Any] = {
    "Name": "Kontor",
    "MachineCatalogs": [{"MachineCatalog": "Kontor", "Count": 2}],
    "Desktops": [{"PublishedName": "Skrivebord", **USERS}],
    "SimpleAccessPolicy": {"AllowAnonymous": False, **USERS},
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world.sqlite")
    yield made
    made.close()


def plant(world: World, *bodies: tuple[str, dict[str, Any]]) -> tuple[int, int]:
    return seed.plant(world, [VSphere()], [{"type": f"citrix:{type_}", "properties": body} for type_, body in bodies])


def test_pools_as_found_are_there_and_no_time_has_passed(world: World) -> None:
    assert plant(world, ("MachineCatalog", CATALOG), ("DeliveryGroup", GROUP)) == (2, 0)
    (group,) = world.all("citrix:DeliveryGroup")
    users = [user["SamName"] for user in group.properties["SimpleAccessPolicy"]["IncludedUsers"]]
    assert users == ["AD\\GG-Kontor"]
    assert group.properties["InMaintenanceMode"] is False
    machines = world.all("citrix:Machine")
    assert [machine.name for machine in machines] == ["AD\\HKXA1", "AD\\HKXA2"]
    assert {machine.properties["DeliveryGroup"]["Name"] for machine in machines} == {"Kontor"}
    assert faults.clock(world) == 0
    assert [item for item in world.all() if not item.given] == []


def test_planting_again_changes_nothing_and_something_else_is_refused(world: World) -> None:
    plant(world, ("MachineCatalog", CATALOG), ("DeliveryGroup", GROUP))
    before = world.all()
    assert plant(world, ("MachineCatalog", CATALOG), ("DeliveryGroup", GROUP)) == (0, 0)
    with pytest.raises(seed.PlantError, match="'Kontor': the delivery group is there and is another one"):
        plant(world, ("DeliveryGroup", {**GROUP, "Description": "x"}))
    assert world.all() == before


def test_access_is_given_behind_our_back(world: World) -> None:
    plant(world, ("MachineCatalog", CATALOG), ("DeliveryGroup", GROUP))
    wide = ["InMaintenanceMode=true", "SimpleAccessPolicy.IncludedUserFilterEnabled=false"]
    drift.change(world, [VSphere()], "DeliveryGroup", "kontor", wide)
    (group,) = world.all("citrix:DeliveryGroup")
    assert group.properties["InMaintenanceMode"] is True
    assert group.properties["SimpleAccessPolicy"]["IncludedUserFilterEnabled"] is False


@pytest.mark.parametrize(
    ("assignment", "reason"),
    [
        ("InMaintenanceMod=true", "did you mean 'InMaintenanceMode'"),
        ("InMaintenanceMode=yes", "a value of the same kind"),
        ("SimpleAccessPolicy.Included=true", "can not take SimpleAccessPolicy.Included=true"),
        ("InMaintenanceMode=", "can not take InMaintenanceMode="),
        ("InMaintenanceMode", "is no assignment"),
    ],
)
def test_what_the_site_has_not_is_not_changed(world: World, assignment: str, reason: str) -> None:
    plant(world, ("MachineCatalog", CATALOG), ("DeliveryGroup", GROUP))
    before = world.all()
    with pytest.raises(drift.DriftError, match=reason):
        drift.change(world, [VSphere()], "DeliveryGroup", "Kontor", ["Enabled=false", assignment])
    assert world.all() == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Nmae": "x"}, "Could not find member 'Nmae'"),
        ({"MachineCatalogs": [{"MachineCatalog": "Video", "Count": 1}]}, "'Video' could not be found"),
        ({"MachineCatalogs": [{"MachineCatalog": "Kontor", "Count": 3}]}, "has 2 available machines, 3 were requested"),
        (
            {"SimpleAccessPolicy": {"IncludedUserFilterEnabled": True, "IncludedUsers": ["GG-Kontor"]}},
            "The user 'GG-Kontor' could not be resolved",
        ),
    ],
)
def test_what_the_site_would_refuse_is_a_fault_and_nothing_is_planted(
    world: World, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(seed.PlantError, match=reason):
        plant(world, ("MachineCatalog", CATALOG), ("DeliveryGroup", {**GROUP, **changes}))
    assert world.all() == []


def test_a_snapshot_stands_below_the_one_that_was_taken_before_it(world: World) -> None:
    given = [
        {"type": SNAPSHOT, "properties": {"virtualMachineUuid": OLD_SERVER, "snapshotName": name}, "facts": facts}
        for name, facts in (("first", {}), ("second", {}), ("aside", {"path": "first/aside"}))
    ]
    seed.plant(world, [VSphere()], [*estate(), *given])
    assert [item.facts["path"] for item in world.all(SNAPSHOT)] == ["first", "first/second", "first/aside"]
    assert seed.plant(world, [VSphere()], given) == (0, 0)
