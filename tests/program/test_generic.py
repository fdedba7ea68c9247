"""What holds for every resource, whatever the platform says."""

from __future__ import annotations

import inspect

import pulumi_azure_native as azure_native
import pulumi_vsphere as vsphere
import pytest

from tests.program.program import Declared, Program


@pytest.fixture(params=["building", "adopted", "landed", "havneby"])
def declared(request: pytest.FixtureRequest) -> Program:
    return request.getfixturevalue(request.param)


ALONE = {"vcenter-connection"}
"""The site's connection to vCenter outlives the generations and is the only thing of its kind."""


def children(program: Program) -> list[Declared]:
    """Everything that a provider makes, but for what stands alone."""
    found = [r for r in program.resources if r.token.split(":")[0] in ("vsphere", "azure-native", "citrix", "dns")]
    return [r for r in found if r.name not in ALONE]


def carries_tags(resource: Declared) -> bool:
    package, module, _ = resource.token.split(":")
    if package == "azure-native":
        made = getattr(getattr(azure_native, module), resource.type)
        return "tags" in inspect.signature(made._internal_init).parameters and resource.type not in UNTAGGED
    return package == "vsphere" and "tags" in inspect.signature(getattr(vsphere, f"{resource.type}Args")).parameters


UNTAGGED = {"MigrateProject", "ProtectionPolicy"}
"""A backup policy is a part of its vault, which carries them; a project of Azure Migrate takes none but Azure's own."""
TAGS = {"owner", "cost_center", "environment", "criticality", "personal_data", "area"}


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
    azure = {r.provider.rpartition("::")[0].rpartition("::")[2] for r in children(declared) if "azure" in r.token}
    assert azure <= {"azure-connectivity", "azure-management", "azure-corp"}


@pytest.mark.parametrize("program", ["landed", "havneby"])
def test_everything_in_azure_says_whose_it_is(program: str, request: pytest.FixtureRequest) -> None:
    can = [r for r in children(request.getfixturevalue(program)) if "azure-native:" in r.token and carries_tags(r)]
    assert len({r.type for r in can}) > 15
    assert [str(r) for r in can if not set(r.inputs.get("tags", {})) >= TAGS] == []


def test_what_an_area_brings_says_that_it_is_the_area_s(landed: Program) -> None:
    can = [r for r in children(landed) if "azure-native:" in r.token and carries_tags(r)]
    owners = {r.inputs["tags"]["owner"] for r in can if r.name.startswith("spoke-job-centre-")}
    assert owners == {"Jobcentret"}


@pytest.mark.parametrize("program", ["landed", "havneby"])
def test_everything_in_azure_is_in_the_region(program: str, request: pytest.FixtureRequest) -> None:
    found = children(request.getfixturevalue(program))
    located = {r.inputs["location"] for r in found if "azure-native:" in r.token and "location" in r.inputs}
    assert located == {"swedencentral", "Global", "global"}


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
        "servers": {"AzureSystem", "Migration", "Folders", "Network", "Storage", "System", "Tags", "VmwareCluster"},
        "desktops": {"HostPool", "Powers", "Profiles", "SessionHosts", "DesktopPool", "Provisioning"},
        "access": {"Access"},
        "network": {"Firewall", "Gateway", "Hub", "Resolver", "Spoke"},
        "security": {"Governance", "Logs", "Patching", "Subscription", "Vaults"},
    }
    assert tokens <= {f"platform:{area}:{name}" for area, names in areas.items() for name in names}
    assert {"platform:servers:System", "platform:access:Access"} <= tokens


def test_one_component_a_system_and_none_a_server(building: Program) -> None:
    assert set(building.of("System")) == {"ad", "drift", "sbsys"}
