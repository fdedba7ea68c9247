"""Active Directory: who is promoted, who is master, which subnets its site has, and the faults."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import pytest

import model
from model.derive import directory
from rendering import powershell
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import changed
from tests.support.targets import TURNED, findings, rendered

PLATFORM = "platform.yaml"


def test_controllers_are_promoted_in_what_we_build_and_nowhere_else(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    assert [i.logical_name for i in directory.controllers(platform)] == ["ad-dc01-g26", "ad-dc02-g26"]
    folder = rendered(platform, "domain_controllers", tmp_path / "out")
    script = (folder / "Install-DomainController.ps1").read_text(encoding="utf-8-sig")
    assert powershell.data(script)["computers"] == ["ADDC01G26", "ADDC02G26"]


def test_roles_are_taken_over_when_the_generation_that_we_built_serves(tmp_path: Path) -> None:
    before = changed(tmp_path / "before")
    assert directory.master(before) is None
    assert not (rendered(before, "ad", tmp_path / "before") / "Set-Master.ps1").exists()
    after = changed(tmp_path / "after", TURNED)
    folder = rendered(after, "ad", tmp_path / "after")
    data = powershell.data((folder / "Set-Master.ps1").read_text(encoding="utf-8-sig"))
    assert (data["computer"], len(data["roles"])) == ("ADDC01G26", 5)
    assert findings(after, "ad", folder) == []
    book = (rendered(after, "ansible_apply", tmp_path / "after") / "site.yml").read_text(encoding="utf-8")
    assert "Set-Master.ps1" in book


def test_every_machine_is_in_one_subnet_and_what_is_lost_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    subnets = directory.subnets(platform)
    for text in ("10.20.20.12", "10.26.20.12", "10.128.4.10"):
        assert sum(IPv4Address(text) in subnet for subnet in subnets) == 1, text
    folder = rendered(platform, "ad", tmp_path / "out")
    path = folder / "Set-Sites.ps1"
    path.write_text(path.read_text(encoding="utf-8-sig").replace('"10.26.20.0/24"', '"10.26.21.0/24"'), "utf-8-sig")
    assert any("is in 0 subnets" in finding.message for finding in findings(platform, "ad", folder))


def test_without_a_word_of_the_directory_nobody_is_promoted(tmp_path: Path) -> None:
    platform = changed(tmp_path, {PLATFORM: {"directory": REMOVE}})
    assert directory.controllers(platform) == ()
    assert list(rendered(platform, "domain_controllers", tmp_path / "out").glob("*")) == []


CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a master that is no controller": (
        {PLATFORM: {"directory.master": "drift-lnx01", "consumers.ad": REMOVE}},
        ("BAD-VALUE", "directory.master", "drift-lnx01 has the role linux; name a server with the role dc"),
    ),
    "a master that is not there": (
        {PLATFORM: {"directory.master": "ad-dc09"}},
        ("DANGLING", "directory.master", "no server ad-dc09"),
    ),
    "a directory that is told elsewhere": (
        {PLATFORM: {"consumers.ad": ["ad-dc02"]}},
        ("BAD-VALUE", "consumers.ad", "is told at ad-dc02; write `[ad-dc01]`, its master"),
    ),
    "one clock alone": (
        {PLATFORM: {"directory.time_sources": ["0.dk.pool.ntp.org"]}},
        ("BAD-VALUE", "directory.time_sources", "at least 2"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(tmp_path: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    with pytest.raises(model.ModelError) as raised:
        changed(tmp_path, edits)
    faults = raised.value.faults
    assert any(f.code == code and f.path.endswith(path) and part in f.message for f in faults), "\n".join(
        map(str, faults)
    )
