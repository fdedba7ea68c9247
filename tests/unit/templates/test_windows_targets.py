"""The PowerShell of Active Directory, Group Policy, StoreFront and QoS, read by a grammar that others wrote.

Nothing changes but behind `ShouldProcess`, so -WhatIf tells all and touches nothing; and what a script holds as data is
what the model has, whatever somebody wrote there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import model
from model.types import qos
from rendering import powershell
from templates.nps.context import policies
from templates.storefront.context import controllers
from tests.support.edit import REMOVE, edit
from tests.support.lilleby import changed
from tests.support.paths import ROOT
from tests.support.targets import HOSTILE, findings, rendered

if TYPE_CHECKING:
    from tree_sitter import Node

SCRIPTS = ("ad", "domain_controllers", "igel", "nps", "printers", "qos", "storefront")
CHANGES = ("New-", "Set-", "Add-", "Remove-", "Enable-", "Publish-", "Install-", "Move-")
HARMLESS = {"Set-StrictMode", "Set-Device", "Set-Assignment"}
"""What begins like a change and is none: the last two are functions of the script itself."""


def scripts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.ps1")):
        yield path.name, path.read_text(encoding="utf-8-sig")


def unguarded(script: str) -> list[str]:
    """The commands that change something and that no `ShouldProcess` stands before, by their first lines."""
    return list(_unguarded(powershell.parse(script), asked=False))


def _unguarded(node: Node, *, asked: bool) -> Iterator[str]:
    text = _text(node)
    if node.type == "command":
        words = text.split()
        changes = words[0].startswith(CHANGES) or words[:2] == ["Invoke-Ums", "Put"]
        if changes and words[0] not in HARMLESS and not asked:
            yield text.splitlines()[0]
    if node.type == "if_statement":
        asked = asked or "ShouldProcess" in _condition(node) or "$changed" in _condition(node)
    for child in node.children:
        yield from _unguarded(child, asked=asked)
        # What follows `if (-not $PSCmdlet.ShouldProcess(...)) { return }` in a block happens only with leave.
        only = child.children[0] if child.type == "pipeline" and child.child_count == 1 else child
        if only.type == "if_statement" and "-not $PSCmdlet.ShouldProcess" in _condition(only):
            asked = asked or "return" in _text(only) or "continue" in _text(only)


def _condition(node: Node) -> str:
    """The text of an `if` up to its block."""
    return " ".join(_text(child) for child in node.children if child.type != "statement_block")


def _text(node: Node) -> str:
    return (node.text or b"").decode()


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_changes_without_being_asked(tmp_path: Path, name: str) -> None:
    folder = rendered(changed(tmp_path), name, tmp_path / "out")
    texts = dict(scripts(folder))
    assert texts
    for script, text in texts.items():
        assert "[CmdletBinding(SupportsShouldProcess)]" in text, script
        assert unguarded(text) == [], script


def test_a_change_that_nobody_asks_about_is_seen() -> None:
    assert unguarded("if ($x) { New-ADGroup -Name $x }") == ["New-ADGroup -Name $x"]
    assert unguarded("if ($PSCmdlet.ShouldProcess($x, 'Opret')) { New-ADGroup -Name $x }") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_what_stands_in_the_data_stays_a_value(tmp_path: Path, text: str) -> None:
    edits = {"desktops.yaml": {"pools.office.desktop": text}, "platform.yaml": {"title": text}}
    platform = changed(tmp_path, edits)
    for name in SCRIPTS:
        assert findings(platform, name, rendered(platform, name, tmp_path / "out")) == []
    directory = powershell.data((tmp_path / "out/ad/Set-ActiveDirectory.ps1").read_text(encoding="utf-8-sig"))
    assert f"Brugere af {text}" in [group["description"] for group in directory["groups"]]
    store = powershell.data((tmp_path / "out/storefront/Set-StoreFront.ps1").read_text(encoding="utf-8-sig"))
    assert store["title"] == text


def test_a_script_for_windows_says_that_it_is_utf_8(tmp_path: Path) -> None:
    for name in SCRIPTS:
        for path in rendered(changed(tmp_path), name, tmp_path / "out").rglob("*.ps1"):
            assert path.read_bytes().startswith(b"\xef\xbb\xbf#"), path


@pytest.mark.parametrize("script", ["foreach ($a in 1, 2 { $a }", "$a = 'it's'", "$a = @{ Name = 1"])
def test_what_is_no_powershell_is_found(script: str) -> None:
    assert list(powershell.faults(script))


def edit_data(path: Path, change: Callable[[Any], object]) -> None:
    script = path.read_text(encoding="utf-8-sig")
    head, rest = script.split("@'\n", 1)
    held, tail = rest.split("\n'@", 1)
    data = json.loads(held)
    change(data)
    path.write_text(f"{head}@'\n{json.dumps(data, indent=2)}\n'@{tail}", encoding="utf-8-sig")


# Which script's data is changed how, and what the proof says of it.
BROKEN = {
    "a group is missing": (
        "Set-ActiveDirectory.ps1",
        lambda d: d.update(groups=[g for g in d["groups"] if g["name"] != "GG-Citrix-Grafik"]),
        "group GG-Citrix-Grafik is missing",
    ),
    "an account is missing": (
        "Set-ActiveDirectory.ps1",
        lambda d: d["accounts"].clear(),
        "account svc-sbsys is missing",
    ),
    "a unit is missing": ("Set-ActiveDirectory.ps1", lambda d: d["units"].pop(), "OU=Infrastructure,OU=G26"),
    "a unit comes too early": ("Set-ActiveDirectory.ps1", lambda d: d["units"].reverse(), "before the unit above it"),
    "a policy without a unit": (
        "Set-GroupPolicy.ps1",
        lambda d: d["policies"][0].update(target="OU=G30,DC=lilleby,DC=example"),
        "which nothing makes",
    ),
    "a value that is another": (
        "Set-GroupPolicy.ps1",
        lambda d: d["policies"][0]["settings"][1].update(value=1),
        r"LanmanServer\Parameters SMB1 0 is missing",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_lost_from_the_directory_is_found(tmp_path: Path, case: str) -> None:
    script, change, message = BROKEN[case]
    platform = changed(tmp_path)
    folder = rendered(platform, "ad", tmp_path / "out")
    edit_data(folder / script, change)
    assert any(message in finding.message for finding in findings(platform, "ad", folder))


def test_a_line_that_is_lost_from_lgpo_text_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "ad", tmp_path / "out")
    path = folder / "lgpo" / "servers.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("SMB1\n", ""), encoding="utf-8")
    messages = [finding.message for finding in findings(platform, "ad", folder)]
    assert any(message.startswith("no entry: Computer") for message in messages)
    assert any("SMB1 0 is missing" in message for message in messages)


def test_each_account_is_for_the_computers_of_its_system_in_every_generation(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "ad", tmp_path / "out")
    (account,) = powershell.data(dict(scripts(folder))["Set-ActiveDirectory.ps1"])["accounts"]
    assert account["name"] == "svc-sbsys"
    assert account["computers"] == [
        "LILAPP01", "LILAPP02", "LILSQL01", "SBSYSAPP01G26", "SBSYSAPP02G26", "SBSYSSQL01G26",
    ]  # fmt: skip


def test_a_stream_that_is_marked_otherwise_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "qos", tmp_path / "out")
    edit_data(folder / "Set-QosWorkplace.ps1", lambda d: d["policies"][-1].update(dscp=0))
    assert any("as 34 is missing" in finding.message for finding in findings(platform, "qos", folder))


def test_both_ends_of_a_session_mark_the_same(tmp_path: Path) -> None:
    folder = rendered(changed(tmp_path), "qos", tmp_path / "out")
    texts = dict(scripts(folder))
    ends = {
        side: {
            (policy["protocol"], policy["first"], policy["last"]): policy["dscp"]
            for policy in powershell.data(texts[script])["policies"]
            if policy["side"] == side
        }
        for script, side in (("Set-QosSessionMachine.ps1", "Src"), ("Set-QosWorkplace.ps1", "Dst"))
    }
    assert ends["Src"].items() <= ends["Dst"].items()
    assert ends["Src"]["UDP", 2598, 2598] == qos.BY_NAME["session"].dscp == 26


def test_a_store_that_points_past_the_aliases_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "storefront", tmp_path / "out")
    edit_data(
        folder / "Set-StoreFront.ps1",
        lambda d: d.update(host_base_url="https://lilapp01.lilleby.example", farm=d["farm"] | {"servers": []}),
    )
    messages = [finding.message for finding in findings(platform, "storefront", folder)]
    assert "lilapp01.lilleby.example is no alias of the platform" in messages
    assert any("farm server" in message for message in messages)


@pytest.mark.parametrize(
    ("states", "first", "count"),
    [
        ({"g22": "live", "g26": "building"}, "HOLCTXDDC", 3),
        ({"g22": "live", "g26": "pilot"}, "CTXDDC01G26", 6),
        ({"g22": "standby", "g26": "live"}, "CTXDDC01G26", 6),
        ({"g22": "retiring", "g26": "live"}, "CTXDDC01G26", 3),
    ],
)
def test_the_store_knows_every_controller_in_the_order_of_no_cutover(
    tmp_path: Path, states: dict[str, str], first: str, count: int
) -> None:
    """Behind one name a store asks a controller that was not elected, in the outage that the election is for."""
    for part in ("catalog", "holstebro"):
        shutil.copytree(ROOT / "stacks" / part, tmp_path / part)
    folder = tmp_path / "holstebro"
    changes = {f"generations.{name}.state": state for name, state in states.items()}
    edit(folder, {"refresh.yaml": changes | {"serving": REMOVE, "generations.g22.origin": "adopted"}})
    platform = model.load(str(folder))
    found = controllers(platform, "ddc.access.holstebro.example")
    assert len(found) == count
    assert found[0].upper().startswith(first)


def test_a_switch_that_is_no_client_and_a_policy_of_another_group_are_found(tmp_path: Path) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "nps", tmp_path / "out")
    assert findings(platform, "nps", folder) == []

    def spoil(data: dict[str, Any]) -> None:
        del data["clients"][0]
        data["policies"][0]["group"] = "LILLEBY\\Domain Users"

    edit_data(folder / "Set-Nps.ps1", spoil)
    messages = [finding.message for finding in findings(platform, "nps", folder)]
    assert any("RADIUS client SW-S001-01 at" in message and "is missing" in message for message in messages)
    assert "policy computers for Domain Users is not the model's" in messages


def test_what_has_no_supplicant_is_let_in_by_its_mac_address_alone(tmp_path: Path) -> None:
    computers, devices = policies(changed(tmp_path))
    assert "profiledata=0D000000000000000000000000000000" in computers.words
    assert "conditiondata=^10$" in devices.words
    assert "profiledata=0x5" not in devices.words
    assert (computers.order, devices.order) == (1, 2)
