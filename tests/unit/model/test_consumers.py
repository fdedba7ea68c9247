"""Who takes what is rendered: the servers that the data names, and those that follow from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import ModelError
from model.derive import consumers
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import changed


def owners(folder: Path, *edits: Edits) -> dict[str, list[str]]:
    found = consumers.owners(changed(folder, *edits))
    return {name: [i.logical_name for i in machines] for name, machines in found.items()}


def test_a_consumer_is_its_servers_in_every_generation_that_has_some(tmp_path: Path) -> None:
    found = owners(tmp_path)
    assert found["prometheus"] == ["drift-lnx01-g22", "drift-lnx01-g26"]
    assert found["firewall"] == ["drift-lnx02-g26"], "it is new in g26"


def test_dhcp_goes_to_kea_or_to_windows_by_what_its_servers_run(tmp_path: Path) -> None:
    found = owners(tmp_path / "windows")
    assert "kea" not in found
    assert found["windows_dhcp"][0] == "ad-dc01-g22"
    found = owners(tmp_path / "linux", {"networks.yaml": {"services.dhcp": {"system": "drift", "role": "linux"}}})
    assert "windows_dhcp" not in found
    assert found["kea"] == ["drift-lnx01-g22", "drift-lnx01-g26", "drift-lnx02-g26"]


def test_a_retired_generation_takes_nothing(tmp_path: Path) -> None:
    later = {"refresh.yaml": {"generations.g22.state": "retired", "generations.g26.state": "live"}}
    assert owners(tmp_path, later)["prometheus"] == ["drift-lnx01-g26"]


@pytest.mark.parametrize(
    ("named", "code", "told"),
    [
        ({"prometheus": ["drift-lnx91"]}, "DANGLING", "no server drift-lnx91"),
        ({"prometheus": ["ad-dc01"]}, "BAD-VALUE", "ad-dc01 runs windows"),
        ({"prometheus": REMOVE, "nagios": ["drift-lnx01"]}, "BAD-VALUE", "consumers.nagios"),
    ],
)
def test_a_consumer_that_cannot_be_is_a_fault(tmp_path: Path, named: dict[str, object], code: str, told: str) -> None:
    with pytest.raises(ModelError) as refused:
        changed(tmp_path, {"platform.yaml": {f"consumers.{name}": servers for name, servers in named.items()}})
    (fault,) = refused.value.faults
    assert fault.code == code
    assert told in str(fault)
