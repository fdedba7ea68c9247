"""The faults of sites, flows and lines, each by breaking exactly one thing of a platform that has none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import model
from model.derive import flows
from model.faults import Fault
from tests.golden.trees import LILLEBY
from tests.support.edit import REMOVE, Edits, Renamed, edit

NETWORKS, SITES, FLOWS, TYPES = "networks.yaml", "sites.yaml", "flows.yaml", "catalog/site_types.yaml"
AD, SBSYS, NEXUS, WORKPLACES = "systems/ad.yaml", "systems/sbsys.yaml", "systems/nexus.yaml", "workplaces.csv"


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"


def faults_after(folder: Path, *edits: Edits) -> list[Fault]:
    """The faults of the platform after each change."""
    try:
        model.load(str(edit(folder, *edits)))
    except model.ModelError as error:
        return list(error.faults)
    return []


# What changes where, and the fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a type that is not there": (
        {SITES: {"sites.S002.type": "scool"}},
        ("DANGLING", "sites.S002.type", "did you mean school"),
    ),
    "a plan that is not there": (
        {SITES: {"sites.S002.plan": "standrad"}},
        ("DANGLING", "sites.S002.plan", "did you mean standard"),
    ),
    "a switch that is not there": (
        {SITES: {"sites.S002.switch": "access-12"}},
        ("DANGLING", "sites.S002.switch", "no switch model access-12"),
    ),
    "a plan larger than its block": (
        {TYPES: {"address_plans.standard.vlans.staff-wifi.prefix": 24}},
        ("PLAN", "address_plans.standard.prefix", "640 addresses; keep them to 512"),
    ),
    "a plan smaller than a block": (
        {NETWORKS: {"block": 22}},
        ("PLAN", "address_plans.standard.prefix", "smaller than a block; give it at least a /22"),
    ),
    "a plan without a VLAN for switches": (
        {TYPES: {"address_plans.standard.vlans.management": REMOVE}},
        ("MISSING-KEY", "address_plans.standard.vlans", "no management"),
    ),
    "one VLAN number for two zones": (
        {TYPES: {"address_plans.standard.vlans.voice.vlan": 10}},
        ("ADDRESS-TWICE", "address_plans.standard.vlans.voice.vlan", "that of clients"),
    ),
    "a large plan that begins in the middle": (
        {SITES: {"sites.S001.block": 5}},
        ("PLAN", "sites.S001.block", "set `block:` to a multiple of 2, such as 126, which is free"),
    ),
    "a block outside the supernet": (
        {SITES: {"sites.S001.block": 128}},
        ("EXHAUSTED", "sites.S001.block", "no block 128 in 10.128.0.0/16; set `block:` to a free one, at most 126"),
    ),
    "two sites in one block": (
        {SITES: {"sites.S001.block": 2}},
        ("PREFIX-OVERLAP", "sites.S002", "10.128.4.0/23 overlaps S001 10.128.4.0/22"),
    ),
    "more switches than addresses": (
        {SITES: {"sites.S002.spare_ports": 2000}},
        ("EXHAUSTED", "sites.S002.spare_ports", "21 addresses for switches"),
    ),
    "a supernet that meets the data centre": (
        {NETWORKS: {"supernet": "10.26.16.0/20"}},
        ("PREFIX-OVERLAP", "sites.S002", "10.26.20.0/23 overlaps servers 10.26.20.0/24"),
    ),
    "a transit prefix that runs out": (
        {NETWORKS: {"transit": "10.130.0.0/28"}},
        ("EXHAUSTED", "transit", "10.130.0.0/28 has no link 4"),
    ),
    "a transit prefix that meets the data centre": (
        {NETWORKS: {"transit": "10.20.20.0/27"}},
        ("PREFIX-OVERLAP", "transit", "overlaps servers 10.20.20.0/24"),
    ),
    "a workplace without a number": (
        {WORKPLACES: {"TK00001.host": ""}},
        ("MISSING-KEY", "TK00001", "give it 10, which is free at S001"),
    ),
    "two workplaces with one number": (
        {WORKPLACES: {"TK00002.host": "10"}},
        ("ADDRESS-TWICE", "TK00002", "host 10 at S001 is that of TK00001; give it 11, which is free"),
    ),
    "a number that the VLAN has not": (
        {WORKPLACES: {"TK00003.host": "127"}},
        ("ADDRESS-OUTSIDE", "TK00003", "10 to 126 in 10.128.4.0/25, 10 is free"),
    ),
    "a workplace by the name of a server": (
        {WORKPLACES: {"TK00003.name": "LILDC01"}},
        ("DUPLICATE-NAME", "LILDC01", "is ad-dc01-g22"),
    ),
    "another name that is a server's": (
        {NETWORKS: {"names.wms": Renamed("lildc01")}},
        ("DUPLICATE-NAME", "names.lildc01", "give it another name"),
    ),
    "a name of a server that is not there": (
        {NETWORKS: {"names.wms": "drift-lnx09"}},
        ("DANGLING", "names.wms", "no server drift-lnx09"),
    ),
    "a service without servers": (
        {NETWORKS: {"services.dhcp.role": "dhcp"}},
        ("DANGLING", "services.dhcp", "ad has no server with role dhcp"),
    ),
    "a service by another role's server": (
        {NETWORKS: {"services.dhcp.servers": ["sbsys-app01"]}},
        ("DANGLING", "services.dhcp.servers[0]", "sbsys-app01 is no server of ad with role dc"),
    ),
    "a service that nobody answers for where it is served": (
        {
            NETWORKS: {
                "services.dns.system": "drift",
                "services.dns.role": "linux",
                "services.dns.servers[0]": "drift-lnx02",
            }
        },
        ("SERVING", "services.dns", "is in g22, which serves it"),
    ),
    "a service of nobody": (
        {NETWORKS: {"services.dns.role": REMOVE, "services.dns.servers": REMOVE}},
        ("MISSING-KEY", "services.dns", "who answers is not said; give it system and role, or the addresses"),
    ),
    "a service of ours and of others": (
        {NETWORKS: {"services.dns.servers": REMOVE, "services.dns.addresses": ["192.0.2.53"]}},
        ("MISSING-KEY", "services.dns", "who answers is said twice; give it"),
    ),
    "names that nobody answers for": (
        {NETWORKS: {"services.dns": REMOVE}},
        ("MISSING-KEY", "services.dns", "dns is missing"),
    ),
    "thin clients managed by nobody": (
        {NETWORKS: {"thin_client_servers.dell": "wsm.lilleby.example"}},
        ("DANGLING", "thin_client_servers.dell", "did you mean wms.lilleby.example"),
    ),
    "nobody answers for the alias zone": (
        {NETWORKS: {"alias_servers": REMOVE}},
        ("MISSING-KEY", "alias_servers", "delegated to"),
    ),
    "a cutover of what has none": (
        {"refresh.yaml": {"generations.g26.state": "planned", "generations.g26.cutover": "near"}},
        ("LIFECYCLE", "generations.g26.cutover", "set `cutover: far`"),
    ),
    "a line that carries too little": (
        {SITES: {"sites.S002.wan_mbit": 1}},
        ("WAN", "sites.S002.wan_mbit", "sessions 425, voice 50 and video 780 are 1255 kbit/s and the line carries 750"),
    ),
    "a backup line that carries too little": (
        {TYPES: {"site_types.town-hall.backup": {"kind": "mobile", "mbit": 2}}},
        (
            "WAN",
            "sites.S001.wan_mbit",
            "1970 and voice 40 are 2010 kbit/s and the backup line carries 1500, 75 % of it",
        ),
    ),
    "a waiver that nothing needs": (
        {SITES: {"sites.S002.wan_waiver": {"reason": "Fiber er bestilt", "expires": "2027-01-31"}}},
        ("WAN", "sites.S002.wan_waiver", "remove the waiver, for the line is enough"),
    ),
    "a flow from nowhere": (
        {FLOWS: {"flows.monitoring.sources[0]": "drfit"}},
        ("DANGLING", "flows.monitoring.sources[0]", "did you mean drift"),
    ),
    "a flow to nowhere": (
        {FLOWS: {"flows.monitoring.targets[0]": "managment"}},
        ("DANGLING", "flows.monitoring.targets[0]", "did you mean management"),
    ),
    "a flow for a system that is not there": (
        {FLOWS: {"flows.web.system": "wbe"}},
        ("DANGLING", "flows.web.system", "no system wbe"),
    ),
    "a flow that opens a network to the internet": (
        {FLOWS: {"flows.sessions.sources": ["internet"]}},
        ("FLOW", "flows.sessions.sources", "opens servers to the internet"),
    ),
    "guests without a name server": (
        {NETWORKS: {"outside_resolvers": REMOVE}},
        ("MISSING-KEY", "outside_resolvers", "nobody answers devices and guests for names"),
    ),
    "session machines on a server's address": (
        {NETWORKS: {"networks.servers.leases_from": 18}},
        ("ADDRESS-TWICE", "networks.servers.leases_from", "10.26.20.18 of drift-lnx02-g26 is given"),
    ),
    "session machines without addresses": (
        {NETWORKS: {"networks.servers.leases_from": 254}},
        ("EXHAUSTED", "networks.servers.leases_from", "session machines share 1 addresses"),
    ),
    "names for guests": (
        {
            FLOWS: {
                "flows.monitoring.sources": ["guests"],
                "flows.monitoring.targets": ["ad"],
                "flows.monitoring.ports": ["udp/53"],
            }
        },
        ("FLOW", "flows.monitoring.sources", "lets guests in on udp/53"),
    ),
    "a flow that lets guests in": (
        {FLOWS: {"flows.sessions.sources": ["guests"]}},
        ("FLOW", "flows.sessions.sources", "lets guests in on tcp/1494"),
    ),
    "a system that lets guests in": (
        {SBSYS: {"flows[0].source": "guests"}},
        ("FLOW", "flows[0].ports", "lets guests in on tcp/443"),
    ),
    "ports turned round": (
        {SBSYS: {"flows[0].ports[0]": "tcp/443-80"}},
        ("BAD-VALUE", "flows[0].ports", "the lower first"),
    ),
    "a port that is none": (
        {FLOWS: {"flows.monitoring.ports[2]": "udp/70000"}},
        ("BAD-VALUE", "flows.monitoring.ports", "from 1 to 65535"),
    ),
    "a flow to a role that the system has not": (
        {AD: {"flows[1].role": "dhcp"}},
        ("DANGLING", "flows[1].role", "ad has no server with role dhcp"),
    ),
    "a temporary flow without a reason": (
        {SBSYS: {"flows[0].expires": "2027-01-31"}},
        ("MISSING-KEY", "flows[0].reason", "why it is temporary"),
    ),
    "two flows of a system from one source": (
        {SBSYS: {"flows[1]": {"source": "workplaces", "ports": ["tcp/80"]}}},
        ("DUPLICATE-NAME", "flows[1]", "sbsys-from-workplaces is there already"),
    ),
    "a vendor whose addresses nobody knows": (
        {NEXUS: {"prefixes": REMOVE}},
        ("MISSING-KEY", "prefixes", "where its vendor says"),
    ),
    "a network with the name of a zone": (
        {NETWORKS: {"networks.servers": Renamed("voice")}},
        ("DUPLICATE-NAME", "networks.voice", "a word of its own"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(lilleby: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    faults = faults_after(lilleby, edits)
    assert any(f.code == code and f.path.endswith(path) and part in f.message for f in faults), "\n".join(
        map(str, faults)
    )


def test_the_platform_that_the_cases_break_has_no_fault(lilleby: Path) -> None:
    assert faults_after(lilleby) == []


def test_a_full_vlan_is_told_once_and_names_no_free_number(lilleby: Path) -> None:
    rows = "".join(f"TK1000{n},00:E0:C5:00:01:0{n},S002,thin-client,IGEL UD3,office,Skole,\n" for n in range(5))
    path = lilleby / WORKPLACES
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    faults = faults_after(lilleby, {TYPES: {"address_plans.standard.vlans.clients.prefix": 28}})
    assert [f.message for f in faults if f.code == "EXHAUSTED"] == [
        "8 devices and 5 addresses in 10.128.5.128/28; give it a plan with a larger clients VLAN"
    ]
    numbers = [f.message for f in faults if f.code == "MISSING-KEY"]
    assert numbers == [f"no host number; give it {free}, which is free at S002" for free in (12, 13, 14)]


def test_a_system_that_has_no_machine_can_not_be_reached(lilleby: Path) -> None:
    text = (
        "code: tom\ntitle: Tom\nhosting: own\nowner: IT-afdelingen\ncriticality: low\npersonal_data: none\n"
        "flows:\n  - {source: workplaces, ports: [tcp/443]}\n"
    )
    (lilleby / "systems" / "tom.yaml").write_text(text, encoding="utf-8")
    assert [(f.code, f.path) for f in faults_after(lilleby)] == [("FLOW", "flows[0]")]


def test_a_waiver_says_why_a_line_is_too_slow_and_ends(lilleby: Path) -> None:
    waiver = {"reason": "Fiber er bestilt", "expires": "2027-01-31"}
    assert faults_after(lilleby, {SITES: {"sites.S002.wan_mbit": 1, "sites.S002.wan_waiver": waiver}}) == []


NAMES = "services: {dns: {system: ad, role: dc}}\n"


def test_a_platform_without_a_supernet_plans_no_address_and_has_no_rule(lilleby: Path) -> None:
    (lilleby / FLOWS).unlink()
    text = (lilleby / NETWORKS).read_text(encoding="utf-8")
    (lilleby / NETWORKS).write_text(text[: text.index("supernet:")] + NAMES, encoding="utf-8")
    path = lilleby / WORKPLACES
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line.rsplit(',', 1)[0]}\n" for line in lines), encoding="utf-8")
    platform = model.load(str(lilleby))
    assert platform.site_networks == {}
    assert flows.rules(platform) == ()
