"""What is well formed and cannot be meant, each by changing exactly one thing of a platform that has no fault."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import model
from model.rules import registry
from tests.support.edit import REMOVE, Edits, edit
from tests.support.paths import STACKS
from tests.unit.model.test_site_faults import faults_after, lilleby

__all__ = ["lilleby"]

NETWORKS, HARDWARE, ROLES = "networks.yaml", "hardware.yaml", "catalog/roles.yaml"
AD, SBSYS, NEXUS, REFRESH = "systems/ad.yaml", "systems/sbsys.yaml", "systems/nexus.yaml", "refresh.yaml"
BASELINES = "catalog/baselines.yaml"


def flow(source: str, ports: str) -> Edits:
    return {SBSYS: {"flows[1]": {"source": source, "ports": [ports]}}}


def dc_flow(source: str, ports: str) -> Edits:
    return {AD: {"flows[3]": {"source": source, "ports": [ports]}}}


def override(resource: str) -> Edits:
    leave = {"allows": ["host"], "reason": "R", "role": "Head of operations", "expires": "2026-12-24"}
    return {REFRESH: {"overrides": {resource: leave}}}


def lm(name: str, kind: str, value: object) -> Edits:
    """A setting of the servers' baseline: which answers of LAN Manager they give."""
    setting = {"key": "SYSTEM\\CurrentControlSet\\Control\\Lsa", "name": name, kind: value, "why": "X"}
    return {BASELINES: {"baselines.servers.settings.lm": setting}}


# What changes where, and the one fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "sites let guests in": (flow("sites", "tcp/443"), ("FLOW", "flows[1].source", "sites lets guests in on tcp/443")),
    "sites let guests in by a shared flow": (
        {"flows.yaml": {"flows.monitoring.sources[0]": "sites"}},
        ("FLOW", "flows.monitoring.sources", "sites lets guests in on icmp/echo, tcp/22, udp/161"),
    ),
    "the internet reaches domain controllers": (
        dc_flow("internet", "tcp/443"),
        ("FLOW", "flows[3].source", "opens the domain controllers of ad"),
    ),
    "the internet reaches domain controllers on every port": (
        dc_flow("internet", "tcp/1-65535"),
        ("FLOW", "flows[3].source", "opens the domain controllers of ad"),
    ),
    "the internet reaches Remote Desktop": (
        flow("internet", "tcp/3389"),
        ("FLOW", "flows[1].ports", "tcp/3389 opens tcp/3389"),
    ),
    "the internet reaches every port": (
        flow("internet", "tcp/1-65535"),
        ("FLOW", "flows[1].ports", "tcp/1-65535 opens tcp/88"),
    ),
    "a vendor has everything": (
        {NEXUS: {"prefixes[0]": "0.0.0.0/0"}},
        ("FOREIGN-PREFIX", "prefixes[0]", "more than any vendor has"),
    ),
    "a vendor has what is ours": (
        {NEXUS: {"prefixes[0]": "10.26.20.0/28"}},
        ("FOREIGN-PREFIX", "prefixes[0]", "overlaps servers g26"),
    ),
    "a vendor has what is nobody's": (
        {NEXUS: {"prefixes[0]": "127.0.0.0/16"}},
        ("FOREIGN-PREFIX", "prefixes[0]", "is nobody's"),
    ),
    "a public prefix of ours": (
        {NETWORKS: {"networks.servers.prefix.g26": "8.8.8.0/24"}},
        ("FOREIGN-PREFIX", "networks.servers.prefix.g26", "8.8.8.0/24 is not private"),
    ),
    "a reserved prefix of ours": (
        {NETWORKS: {"networks.servers.prefix.g26": "240.0.0.0/24"}},
        ("FOREIGN-PREFIX", "networks.servers.prefix.g26", "is not private"),
    ),
    "a public supernet": ({NETWORKS: {"supernet": "11.128.0.0/16"}}, ("FOREIGN-PREFIX", "supernet", "is not private")),
    "a public prefix between sites": (
        {NETWORKS: {"transit": "9.130.0.0/27"}},
        ("FOREIGN-PREFIX", "transit", "is not private"),
    ),
    "a gateway that is the network": (
        {NETWORKS: {"networks.servers.gateway": {"g26": "10.26.20.0"}}},
        ("ADDRESS-OUTSIDE", "networks.servers.gateway.g26", "is the network address"),
    ),
    "a gateway that is everybody": (
        {NETWORKS: {"networks.servers.gateway": {"g26": "10.26.20.255"}}},
        ("ADDRESS-OUTSIDE", "networks.servers.gateway.g26", "is the broadcast address"),
    ),
    "VLAN 1 in what is built": (
        {NETWORKS: {"networks.servers.vlan.g26": 1}},
        ("BAD-VALUE", "networks.servers.vlan.g26", "every switch's own"),
    ),
    "VLAN 1 at the sites": (
        {"catalog/site_types.yaml": {"address_plans.standard.vlans.voice.vlan": 1}},
        ("BAD-VALUE", "address_plans.standard.vlans.voice.vlan", "every switch's own"),
    ),
    "a MAC address of zeros": (
        {"workplaces.csv": {"TK00001.mac": "00:00:00:00:00:00"}},
        ("BAD-VALUE", "TK00001", "that of no card"),
    ),
    "a MAC address of a group": (
        {"workplaces.csv": {"TK00001.mac": "01:00:5E:00:00:01"}},
        ("BAD-VALUE", "TK00001", "that of a group"),
    ),
    "more CPUs than the largest host": (
        {SBSYS: {"servers.sbsys-sql01.cpus": 65}},
        ("CAPACITY", "servers.sbsys-sql01.cpus", "65, and the largest host of servers in g26 has 64"),
    ),
    "more memory than the largest host": (
        {SBSYS: {"servers.sbsys-app02.memory_gib": 513}},
        ("CAPACITY", "servers.sbsys-app02.memory_gib", "513, and the largest host of servers in g26 has 512"),
    ),
    "a session machine larger than the largest host": (
        {"desktops.yaml": {"pools.graphics.cpus": 65}},
        ("CAPACITY", "pools.graphics.cpus", "65, and the largest host"),
    ),
    "one LUN for two datastores": (
        {HARDWARE: {"datastores.DS-G26-01.lun": "naa.600a098038314648593f4d2f6d452201"}},
        ("ADDRESS-TWICE", "datastores.DS-G26-01.lun", "that of DS-G22-01"),
    ),
    "SMB 1": (
        {BASELINES: {"baselines.servers.settings.smb1.dword": 1}},
        ("WEAK-SETTING", "baselines.servers.settings.smb1", "SMB1 1; write 0"),
    ),
    "LM answers": (
        lm("lmCompatibilityLevel", "dword", 0),
        ("WEAK-SETTING", "baselines.servers.settings.lm", "lmCompatibilityLevel 0; write 5"),
    ),
    "a number as text": (
        lm("LmCompatibilityLevel", "text", "5"),
        ("WEAK-SETTING", "baselines.servers.settings.lm", "write 5"),
    ),
    "a region outside the EU": (
        {"catalog/landing_zone.yaml": {"policies.locations.parameters.listOfAllowedLocations[1]": "eastus"}},
        ("LOCATION", "policies.locations.parameters.listOfAllowedLocations[1]", "eastus is no region of the EU"),
    ),
    "Windows with a guest id of Linux": (
        {"catalog/images.yaml": {"images.ws2025.guest_id": "ubuntu64Guest"}},
        ("BAD-VALUE", "images.ws2025.guest_id", "name the guest id of Windows Server 2025"),
    ),
    "Linux with a guest id of Windows": (
        {"catalog/images.yaml": {"images.ubuntu2404.guest_id": "windows9Guest"}},
        ("BAD-VALUE", "images.ubuntu2404.guest_id", "name the guest id of Ubuntu 24.04"),
    ),
    "leave for a server that is not there": (
        override("ad-dc09-g26"),
        ("DANGLING", "overrides.ad-dc09-g26", "no server ad-dc09; did you mean ad-dc0"),
    ),
    "leave in a generation that is not there": (
        override("ad-dc01-g30"),
        ("DANGLING", "overrides.ad-dc01-g30", "is of no generation"),
    ),
    "leave for nothing": (override("nothing-g26"), ("DANGLING", "overrides.nothing-g26", "nothing of g26 is named")),
}


@pytest.mark.parametrize("name", CASES)
def test_one_implausible_thing_gives_one_fault(lilleby: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    (fault,) = faults_after(lilleby, edits)
    assert (fault.code, fault.path) == (code, path)
    assert part in fault.message
    assert "; " in fault.message, "and what to do"


ALLOWED = {
    "sites ask what all ask": flow("sites", "udp/67"),
    "the internet reaches a web server": flow("internet", "tcp/443"),
    "a vendor over a private line": {NEXUS: {"prefixes[0]": "172.20.0.0/16"}},
    "VLAN 1 as it was found": {NETWORKS: {"networks.servers.vlan.g22": 1}},
    "as many CPUs as the largest host": {SBSYS: {"servers.sbsys-sql01.cpus": 64}},
    "NTLMv2 for what is old": lm("LmCompatibilityLevel", "dword", 3),
    "leave for a server": override("ad-dc01-g26"),
    "leave for a part of a cluster": override("servers-g26-esx-g26-01.lilleby.example"),
    "leave for servers that are kept apart": override("ad-dc-servers-spread-g26"),
    "leave for what belongs to no generation": override("tags-owner"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_just_allowed_gives_none(lilleby: Path, name: str) -> None:
    assert faults_after(lilleby, ALLOWED[name]) == []


def test_a_server_that_may_be_deleted_is_unprotected_and_may_be_gone(lilleby: Path) -> None:
    edit(lilleby, {REFRESH: {"generations.g26.state": "live", "generations.g22.state": "standby"}})
    edit(lilleby, {REFRESH: {"generations.g22.origin": "adopted"}})
    edit(lilleby, {"systems/drift.yaml": {"servers.drift-lnx03": {"role": "linux", "host": 19}}})

    def protected() -> set[str]:
        return {i.logical_name for i in model.load(str(lilleby)).instances_of("g26") if i.protected}

    before = protected()
    leave = {"allows": ["deletion"], "reason": "R", "role": "Head of operations", "expires": "2026-12-24"}
    edit(lilleby, {REFRESH: {"overrides": {"drift-lnx03-g26": leave}}})
    assert before - protected() == {"drift-lnx03-g26"}
    assert faults_after(lilleby, {"systems/drift.yaml": {"servers.drift-lnx03": REMOVE}}) == []


@pytest.mark.parametrize(("prefix", "code"), [("10.26.20.0/30", "SUBNET-SIZE"), ("10.26.20.9/32", "SUBNET-SIZE")])
def test_a_prefix_without_room_is_no_traceback(lilleby: Path, prefix: str, code: str) -> None:
    assert code in {f.code for f in faults_after(lilleby, {NETWORKS: {"networks.servers.prefix.g26": prefix}})}


def test_a_pool_of_one_machine_for_all(lilleby: Path) -> None:
    one = {"site": "S001", "kind": "thin-client", "model": "IGEL UD7", "profile": "office", "department": "Rådhus"}
    more = {f"TK1{n:04}": one | {"mac": f"00:E0:C5:01:00:{n:02X}", "host": n + 101} for n in range(40)}
    assert faults_after(lilleby, {"workplaces.csv": more}) == []
    (fault,) = faults_after(lilleby, {"desktops.yaml": {"pools.office.machines": {"g26": 1}}})
    assert (fault.code, fault.path) == ("POOL-SIZE", "pools.office.machines.g26")
    assert fault.message == "1 machines for 42 workplaces; give it 3, or leave it out"


def test_a_database_server_that_holds_no_data(lilleby: Path) -> None:
    server = {"servers.sbsys-sql01.holds_data": False}
    (fault,) = faults_after(lilleby, {ROLES: {"roles.sql.holds_data": True}, SBSYS: server})
    assert (fault.code, fault.path) == ("DATA", "servers.sbsys-sql01.holds_data")


ROOM: Edits = {
    HARDWARE: {
        "room": {"title": "Below", "generation": "g22", "empty_by": "2027-06-30"},
        "models.old-host.rack_units": 2,
    }
}


def wave(ends: str) -> Edits:
    first = {"title": "First", "generation": "g26", "starts": "2026-12-07", "state": "building", "systems": ["sbsys"]}
    return {REFRESH: {"waves": {"first": {**first, "ends": ends}}}}


def test_a_wave_after_the_room_is_empty(lilleby: Path) -> None:
    (fault,) = faults_after(lilleby, ROOM, wave("2027-07-01"))
    assert (fault.code, fault.path) == ("WAVE", "waves.first.ends")


def test_the_last_day_is_early_enough(lilleby: Path) -> None:
    assert faults_after(lilleby, ROOM, wave("2027-06-30")) == []


@pytest.mark.parametrize(
    ("edits", "day", "paths"),
    [
        (wave("2026-12-11"), date(2026, 12, 11), []),
        (wave("2026-12-11"), date(2026, 12, 12), ["waves.first.ends"]),
        ({}, date(2027, 2, 8), []),
        ({}, date(2027, 2, 9), ["opens.day"]),
        (override("ad-dc01-g26"), date(2026, 9, 23), []),
        (override("ad-dc01-g26"), date(2026, 9, 22), ["overrides.ad-dc01-g26.expires"]),
    ],
)
def test_what_is_over_is_told_on_the_day_after(lilleby: Path, edits: Edits, day: date, paths: list[str]) -> None:
    assert faults_after(lilleby, edits) == []
    found = registry.due(*model.trace(str(lilleby)), day)
    assert [(f.code, f.path) for f in found] == [("EXPIRED", path) for path in paths]


@pytest.mark.parametrize("platform", ["holstebro", "herlev", str(STACKS / "havneby")])
def test_nothing_is_over_in_what_is_shipped(platform: str) -> None:
    assert registry.due(*model.trace(platform), date(2026, 12, 1)) == []
