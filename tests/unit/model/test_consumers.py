"""Who takes what is rendered: the servers that the data names, and those that follow from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import ModelError
from model.derive import consumers
from tests.program.program import edited


def owners(platform: Path, edits: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    found = consumers.owners(edited(platform, edits))
    return {name: [i.logical_name for i in machines] for name, machines in found.items()}


def test_a_consumer_is_its_servers_in_every_generation_that_has_some(tmp_path: Path) -> None:
    found = owners(tmp_path, {})
    assert found["prometheus"] == ["drift-lnx01-g22", "drift-lnx01-g26"]
    assert found["firewall"] == ["drift-lnx02-g26"], "it is new in g26"


def test_dhcp_goes_to_kea_or_to_windows_by_what_its_servers_run(tmp_path: Path) -> None:
    found = owners(tmp_path / "windows", {})
    assert "kea" not in found
    assert found["windows_dhcp"][0] == "ad-dc01-g22"
    edit = {"networks.yaml": {"dhcp: {system: ad, role: dc}": "dhcp: {system: drift, role: linux}"}}
    found = owners(tmp_path / "linux", edit)
    assert "windows_dhcp" not in found
    assert found["kea"] == ["drift-lnx01-g22", "drift-lnx01-g26", "drift-lnx02-g26"]


def test_a_retired_generation_takes_nothing(tmp_path: Path) -> None:
    edit = {"refresh.yaml": {"state: live": "state: retired", "state: building": "state: live"}}
    assert owners(tmp_path, edit)["prometheus"] == ["drift-lnx01-g26"]


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("prometheus: [drift-lnx01]", "prometheus: [drift-lnx91]", "DANGLING", "no server drift-lnx91"),
        ("prometheus: [drift-lnx01]", "prometheus: [ad-dc01]", "BAD-VALUE", "ad-dc01 runs windows"),
        ("prometheus: [drift-lnx01]", "nagios: [drift-lnx01]", "BAD-VALUE", "consumers.nagios"),
    ],
)
def test_a_consumer_that_cannot_be_is_a_fault(tmp_path: Path, old: str, new: str, code: str, told: str) -> None:
    with pytest.raises(ModelError) as refused:
        edited(tmp_path, {"platform.yaml": {old: new}})
    (fault,) = refused.value.faults
    assert fault.code == code
    assert told in str(fault)
