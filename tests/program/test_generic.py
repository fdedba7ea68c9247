"""What holds for every resource, whatever the platform says."""

from __future__ import annotations

import inspect

import pulumi_vsphere as vsphere
import pytest

from tests.program.program import Declared, Program


@pytest.fixture(params=["building", "adopted"])
def declared(request: pytest.FixtureRequest) -> Program:
    return request.getfixturevalue(request.param)


ALONE = {"vcenter-connection"}
"""The site's connection to vCenter outlives the generations and is the only thing of its kind."""


def children(program: Program) -> list[Declared]:
    """Everything that a provider makes, but for what stands alone."""
    found = [r for r in program.resources if r.token.split(":")[0] in ("vsphere", "citrix", "dns")]
    return [r for r in found if r.name not in ALONE]


def carries_tags(resource: Declared) -> bool:
    return (
        resource.token.startswith("vsphere:")
        and "tags" in inspect.signature(getattr(vsphere, f"{resource.type}Args")).parameters
    )


def test_no_child_is_an_orphan(declared: Program) -> None:
    components = {r.urn for r in declared.resources if r.is_component}
    orphans = [str(r) for r in children(declared) if r.parent not in components]
    assert children(declared)
    assert orphans == []


def test_a_childs_name_starts_with_its_parents(declared: Program) -> None:
    strays = [str(r) for r in children(declared) if not r.name.startswith(f"{r.parent.rpartition('::')[2]}-")]
    assert strays == []


def test_every_child_uses_the_provider_that_the_program_made(declared: Program) -> None:
    mine = [r for r in children(declared) if r.token.startswith("vsphere:")]
    assert {r.provider.rpartition("::")[0].rpartition("::")[2] for r in mine} == {"vcenter"}


def test_tags_reach_everything_that_can_carry_them(building: Program) -> None:
    can = [r for r in children(building) if carries_tags(r)]
    assert {r.type for r in can} == {
        "ComputeCluster",
        "DatastoreCluster",
        "DistributedPortGroup",
        "DistributedVirtualSwitch",
        "Folder",
        "Host",
        "ResourcePool",
        "VirtualMachine",
        "VmfsDatastore",
    }
    for resource in can:
        assert {"id-tags-generation-g26", "id-tags-cost-center-1-6510"} <= set(resource.inputs["tags"]), resource


def test_a_tag_of_an_identity_carries_no_generation(building: Program) -> None:
    marked = {r.inputs["name"] for r in building.of("Tag").values() if "g26" in r.name}
    assert marked == {"g26"}


def test_the_type_tokens_of_components_name_the_area(declared: Program) -> None:
    tokens = {r.token for r in declared.resources if r.is_component}
    areas = {
        "servers": {"Folders", "Network", "Storage", "System", "Tags", "VmwareCluster"},
        "desktops": {"DesktopPool", "Provisioning"},
        "access": {"Access"},
        "configuration": {"Configuration"},
    }
    assert tokens <= {f"platform:{area}:{name}" for area, names in areas.items() for name in names}
    assert {"platform:servers:System", "platform:access:Access"} <= tokens


def test_one_component_a_system_and_none_a_server(building: Program) -> None:
    assert set(building.of("System")) == {"ad", "drift", "sbsys"}
