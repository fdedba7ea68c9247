"""Service accounts of vCenter and licences of hosts, each fault by changing one thing of a platform that has none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import model
from model.derive.vcenter import log_targets, outer_rights, rights
from model.rules.registry import due
from tests.support.edit import Edits
from tests.support.lilleby import written
from tests.support.paths import ROOT
from tests.unit.model.test_site_faults import faults_after, lilleby

__all__ = ["lilleby"]

ROBOT = {"principal": "LILLEBY\\svc-robot", "role": "citrix", "clusters": ["servers"], "networks": ["servers"]}
KEY = {"title": "vSphere", "secret": "vsphere_key", "generations": ["g26"]}


def accounts(**entries: dict[str, Any]) -> Edits:
    return {"vmware.yaml": {"accounts": entries}}


def licences(**entries: dict[str, Any]) -> Edits:
    return {"vmware.yaml": {"licences": entries}}


CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "an account that reaches nothing": (
        accounts(robot={"principal": "LILLEBY\\svc-robot", "role": "citrix"}),
        ("VCENTER-ACCOUNT", "accounts.robot", "reaches nothing"),
    ),
    "an account that has all and a part of it": (
        accounts(robot={**ROBOT, "everywhere": True}),
        ("VCENTER-ACCOUNT", "accounts.robot.everywhere", "has the whole vCenter already"),
    ),
    "an account twice, in other letters": (
        accounts(robot=ROBOT, other={**ROBOT, "principal": "lilleby\\SVC-ROBOT", "role": "backup"}),
        ("VCENTER-ACCOUNT", "accounts.other.principal", "is account robot"),
    ),
    "a role that there is not": (
        accounts(robot={**ROBOT, "role": "citrus"}),
        ("DANGLING", "accounts.robot.role", "no role of vCenter citrus"),
    ),
    "a network that machines are not given": (
        accounts(robot={**ROBOT, "networks": ["hosts"]}, other={**ROBOT, "principal": "L\\x", "clusters": []}),
        ("VCENTER-ACCOUNT", "accounts.robot.networks", "may not give them servers"),
    ),
    "two licences for one host": (
        licences(one=KEY, two=KEY),
        ("VCENTER-LICENCE", "licences.two.generations", "hosts of g26 have one"),
    ),
}


@pytest.mark.parametrize(("edits", "fault"), CASES.values(), ids=CASES)
def test_one_fault(lilleby: Path, edits: Edits, fault: tuple[str, str, str]) -> None:
    found = faults_after(lilleby, edits)
    assert [(f.code, f.path) for f in found] == [fault[:2]]
    assert fault[2] in found[0].message


def test_hosts_without_a_licence_are_told_by_the_check(tmp_path: Path) -> None:
    platform, provenance = model.trace(str(written(tmp_path, licences(one={**KEY, "generations": ["g22"]}))))
    found = [f.message for f in due(platform, provenance, date(2026, 12, 1)) if f.code == "VCENTER-LICENCE"]
    assert len(found) == 1
    assert "no licence is for hosts of g26" in found[0]


def test_rights_are_on_what_the_account_works_on(tmp_path: Path) -> None:
    all_of_it = {"principal": "L\\x", "role": "platform", "everywhere": True}
    platform = model.load(str(written(tmp_path, accounts(robot=ROBOT, all=all_of_it))))
    assert [(r.holder, r.key, r.account) for r in rights(platform, "g26")] == [
        ("cluster", "servers", "robot"),
        ("datastores", "standard", "robot"),
        ("network", "servers", "robot"),
    ]
    assert [(r.account.principal, r.propagates) for r in outer_rights(platform)] == [("L\\x", True)]


def test_hosts_send_their_log_by_name_to_whoever_stays(tmp_path: Path) -> None:
    service = {"system": "drift", "role": "linux"}
    platform = model.load(str(written(tmp_path, {"networks.yaml": {"services.log": service}})))
    built = [i for i in platform.instances if i.system.code == "drift" and i.found is None]
    assert log_targets(platform) == tuple(sorted(i.fqdn for i in built))
    assert built
    elsewhere = model.load(
        str(written(tmp_path / "b", {"networks.yaml": {"services.log": {"addresses": ["192.0.2.9"]}}}))
    )
    assert log_targets(elsewhere) == ("192.0.2.9",)


def test_holstebros_citrix_account_works_on_session_machines_alone() -> None:
    platform = model.load(str(ROOT / "stacks/holstebro"))
    objects = {(r.holder, r.key) for r in rights(platform, "g26")}
    assert objects == {
        ("cluster", "desktops"), ("datastores", "desktops"),
        ("network", "desktops-a"), ("network", "desktops-b"), ("network", "desktops-c"),
    }  # fmt: skip
