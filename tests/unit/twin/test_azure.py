"""The twin's Azure: ids, subscriptions, what is computed, what functions answer, what replaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import azure
from tests.support.azure import ADMINISTRATOR, GROUP, REGION, Cloud
from twin.azure import Azure, ids, immutable, names, quota
from twin.engine import schema
from twin.engine.platform import RefusedError
from twin.engine.provider import State
from twin.engine.wire import UNKNOWN, Secret
from twin.world import drift

OTHER = "12345678-1234-1234-1234-123456789012"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    yield from azure.fresh(tmp_path)


@pytest.mark.parametrize("type_", ids._table())
def test_ids_are_formed_from_inputs(type_: str) -> None:
    inputs = schema.resource(type_).inputs.properties
    assert [name for name in ids.holders(type_) if name not in inputs] == []
    own = ids.own_name(schema.resource(type_))
    assert own is None or own == ids.holders(type_)[-1]
    assert re.fullmatch(r"Microsoft\.\w+(/[\w{}.]+)+", ids.arm_type(type_)), ids.arm_type(type_)


@pytest.mark.parametrize("type_", {**names.rules(), **immutable.table()})
def test_what_has_rules_has_an_id(type_: str) -> None:
    assert type_ in ids._table()


@pytest.mark.parametrize("type_", immutable.table())
def test_every_path_of_the_rules_is_in_the_schema(type_: str) -> None:
    entry = immutable.rules(type_)
    for path in (*entry.replaces, *entry.immutable):
        shapes = [schema.resource(type_).inputs]
        for step in path.split("."):
            found = [shape.properties[step].type for shape in shapes if step in shape.properties]
            assert found, path
            shapes = [kind.object for item in found for kind in (item, *item.members) if kind.kind == "object"]


def test_ids_and_parents(cloud: Cloud) -> None:
    network = cloud.network()
    root = f"/subscriptions/{ids.SUBSCRIPTION}/resourceGroups/{GROUP}"
    assert network.id == f"{root}/providers/Microsoft.Network/virtualNetworks/vnet"
    assert cloud.subnet().id == f"{network.id}/subnets/snet"
    assert "already exists" in cloud_error(cloud.subnet)
    cloud.refuses("ResourceGroupNotFound", "network:RouteTable", resourceGroupName="none", routeTableName="rt")
    cloud.refuses(
        "ParentResourceNotFound", "network:Subnet", virtualNetworkName="no", subnetName="s", addressPrefix="10.0.0.0/24"
    )
    lost = {"id": f"{root}/providers/Microsoft.Network/routeTables/none"}
    more: dict[str, Any] = {"virtualNetworkName": "vnet", "subnetName": "t", "addressPrefix": "10.0.2.0/24"}
    cloud.refuses("InvalidResourceReference", "network:Subnet", routeTable=lost, **more)
    share = cloud.make("storage:StorageAccount", accountName="sttest", kind="FileStorage", sku={"name": "Premium_ZRS"})
    made = cloud.make("storage:FileShare", accountName="sttest", shareName="profiles", shareQuota=100)
    assert made.id == f"{share.id}/fileServices/default/shares/profiles"


def cloud_error(act: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    return str(caught.value)


def test_each_provider_has_its_subscription(cloud: Cloud) -> None:
    other = Cloud(cloud.world, OTHER)
    group = other.group()
    assert group.id == f"/subscriptions/{OTHER}/resourceGroups/{GROUP}"
    assert other.network().id.startswith(group.id)
    assert other.ask("authorization:getClientConfig")["subscriptionId"] == OTHER
    assert cloud.ask("authorization:getClientConfig")["subscriptionId"] == ids.SUBSCRIPTION
    placed = other.make("management:ManagementGroup", groupId="mg-landingzones")
    moved = other.make("management:ManagementGroupSubscription", groupId="mg-landingzones")
    assert moved.id == f"{placed.id}/subscriptions/{OTHER}"
    lost = Cloud(cloud.world, "not-a-guid")
    lost.refuses("InvalidSubscriptionId", "resources:ResourceGroup", resourceGroupName="x", location=REGION)


def test_extensions_of_other_resources(cloud: Cloud) -> None:
    network = cloud.network()
    logs = cloud.make("operationalinsights:Workspace", workspaceName="log-test", location=REGION)
    setting = cloud.make("monitor:DiagnosticSetting", resourceUri=network.id, name="all", workspaceId=logs.id)
    assert setting.id == f"{network.id}/providers/Microsoft.Insights/diagnosticSettings/all"
    group = cloud.make("management:ManagementGroup", groupId="mg-test")
    assignment = cloud.make("authorization:PolicyAssignment", scope=group.id, policyAssignmentName="locations")
    assert assignment.id == f"{group.id}/providers/Microsoft.Authorization/policyAssignments/locations"
    nowhere = "/providers/Microsoft.Management/managementGroups/mg-none"
    cloud.refuses("ManagementGroupNotFound", "authorization:PolicyAssignment", scope=nowhere, policyAssignmentName="a")


def test_what_is_computed(cloud: Cloud) -> None:
    cloud.network()
    subnet = cloud.subnet()
    nic = cloud.interface("nic", subnet)
    assert nic.outputs["ipConfigurations"][0]["privateIPAddress"] == "10.0.1.4"
    assert cloud.interface("nic2", subnet).outputs["ipConfigurations"][0]["privateIPAddress"] == "10.0.1.5"
    assert cloud.change("network:NetworkInterface", nic).outputs["ipConfigurations"] == nic.outputs["ipConfigurations"]
    machine = cloud.machine("vm1", nic, identity={"type": "SystemAssigned"})
    assert re.fullmatch(r"[0-9a-f-]{36}", machine.outputs["vmId"])
    assert re.fullmatch(r"[0-9a-f-]{36}", machine.outputs["identity"]["principalId"])
    account = cloud.make(
        "storage:StorageAccount", accountName="stfiles", kind="FileStorage", sku={"name": "Premium_ZRS"}
    )
    assert account.outputs["primaryEndpoints"] == {"file": "https://stfiles.file.core.windows.net/"}
    address = cloud.make(
        "network:PublicIPAddress", publicIpAddressName="pip", location=REGION, sku={"name": "Standard"}
    )
    assert address.outputs["ipAddress"].startswith("203.0.113.")
    logs = cloud.make("operationalinsights:Workspace", workspaceName="log-test", location=REGION)
    assert re.fullmatch(r"[0-9a-f-]{36}", logs.outputs["customerId"])


def test_what_a_preview_knows(cloud: Cloud) -> None:
    token = ids.INTERFACE
    inputs = {"resourceGroupName": GROUP, "ipConfigurations": [{"name": "a", "subnet": {"id": "x"}}]}
    seen = cloud.provider.preview_create(token, inputs)
    assert seen["ipConfigurations"][0]["privateIPAddress"] is UNKNOWN
    state = State("x", {"ipConfigurations": [{"name": "a", "privateIPAddress": "10.0.1.4"}]}, inputs)
    seen = cloud.provider.preview_update(token, state, inputs)
    assert seen["ipConfigurations"][0]["privateIPAddress"] == "10.0.1.4"
    machine = {"resourceGroupName": GROUP, "identity": {"type": "SystemAssigned"}}
    assert cloud.provider.preview_create(ids.MACHINE, machine)["identity"]["principalId"] is UNKNOWN


def test_functions(cloud: Cloud) -> None:
    cloud.network()
    subnet = cloud.subnet()
    found = cloud.ask("network:getSubnet", resourceGroupName=GROUP, virtualNetworkName="vnet", subnetName="snet")
    assert (found["id"], found["addressPrefix"]) == (subnet.id, "10.0.1.0/24")
    assert cloud.ask("resources:getResourceGroup", resourceGroupName=GROUP)["location"] == REGION
    with pytest.raises(RefusedError, match="ResourceGroupNotFound"):
        cloud.ask("resources:getResourceGroup", resourceGroupName="none")
    with pytest.raises(
        RefusedError, match=r"Microsoft.Compute/disks/none' under resource group 'rg-test' was not found"
    ):
        cloud.ask("compute:getDisk", resourceGroupName=GROUP, diskName="none")
    with pytest.raises(RefusedError, match="cannot answer azure-native:compute:getLogAnalyticExportThrottledRequests"):
        cloud.ask(
            "compute:getLogAnalyticExportThrottledRequests",
            location="x",
            blobContainerSasUri="x",
            fromTime="x",
            toTime="x",
        )


def test_keys_of_an_account(cloud: Cloud) -> None:
    kind = {"kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
    cloud.make("storage:StorageAccount", accountName="stopen", **kind)
    assert len(cloud.ask("storage:listStorageAccountKeys", resourceGroupName=GROUP, accountName="stopen")["keys"]) == 2
    cloud.make("storage:StorageAccount", accountName="stshut", allowSharedKeyAccess=False, **kind)
    with pytest.raises(RefusedError, match="KeyBasedAuthenticationNotPermitted"):
        cloud.ask("storage:listStorageAccountKeys", resourceGroupName=GROUP, accountName="stshut")


def test_what_replaces(cloud: Cloud) -> None:
    old = State("x", {}, {"resourceGroupName": GROUP, "vmName": "a", "location": REGION, "licenseType": "None"})
    found = cloud.provider.diff(ids.MACHINE, old, old.inputs | {"vmName": "b", "licenseType": "Windows_Client"}, [])
    assert (found.replaces, found.unsure, found.delete_first) == (["vmName"], [], True)
    found = cloud.provider.diff(ids.MACHINE, old, old.inputs | {"location": "westeurope"}, [])
    assert found.replaces == ["location"]
    unknown = ids.token("automation", "AutomationAccount")
    old = State("x", {}, {"resourceGroupName": GROUP, "automationAccountName": "a", "location": REGION})
    found = cloud.provider.diff(unknown, old, old.inputs | {"location": "westeurope"}, [])
    assert (found.replaces, found.unsure) == ([], ["location"])


def test_a_made_up_name_is_deleted_last(cloud: Cloud) -> None:
    token = ids.token("network", "RouteTable")
    inputs, _ = cloud.provider.check(token, "rt", {}, {"resourceGroupName": GROUP}, b"1")
    assert inputs["routeTableName"].startswith("rt-")
    found = cloud.provider.diff(token, State("x", {}, inputs), inputs | {"resourceGroupName": "other"}, [])
    assert (found.replaces, found.delete_first) == (["resourceGroupName"], False)


@pytest.mark.parametrize(
    ("size", "family"),
    [
        ("Standard_D4as_v5", ("standardDASv5Family", 4)),
        ("Standard_E8-4ads_v5", ("standardEADSv5Family", 4)),
        ("Standard_NV12ads_A10_v5", ("standardNVADSA10v5Family", 12)),
        ("Standard_B2ms", ("standardBSFamily", 2)),
    ],
)
def test_families(size: str, family: tuple[str, int]) -> None:
    assert quota.family(size) == family


def test_secrets_stay_out_of_the_world(cloud: Cloud, tmp_path: Path) -> None:
    cloud.network()
    nic = cloud.interface("nic", cloud.subnet())
    profile = {"computerName": "vm1", "adminUsername": "lokaladm", "adminPassword": Secret("Hunter2-hunter2")}
    machine = cloud.machine("vm1", nic, osProfile=profile)
    same = {"osProfile": profile}
    assert cloud.change("compute:VirtualMachine", machine, **same).id == machine.id
    other = {"osProfile": profile | {"adminPassword": Secret("Hunter3-hunter3")}}
    cloud.refuses_change("PropertyChangeNotAllowed", "compute:VirtualMachine", machine, **other)
    assert "Hunter2" not in b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode("latin-1")
    assert (
        "adminPassword"
        not in cloud.ask("compute:getVirtualMachine", resourceGroupName=GROUP, vmName="vm1")["osProfile"]
    )


def test_a_role_is_assigned_where_it_says(cloud: Cloud) -> None:
    group = f"/subscriptions/{ids.SUBSCRIPTION}/resourceGroups/{GROUP}"
    name = "00000000-0000-0000-0000-00000000000a"
    made = cloud.make(
        "authorization:RoleAssignment",
        roleAssignmentName=name,
        scope=group,
        principalId="p",
        roleDefinitionId=ADMINISTRATOR,
    )
    assert made.id == f"{group}/providers/Microsoft.Authorization/roleAssignments/{name}"


def test_drift_and_import(cloud: Cloud) -> None:
    cloud.network()
    nic = cloud.interface("nic", cloud.subnet())
    machine = cloud.machine("vm1", nic)
    changed = drift.change(cloud.world, [Azure()], "VirtualMachine", "vm1", ['tags={"owner": "nobody"}'])
    assert changed.name == "vm1"
    with cloud.world.transaction():
        seen = cloud.provider.read(ids.MACHINE, machine)
    assert seen is not None
    assert seen.inputs["tags"] == {"owner": "nobody"}
    with pytest.raises(drift.DriftError, match="PropertyChangeNotAllowed"):
        drift.change(cloud.world, [Azure()], "VirtualMachine", "vm1", ["osProfile.adminUsername=other"])
    drift.change(cloud.world, [Azure()], "NetworkInterface", "nic", ["enableIPForwarding=true"])
    imported = cloud.provider.read(ids.INTERFACE, State(nic.id.replace("resourceGroups", "resourcegroups"), {}))
    assert imported is not None
    assert imported.inputs["ipConfigurations"][0]["subnet"] == {
        "id": nic.outputs["ipConfigurations"][0]["subnet"]["id"]
    }
    drift.remove(cloud.world, "VirtualMachine", "vm1")
    assert cloud.provider.read(ids.MACHINE, machine) is None
