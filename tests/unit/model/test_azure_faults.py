"""The faults of the landing zone, each by breaking exactly one thing of a platform that has none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import model
from model.rules import firewall
from tests.support import zone
from tests.support.edit import REMOVE, Edits, Renamed, both
from tests.support.paths import ROOT
from tests.unit.model.test_site_faults import faults_after

FIRST = {"address": "web", "server": "sbsys-app01"}
OPENED: Edits = {
    "azure.yaml": {"quotas.corp": {"families": {"standardDASv5Family": 100, "standardEASv5Family": 100}}},
    "systems/sbsys.yaml": {"placement": {"g26": {"area": "administration"}}},
    "flows.yaml": {
        "flows.in": {"sources": ["internet"], "targets": ["sbsys"], "ports": ["tcp/8443"], "owner": "x", "reason": "x"}
    },
}
AZURE, ZONE = "azure.yaml", "catalog/landing_zone.yaml"

# What changes where, and the fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a hub too small": ({AZURE: {"hub.prefix": "10.40.0.0/23"}}, ("SUBNET-SIZE", "hub.prefix", "at least a /22")),
    "a server in Azure that the internet reaches without an address": (
        OPENED,
        ("FLOW", "flows.in.published", "internet reaches sbsys-app01, sbsys-app02, sbsys-sql01 in Azure"),
    ),
    "a range of ports that is published": (
        both(OPENED, {"flows.yaml": {"flows.in.ports": ["tcp/8000-8100"], "flows.in.published": [FIRST]}}),
        ("FLOW", "flows.in.ports", "tcp/8000-8100 is no single port"),
    ),
    "people at home who come by a public address": (
        both(OPENED, {"flows.yaml": {"flows.in.sources": ["workplaces", "internet"], "flows.in.published": [FIRST]}}),
        ("FLOW", "flows.in.sources", "workplaces is not outside"),
    ),
    "a published server that stands elsewhere": (
        both(OPENED, {"flows.yaml": {"flows.in.published": [{"address": "web", "server": "ad-dc01"}]}}),
        ("FLOW", "flows.in.published[0].server", "ad-dc01 is no target of the flow in Azure"),
    ),
    "one port that leads to two servers": (
        both(OPENED, {"flows.yaml": {"flows.in.published": [FIRST, FIRST | {"server": "sbsys-app02"}]}}),
        ("FLOW", "flows.in.published[1].address", "tcp/8443 of web leads to sbsys-app01"),
    ),
    "a region that nobody says has what is declared": (
        {"catalog/availability.yaml": {"services.resolver.locations": ["westeurope"]}},
        ("LOCATION", "location", "nobody says that swedencentral has Microsoft.Network/dnsForwardingRulesets"),
    ),
    "a hub elsewhere": (
        {AZURE: {"hub.prefix": "10.41.0.0/22"}},
        ("ADDRESS-OUTSIDE", "hub.prefix", "10.41.0.0/22 of hub is outside 10.40.0.0/16"),
    ),
    "an area elsewhere": (
        {AZURE: {"areas.job-centre.prefix": "10.41.12.0/22"}},
        ("ADDRESS-OUTSIDE", "areas.job-centre.prefix", "of job-centre is outside 10.40.0.0/16"),
    ),
    "two areas in one place": (
        {AZURE: {"areas.job-centre.prefix": "10.40.8.0/21"}},
        ("PREFIX-OVERLAP", "areas.job-centre.prefix", "overlaps administration 10.40.8.0/22"),
    ),
    "Azure where the sites are": (
        {"networks.yaml": {"supernet": "10.40.0.0/16"}},
        ("PREFIX-OVERLAP", "prefix", "overlaps supernet 10.40.0.0/16"),
    ),
    "Azure where servers were": (
        {"networks.yaml": {"networks.servers.prefix.g26": "10.40.99.0/24"}},
        ("PREFIX-OVERLAP", "prefix", "overlaps servers g26 10.40.99.0/24"),
    ),
    "Azure where the links are": (
        {"networks.yaml": {"transit": "10.40.255.0/27"}},
        ("PREFIX-OVERLAP", "prefix", "overlaps transit 10.40.255.0/27"),
    ),
    "a subnet outside its area": (
        {AZURE: {"areas.job-centre.subnets.desktops.prefix": "10.40.16.0/24"}},
        ("ADDRESS-OUTSIDE", "areas.job-centre.subnets.desktops.prefix", "is outside 10.40.12.0/22"),
    ),
    "a subnet too small": (
        {AZURE: {"areas.administration.subnets.endpoints.prefix": "10.40.10.0/30"}},
        ("SUBNET-SIZE", "areas.administration.subnets.endpoints.prefix", "less than eight addresses"),
    ),
    "two subnets in one place": (
        {AZURE: {"areas.job-centre.subnets.desktops.prefix": "10.40.12.128/25"}},
        ("PREFIX-OVERLAP", "areas.job-centre.subnets.desktops.prefix", "overlaps servers 10.40.12.0/24"),
    ),
    "no such subscription for logs": (
        {AZURE: {"management": "managment"}},
        ("DANGLING", "management", "did you mean management"),
    ),
    "no such subscription for the hub": (
        {AZURE: {"hub.subscription": "connect"}},
        ("DANGLING", "hub.subscription", "no subscription connect"),
    ),
    "no such subscription for an area": (
        {AZURE: {"areas.job-centre.subscription": "crop"}},
        ("DANGLING", "areas.job-centre.subscription", "did you mean corp"),
    ),
    "no such management group": (
        {AZURE: {"subscriptions.corp.management_group": "corporate"}},
        ("DANGLING", "subscriptions.corp.management_group", "no management group corporate"),
    ),
    "no such parent": (
        {ZONE: {"management_groups.corp.parent": "landing-zone"}},
        ("DANGLING", "management_groups.corp.parent", "did you mean landing-zones"),
    ),
    "a group below itself": (
        {ZONE: {"management_groups.landing-zones.parent": "corp"}},
        ("BAD-VALUE", "management_groups.landing-zones.parent", "is below itself"),
    ),
    "no such policy": (
        {ZONE: {"management_groups.platform.policies[0]": "location"}},
        ("DANGLING", "management_groups.platform.policies[0]", "no policy location; did you mean locations"),
    ),
    "no such site": (
        {AZURE: {"areas.administration.sites[0]": "S009"}},
        ("DANGLING", "areas.administration.sites[0]", "no site S009"),
    ),
    "a site in two areas": (
        {AZURE: {"areas.job-centre.sites": ["S001"]}},
        ("DUPLICATE-NAME", "areas.job-centre.sites[0]", "S001 is in administration already"),
    ),
    "a group without an id": (
        {AZURE: {"areas.job-centre.groups[0]": "GG-Jobcentret"}},
        ("DANGLING", "areas.job-centre.groups[0]", "did you mean GG-Jobcenter"),
    ),
    "one subscription twice": (
        {AZURE: {"subscriptions.corp.id": "00000000-0000-4000-8000-000000000002"}},
        ("DUPLICATE-NAME", "subscriptions.corp.id", "that of management"),
    ),
    "a tunnel to nowhere": (
        {AZURE: {"hub.gateway.peer": REMOVE}},
        ("MISSING-KEY", "hub.gateway.peer", "kind vpn needs it"),
    ),
    "a tunnel without routes": (
        {AZURE: {"hub.gateway.bgp_peer": REMOVE}},
        ("MISSING-KEY", "hub.gateway.bgp_peer", "kind vpn needs it"),
    ),
    "a circuit of nobody": (
        {
            AZURE: {
                "hub.gateway.kind": "expressroute",
                "hub.gateway.peer": REMOVE,
                "hub.gateway.bgp_peer": REMOVE,
                "hub.gateway.peering_location": "Copenhagen",
                "hub.gateway.mbit": 200,
            }
        },
        ("MISSING-KEY", "hub.gateway.provider", "kind expressroute needs it"),
    ),
    "budgets from the middle of a month": (
        {AZURE: {"begins": "2026-12-15"}},
        ("BAD-VALUE", "begins", "the first of a month"),
    ),
    "a region beyond the EU": ({AZURE: {"location": "eastus"}}, ("BAD-VALUE", "location", "swedencentral")),
    "a criticality without a backup": (
        {ZONE: {"backup_classes.normal.criticality": ["high", "normal"]}},
        ("MISSING-KEY", ".", "no item of backup_classes in landing_zone.yaml is for low"),
    ),
    "a criticality patched twice": (
        {ZONE: {"patch_rings.last.criticality[2]": "low"}},
        ("DUPLICATE-NAME", "patch_rings.last.criticality", "low is first's already"),
    ),
    "an area named as a system": (
        {AZURE: {"areas.job-centre": Renamed("drift")}},
        ("DUPLICATE-NAME", "areas.drift", "a system as the end of a flow"),
    ),
    "an area named as a word": (
        {AZURE: {"areas.job-centre": Renamed("core")}},
        ("DUPLICATE-NAME", "areas.core", "a word of its own"),
    ),
    "a policy's name too long": (
        {ZONE: {"policies.no-public-nic": Renamed("no-public-address-on-a-card")}},
        ("BAD-NAME", "policies.no-public-address-on-a-card", "keep it to 24"),
    ),
    "a subscription's name with two hyphens": (
        {AZURE: {"subscriptions.corp": Renamed("corp--one")}},
        ("BAD-NAME", "subscriptions.corp--one", "two hyphens together"),
    ),
    "a subscription's name too long": (
        {AZURE: {"subscriptions.corp": Renamed("corporate-and-more")}},
        ("BAD-NAME", "subscriptions.corporate-and-more", "kv-lil-corporate-and-more has 25 characters; keep it to 24"),
    ),
}


def test_the_landing_zone_that_the_cases_break_has_no_fault(tmp_path: Path) -> None:
    assert set(model.load(str(zone.lilleby(tmp_path))).azure.areas) == {"administration", "job-centre"}


@pytest.mark.parametrize(("edits", "expected"), CASES.values(), ids=CASES)
def test_fault(tmp_path: Path, edits: Edits, expected: tuple[str, str, str]) -> None:
    faults = faults_after(zone.lilleby(tmp_path), edits)
    code, path, part = expected
    assert [f for f in faults if (f.code, f.path) == (code, path) and part in f.message], [str(f) for f in faults]


def test_a_rule_s_name_that_is_too_long_is_found(tmp_path: Path) -> None:
    long = "a" * 31
    flows = {
        "flows.azure-names.sources[1]": long,
        "flows.azure-data.sources[0]": f"{long}-desktops",
        "flows.azure-web.sources[0]": f"{long}-desktops",
        "flows.azure-sessions.targets[1]": f"{long}-desktops",
        "flows.azure-sessions": Renamed(f"{long}-session"),
    }
    edits = {AZURE: {"areas.job-centre": Renamed(long)}, "flows.yaml": flows}
    faults = faults_after(zone.lilleby(tmp_path), edits)
    assert {f.code for f in faults} == {"BAD-NAME"}
    assert any("is no name in Azure" in f.message for f in faults)


def test_a_wrong_word_where_everything_rests_brings_no_flood(tmp_path: Path) -> None:
    havneby = tmp_path / "stacks" / "havneby"
    shutil.copytree(zone.DATA / "stacks", havneby.parent)
    faults = faults_after(havneby, {AZURE: {"location": "eastus"}})
    assert [(f.code, f.path) for f in faults] == [("BAD-VALUE", "location")]


def test_a_region_that_has_opened_this_year_speaks_in_herlev(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    found = faults_after(tmp_path / "stacks" / "herlev", {AZURE: {"location": "denmarkeast"}})
    said = [f.message.partition(" (")[0] for f in found if f.code == "LOCATION" and f.path == "location"]
    assert said == [
        "nobody says that denmarkeast has Microsoft.Migrate/migrateProjects",
        "nobody says that denmarkeast has Microsoft.Network/dnsForwardingRulesets",
    ]


def test_more_than_a_firewall_takes_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lilleby = zone.lilleby(tmp_path)
    monkeypatch.setattr(firewall, "SETS", 1)
    monkeypatch.setattr(firewall, "RULES_A_GROUP", 2)
    found = [(f.path, f.message.partition(",")[0]) for f in faults_after(lilleby, {})]
    assert ("areas", "flows need 5 sets of addresses") in found
    assert any(path == "areas.administration" and "rules in the firewall" in said for path, said in found)
