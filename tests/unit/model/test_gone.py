"""What is written by hand and names what goes: a fault from `retiring` on, and at no other time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import model
from model.derive.services import answering_now, fixed_resolvers
from tests.support.edit import REMOVE, Edits, both
from tests.support.lilleby import CUT_OVER, written

Load = Callable[..., model.Platform]
RETIRING = both(CUT_OVER, {"refresh.yaml": {"generations.g22.state": "retiring"}})
STACK = """\
config:
  platform-refresh:platform: lilleby
  citrix:endpoint: https://lildc01.lilleby.example/cvad/manage
  dns:server: ns.outside.example
"""
CASES: dict[str, tuple[Edits, str]] = {
    "an address": (
        {"networks.yaml": {"services.dns": {"addresses": ["192.0.2.53", "10.20.20.12"]}}},
        "10.20.20.12 is ad-dc01-g22",
    ),
    "a full name": (
        {"platform.yaml": {"cost_center": "LILLNX01.lilleby.example 1-6510"}},
        "lillnx01.lilleby.example is drift-lnx01-g22",
    ),
    "a name in a text": ({"platform.yaml": {"cost_center": "LILDC01 1-6510"}}, "lildc01 is ad-dc01-g22"),
}


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def edited(*edits: Edits) -> model.Platform:
        shutil.rmtree(tmp_path / "stacks", ignore_errors=True)
        folder = written(tmp_path, *edits)
        (folder.parent / "Pulumi.some.yaml").write_text(STACK)
        return model.load(str(folder))

    return edited


def gone(load: Load, *edits: Edits) -> list[str]:
    with pytest.raises(model.ModelError) as caught:
        load(*edits)
    return [f"{f.path}: {f.message}" for f in caught.value.faults if f.code == "GONE"]


@pytest.mark.parametrize("case", sorted(CASES))
def test_what_names_a_machine_that_goes_is_a_fault_while_it_still_answers(load: Load, case: str) -> None:
    edits, said = CASES[case]
    found = gone(load, RETIRING, edits)
    assert any(f"{said} and g22 is retiring" in fault for fault in found)
    assert load(CUT_OVER, edits).refresh.generations["g22"].state == "standby", "nothing goes yet"


def test_a_server_s_key_counts_once_no_generation_that_stays_has_it(load: Load) -> None:
    retired = {"systems/ad.yaml": {"servers.ad-dc02.strategy": {"g26": {"how": "retire"}}}}
    named = {"networks.yaml": {"names.wms": "ad-dc02"}}
    assert any("ad-dc02 is ad-dc02-g22" in fault for fault in gone(load, RETIRING, named, retired))


def test_the_stack_files_of_this_platform_are_read_too(load: Load) -> None:
    (found,) = gone(load, RETIRING)
    assert found.startswith("config.citrix:endpoint: lildc01.lilleby.example is ad-dc01-g22 and g22 is retiring")
    with pytest.raises(model.ModelError, match=r"Pulumi\.some\.yaml:3: GONE"):
        load(RETIRING)


def test_machines_that_are_none_of_ours_are_named_by_their_addresses(load: Load) -> None:
    platform = load({"networks.yaml": {"services.dns": {"addresses": ["192.0.2.53"]}}})
    assert [str(address) for address in answering_now(platform, "dns")] == ["192.0.2.53"]


def test_a_name_server_asks_itself_last(load: Load) -> None:
    platform = load(CUT_OVER, {"networks.yaml": {"services.dns.servers": REMOVE}})
    asked = {i.logical_name: [str(a) for a in found] for i, found in fixed_resolvers(platform)}
    assert asked["ad-dc01-g26"] == ["10.26.20.13", "10.20.20.12", "10.20.20.13", "10.26.20.12"]
    assert asked["sbsys-app01-g26"] == ["10.26.20.12", "10.26.20.13", "10.20.20.12", "10.20.20.13"]
