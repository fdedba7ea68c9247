"""Every call in the PowerShell that we render is one that its cmdlet takes, by Microsoft's pages of cmdlets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import model
from model import Platform
from rendering import cmdlets
from rendering.target import Target, targets
from tests.golden.trees import HOLSTEBRO, rendered
from tests.support import cmdlets as table
from tests.support.lilleby import changed
from tests.support.targets import TURNED, VARIED

WITH_SCRIPTS = (
    "ad",
    "dns",
    "domain_controllers",
    "hp_thinpro",
    "igel",
    "nps",
    "printers",
    "qos",
    "sql_server",
    "storefront",
    "windows_dhcp",
)


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> list[Platform]:
    edits = {"varied": VARIED, "turned": TURNED}
    return [model.load(str(HOLSTEBRO)), *(changed(tmp_path_factory.mktemp(name), own) for name, own in edits.items())]


def scripts(platform: Platform, target: Target) -> Iterator[tuple[str, str]]:
    for path, content in rendered(platform, target):
        if path.endswith(".ps1"):
            yield f"{target.name}/{path}", content.decode("utf-8-sig")


def faults(script: str) -> list[str]:
    """What the cmdlets would refuse of a script, each with its line."""
    known = table.known()
    calls, texts = cmdlets.calls(script, table.switches())
    found: list[str] = []
    for call in calls:
        cmdlet = known.get(call.name.lower())
        every = ["nobody knows it"] if cmdlet is None else list(cmdlets.wrong(call, cmdlet, texts))
        found += [f"{call.line}: {call.name}: {text}" for text in every]
    return found


@pytest.mark.parametrize("name", WITH_SCRIPTS)
def test_every_call_is_one_that_its_cmdlet_takes(name: str, platforms: list[Platform]) -> None:
    target = next(target for target in targets() if target.name == name)
    seen = [(path, faults(script)) for platform in platforms for path, script in scripts(platform, target)]
    assert seen
    assert [(path, wrong) for path, wrong in seen if wrong] == []


def test_no_other_target_has_scripts(platforms: list[Platform]) -> None:
    others = [target for target in targets() if target.name not in (*WITH_SCRIPTS, "people")]
    assert [path for target in others for path, _ in scripts(platforms[1], target)] == []


def test_a_group_policy_that_would_be_taken_for_a_computer_is_found(platforms: list[Platform]) -> None:
    target = next(target for target in targets() if target.name == "qos")
    for _, script in scripts(platforms[0], target):
        assert faults(script) == []
        assert script.count('"GPO:$($data.domain)') == 1
        found = faults(script.replace('"GPO:$($data.domain)', '"$($data.domain)'))
        assert any("Get-NetQosPolicy -PolicyStore does not accept" in text for text in found)
        assert any("New-NetQosPolicy -PolicyStore does not accept" in text for text in found)


THING = {
    "parameters": {
        "Name": {"required": True},
        "Mode": {"values": ["Hot", "Cold"], "aliases": ["m"]},
        "Force": {},
        "Server": {},
    }
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Set-Thing -Name a -Mode Hot -Server $x -Force -WhatIf", []),
        ("Set-Thing a -m cold", []),
        ("Get-Other | Set-Thing -Force", []),
        ("$t = @{ Name = 'a'; Mode = 'Hot' }\nSet-Thing @t", []),
        ("Set-Thing @unknown", []),
        ("function Set-Thing { }\nSet-Thing -Anything 1", []),
        ("Set-Thing -Name a -Mood Hot", ["Set-Thing has no parameter Mood"]),
        ("Set-Thing -Name a -Mode Warm", ["Set-Thing -Mode does not accept Warm"]),
        ("$m = 'Warm'\nSet-Thing -Name a -Mode $m", ["Set-Thing -Mode does not accept 'Warm'"]),
        ("$t = @{ Mood = 'a' }\nSet-Thing -Name b @t", ["Set-Thing has no parameter Mood"]),
        ("Set-Thing -Force", ["Set-Thing is given none of Name"]),
    ],
)
def test_what_a_cmdlet_would_refuse_is_found(script: str, expected: list[str]) -> None:
    calls, texts = cmdlets.calls(script, {"set-thing": frozenset({"force", "whatif"})})
    found = [text for call in calls if call.name == "Set-Thing" for text in cmdlets.wrong(call, THING, texts)]
    assert found == expected
