"""Servers in Azure as resources: the baseline, what migrates, what looks after them, and how the engine treats them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pytest

import model
from components.servers.vmware.tags import wanted
from model import Platform, azure_names
from refresh.seed import azure_migrate
from tests.program.program import Declared, Program, Secret, run
from tests.support import zone
from tests.support.edit import Edits, both
from tests.support.lilleby import CUT_OVER, TRIED
from tests.support.waves import MOVING

PLACED: Edits = {
    "azure.yaml": {"quotas.corp": {"families": {"standardDASv5Family": 100, "standardEASv5Family": 100}}},
    "systems/sbsys.yaml": {"placement": {"g26": {"area": "administration"}}},
    "systems/drift.yaml": {"placement": {"g26": {"area": "job-centre"}}},
}
BASE = {
    "landing": {
        "subnets": {"administration/servers": "subnet-a", "job-centre/servers": "subnet-j"},
        "backup_policies": {
            f"corp/{name}": f"/subscriptions/s/resourceGroups/rg-corp-security/providers/Microsoft.RecoveryServices"
            f"/vaults/rsv-lil-corp/backupPolicies/{name}"
            for name in ("vital", "normal")
        },
        "collection_rules": {"windows": "rule-windows", "linux": "rule-linux"},
    },
}


def generation(tmp_path: Path, *edits: Edits, **given: Any) -> Program:
    """The layer of g26, beside a base that was built."""
    platform = model.load(str(zone.lilleby(tmp_path, PLACED, *edits)))
    base = BASE | {"tags": _tags(platform), "hosting_connection": "vc"}
    return run(platform, layer="g26", others={"base": base}, **given)


def _tags(platform: Platform) -> dict[str, dict[str, str]]:
    return {
        category: {value: f"id-{category}-{value}" for value in values} for category, values in wanted(platform).items()
    }


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return generation(tmp_path_factory.mktemp("placed"))


WAVE = {
    "title": "Fagsystemer", "generation": "g26", "starts": "2027-01-04", "ends": "2027-01-29", "state": "building",
    "systems": ["sbsys", "drift"],
}  # fmt: skip
MIGRATED = both({"systems/sbsys.yaml": {"placement.g26.by": "migrate"}}, {"refresh.yaml": {"waves.first": WAVE}})
BROUGHT = both(MIGRATED, {"systems/sbsys.yaml": {"placement.g26.brought": True}})


def machine(program: Program, name: str) -> Declared:
    (found,) = [r for r in program.resources if r.name == name and r.token == "azure-native:compute:VirtualMachine"]
    return found


def test_a_windows_server_has_the_whole_baseline(placed: Program) -> None:
    vm = machine(placed, "sbsys-app02-g26").inputs
    assert vm["securityProfile"] == {
        "securityType": "TrustedLaunch",
        "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
        "encryptionAtHost": True,
    }
    assert vm["identity"] == {"type": "SystemAssigned"}
    assert vm["diagnosticsProfile"] == {"bootDiagnostics": {"enabled": True}}, "no storage account: Azure's own"
    profile = vm["osProfile"]
    assert profile["adminPassword"] == Secret("p4ss")
    assert profile["windowsConfiguration"] == {
        "provisionVMAgent": True,
        "enableAutomaticUpdates": True,
        "timeZone": "Romance Standard Time",
        "patchSettings": {
            "patchMode": "AutomaticByPlatform",
            "assessmentMode": "AutomaticByPlatform",
            "automaticByPlatformSettings": {"bypassPlatformSafetyChecksOnUserSchedule": True},
        },
    }
    assert (vm["vmName"], profile["computerName"], vm["zones"]) == ("SBSYSAPP02G26", "SBSYSAPP02G26", ["2"])
    assert vm["hardwareProfile"] == {"vmSize": "Standard_E4as_v5"}
    assert vm["tags"] == {
        "owner": "Borgerservice", "cost_center": "1-6510", "environment": "production", "generation": "g26",
        "criticality": "vital", "personal_data": "special", "system": "sbsys", "area": "administration", "role": "app",
        "build": "1",
    }  # fmt: skip
    assert "licenseType" not in vm


def test_own_licences_are_used_where_the_data_say_so(tmp_path: Path) -> None:
    program = generation(tmp_path, {"azure.yaml": {"windows_licence": "own"}})
    assert machine(program, "sbsys-app02-g26").inputs["licenseType"] == "Windows_Server"
    assert "licenseType" not in machine(program, "drift-lnx01-g26").inputs


def test_a_linux_server_is_patched_by_the_platform_and_joins_no_domain(placed: Program) -> None:
    profile = machine(placed, "drift-lnx01-g26").inputs["osProfile"]
    assert profile["linuxConfiguration"]["patchSettings"]["patchMode"] == "AutomaticByPlatform"
    assert profile["computerName"] == "driftlnx01g26"
    extensions = {name: r.inputs["type"] for name, r in placed.of("VirtualMachineExtension").items()}
    assert extensions["drift-lnx01-agent-g26"] == "AzureMonitorLinuxAgent"
    assert "drift-lnx01-domain-g26" not in extensions


def test_no_nic_has_a_public_address_and_each_has_its_own(placed: Program) -> None:
    nics = placed.of("NetworkInterface")
    assert set(nics) == {
        f"{i}-nic-g26" for i in ("sbsys-sql01", "sbsys-app01", "sbsys-app02", "drift-lnx01", "drift-lnx02")
    }
    for nic in nics.values():
        (configuration,) = nic.inputs["ipConfigurations"]
        assert "publicIPAddress" not in configuration
        assert configuration["privateIPAllocationMethod"] == "Static"
    configuration = nics["sbsys-app02-nic-g26"].inputs["ipConfigurations"][0]
    assert (configuration["privateIPAddress"], configuration["subnet"]) == ("10.40.8.16", {"id": "subnet-a"})
    assert placed.counts()["PublicIPAddress"] == 0


def test_a_data_disk_outlives_its_machine(placed: Program) -> None:
    vm, disk = machine(placed, "sbsys-sql01-g26").inputs, placed.of("Disk")["sbsys-sql01-disk-data-g26"]
    assert disk.inputs["creationData"] == {"createOption": "Empty"}
    assert (disk.inputs["networkAccessPolicy"], disk.inputs["publicNetworkAccess"]) == ("DenyAll", "Disabled")
    (attached,) = vm["storageProfile"]["dataDisks"]
    assert (attached["createOption"], attached["deleteOption"], attached["lun"]) == ("Attach", "Detach", 0)
    assert attached["managedDisk"] == {"id": "id-sbsys-sql01-disk-data-g26"}
    assert vm["storageProfile"]["osDisk"]["deleteOption"] == "Delete"


def test_what_holds_data_and_is_vital_has_the_fastest_disk_beside_it(tmp_path: Path) -> None:
    data = {"way": "backup-restore", "window_minutes": 9, "across_minutes": 8, "back_minutes": 8}
    holds = {"catalog/roles.yaml": {"roles.sql.holds_data": True}}
    program = generation(tmp_path, holds, {"systems/sbsys.yaml": {"servers.sbsys-sql01.data": data}})
    disk = program.of("Disk")["sbsys-sql01-disk-data-g26"].inputs
    assert (disk["sku"], disk["zones"]) == ({"name": "PremiumV2_LRS"}, ["1"])
    (attached,) = machine(program, "sbsys-sql01-g26").inputs["storageProfile"]["dataDisks"]
    assert attached["caching"] == "None"


def test_a_windows_server_joins_the_domain_with_a_password_that_is_protected(placed: Program) -> None:
    join = placed.of("VirtualMachineExtension")["sbsys-app02-domain-g26"]
    assert join.inputs["protectedSettings"] == {"Password": Secret("p4ss")}
    settings = join.inputs["settings"]
    assert (settings["Name"], settings["OUPath"]) == (
        "lilleby.example",
        "OU=Application,OU=G26,OU=Servere,DC=lilleby,DC=example",
    )
    agent = placed.of("VirtualMachineExtension")["sbsys-app02-agent-g26"]
    assert join.urn in agent.depends_on


def test_a_server_reports_and_is_backed_up_by_its_class(placed: Program) -> None:
    association = placed.of("DataCollectionRuleAssociation")["drift-lnx01-collection-g26"].inputs
    assert association["dataCollectionRuleId"] == "rule-linux"
    item = placed.of("ProtectedItem")["sbsys-app02-backup-g26"].inputs
    assert (item["vaultName"], item["resourceGroupName"]) == ("rsv-lil-corp", "rg-corp-security")
    assert item["protectedItemName"] == "vm;iaasvmcontainerv2;rg-sbsys-g26;sbsysapp02g26"
    assert item["properties"]["policyId"].endswith("/vital")
    assert placed.of("ProtectedItem")["drift-lnx01-backup-g26"].inputs["properties"]["policyId"].endswith("/normal")


def made(tmp_path: Path, **changed: Any) -> dict[str, dict[str, Any]]:
    """What Azure Migrate has made, as the provider reads it; `changed` of one machine."""
    platform = model.load(str(zone.lilleby(tmp_path / "made", PLACED, MIGRATED)))
    found: dict[str, dict[str, Any]] = {}
    for entry in azure_migrate.objects(platform, lambda id_: "/providers/" not in id_):
        found[entry["id"].lower()] = entry["properties"]
    by_name: dict[str, dict[str, Any]] = {}
    for instance in platform.instances:
        if (place := instance.azure) is None or not place.migrated:
            continue
        of = partial(azure_names.resource_id, place.subscription_id, place.resource_group)
        by_name[instance.logical_name] = found[of("Microsoft.Compute/virtualMachines", instance.vm_name).lower()]
        nic = of("Microsoft.Network/networkInterfaces", place.nic).lower()
        by_name[f"{instance.server.identity}-nic-g26"] = found[nic] | {"id": nic}
        for disk in place.disks:
            by_name[f"{instance.server.identity}-disk-{disk.label}-g26"] = found[disk.id.lower()]
    by_name["sbsys-app02-g26"] |= changed
    return by_name


def test_what_migrates_is_declared_when_azure_migrate_has_made_it(tmp_path: Path) -> None:
    program = generation(tmp_path, MIGRATED)
    assert [r.name for r in program.of("ResourceGroup").values() if "sbsys" in r.name] == ["sbsys-group-g26"]
    assert not [r for r in program.resources if r.name.startswith("sbsys-app02")]
    exemption = program.of("PolicyExemption")["sbsys-exempt-g26-host-encryption"].inputs
    assert exemption["expiresOn"] == "2027-02-08T23:59:59Z"
    assert exemption["policyAssignmentId"].endswith("/policyAssignments/host-encryption")
    assert "sbsys-app02-g26" not in program.outputs["inventory"]["servers"]


def test_what_was_brought_is_imported_and_nothing_else_is_done(tmp_path: Path) -> None:
    program = generation(tmp_path, BROUGHT, state=made(tmp_path))
    mine = [r for r in program.resources if r.name.startswith("sbsys-app02")]
    assert {r.type for r in mine} == {"VirtualMachine", "NetworkInterface", "Disk"}
    assert {r.import_id.rpartition("/")[2] for r in mine} == {
        "LILAPP02", "nic-sbsys-app02-g26", "osdisk-sbsys-app02-g26", "disk-sbsys-app02-g26-data",
    }  # fmt: skip
    assert all({"tags", "identity"} & r.ignore_changes for r in mine), "as it is, whatever it is"
    (note,) = program.of("Stash").values()
    assert "sbsys-app02-g26" in note.inputs["input"]


def test_a_machine_that_is_not_what_the_data_say_refuses_the_update(tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError, match="Nothing was changed") as refused:
        generation(tmp_path, BROUGHT, state=made(tmp_path, zones=["3"], securityProfile=None))
    (_, *lines) = str(refused.value).splitlines()
    assert [line.partition(";")[0] for line in lines] == [
        "sbsys-app02-g26 (LILAPP02): zone is '3' in Azure and '2' by the data",
        "sbsys-app02-g26 (LILAPP02): Trusted Launch is False in Azure and True by the data",
    ]
    leave = {"refresh.yaml": {"overrides": {"sbsys-app02-g26": {"allows": ["adoption"], "reason": "x", "role": "Drift",
                                                                 "expires": "2027-03-01"}}}}  # fmt: skip
    assert generation(tmp_path / "left", BROUGHT, leave, state=made(tmp_path / "left", zones=["3"])).of("Stash")


def test_what_was_taken_over_is_held_to_the_data_and_looked_after(tmp_path: Path) -> None:
    stack = "urn:pulumi:test-g26::platform-refresh::"
    below = f"{stack}platform:servers:AzureSystem$azure-native:"
    servers = [f"sbsys-{name}-g26" for name in ("app01", "app02", "sql01")]
    before = {f"{stack}pulumi:index:Stash::brought-g26": {"outputs": {"input": servers}}}
    before |= {f"{below}compute:VirtualMachine::{name}": {"outputs": {}} for name in servers}
    program = generation(tmp_path, BROUGHT, state=made(tmp_path), before=before)
    vm = machine(program, "sbsys-app02-g26")
    assert vm.import_id == ""
    assert not {"tags", "identity", "hardwareProfile"} & vm.ignore_changes
    assert {"storageProfile", "osProfile", "securityProfile", "networkProfile"} <= vm.ignore_changes
    assert (vm.inputs["vmName"], "build" in vm.inputs["tags"]) == ("LILAPP02", False)
    assert {"sbsys-app02-agent-g26"} <= set(program.of("VirtualMachineExtension"))
    assert "sbsys-app02-domain-g26" not in program.of("VirtualMachineExtension"), "it is a member already"
    assert "sbsys-app02-backup-g26" in program.of("ProtectedItem")


def test_each_resource_goes_to_its_areas_subscription_below_its_system(placed: Program) -> None:
    mine = [r for r in placed.resources if r.token.startswith("azure-native:")]
    assert {r.provider.rpartition("::")[0].rpartition("::")[2] for r in mine} == {"azure-corp"}
    assert {r.name for r in mine if r.type == "ResourceGroup"} == {"sbsys-group-g26", "drift-group-g26"}
    for resource in mine:
        parent = resource.parent.rpartition("::")[2]
        assert resource.name.startswith(f"{parent}-"), resource
        assert resource.parent.rpartition("::")[0].endswith("platform:servers:AzureSystem"), resource
    assert not [r for r in placed.resources if r.type == "System" and r.name == "sbsys"], "none of it is on VMware"
    assert [r.name for r in placed.resources if r.type == "System"] == ["ad"]


STATES: dict[str, tuple[Edits, bool, bool]] = {
    "building": ({}, False, True),
    "pilot": (TRIED, False, False),
    "live": (CUT_OVER, True, False),
}


@pytest.mark.parametrize(("edits", "protected", "rebuilt"), STATES.values(), ids=STATES)
def test_a_state_changes_options_alone(
    tmp_path: Path, placed: Program, edits: Edits, *, protected: bool, rebuilt: bool
) -> None:
    program = generation(tmp_path, edits)
    vm = machine(program, "sbsys-app02-g26")
    assert vm.protect is protected
    assert ("tags.build" not in vm.ignore_changes) is rebuilt
    assert {"osProfile", "storageProfile.imageReference"} <= vm.ignore_changes
    assert vm.delete_before_replace
    assert vm.inputs == machine(placed, "sbsys-app02-g26").inputs
    for part in ("sbsys-app02-nic-g26", "sbsys-sql01-disk-data-g26", "sbsys-group-g26", "sbsys-app02-backup-g26"):
        (resource,) = [r for r in program.resources if r.name == part]
        assert resource.protect is protected, part


def test_a_wave_that_is_planned_is_not_declared_and_one_that_moved_is_protected(tmp_path: Path) -> None:
    wave = {"title": "T", "generation": "g26", "starts": "2027-01-01", "ends": "2027-01-31"}
    first, second = wave | {"state": "moved", "systems": ["sbsys"]}, wave | {"state": "planned", "systems": ["drift"]}
    program = generation(tmp_path, TRIED, {"refresh.yaml": {"waves.first": first, "waves.second": second}})
    assert {r.name for r in program.resources if r.type == "VirtualMachine" and "azure" in r.token} == {
        "sbsys-sql01-g26",
        "sbsys-app01-g26",
        "sbsys-app02-g26",
    }
    vm = machine(program, "sbsys-app02-g26")
    assert vm.protect
    assert "tags.build" in vm.ignore_changes


def test_the_inventory_has_both_platforms(placed: Program) -> None:
    found = placed.outputs["inventory"]
    servers = found["servers"]
    server = servers["sbsys-app02-g26"]
    expected = {
        "platform": "azure", "id": "id-sbsys-app02-g26", "moref": None, "vlan": None, "cluster": None, "folder": None,
        "location": "swedencentral", "zone": 2, "area": "administration", "size": "Standard_E4as_v5", "cpus": 4,
        "memory_mib": 32768, "disk_mib": 227 * 1024, "network": "administration-servers", "address": "10.40.8.16",
        "build": 1, "behind": False, "guest_os": "Windows Server 2025",
    }  # fmt: skip
    assert {key: server[key] for key in expected} == expected
    assert found["networks"]["administration-servers-g26"] == {
        "network": "administration-servers", "generation": "g26", "purpose": "Administrationen, servers", "vlan": None,
        "prefix": "10.40.8.0/24", "gateway": "10.40.8.1", "port_group": None,
    }  # fmt: skip
    assert servers["ad-dc01-g26"]["platform"] == "vmware"


def test_azure_migrate_knows_our_waves_and_whom_they_bring(tmp_path: Path) -> None:
    by = {"systems/sbsys.yaml": {"placement.g26.by": "migrate"}}
    program = run(model.load(str(zone.lilleby(tmp_path, MOVING, by))))
    (wave,) = program.of("Wave").values()
    assert (wave.name, wave.inputs["properties"]) == (
        "migrate-wave-first",
        {
            "displayName": "Fagsystemer",
            "plannedStartDate": "2027-01-04T00:00:00Z",
            "plannedCompletionDate": "2027-01-29T00:00:00Z",
            "arg": {
                "query": 'migrateresources | where type =~ "microsoft.offazure/vmwaresites/machines" | where '
                'properties.displayName in~ ("LILAPP01", "LILAPP02", "LILSQL01")'
            },
        },
    )
    (project,) = program.of("MigrateProject").values()
    assert project.parent.endswith("platform:servers:Migration::migrate")
    exemption = program.of("PolicyExemption")["migrate-exempt-vault-private"].inputs
    assert exemption["expiresOn"] == "2027-02-12T23:59:59Z"
    assert {r.provider.rpartition("::")[0].rpartition("::")[2] for r in (project, wave)} == {"azure-management"}


def test_without_waves_there_is_nothing_to_migrate(placed: Program, tmp_path: Path) -> None:
    program = run(model.load(str(zone.lilleby(tmp_path, PLACED))))
    assert program.counts()["MigrateProject"] == placed.counts()["MigrateProject"] == 0
