"""What holds for the whole landing zone: areas apart, logs sent, nothing public, ids for who builds on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import model
from components.security.diagnostics import AUDITED, SENT
from model import azure_names
from model.derive.azure_network import Regions
from tests.program.program import Declared, Program, Secret, run
from tests.support import zone
from tests.support.paths import SHARED, STACKS
from twin.azure import ids
from twin.azure.quota import BORN_WITH

WITHOUT = {
    "compute": {"Disk", "VirtualMachine", "VirtualMachineExtension", "VirtualMachineRunCommandByVirtualMachine"},
    "desktopvirtualization": {"Application"},
    "dnsresolver": {
        "DnsForwardingRuleset",
        "DnsResolver",
        "ForwardingRule",
        "OutboundEndpoint",
        "PrivateResolverVirtualNetworkLink",
    },
    "migrate": {"MigrateProject", "Wave"},
    "storage": {"FileShare", "StorageAccount"},
    "authorization": {"ManagementLockByScope", "PolicyAssignment", "PolicyExemption", "RoleAssignment"},
    "consumption": {"Budget"},
    "maintenance": {"ConfigurationAssignmentsForSubscription", "MaintenanceConfiguration"},
    "management": {"ManagementGroup", "ManagementGroupSubscription"},
    "monitor": {
        "DataCollectionRule",
        "DataCollectionRuleAssociation",
        "DiagnosticSetting",
        "SubscriptionDiagnosticSetting",
    },
    "network": {
        "FirewallPolicy",
        "FirewallPolicyRuleCollectionGroup",
        "IpGroup",
        "LocalNetworkGateway",
        "NetworkInterface",
        "PrivateDnsZoneGroup",
        "PrivateEndpoint",
        "Route",
        "RouteTable",
        "Subnet",
        "VirtualNetworkGatewayConnection",
        "VirtualNetworkPeering",
    },
    "privatedns": {"PrivateZone", "VirtualNetworkLink"},
    "recoveryservices": {"ProtectedItem", "ProtectionPolicy"},
    "resources": {"DeploymentAtSubscriptionScope", "ResourceGroup"},
    "security": {"SecurityContact"},
}
"""Types without resource logs, by module. A machine's come from within it, a storage account's from its services."""
POLICIES = SHARED / "data" / "azure-policy" / "Monitoring"


@pytest.fixture(params=["landed", "havneby"])
def built(request: pytest.FixtureRequest) -> Program:
    return request.getfixturevalue(request.param)


def of_azure(program: Program) -> list[Declared]:
    return [r for r in program.resources if r.token.startswith("azure-native:")]


def test_an_area_that_is_added_changes_nothing_of_another(landed: Program, tmp_path: Path) -> None:
    before = {str(r): r.inputs for r in of_azure(landed)}
    folder = zone.lilleby(tmp_path, zone.SCHOOLS)
    after = {str(r): r.inputs for r in of_azure(run(model.load(str(folder))))}
    assert {name for name in before if name not in after} == set()
    assert {name for name in before if before[name] != after[name]} == set()
    new = {name for name in after if name not in before}
    others = {name for name in new if not name.partition(" ")[2].startswith("spoke-schools-")}
    # The first flow from workplaces to Azure: sets of them are there from now on, whoever asks next.
    assert {name.partition("-set-")[2].partition("-")[0] for name in others} == {"workplaces"}
    assert "FirewallPolicyRuleCollectionGroup spoke-schools-rules" in new


def test_every_type_is_known_to_have_logs_or_none(built: Program) -> None:
    unknown = {
        r.token
        for r in of_azure(built)
        if r.token not in SENT and r.type not in WITHOUT.get(r.token.split(":")[1], set())
    }
    assert unknown == set()
    assert not [token for token in SENT if token.split(":")[2] in WITHOUT.get(token.split(":")[1], set())]


def test_it_is_known_where_everything_that_has_a_region_is_sold(built: Program) -> None:
    services = model.load(str(STACKS / "havneby")).azure.services.values()
    known = {type_.lower() for service in services for type_ in service.types}
    regional = {ids.arm_type(r.token) for r in of_azure(built) if str(r.inputs.get("location", "Global")) != "Global"}
    core = {
        "Microsoft.Resources/resourceGroups", "Microsoft.Resources/deployments",
        "Microsoft.Authorization/policyAssignments",
    }  # fmt: skip
    assert {type_ for type_ in regional if type_.lower() not in known} <= core
    assert len(regional) > 15


def test_subscriptions_are_registered_for_everything_that_is_declared(built: Program) -> None:
    catalog = model.load(str(STACKS / "havneby")).landing_zone.resource_providers
    known = {item.namespace.lower() for item in catalog.values()} | BORN_WITH
    asked = {ids.arm_type(r.token).partition("/")[0].lower() for r in of_azure(built) if ":providers:" not in r.token}
    assert asked - known == set()


def test_what_has_logs_sends_them(built: Program) -> None:
    logged = {r.inputs["resourceUri"]: r.inputs for r in built.of("DiagnosticSetting").values()}
    for resource in of_azure(built):
        if resource.token in SENT:
            setting = logged.pop(f"id-{resource.name}")
            assert setting["workspaceId"] == "id-logs-workspace"
            sent = {log["categoryGroup"]: log["enabled"] for log in setting["logs"]}
            assert sent == ({"audit": False, "allLogs": True} if resource.token in AUDITED else {"allLogs": True})
    assert logged == {}


@pytest.mark.skipif(not POLICIES.is_dir(), reason="Azure's built-in policies do not stand beside the project")
def test_groups_of_logs_are_those_that_the_built_in_policies_ask_for() -> None:
    """A setting is theirs, and none of the policy's is put beside it, when all groups are as they say."""
    asked: dict[str, dict[str, bool]] = {}
    for file in POLICIES.glob("DS_LA_*_DINE.json"):
        details = json.loads(file.read_text(encoding="utf-8"))["properties"]["policyRule"]["then"]["details"]
        (setting,) = details["deployment"]["properties"]["template"]["resources"]
        groups = [log["categoryGroup"] for log in setting["properties"]["logs"]]
        kind = setting["type"].lower().partition("/providers/diagnosticsettings")[0]
        asked[kind] = {group: group == "allLogs" for group in groups}
    held = {token: found for token in SENT if (found := asked.get(ids.arm_type(token).lower()))}
    assert len(held) >= 14
    assert held == {t: {"audit": False, "allLogs": True} if t in AUDITED else {"allLogs": True} for t in held}


def test_only_what_azure_runs_in_the_hub_has_a_public_address(built: Program) -> None:
    asked = {f"id-{name}" for name in built.of("PublicIPAddress")}
    users = {
        r.type
        for r in of_azure(built)
        for text in (repr(r.inputs),)
        if any(f"'{address}'" in text for address in asked) and r.type != "DiagnosticSetting"
    }
    assert users == {"AzureFirewall", "BastionHost", "VirtualNetworkGateway"}


def test_every_subnet_of_a_spoke_has_a_security_group_and_a_way_out_that_we_chose(landed: Program) -> None:
    for name, subnet in landed.of("Subnet").items():
        if name.startswith("spoke-"):
            assert subnet.inputs["networkSecurityGroup"]["id"]
            assert subnet.inputs["routeTable"]["id"]
            assert subnet.inputs["defaultOutboundAccess"] is False


def test_security_groups_end_with_nothing_else(landed: Program) -> None:
    for group in landed.of("NetworkSecurityGroup").values():
        last = [rule for rule in group.inputs["securityRules"] if rule["priority"] == 4096]
        assert {(rule["direction"], rule["access"]) for rule in last} == {("Inbound", "Deny"), ("Outbound", "Deny")}


def test_a_security_group_and_its_logs_are_still_those_of_their_old_names(landed: Program) -> None:
    """They were called doors: an update of a stack from that time must not replace what filters a subnet."""
    groups = landed.of("NetworkSecurityGroup")
    assert groups
    logs = landed.of("DiagnosticSetting")
    for name, group in groups.items():
        before = name.removesuffix("-security-group") + "-door"
        assert before in group.aliases
        assert f"{before}-logs" in logs[f"{name}-logs"].aliases


def test_each_stands_in_its_subscription(landed: Program) -> None:
    def subscriptions(start: str) -> set[str]:
        found = [r for r in of_azure(landed) if r.name.startswith(start)]
        return {r.provider.rpartition("::")[0].rpartition("::")[2] for r in found}

    assert subscriptions("hub-") == subscriptions("firewall-") == subscriptions("gateway-") == {"azure-connectivity"}
    assert subscriptions("logs-") == {"azure-management"}
    assert subscriptions("spoke-") == {"azure-corp", "azure-connectivity"}
    assert subscriptions("subscription-corp-") == {"azure-corp"}


def test_the_tunnel_s_key_is_a_secret(landed: Program) -> None:
    keys = [r.inputs["sharedKey"] for r in landed.of("VirtualNetworkGatewayConnection").values()]
    assert keys == [Secret("p4ss")]
    assert "p4ss" not in repr(landed.outputs)


def test_the_tunnel_s_key_is_asked_for_a_tunnel_alone(tmp_path: Path) -> None:
    circuit = {"kind": "expressroute", "provider": "GlobalConnect", "peering_location": "Copenhagen", "mbit": 1000}
    program = run(model.load(str(zone.lilleby(tmp_path, {"azure.yaml": {"hub.gateway": circuit}}))))
    assert "sharedKey" not in repr([r.inputs for r in of_azure(program)])


def test_a_group_of_rules_waits_for_the_one_before(landed: Program) -> None:
    groups = landed.of("FirewallPolicyRuleCollectionGroup")
    first, second = groups["spoke-administration-rules"], groups["spoke-job-centre-rules"]
    assert first.urn in second.depends_on
    assert landed.of("AzureFirewall")["firewall-firewall"].urn in first.depends_on
    places = [group.inputs["priority"] for group in groups.values()]
    assert len(set(places)) == len(places)


def test_subnets_of_a_network_are_made_one_by_one(landed: Program) -> None:
    subnets = landed.of("Subnet")
    assert subnets["spoke-administration-servers"].urn in subnets["spoke-administration-desktops"].depends_on


def test_base_gives_the_ids_that_others_ask_for(tmp_path: Path) -> None:
    outputs = run(model.load(str(zone.lilleby(tmp_path))), layer="base").outputs["landing"]
    assert outputs["subnets"]["administration/servers"] == "id-spoke-administration-servers"
    assert outputs["backup_policies"]["corp/vital"].endswith(
        "/vaults/rsv-lil-corp/backupPolicies/id-vaults-corp-backups-vital"
    )
    assert outputs["logs"] == {"workspace": "id-logs-workspace"}
    assert outputs["collection_rules"] == {"windows": "id-logs-windows", "linux": "id-logs-linux"}
    assert outputs["private_zones"]["privatelink.file.core.windows.net"] == "id-hub-zone-files"


def test_other_layers_need_no_subscription(tmp_path: Path) -> None:
    program = run(model.load(str(zone.lilleby(tmp_path))), layer="access", others={})
    assert of_azure(program) == []


def test_a_platform_without_azure_has_none(building: Program) -> None:
    assert of_azure(building) == []
    assert not [r for r in building.resources if r.token == "pulumi:providers:azure-native"]


def test_names_that_must_be_ids_are_always_the_same() -> None:
    assert azure_names.guid("a", "B") == azure_names.guid("A", "b") != azure_names.guid("a", "c")


def test_regions_cut_what_spans_them() -> None:
    from ipaddress import IPv4Network as Net

    from model.derive.azure_network import Part

    regions = Regions([(Net("10.0.0.0/24"), Part("one", "one")), (Net("10.0.1.0/25"), Part("home", "one"))])
    found = regions.split([Net("10.0.0.0/23"), Net("10.0.0.8/32"), Net("10.9.0.0/16")])
    assert found == {
        Part("home", "core"): (Net("10.0.1.128/25"), Net("10.9.0.0/16")),
        Part("home", "one"): (Net("10.0.1.0/25"),),
        Part("one", "one"): (Net("10.0.0.0/24"),),
    }
