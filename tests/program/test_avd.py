"""Pools of Azure Virtual Desktop as resources: what a few lines of data become, and the traps, each with what keeps us
out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import model
from tests.program.program import TOKEN, Declared, Program, Secret, run
from tests.support import avd
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import CUT_OVER, TRIED

PILOT = avd.PILOT
REMOTE_APP: Edits = {"desktops.yaml": {"pools.office.desktop": REMOVE}}
APART: Edits = {"desktops.yaml": {"pools.office.avd.join": "ad"}}
NO_WAVE: Edits = {"desktops.yaml": {"pools.office.avd.registration": REMOVE}}
IMAGE = "storageProfile.imageReference"


Lilleby = Callable[..., Program]


@pytest.fixture(scope="module")
def lilleby(tmp_path_factory: pytest.TempPathFactory) -> Lilleby:
    """The program of lilleby with Azure, edited further; each edit's once."""

    programs: dict[str, Program] = {}

    def made(*edits: Edits) -> Program:
        name = repr(edits)
        if name not in programs:
            folder: Path = tmp_path_factory.mktemp("avd")
            programs[name] = run(model.load(str(avd.lilleby(folder, *edits))))
        return programs[name]

    return made


OURS = ("office-", "desktops-corp", "access-")


def azure(program: Program) -> list[Declared]:
    """What is declared in Azure beside the landing zone."""
    return [r for r in program.resources if r.token.startswith("azure-native:") and r.name.startswith(OURS)]


def one(program: Program, type_: str) -> Declared:
    (found,) = [r for r in azure(program) if r.type == type_]
    return found


def hosts(program: Program) -> list[Declared]:
    return [r for r in azure(program) if r.type == "VirtualMachine"]


def roles(program: Program) -> dict[str, Declared]:
    return {r.name: r for r in azure(program) if r.type == "RoleAssignment"}


def test_a_pool_becomes_host_pool_application_group_workspace_and_hosts(lilleby: Lilleby) -> None:
    counts = Counter(r.type for r in azure(lilleby()))
    wanted = {
        "ApplicationGroup": 1, "Workspace": 1, "VirtualMachine": 2, "NetworkInterface": 2, "StorageAccount": 1,
        "FileShare": 1, "FileServiceProperties": 1, "VirtualMachineRunCommandByVirtualMachine": 2,
        "VirtualMachineExtension": 6, "PrivateEndpoint": 3, "PrivateDnsZoneGroup": 3,
        "DataCollectionRuleAssociation": 2, "DiagnosticSetting": 4,
    }  # fmt: skip
    assert {type_: counts[type_] for type_ in wanted} == wanted
    assert set(lilleby().of("MachineCatalog")) == {"desktops-g26-graphics"}


def test_a_host_pool_is_what_the_data_say(lilleby: Lilleby) -> None:
    pool = lilleby().of("HostPool")["office-g26-pool"].inputs
    assert (pool["hostPoolName"], pool["hostPoolType"], pool["loadBalancerType"]) == (
        "vdpool-office-g26",
        "Pooled",
        "BreadthFirst",
    )
    assert (pool["maxSessionLimit"], pool["startVMOnConnect"], pool["publicNetworkAccess"]) == (15, True, "Disabled")
    assert "enablerdsaadauth:i:1;" in pool["customRdpProperty"]
    assert pool["registrationInfo"] == {
        "expirationTime": "2026-12-03T06:00:00Z",
        "registrationTokenOperation": "Update",
    }


def test_a_desktop_has_its_applications_on_it_and_a_pool_without_one_publishes_them(lilleby: Lilleby) -> None:
    desktop, apps = lilleby(), lilleby(REMOTE_APP)
    assert one(desktop, "ApplicationGroup").inputs["applicationGroupType"] == "Desktop"
    assert desktop.of("Application") == {}
    assert desktop.of("HostPool")["office-g26-pool"].inputs["preferredAppGroupType"] == "Desktop"
    assert one(apps, "ApplicationGroup").inputs["applicationGroupType"] == "RemoteApp"
    assert apps.of("HostPool")["office-g26-pool"].inputs["preferredAppGroupType"] == "RailApplications"
    application = one(apps, "Application").inputs
    assert (application["filePath"], application["commandLineSetting"], application["commandLineArguments"]) == (
        "C:\\Program Files\\SBSYS\\sbsys.exe",
        "Require",
        "/kommune:lilleby",
    )


def test_a_session_host_keeps_the_baseline(lilleby: Lilleby) -> None:
    host = lilleby().of("VirtualMachine")["office-g26-hosts-001"].inputs
    assert (host["vmName"], host["licenseType"]) == ("ADKON001G26", "Windows_Client")
    assert host["securityProfile"] == {
        "securityType": "TrustedLaunch",
        "encryptionAtHost": True,
        "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
    }
    assert host["identity"] == {"type": "SystemAssigned"}
    assert host["storageProfile"]["imageReference"]["id"].endswith("/galleries/gallil/images/kontor/versions/2611.1.0")
    assert host["osProfile"]["adminPassword"] == Secret("p4ss")
    zones = {h.inputs["zones"][0] for h in hosts(lilleby())}
    assert len(zones) == 2


def test_no_card_has_a_public_address_and_each_is_in_the_areas_subnet(lilleby: Lilleby) -> None:
    cards = [r for r in azure(lilleby()) if r.type == "NetworkInterface"]
    assert len(cards) == 2
    for card in cards:
        (address,) = card.inputs["ipConfigurations"]
        assert "publicIPAddress" not in address
        assert address["subnet"]["id"] == "id-spoke-administration-desktops"


def _before(program: Program, name: str) -> set[str]:
    by_urn = {r.urn: r for r in program.resources}
    (start,) = [r for r in azure(program) if r.name == name]
    found, todo = set[str](), [start]
    while todo:
        for urn in todo.pop().depends_on:
            if urn in by_urn and by_urn[urn].name not in found:
                found.add(by_urn[urn].name)
                todo.append(by_urn[urn])
    return found


def test_a_host_is_made_joined_told_of_profiles_registered_and_watched_in_that_order(lilleby: Lilleby) -> None:
    program, host = lilleby(), "office-g26-hosts-001"
    order = [f"{host}-nic", host, f"{host}-join", f"{host}-profiles", f"{host}-agent", f"{host}-monitor"]
    for number, name in enumerate(order):
        assert set(order[:number]) <= _before(program, name)
        assert not set(order[number:]) & _before(program, name)


def test_a_session_host_that_is_a_server_is_licensed_patched_and_managed_as_one(lilleby: Lilleby) -> None:
    """Of Windows Server a user's licence for Windows pays nothing, Azure patches it, and Intune takes none."""
    base = ("desktop_images", "kontor", "versions", "2611.1", "base")
    program = lilleby({"desktops.yaml": {base: "ws2025"}}, {"azure.yaml": {"windows_licence": "own"}})
    host = program.of("VirtualMachine")["office-g26-hosts-001"].inputs
    assert host["licenseType"] == "Windows_Server"
    assert host["osProfile"]["windowsConfiguration"]["patchSettings"] == {"patchMode": "AutomaticByPlatform"}
    assert "mdmId" not in program.of("VirtualMachineExtension")["office-g26-hosts-001-join"].inputs["settings"]


@pytest.mark.parametrize(("edits", "kind"), [((), "AADLoginForWindows"), ((APART,), "JsonADDomainExtension")])
def test_a_host_joins_entra_id_with_intune_or_active_directory(lilleby: Lilleby, edits: Any, kind: str) -> None:
    program = lilleby(*edits)
    join = program.of("VirtualMachineExtension")["office-g26-hosts-001-join"]
    assert join.inputs["type"] == kind
    logins = [r for r in roles(program) if "-login-" in r]
    if kind == "AADLoginForWindows":
        assert join.inputs["settings"] == {"mdmId": "0000000a-0000-0000-c000-000000000000"}
        assert len(logins) == 2
    else:
        settings = join.inputs["settings"]
        assert settings["OUPath"] == "OU=Kontor,OU=G26,OU=Citrix,DC=lilleby,DC=example"
        assert settings["User"] == Secret("p4ss")
        assert "p4ss" in str(join.inputs["protectedSettings"])
        assert "p4ss" not in _secrets(join.inputs)
        assert logins == []
        rdp = program.of("HostPool")["office-g26-pool"].inputs["customRdpProperty"]
        assert "aadauth" not in rdp
        assert (
            one(program, "StorageAccount").inputs["azureFilesIdentityBasedAuthentication"]["directoryServiceOptions"]
            == "AD"
        )


def _secrets(value: Any) -> str:
    """A value as text without what is secret."""
    if isinstance(value, Secret):
        return ""
    if isinstance(value, dict):
        return " ".join(f"{key} {_secrets(item)}" for key, item in value.items())
    return " ".join(map(_secrets, value)) if isinstance(value, list) else str(value)


def test_the_token_is_a_secret_of_the_agent_alone(lilleby: Lilleby) -> None:
    program = lilleby()
    agents = [r for r in program.of("VirtualMachineExtension").values() if r.name.endswith("-agent")]
    assert len(agents) == 2
    for agent in agents:
        assert TOKEN not in _secrets(agent.inputs)
        assert TOKEN in str(agent.inputs["protectedSettings"])
    for resource in program.resources:
        if resource not in agents:
            assert TOKEN not in str(resource.inputs), resource
    assert TOKEN not in str(program.outputs)
    assert program.warnings == []


def test_a_host_that_is_there_does_not_see_another_waves_token(lilleby: Lilleby) -> None:
    for agent in lilleby().of("VirtualMachineExtension").values():
        if agent.name.endswith("-agent"):
            assert {"protectedSettings", "settings"} <= agent.ignore_changes


def test_without_a_wave_there_is_no_token_and_nobody_asks_for_one(lilleby: Lilleby) -> None:
    program = lilleby(NO_WAVE, PILOT)
    assert "registrationInfo" not in program.of("HostPool")["office-g26-pool"].inputs
    assert program.asked("listHostPoolRegistrationTokens") == []
    assert "protectedSettings" not in program.of("VirtualMachineExtension")["office-g26-hosts-001-agent"].inputs


def test_a_new_image_makes_hosts_anew_only_while_their_generation_is_built(lilleby: Lilleby) -> None:
    for program, building in ((lilleby(), True), (lilleby(PILOT), False), (lilleby(CUT_OVER), False)):
        for host in hosts(program):
            assert (IMAGE in host.ignore_changes) is not building
            assert "osProfile" in host.ignore_changes
            assert host.delete_before_replace


def test_profiles_are_reached_by_kerberos_alone_and_carry_no_generation(lilleby: Lilleby) -> None:
    program = lilleby()
    account = one(program, "StorageAccount")
    assert account.inputs["accountName"] == "stlilprofileskon"
    assert account.inputs["sku"] == {"name": "Premium_ZRS"}
    assert (account.inputs["allowSharedKeyAccess"], account.inputs["publicNetworkAccess"]) == (False, "Disabled")
    assert account.inputs["azureFilesIdentityBasedAuthentication"]["directoryServiceOptions"] == "AADKERB"
    smb = one(program, "FileServiceProperties").inputs["protocolSettings"]["smb"]
    assert (smb["versions"], smb["authenticationMethods"]) == ("SMB3.1.1", "Kerberos")
    assert (smb["kerberosTicketEncryption"], smb["channelEncryption"]) == ("AES-256", "AES-256-GCM")
    assert not account.protect
    assert one(lilleby(PILOT), "StorageAccount").protect
    assert one(program, "ManagementLockByScope").inputs["level"] == "CanNotDelete"
    kept = [r for r in azure(program) if r.name.startswith("office-files")]
    assert kept
    assert "g26" not in json.dumps([r.inputs for r in kept])


def test_a_host_knows_where_profiles_lie_before_it_takes_a_session(lilleby: Lilleby) -> None:
    script = lilleby().of("VirtualMachineRunCommandByVirtualMachine")["office-g26-hosts-001-profiles"]
    assert "\\\\stlilprofileskon.file.core.windows.net\\profiles" in script.inputs["source"]["script"]
    assert "CloudKerberosTicketRetrievalEnabled" in script.inputs["source"]["script"]


def test_roles_are_those_that_microsoft_documents_at_the_scopes_that_work(lilleby: Lilleby) -> None:
    given = roles(lilleby(PILOT))
    found = {name: (r.inputs["roleDefinitionId"].rpartition("/")[2], r.inputs["scope"]) for name, r in given.items()}
    assert found["desktops-corp-power"] == (
        "40c5ff49-9181-41f8-ae61-143b0e78555e",
        "/subscriptions/00000000-0000-4000-8000-000000000003",
    )
    assert found["office-g26-user-login-GG-Citrix-Kontor"] == (
        "fb879df8-f326-4884-b1cf-06f3ad86be52",
        "id-office-g26-group",
    )
    assert found["office-files-user-GG-Citrix-Kontor"] == (
        "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb",
        "id-office-files-group",
    )
    assert found["access-office-g26-user-GG-Jobcenter"] == (
        "1d18fff3-a72a-46b5-b4a9-0b38a3cd7e63",
        "id-office-g26-applications",
    )
    names = [r.inputs["roleAssignmentName"] for r in given.values()]
    assert len(set(names)) == len(names)
    assert given["desktops-corp-power"].inputs["principalType"] == "ServicePrincipal"


def test_a_pool_that_is_being_built_has_no_access_policy_and_no_plan_that_stops_its_hosts(lilleby: Lilleby) -> None:
    program = lilleby()
    assert [r.name for r in azure(program) if r.name.startswith("access")] == []


def _users(program: Program) -> set[str]:
    return {name for name in roles(program) if name.startswith("access-") and "-user-" in name}


def _open(program: Program) -> list[bool]:
    template = one(program, "Deployment").inputs["properties"]["template"]
    return [host["properties"]["allowNewSession"] for host in template["resources"]]


def test_pilots_meet_the_new_pool_and_leave_the_old(lilleby: Lilleby) -> None:
    program = lilleby(PILOT)
    assert _users(program) == {"access-office-g26-user-GG-Jobcenter"}
    assert _open(program) == [True, True]
    policy = program.of("DeliveryGroupAccess")["access-office-g22"].inputs
    assert policy["excludedUsers"] == ["LILLEBY\\GG-Jobcenter"]
    assert one(program, "ScalingPlan").inputs["hostPoolReferences"][0]["scalingPlanEnabled"] is True


def test_a_cutover_closes_the_delivery_group_and_opens_the_host_pool_and_nothing_else(lilleby: Lilleby) -> None:
    before, after = lilleby(PILOT), lilleby(CUT_OVER)
    assert _users(after) == {"access-office-g26-user-GG-Jobcenter", "access-office-g26-user-GG-Citrix-Kontor"}
    policy = after.of("DeliveryGroupAccess")["access-office-g22"].inputs
    assert (policy["includedUsers"], policy["inMaintenanceMode"]) == ([], True)
    old, new = ({str(r): r.inputs for r in azure(p)} for p in (before, after))
    assert {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)} == {
        "RoleAssignment access-office-g26-user-GG-Citrix-Kontor"
    }


def test_a_closed_pool_takes_no_session_and_starts_no_host(lilleby: Lilleby) -> None:
    closed = {"generation": "g22", "pools": ["office"], "reason": "Vendor", "expires": "2027-02-01"}
    lag: Edits = {"refresh.yaml": {"serving.lag": closed}}
    program = lilleby(CUT_OVER, lag)
    assert _users(program) == set()
    assert _open(program) == [False, False]
    assert one(program, "ScalingPlan").inputs["hostPoolReferences"][0]["scalingPlanEnabled"] is False
    assert one(program, "Workflow").inputs["state"] == "Disabled"


def test_a_host_that_drains_takes_no_new_session(lilleby: Lilleby) -> None:
    draining: Edits = {"desktops.yaml": {"pools.office.draining": {"g26": [2]}}}
    assert _open(lilleby(CUT_OVER, draining)) == [True, False]


def test_nobody_is_let_in_before_every_host_has_registered(lilleby: Lilleby) -> None:
    program = lilleby(PILOT)
    agents = {"office-g26-hosts-001-agent", "office-g26-hosts-002-agent"}
    for name in ("access-office-g26-user-GG-Jobcenter", "access-office-g26-sessions", "access-office-g26-scaling"):
        assert agents <= _before(program, name)


def test_a_plan_has_its_schedules_beside_it_and_a_day_has_one(lilleby: Lilleby) -> None:
    program = lilleby(PILOT)
    assert "schedules" not in one(program, "ScalingPlan").inputs
    assert one(program, "ScalingPlan").inputs["timeZone"] == "Romance Standard Time"
    schedules = program.of("ScalingPlanPooledSchedule")
    days = [day for s in schedules.values() for day in s.inputs["daysOfWeek"]]
    assert sorted(days) == sorted(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
    friday = schedules["access-office-g26-scaling-friday"].inputs
    assert friday["rampDownStartTime"] == {"hour": 14, "minute": 0}
    assert friday["rampDownForceLogoffUsers"] is False


def test_a_workflow_keeps_the_holidays(lilleby: Lilleby) -> None:
    program = lilleby(PILOT)
    workflow = one(program, "Workflow").inputs
    days = workflow["definition"]["parameters"]["daysOff"]["defaultValue"]
    assert {"2026-12-24", "2026-12-25", "2027-03-28", "2027-05-06"} <= set(days)
    assert "2027-12-24" not in days
    assert workflow["state"] == "Enabled"
    action = workflow["definition"]["actions"]["scale"]["inputs"]
    assert action["authentication"] == {"type": "ManagedServiceIdentity"}
    role = roles(program)["access-office-g26-holidays-role"].inputs
    assert role["principalId"] == "principal-access-office-g26-holidays"
    assert role["scope"].endswith("/resourceGroups/rg-avd-office-g26")


def test_protection_follows_who_is_served_and_no_role_that_turns_is_protected(lilleby: Lilleby) -> None:
    for program, shielded in ((lilleby(TRIED), False), (lilleby(PILOT), True), (lilleby(CUT_OVER), True)):
        for resource in azure(program):
            if "-user-" in resource.name or resource.name == "desktops-corp-power":
                assert not resource.protect, resource
            elif not resource.name.startswith("office-files"):
                assert resource.protect is shielded, resource


def test_every_child_has_a_parent_whose_name_it_starts_with(lilleby: Lilleby) -> None:
    program = lilleby(PILOT)
    components = {r.urn for r in program.resources if r.is_component}
    for resource in azure(program):
        assert resource.parent in components, resource
        assert resource.name.startswith(resource.parent.rpartition("::")[2]), resource
        assert "azure-corp" in resource.provider, resource


def test_tags_reach_everything_that_can_carry_them(lilleby: Lilleby) -> None:
    without = {
        "Application", "DataCollectionRuleAssociation", "DiagnosticSetting", "FileServiceProperties", "FileShare",
        "ManagementLockByScope", "PrivateDnsZoneGroup", "RoleAssignment", "ScalingPlanPooledSchedule",
    }  # fmt: skip
    for resource in azure(lilleby(REMOTE_APP, PILOT)):
        if resource.type not in without:
            tags = resource.inputs["tags"]
            assert tags["owner"] == "Borgerservice", resource
            assert {"cost_center", "environment", "criticality", "personal_data", "area", "pool"} <= tags.keys()
            assert ("generation" in tags) is not resource.name.startswith("office-files")


def test_what_has_logs_sends_them(lilleby: Lilleby) -> None:
    program = lilleby(PILOT)
    logged = {r.inputs["resourceUri"] for r in program.of("DiagnosticSetting").values()}
    kinds = ("HostPool", "ApplicationGroup", "Workspace", "ScalingPlan")
    wanted = {f"id-{name}" for kind in kinds for name, r in program.of(kind).items() if not r.is_component}
    assert wanted <= logged


def test_in_layers_what_turns_stands_in_access_and_profiles_in_base(tmp_path: Path, lilleby: Lilleby) -> None:
    platform = model.load(str(avd.lilleby(tmp_path, PILOT)))
    parts: dict[str, Program] = {}
    for layer in ("base", "g22", "g26", "access"):
        parts[layer] = run(platform, layer=layer, others={name: part.outputs for name, part in parts.items()})
    names = {layer: {str(r) for r in azure(part)} for layer, part in parts.items()}
    whole = {str(r) for r in azure(lilleby(PILOT))}
    assert sum(map(len, names.values())) == len(whole), "each resource in one layer"
    assert set().union(*names.values()) == whole
    assert names["access"] == {name for name in whole if " access-" in name}
    assert names["base"] == {name for name in whole if " office-files" in name or " desktops-corp" in name}
    assert TOKEN not in str([part.outputs for part in parts.values()])
    inputs = {str(r): r.inputs for part in parts.values() for r in azure(part)}
    assert inputs == {str(r): r.inputs for r in azure(lilleby(PILOT))}
