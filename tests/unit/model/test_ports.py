"""What user ports of switches are for: each fault of a port that cannot be."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import model
from model.rules.registry import due
from tests.golden.trees import LILLEBY
from tests.support.edit import REMOVE, edit


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ports": {"ap": "25"}}, "25; write ports from 1 to 24"),
        ({"ports": {"ap": "9-3"}}, "9-3; write ports from 1 to 24"),
        ({"ports": {"ap": "1-4", "off": "4"}}, "port 4 is for ap already"),
        ({"ports": {"printer": "1-23"}}, "2 workplaces and 1 ports for clients on 1 switches"),
        ({"switch_ports": {"SW-S002-09": {"ap": "1"}}}, "S002 has no switch SW-S002-09"),
    ],
)
def test_a_port_that_cannot_be_is_a_fault(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    folder = Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"
    edit(folder, {"sites.yaml": {f"sites.S002.{key}": value for key, value in changes.items()}})
    with pytest.raises(model.ModelError) as refused:
        model.load(str(folder))
    # What stands patched in a port that changes is told too.
    assert {fault.code for fault in refused.value.faults} == {"DANGLING" if "no switch" in message else "PORTS"}
    assert any(message in fault.message for fault in refused.value.faults)


def test_a_backup_line_needs_an_uplink(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"
    two = ["TenGigabitEthernet1/1/1", "TenGigabitEthernet1/1/2"]
    changes = {"sites.S002.backup": {"kind": "mobile", "mbit": 50}, "sites.S002.spare_ports": 30}
    edit(folder, {"sites.yaml": changes, "../catalog/site_types.yaml": {"switch_models.access-24.uplinks": two}})
    with pytest.raises(model.ModelError) as refused:
        model.load(str(folder))
    assert [(f.code, f.path) for f in refused.value.faults] == [("PORTS", "site_types.school.switch")]


@pytest.mark.parametrize("policies", [True, False])
def test_a_closed_port_needs_a_policy(tmp_path: Path, policies: bool) -> None:
    folder = Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"
    edit(folder, {"sites.yaml": {"sites.S002.port_access": "closed"}})
    if not policies:
        edit(folder, {"networks.yaml": {"port_policies": REMOVE}})
    found = [fault for fault in due(*model.trace(str(folder)), date(2026, 12, 1)) if fault.path.endswith("port_access")]
    assert [(fault.code, "add `port_policies`" in fault.message) for fault in found] == (
        [] if policies else [("MISSING-KEY", True)]
    )
