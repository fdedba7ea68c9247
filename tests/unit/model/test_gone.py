"""What is written by hand and names what goes: a fault from `retiring` on, and at no other time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import model
from model.derive.services import answering_now, fixed_resolvers
from tests.support.paths import STACKS
from tests.support.targets import edit

Load = Callable[[Mapping[str, Mapping[str, str]]], model.Platform]
LIVE = {"observed, state: live": "adopted, state: standby", "state: building": "state: live"}
RETIRING = {"observed, state: live": "adopted, state: retiring", "state: building": "state: live"}
DNS = "dns: {system: ad, role: dc, servers: [ad-dc01]}"
STACK = """\
config:
  platform-refresh:platform: lilleby
  citrix:endpoint: https://lildc01.lilleby.example/cvad/manage
  dns:server: ns.outside.example
"""
CASES: dict[str, tuple[str, Mapping[str, str], str]] = {
    "an address": ("networks.yaml", {DNS: "dns: {addresses: [192.0.2.53, 10.20.20.12]}"}, "10.20.20.12 is ad-dc01-g22"),
    "a full name": (
        "platform.yaml",
        {"cost_center: ": "cost_center: LILLNX01.lilleby.example "},
        "lillnx01.lilleby.example is drift-lnx01-g22",
    ),
    "a name in a text": (
        "platform.yaml",
        {"cost_center: ": "cost_center: LILDC01 "},
        "lildc01 is ad-dc01-g22",
    ),
}


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def edited(edits: Mapping[str, Mapping[str, str]]) -> model.Platform:
        shutil.rmtree(tmp_path / "stacks", ignore_errors=True)
        shutil.copytree(STACKS, tmp_path / "stacks")
        (tmp_path / "stacks" / "Pulumi.some.yaml").write_text(STACK)
        edit(tmp_path / "stacks" / "lilleby", edits)
        return model.load(str(tmp_path / "stacks" / "lilleby"))

    return edited


def gone(load: Load, edits: Mapping[str, Mapping[str, str]]) -> list[str]:
    with pytest.raises(model.ModelError) as caught:
        load(edits)
    return [f"{f.path}: {f.message}" for f in caught.value.faults if f.code == "GONE"]


@pytest.mark.parametrize("case", sorted(CASES))
def test_what_names_a_machine_that_goes_is_a_fault_while_it_still_answers(load: Load, case: str) -> None:
    file, edits, said = CASES[case]
    found = gone(load, {"refresh.yaml": RETIRING, file: edits})
    assert any(f"{said} and g22 is retiring" in fault for fault in found)
    assert load({"refresh.yaml": LIVE, file: edits}).generations["g22"].state == "standby", "nothing goes yet"


def test_a_server_s_key_counts_once_no_generation_that_stays_has_it(load: Load) -> None:
    retired = {"ad-dc02: {role: dc, host: 13,": "ad-dc02: {role: dc, host: 13, strategy: {g26: {how: retire}},"}
    named = {"networks.yaml": {"wms: drift-lnx01": "wms: ad-dc02"}, "systems/ad.yaml": retired}
    assert any("ad-dc02 is ad-dc02-g22" in fault for fault in gone(load, {"refresh.yaml": RETIRING, **named}))


def test_the_stack_files_of_this_platform_are_read_too(load: Load) -> None:
    (found,) = gone(load, {"refresh.yaml": RETIRING})
    assert found.startswith("config.citrix:endpoint: lildc01.lilleby.example is ad-dc01-g22 and g22 is retiring")
    with pytest.raises(model.ModelError, match=r"Pulumi\.some\.yaml:3: GONE"):
        load({"refresh.yaml": RETIRING})


def test_machines_that_are_none_of_ours_are_named_by_their_addresses(load: Load) -> None:
    platform = load({"networks.yaml": {DNS: "dns: {addresses: [192.0.2.53]}"}})
    assert [str(address) for address in answering_now(platform, "dns")] == ["192.0.2.53"]


def test_a_name_server_asks_itself_last(load: Load) -> None:
    platform = load({"refresh.yaml": LIVE, "networks.yaml": {DNS: "dns: {system: ad, role: dc}"}})
    asked = {i.logical_name: [str(a) for a in found] for i, found in fixed_resolvers(platform)}
    assert asked["ad-dc01-g26"] == ["10.26.20.13", "10.20.20.12", "10.20.20.13", "10.26.20.12"]
    assert asked["sbsys-app01-g26"] == ["10.26.20.12", "10.26.20.13", "10.20.20.12", "10.20.20.13"]
