"""Flows as addresses: what each name stands for, and when a flow ends."""

from __future__ import annotations

import datetime as dt
import shutil
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive import flows
from model.rules.refresh import expired
from tests.golden.trees import LILLEBY
from tests.support import zone
from tests.support.edit import edit


@pytest.fixture(scope="module")
def lilleby() -> Platform:
    return model.load(str(LILLEBY))


def rule(platform: Platform, name: str) -> flows.Rule:
    return next(rule for rule in flows.rules(platform) if rule.name == name)


def prefixes(*texts: str) -> tuple[IPv4Network, ...]:
    return tuple(map(IPv4Network, texts))


def test_workplaces_are_wherever_people_work(lilleby: Platform) -> None:
    assert flows.resolve(lilleby, "workplaces") == prefixes(
        "10.20.20.0/24", "10.26.20.0/24", "10.128.4.0/24", "10.128.8.0/23", "10.128.10.0/24"
    )
    assert flows.resolve(lilleby, "clients") == prefixes("10.128.4.0/25", "10.128.8.0/23")


def test_a_system_stands_for_its_machines_of_every_generation(lilleby: Platform) -> None:
    found = rule(lilleby, "sbsys-from-workplaces")
    assert found.targets == prefixes("10.20.20.14/31", "10.20.20.16/32", "10.26.20.14/31", "10.26.20.16/32")
    assert (found.system, found.owner, found.ports) == ("sbsys", "Borgerservice", (flows.Port("tcp", 443, 443),))


def test_a_role_narrows_a_flow_to_the_servers_that_have_it(lilleby: Platform) -> None:
    assert flows.resolve(lilleby, "sbsys", "sql") == prefixes("10.20.20.14/32", "10.26.20.14/32")


def test_a_vendor_s_system_is_where_its_vendor_says(lilleby: Platform) -> None:
    assert rule(lilleby, "nexus-from-workplaces").targets == prefixes("198.51.100.16/28")


def test_azure_is_every_area(tmp_path: Path) -> None:
    landed = model.load(str(zone.lilleby(tmp_path)))
    assert flows.resolve(landed, "azure") == prefixes("10.40.8.0/21")
    assert flows.resolve(landed, "azure") == tuple(collapse_addresses(a.prefix for a in landed.azure.areas.values()))


def test_the_internet_is_everything_that_is_not_private(lilleby: Platform) -> None:
    found = flows.resolve(lilleby, "internet")
    assert flows.resolve(lilleby, "internet") == flows.internet()
    for address in ("8.8.8.8", "198.51.100.1", "11.0.0.0", "172.15.255.255", "172.32.0.0", "223.255.255.255"):
        assert any(IPv4Address(address) in prefix for prefix in found), address
    for address in ("10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "100.64.0.1", "169.254.1.1", "224.0.0.1"):
        assert not any(IPv4Address(address) in prefix for prefix in found), address


def test_every_flow_has_a_name_of_its_own(lilleby: Platform) -> None:
    names = [rule.name for rule in flows.rules(lilleby)]
    assert names == sorted(set(names))
    assert len(names) == len(lilleby.flows) + sum(len(system.flows) for system in lilleby.estate.systems.values())


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("tcp/443", flows.Port("tcp", 443, 443)),
        ("udp/3478-3481", flows.Port("udp", 3478, 3481)),
        ("icmp/echo", flows.Port("icmp")),
    ],
)
def test_ports_are_read(text: str, port: flows.Port) -> None:
    assert flows.port(text) == port


def test_temporary_flows_and_waivers_expire(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"
    waiver = {"reason": "Fiber er bestilt", "expires": "2027-03-31"}
    edits = {
        "flows.yaml": {"flows.web.expires": "2027-01-31"},
        "systems/sbsys.yaml": {"flows[0].reason": "Prøve", "flows[0].expires": "2027-02-28"},
        "sites.yaml": {"sites.S002.wan_mbit": 1, "sites.S002.wan_waiver": waiver},
    }
    edit(folder, edits)
    loaded = model.trace(str(folder))
    for day, paths in (
        (dt.date(2027, 1, 31), []),
        (dt.date(2027, 2, 1), ["flows.web.expires"]),
        (dt.date(2027, 3, 1), ["flows.web.expires", "flows[0].expires"]),
        (dt.date(2027, 4, 1), ["flows.web.expires", "flows[0].expires", "sites.S002.wan_waiver.expires"]),
    ):
        found = [*expired(*loaded, day)]
        assert sorted(fault.path for fault in found) == sorted(paths)
        assert {fault.code for fault in found} <= {"EXPIRED"}
