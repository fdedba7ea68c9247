"""What the project itself must reach: each kind of need that a missing flow shuts out, and the line that mends it."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import model
from model import Platform
from model.derive import reach
from model.faults import Fault
from model.rules import registry
from tests.golden.trees import LILLEBY
from tests.support.edit import Edits, edit

DAY = dt.date(2026, 12, 1)


def copied(tmp_path: Path, edits: Edits) -> Path:
    folder = Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"
    edit(folder, edits)
    return folder


def shut_out(folder: Path) -> list[Fault]:
    return [fault for fault in registry.due(*model.trace(str(folder)), DAY) if fault.code == "UNREACHABLE"]


@pytest.mark.parametrize("platform", [str(LILLEBY), "holstebro", "herlev"])
def test_nothing_of_ours_is_shut_out(platform: str) -> None:
    assert registry.due(*model.trace(platform), DAY) == []


@pytest.mark.parametrize(
    ("flow", "ports", "told"),
    [
        ("monitoring", ["tcp/22"], "drift-lnx01 cannot reach management on icmp/echo"),
        ("watching", ["icmp/echo", "tcp/9182"], "drift-lnx01 cannot reach servers on tcp/9100"),
        ("thin-clients", ["tcp/443"], "clients cannot reach drift-lnx01 on tcp/8443"),
        ("sessions", ["tcp/2598"], "clients cannot reach servers on tcp/1494, udp/1494, udp/2598"),
        ("vcenter", ["tcp/80"], "drift-lnx01 cannot reach vcenter on tcp/443, 10.20.20.17 to 10.20.1.10 and 1 more"),
        ("time", ["udp/124"], "ad cannot reach internet on udp/123"),
        ("runner", ["tcp/22", "tcp/5986"], "drift-lnx01 cannot reach servers on tcp/5985"),
        ("printing", ["tcp/631"], "sbsys cannot reach printers on tcp/9100"),
        ("licences", ["tcp/27000"], "sbsys cannot reach drift-lnx01 on tcp/7279, tcp/8083"),
        ("database", ["tcp/1434"], "sbsys cannot reach sbsys-sql01 on tcp/1433"),
        ("names", ["udp/67"], "management cannot reach ad (dc) on tcp/53, udp/53"),
        ("controllers", ["tcp/443"], "servers cannot reach sbsys (app) on tcp/80"),
        ("port-access", ["udp/3799"], "ad cannot reach management on udp/1700"),
        ("turned-names", ["udp/53"], "drift-lnx01 cannot reach drift-lnx01 on tcp/53"),
    ],
)
def test_a_flow_that_is_missing_names_both_ends(tmp_path: Path, flow: str, ports: list[str], told: str) -> None:
    folder = copied(tmp_path, {"flows.yaml": {f"flows.{flow}.ports": ports}})
    found = [fault.message for fault in shut_out(folder)]
    assert any(told in message for message in found), found


def pasted(fault: Fault) -> None:
    """Does what the message says."""
    where, line = re.findall(r"; write in (\S+) `(.*)`$", fault.message)[0]
    path, yaml = Path(fault.file), YAML()
    data = yaml.load(path)
    found = yaml.load(line)
    if where == "flows":
        data["flows"].extend(found)
    elif where == "flows.yaml":
        data["flows"].update(found)
    else:
        data["flows"][int(where[6:-1])].update(found)
    yaml.dump(data, path)


def test_what_is_told_to_be_written_lets_it_through(tmp_path: Path) -> None:
    folder = copied(tmp_path, {})
    path, yaml = folder / "flows.yaml", YAML()
    data = yaml.load(path)
    for name in [name for name in data["flows"] if name not in ("web", "calls", "citrix-licences")]:
        del data["flows"][name]
    yaml.dump(data, path)
    faults = shut_out(folder)
    assert {re.findall(r"write in ([a-z.]+)", fault.message)[0] for fault in faults} == {"flows", "flows.yaml"}
    assert any("write in flows[" in fault.message for fault in faults)
    for fault in faults:
        pasted(fault)
    assert shut_out(folder) == []


def test_machines_of_one_network_need_no_flow() -> None:
    lilleby = model.load(str(LILLEBY))
    home, away = IPv4Network("10.20.20.17/32"), IPv4Network("10.26.20.12/32")
    asked = {pair for need in reach.needs(lilleby) for pair in reach.pairs(need)}
    assert (home, IPv4Network("10.20.20.12/32")) in asked
    assert (home, away) in asked
    emptied = [found for found in reach.dropped(without_flows(lilleby)) if found.need.target.name == "servers"]
    assert any((home, away) in found.pairs for found in emptied)
    assert not any((home, IPv4Network("10.20.20.12/32")) in found.pairs for found in emptied)


def without_flows(platform: Platform) -> Platform:
    return replace(platform, flows={"web": platform.flows["web"]})


def test_a_vcenter_without_an_address_is_a_fault(tmp_path: Path) -> None:
    edits: Edits = {"networks.yaml": {"hosts": {"nsx": "10.20.1.11"}}, "flows.yaml": {"flows.vcenter.targets": ["nsx"]}}
    found = {f.path: f.message for f in registry.due(*model.trace(str(copied(tmp_path, edits))), DAY)}
    assert "no machine vcenter" in found["vcenter"]
    assert "vcenter.lilleby.example has no address" in found["citrix.vcenter"]


def test_a_machine_has_one_name_among_ends(tmp_path: Path) -> None:
    with pytest.raises(model.ModelError) as refused:
        model.trace(
            str(copied(tmp_path, {"networks.yaml": {"hosts": {"vcenter": "10.20.1.10", "sbsys": "10.20.1.11"}}}))
        )
    assert [fault.code for fault in refused.value.faults] == ["DUPLICATE-NAME"]
