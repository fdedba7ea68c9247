"""What the twin's Azure refuses, one thing each, with the code that Azure gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import azure
from tests.support.azure import ADMINISTRATOR, GROUP, REGION, Cloud
from twin.azure import Azure, ids
from twin.azure.quota import MISSING, QUOTA, REGISTERED
from twin.engine.platform import RefusedError
from twin.engine.provider import State
from twin.world import seed

SUBSCRIPTION = f"/subscriptions/{ids.SUBSCRIPTION}"
SCOPE = f"{SUBSCRIPTION}/resourceGroups/{GROUP}"
TENANT = "00000000-0000-0000-0000-0000000000aa"
VAULT = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "enablePurgeProtection": True}


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    yield from azure.fresh(tmp_path)


@pytest.mark.parametrize(
    ("kind", "key", "wrong"),
    [
        ("storage:StorageAccount", "accountName", "St-Files"),
        ("storage:StorageAccount", "accountName", "a" * 25),
        ("keyvault:Vault", "vaultName", "kv--hub"),
        ("keyvault:Vault", "vaultName", "1vault"),
        ("network:Subnet", "subnetName", "snet-"),
        ("network:VirtualNetwork", "virtualNetworkName", "v"),
        ("network:AzureFirewall", "azureFirewallName", "a" * 57),
        ("compute:Gallery", "galleryName", "gal-avd"),
        ("compute:VirtualMachine", "vmName", "vm."),
        ("operationalinsights:Workspace", "workspaceName", "log"),
        ("recoveryservices:Vault", "vaultName", "1rsv"),
        ("desktopvirtualization:HostPool", "hostPoolName", "vd"),
        ("storage:FileShare", "shareName", "Profiles"),
        ("storage:FileServiceProperties", "fileServicesName", "files"),
        ("privatedns:PrivateZone", "privateZoneName", "example"),
        ("authorization:RoleAssignment", "roleAssignmentName", "reader"),
        ("resources:ResourceGroup", "resourceGroupName", "rg."),
    ],
)
def test_names(cloud: Cloud, kind: str, key: str, wrong: str) -> None:
    found = [text for text in cloud.faults(kind, **{key: wrong}) if text.startswith(key)]
    assert len(found) == 1
    assert f"{wrong!r} is not allowed; use" in found[0]


def test_an_assignment_has_a_shorter_name_at_a_management_group(cloud: Cloud) -> None:
    scope = "/providers/Microsoft.Management/managementGroups/mg-hub"
    for length, faults in ((24, 0), (25, 1)):
        found = cloud.faults("authorization:PolicyAssignment", scope=scope, policyAssignmentName="a" * length)
        assert len(found) == faults
    assert cloud.faults("authorization:PolicyAssignment", scope=SCOPE, policyAssignmentName="a" * 25) == []


def test_names_that_all_the_world_shares(cloud: Cloud) -> None:
    other = Cloud(cloud.world, "12345678-1234-1234-1234-123456789012")
    other.group()
    account: dict[str, Any] = {"accountName": "stfiles", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
    cloud.make("storage:StorageAccount", **account)
    text = other.refuses("StorageAccountAlreadyTaken", "storage:StorageAccount", **account)
    assert "The storage account named stfiles is already taken." in text
    vault = cloud.make("keyvault:Vault", vaultName="kv-hub", location=REGION, properties=VAULT)
    assert vault.outputs["properties"]["vaultUri"] == "https://kv-hub.vault.azure.net/"
    other.refuses("VaultAlreadyExists", "keyvault:Vault", vaultName="KV-hub", location=REGION, properties=VAULT)


def test_a_deleted_vault_keeps_its_name(cloud: Cloud) -> None:
    vault: dict[str, Any] = {"vaultName": "kv-hub", "location": REGION, "properties": VAULT}
    recovered = vault | {"properties": VAULT | {"createMode": "recover"}}
    cloud.refuses("SoftDeletedVaultDoesNotExist", "keyvault:Vault", **recovered)
    cloud.delete("keyvault:Vault", cloud.make("keyvault:Vault", **vault))
    cloud.refuses("ConflictError", "keyvault:Vault", **vault)
    cloud.make("keyvault:Vault", **recovered)


def test_what_a_vault_does_not_give_up(cloud: Cloud) -> None:
    given = VAULT | {"softDeleteRetentionInDays": 90}
    vault = cloud.make("keyvault:Vault", vaultName="kv-hub", location=REGION, properties=given)
    for wrong in ({"enablePurgeProtection": False}, {"softDeleteRetentionInDays": 7}):
        cloud.refuses_change("BadRequest", "keyvault:Vault", vault, properties=given | wrong)


def test_regions(cloud: Cloud) -> None:
    cloud.refuses(
        "LocationNotAvailableForResourceType", "network:RouteTable", routeTableName="rt", location="denmark-east"
    )
    cloud.network()
    nic = cloud.interface("nic", cloud.subnet())
    cloud.refuses(
        "InvalidResourceReference", "compute:VirtualMachine", **azure.machine("vm1", nic) | {"location": "westeurope"}
    )
    table = cloud.make("network:RouteTable", routeTableName="rt", location=REGION)
    cloud.refuses_change("InvalidResourceLocation", "network:RouteTable", table, location="westeurope")


def test_quota(cloud: Cloud) -> None:
    limits = [{"name": f"{REGION}/standardDASv5Family", "vcpus": 10}, {"name": f"{REGION}/cores", "vcpus": 12}]
    seed.plant(cloud.world, [Azure()], [{"type": QUOTA, "properties": limit} for limit in limits])
    cloud.network()
    subnet = cloud.subnet()
    nics = [cloud.interface(f"nic{number}", subnet) for number in range(4)]
    made = [cloud.machine(f"vm{number}", nics[number]) for number in range(2)]
    text = cloud.refuses("QuotaExceeded", "compute:VirtualMachine", **azure.machine("vm2", nics[2]))
    assert "standardDASv5Family Cores quota" in text
    assert "Current Limit: 10, Current Usage: 8, Additional Required: 4, (Minimum) New Limit Required: 12." in text
    other = azure.machine("vm2", nics[2]) | {"hardwareProfile": {"vmSize": "Standard_E8as_v5"}}
    assert "Total Regional Cores quota" in cloud.refuses("QuotaExceeded", "compute:VirtualMachine", **other)
    cloud.delete("compute:VirtualMachine", made[0])
    cloud.machine("vm2", nics[2])
    grown = {"hardwareProfile": {"vmSize": "Standard_D8as_v5"}}
    cloud.refuses_change("QuotaExceeded", "compute:VirtualMachine", made[1], **grown)
    own = {"name": f"{ids.SUBSCRIPTION}/{REGION}/standardDASv5Family", "vcpus": 12}
    everybody = {"name": f"{REGION}/cores", "vcpus": 100}
    seed.plant(cloud.world, [Azure()], [{"type": QUOTA, "properties": limit} for limit in (own, everybody)])
    assert "vm1" in cloud.change("compute:VirtualMachine", made[1], **grown).id


def test_a_size_that_a_region_does_not_have(cloud: Cloud) -> None:
    seed.plant(cloud.world, [Azure()], [{"type": MISSING, "properties": {"name": f"{REGION}/Standard_NV*"}}])
    cloud.network()
    nic = cloud.interface("nic", cloud.subnet())
    graphics = azure.machine("vm1", nic) | {"hardwareProfile": {"vmSize": "Standard_NV12ads_A10_v5"}}
    cloud.refuses("SkuNotAvailable", "compute:VirtualMachine", **graphics)
    cloud.refuses("InvalidParameter", "compute:VirtualMachine", **graphics | {"hardwareProfile": {"vmSize": "Large"}})


def test_subnets(cloud: Cloud) -> None:
    network = cloud.network()
    cloud.subnet()
    within: dict[str, Any] = {"virtualNetworkName": "vnet", "subnetName": "other"}
    cloud.refuses("NetcfgSubnetRangeOutsideVnet", "network:Subnet", addressPrefix="10.1.0.0/24", **within)
    text = cloud.refuses("NetcfgSubnetRangesOverlap", "network:Subnet", addressPrefix="10.0.1.128/25", **within)
    assert "Subnet 'other' is not valid" in text
    cloud.refuses("NetcfgInvalidSubnet", "network:Subnet", addressPrefix="10.0.2.0/30", **within)
    cloud.refuses("NetcfgInvalidSubnet", "network:Subnet", **within)
    assert cloud.faults("network:Subnet", addressPrefix="10.0.2.1/24", **within)[0].startswith("addressPrefix:")
    smaller = {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}}
    cloud.refuses_change("NetcfgSubnetRangeOutsideVnet", "network:VirtualNetwork", network, **smaller)


@pytest.mark.parametrize(
    ("kind", "name_key", "subnet", "small"),
    [
        ("network:VirtualNetworkGateway", "virtualNetworkGatewayName", "GatewaySubnet", "10.0.9.0/28"),
        ("network:AzureFirewall", "azureFirewallName", "AzureFirewallSubnet", "10.0.9.0/27"),
        ("network:BastionHost", "bastionHostName", "AzureBastionSubnet", "10.0.9.0/27"),
    ],
)
def test_a_service_needs_its_subnet(cloud: Cloud, kind: str, name_key: str, subnet: str, small: str) -> None:
    cloud.network()
    for wrong, code in ((cloud.subnet(), "InvalidSubnetName"), (cloud.subnet(subnet, small), "SubnetTooSmall")):
        configuration = [{"name": "c", "subnet": {"id": wrong.id}}]
        cloud.refuses(code, kind, **{name_key: "service"}, location=REGION, ipConfigurations=configuration)


def test_a_firewall_has_the_first_address(cloud: Cloud) -> None:
    cloud.network()
    subnet = cloud.subnet("AzureFirewallSubnet", "10.0.9.0/26")
    configuration = [{"name": "c", "subnet": {"id": subnet.id}}]
    made = cloud.make("network:AzureFirewall", azureFirewallName="afw", location=REGION, ipConfigurations=configuration)
    assert made.outputs["ipConfigurations"][0]["privateIPAddress"] == "10.0.9.4"


def peering(cloud: Cloud, here: str, there: State, **inputs: Any) -> dict[str, Any]:
    del cloud
    name = there.id.rsplit("/", maxsplit=1)[-1]
    inputs |= {"remoteVirtualNetwork": {"id": there.id}, "virtualNetworkPeeringName": f"to-{name}"}
    return {"virtualNetworkName": here} | inputs


def test_peered_networks_do_not_overlap(cloud: Cloud) -> None:
    cloud.network("hub", "10.0.0.0/16")
    spoke, third = cloud.network("spoke", "10.1.0.0/16"), cloud.network("third", "10.1.128.0/17")
    same = cloud.network("same", "10.0.4.0/24")
    cloud.refuses("VnetAddressSpacesOverlap", "network:VirtualNetworkPeering", **peering(cloud, "hub", same))
    cloud.make("network:VirtualNetworkPeering", **peering(cloud, "hub", spoke))
    overlap = "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"
    cloud.refuses(overlap, "network:VirtualNetworkPeering", **peering(cloud, "hub", third))
    hub = State(
        spoke.id.replace("spoke", "hub"),
        {},
        {"resourceGroupName": GROUP, "virtualNetworkName": "hub", "location": REGION},
    )
    grown = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16", "10.1.4.0/24"]}}
    cloud.refuses_change(overlap, "network:VirtualNetwork", hub, **grown)


def test_remote_gateways_have_to_be_there(cloud: Cloud) -> None:
    hub = cloud.network("hub", "10.0.0.0/16")
    cloud.network("spoke", "10.1.0.0/16")
    through = peering(cloud, "spoke", hub, useRemoteGateways=True)
    cloud.refuses("RemoteVnetHasNoGateways", "network:VirtualNetworkPeering", **through)
    subnet = cloud.subnet("GatewaySubnet", "10.0.255.0/27", "hub")
    configuration = [{"name": "c", "subnet": {"id": subnet.id}}]
    gateway = {"virtualNetworkGatewayName": "vgw", "location": REGION, "ipConfigurations": configuration}
    cloud.make("network:VirtualNetworkGateway", **gateway)
    cloud.make("network:VirtualNetworkPeering", **through)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("10.0.2.9", "PrivateIPAddressNotInSubnet"),
        ("10.0.1.3", "PrivateIPAddressInReservedRange"),
        ("10.0.1.255", "PrivateIPAddressInReservedRange"),
        ("10.0.1.4", "PrivateIPAddressIsAllocated"),
    ],
)
def test_addresses(cloud: Cloud, address: str, code: str) -> None:
    cloud.network()
    subnet = cloud.subnet()
    cloud.interface("first", subnet)
    configuration = [{"name": "c", "subnet": {"id": subnet.id}, "privateIPAddress": address}]
    cloud.refuses(
        code, "network:NetworkInterface", networkInterfaceName="n", location=REGION, ipConfigurations=configuration
    )


def test_a_subnet_is_full(cloud: Cloud) -> None:
    cloud.network()
    subnet = cloud.subnet(prefix="10.0.1.0/29")
    for number in range(3):
        cloud.interface(f"nic{number}", subnet)
    with pytest.raises(RefusedError, match="SubnetIsFull"):
        cloud.interface("nic3", subnet)


def test_basic_addresses_are_retired(cloud: Cloud) -> None:
    cloud.refuses(
        "IPv4BasicSkuPublicIpCountLimitReached", "network:PublicIPAddress", publicIpAddressName="pip", location=REGION
    )


def test_machines(cloud: Cloud) -> None:
    cloud.network()
    nic = cloud.interface("nic", cloud.subnet())
    machine = cloud.machine("vm1", nic)
    cloud.refuses("NicInUse", "compute:VirtualMachine", **azure.machine("vm2", nic))
    cloud.refuses("InvalidParameter", "compute:VirtualMachine", **azure.machine("vm2"))
    lost = State(nic.id.replace("/nic", "/none"), {})
    text = cloud.refuses("InvalidResourceReference", "compute:VirtualMachine", **azure.machine("vm2", lost))
    assert "Please make sure that the referenced resource exists" in text
    image = {"storageProfile": {"imageReference": {"publisher": "p", "offer": "o", "sku": "s", "version": "2.0.0"}}}
    text = cloud.refuses_change("PropertyChangeNotAllowed", "compute:VirtualMachine", machine, **image)
    assert "Changing property 'storageProfile.imageReference' is not allowed." in text
    cloud.refuses_deletion("NicInUse", "network:NetworkInterface", nic)
    profile = azure.machine("vm-longer-than-15", nic)
    assert cloud.faults("compute:VirtualMachine", **profile)[0].startswith("osProfile.computerName:")


def test_disks(cloud: Cloud) -> None:
    cloud.network()
    subnet = cloud.subnet()
    disk = cloud.make(
        "compute:Disk", diskName="disk", location=REGION, diskSizeGB=128, creationData={"createOption": "Empty"}
    )
    attached = {"storageProfile": {"dataDisks": [{"lun": 0, "createOption": "Attach", "managedDisk": {"id": disk.id}}]}}
    cloud.machine("vm1", cloud.interface("nic1", subnet), **attached)
    second = azure.machine("vm2", cloud.interface("nic2", subnet)) | attached
    cloud.refuses("ConflictingUserInput", "compute:VirtualMachine", **second)
    cloud.refuses_change("OperationNotAllowed", "compute:Disk", disk, diskSizeGB=64)
    cloud.refuses_deletion("OperationNotAllowed", "compute:Disk", disk)


def test_one_extension_of_a_handler(cloud: Cloud) -> None:
    cloud.network()
    cloud.machine("vm1", cloud.interface("nic", cloud.subnet()))
    agent: dict[str, Any] = {
        "vmName": "vm1",
        "publisher": "Microsoft.Azure.Monitor",
        "type": "AzureMonitorWindowsAgent",
    }
    made = cloud.make("compute:VirtualMachineExtension", vmExtensionName="ama", **agent)
    cloud.refuses("BadRequest", "compute:VirtualMachineExtension", vmExtensionName="ama2", **agent)
    cloud.refuses_change("PropertyChangeNotAllowed", "compute:VirtualMachineExtension", made, type="Other")


def test_what_is_not_empty_or_in_use(cloud: Cloud) -> None:
    group = cloud.make("resources:ResourceGroup", resourceGroupName="rg-full", location=REGION)
    cloud.make("network:RouteTable", resourceGroupName="rg-full", routeTableName="rt", location=REGION)
    text = cloud.refuses_deletion("ResourceGroupDeletionBlocked", "resources:ResourceGroup", group)
    assert "Microsoft.Network/routeTables/rt" in text
    network = cloud.network()
    nsg = cloud.make("network:NetworkSecurityGroup", networkSecurityGroupName="nsg", location=REGION)
    subnet = cloud.make(
        "network:Subnet",
        virtualNetworkName="vnet",
        subnetName="snet",
        addressPrefix="10.0.1.0/24",
        networkSecurityGroup={"id": nsg.id},
    )
    cloud.interface("nic", subnet)
    cloud.refuses_deletion("InUseSubnetCannotBeDeleted", "network:Subnet", subnet)
    cloud.refuses_deletion("InUseNetworkSecurityGroupCannotBeDeleted", "network:NetworkSecurityGroup", nsg)
    cloud.refuses_deletion("CannotDeleteResource", "network:VirtualNetwork", network)


@pytest.mark.parametrize("scope", [SUBSCRIPTION, SCOPE, f"{SCOPE}/providers/Microsoft.Network/routeTables/rt"])
def test_locks(cloud: Cloud, scope: str) -> None:
    table = cloud.make("network:RouteTable", routeTableName="rt", location=REGION)
    other = cloud.make("network:RouteTable", routeTableName="rt2", location=REGION)
    lock = cloud.make("authorization:ManagementLockByScope", scope=scope, lockName="keep", level="CanNotDelete")
    text = cloud.refuses_deletion("ScopeLocked", "network:RouteTable", table)
    assert f"following scope(s) are locked: {scope!r}" in text
    cloud.change("network:RouteTable", table, tags={"a": "b"})
    if scope.endswith("/rt"):
        cloud.delete("network:RouteTable", other)
    cloud.delete("authorization:ManagementLockByScope", lock)
    cloud.make("authorization:ManagementLockByScope", scope=scope, lockName="read", level="ReadOnly")
    cloud.refuses_change("ScopeLocked", "network:RouteTable", table, tags={"a": "c"})


def test_roles_are_assigned_once(cloud: Cloud) -> None:
    given: dict[str, Any] = {"scope": SCOPE, "principalId": "p", "roleDefinitionId": ADMINISTRATOR}
    first, second = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
    made = cloud.make("authorization:RoleAssignment", roleAssignmentName=first, **given)
    cloud.refuses("RoleAssignmentExists", "authorization:RoleAssignment", roleAssignmentName=second, **given)
    other = {"roleDefinitionId": ADMINISTRATOR.replace("1d18", "1d19")}
    cloud.refuses_change("PropertyChangeNotAllowed", "authorization:RoleAssignment", made, **other)


def test_an_immutable_vault(cloud: Cloud) -> None:
    def settings(state: str) -> dict[str, Any]:
        return {"properties": {"securitySettings": {"immutabilitySettings": {"state": state}}}}

    kind = {"sku": {"name": "RS0", "tier": "Standard"}}
    vault = cloud.make("recoveryservices:Vault", vaultName="rsv", location=REGION, **kind, **settings("Unlocked"))
    cloud.change("recoveryservices:Vault", vault, **settings("Disabled"))
    locked = cloud.change("recoveryservices:Vault", vault, **settings("Locked"))
    for state in ("Unlocked", "Disabled"):
        cloud.refuses_change("ImmutabilityIsIrreversible", "recoveryservices:Vault", locked, **settings(state))
    cloud.network()
    machine = cloud.machine("vm1", cloud.interface("nic", cloud.subnet()))
    item = {
        "vaultName": "rsv",
        "fabricName": "Azure",
        "containerName": f"iaasvmcontainer;iaasvmcontainerv2;{GROUP};vm1",
        "properties": {"protectedItemType": "Microsoft.Compute/virtualMachines", "sourceResourceId": machine.id},
    }
    made = cloud.make("recoveryservices:ProtectedItem", protectedItemName="vm;vm1", **item)
    cloud.refuses(
        "UserErrorMachineAlreadyProtected", "recoveryservices:ProtectedItem", protectedItemName="again", **item
    )
    cloud.refuses_deletion("OperationNotAllowedOnImmutableVault", "recoveryservices:ProtectedItem", made)


def pool(cloud: Cloud, name: str, expiry: str, operation: str = "Update") -> State:
    return cloud.make(
        "desktopvirtualization:HostPool",
        hostPoolName=name,
        location=REGION,
        hostPoolType="Pooled",
        loadBalancerType="BreadthFirst",
        preferredAppGroupType="RailApplications",
        registrationInfo={"expirationTime": expiry, "registrationTokenOperation": operation},
    )


def token(cloud: Cloud, name: str) -> Any:
    arguments = {"resourceGroupName": GROUP, "hostPoolName": name}
    value = cloud.ask("desktopvirtualization:listHostPoolRegistrationTokens", **arguments)["value"]
    assert [cloud.ask("desktopvirtualization:getHostPoolRegistrationToken", **arguments)] == (value or [{}])
    return value[0]["token"] if value else None


def test_session_hosts_come_by_their_token(cloud: Cloud, tmp_path: Path) -> None:
    made = pool(cloud, "vdpool-a", "2026-12-01T00:00:00Z")
    pool(cloud, "vdpool-b", "2026-12-01T00:00:00Z", "Delete")
    assert token(cloud, "vdpool-b") is None
    first = token(cloud, "vdpool-a")
    assert "token" not in made.outputs["registrationInfo"]
    assert first not in b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode("latin-1")
    renewed = {"expirationTime": "2026-12-20T00:00:00Z", "registrationTokenOperation": "Update"}
    cloud.change("desktopvirtualization:HostPool", made, registrationInfo=renewed)
    assert token(cloud, "vdpool-a") != first
    cloud.network()
    cloud.machine("avd1", cloud.interface("nic", cloud.subnet()))
    agent: dict[str, Any] = {"vmName": "avd1", "publisher": "Microsoft.Compute", "type": "CustomScriptExtension"}
    kind = "compute:VirtualMachineExtension"
    cloud.refuses("VMExtensionProvisioningError", kind, vmExtensionName="a", settings={"c": f"add {first}"}, **agent)
    cloud.make(kind, vmExtensionName="a", settings={"command": f"add {token(cloud, 'vdpool-a')}"}, **agent)
    host = {"sessionHostName": "avd1.ad.kommune.test", "allowNewSession": False}
    found = cloud.make("desktopvirtualization:SessionHost", hostPoolName="vdpool-a", **host)
    assert found.outputs["resourceId"].endswith("/virtualMachines/avd1")
    cloud.refuses("NotFound", "desktopvirtualization:SessionHost", hostPoolName="vdpool-b", **host)
    nobody = {"sessionHostName": "avd2.ad.kommune.test"}
    cloud.refuses("NotFound", "desktopvirtualization:SessionHost", hostPoolName="vdpool-a", **nobody)
    cloud.refuses_deletion("CannotDeleteResource", "desktopvirtualization:HostPool", made)


def test_application_groups(cloud: Cloud) -> None:
    made = pool(cloud, "vdpool", "2026-12-01T00:00:00Z")

    def group(name: str, kind: str) -> dict[str, Any]:
        return {
            "applicationGroupName": name,
            "applicationGroupType": kind,
            "hostPoolArmPath": made.id,
            "location": REGION,
        }

    kind = "desktopvirtualization:ApplicationGroup"
    desktop = cloud.make(kind, **group("vdag-desktop", "Desktop"))
    cloud.refuses("BadRequest", kind, **group("vdag-desktop2", "Desktop"))
    cloud.refuses_change("PropertyChangeNotAllowed", kind, desktop, applicationGroupType="RemoteApp")
    holder = {"location": REGION, "applicationGroupReferences": [desktop.id]}
    cloud.make("desktopvirtualization:Workspace", workspaceName="vdws", **holder)
    cloud.refuses("BadRequest", "desktopvirtualization:Workspace", workspaceName="vdws2", **holder)
    cloud.refuses_deletion("ResourceInUse", "desktopvirtualization:HostPool", made)


def test_management_groups(cloud: Cloud) -> None:
    parent = cloud.make("management:ManagementGroup", groupId="mg-kommune")
    below = {"parent": {"id": parent.id}}
    cloud.make("management:ManagementGroup", groupId="mg-platform", details=below)
    cloud.refuses_deletion("ResourceInUse", "management:ManagementGroup", parent)
    lost = {"parent": {"id": f"{parent.id}-none"}}
    cloud.refuses("ParentManagementGroupNotFound", "management:ManagementGroup", groupId="mg-x", details=lost)
    cloud.refuses("ManagementGroupNotFound", "management:ManagementGroupSubscription", groupId="mg-none")


def test_a_subscription_uses_what_it_is_registered_for(cloud: Cloud) -> None:
    cloud.network("vnet-before")
    registered = {"name": f"{ids.SUBSCRIPTION}/Microsoft.Network"}
    seed.plant(cloud.world, [Azure()], [{"type": REGISTERED, "properties": registered}])
    cloud.network("vnet-after")
    vault = {"location": REGION, "properties": VAULT}
    cloud.refuses("MissingSubscriptionRegistration", "keyvault:Vault", vaultName="kv-hub", **vault)
    cloud.make("consumption:Budget", budgetName="b", scope=SUBSCRIPTION, amount=1, category="Cost", timeGrain="Monthly",
               timePeriod={"startDate": "2026-12-01T00:00:00Z"})  # fmt: skip


def plans(*written: tuple[str, list[str]]) -> dict[str, Any]:
    """A deployment of Defender's plans, each with what it waits for."""
    found = [
        {"type": "Microsoft.Security/pricings", "apiVersion": "2024-01-01", "name": name, "dependsOn": after}
        for name, after in written
    ]
    template = {"contentVersion": "1.0.0.0", "resources": found}
    return {"location": REGION, "properties": {"mode": "Incremental", "template": template}}


def test_plans_of_defender_are_there_and_are_written_one_after_the_other(cloud: Cloud) -> None:
    one = {"scopeId": SUBSCRIPTION, "pricingName": "VirtualMachines", "pricingTier": "Standard"}
    with pytest.raises(RefusedError, match="cannot create already existing resource"):
        cloud.make("security:Pricing", **one)
    kind, after = (
        "resources:DeploymentAtSubscriptionScope",
        "[subscriptionResourceId('Microsoft.Security/pricings', '{}')]",
    )
    servers, vaults = ("VirtualMachines", []), ("KeyVaults", [after.format("VirtualMachines")])
    cloud.refuses("Conflict", kind, deploymentName="at-once", **plans(servers, ("KeyVaults", [])))
    cloud.refuses("Conflict", kind, deploymentName="fork", **plans(servers, vaults, ("Arm", vaults[1])))
    cloud.refuses("InvalidTemplate", kind, deploymentName="lost", **plans(("Arm", [after.format("Api")])))
    cloud.make(kind, deploymentName="chain", **plans(servers, vaults, ("Arm", ["KeyVaults"])))
