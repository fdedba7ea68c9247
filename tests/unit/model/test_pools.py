"""Pools: their size, their image version, their names and whom they let in."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model import names
from model.derive.access import access
from model.derive.capacity import capacity
from model.derive.pools import bearing, behind_lines, size
from model.types.hdx import HdxSettings
from model.types.pools import PoolInstance
from tests.support.edit import REMOVE, Edits, edit
from tests.support.lilleby import CUT_OVER
from tests.support.paths import ROOT, STACKS


def instances(folder: Path, edits: Edits | None = None) -> dict[str, PoolInstance]:
    edit(folder, edits or {})
    return {i.logical_name: i for i in model.load(str(folder)).pool_instances}


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    shutil.copytree(STACKS, tmp_path / "stacks")
    return tmp_path / "stacks" / "lilleby"


@given(st.integers(0, 5000), st.integers(1, 100), st.integers(1, 50), st.integers(0, 5))
def test_a_pool_holds_its_peak_with_its_spare_machines_down(
    workplaces: int, percent: int, sessions: int, spare: int
) -> None:
    sizing = size(workplaces, percent / 100, sessions, spare)
    up = sizing.machines - spare
    assert up * sessions * 100 >= workplaces * percent
    assert (up - 1) * sessions * 100 < workplaces * percent or up == 0


@given(st.integers(0, 5000), st.integers(1, 50), st.integers(0, 5), st.integers(2, 20))
def test_a_pool_that_absorbs_a_host_holds_its_peak_without_it(
    workplaces: int, sessions: int, spare: int, hosts: int
) -> None:
    sizing = size(workplaces, 1.0, sessions, spare)
    machines = bearing(sizing, hosts, 1)
    assert (machines - math.ceil(machines / hosts)) * sessions >= workplaces
    fewer = machines - 1
    assert machines == sizing.machines or (fewer - math.ceil(fewer / hosts)) * sessions < workplaces


def test_what_a_lost_host_takes_is_told_until_the_pool_absorbs_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    folder = tmp_path / "stacks" / "holstebro"
    lost = "video: a lost host takes 4 of 24 machines, and 28 of 228 people have none"
    assert any(text.startswith(lost) for text in capacity(model.load(str(folder)), "g26").assumed)
    edit(folder, {"desktops.yaml": {"pools.video.host_loss": "absorb"}})
    platform = model.load(str(folder))
    assert next(i.machines for i in platform.pool_instances if i.logical_name == "video-g26") == 28
    assert not any(text.startswith("video: a lost host") for text in capacity(platform, "g26").assumed)


def test_a_share_is_not_rounded_up_by_floating_point() -> None:
    assert size(100, 0.07, 1, 0).sessions == 7


def test_holstebro_is_sized_from_its_workplaces() -> None:
    platform = model.load("holstebro")
    machines = {i.logical_name: i.machines for i in platform.pool_instances}
    assert machines == {
        "office-g22": 160,
        "office-g26": 98,
        "video-g26": 24,
        "graphics-g22": 10,
        "graphics-g26": 9,
    }
    by_profile = {
        p: sum(w.profile == p for w in platform.places.workplaces.values()) for p in ("office", "video", "graphics")
    }
    for instance in platform.pool_instances:
        if instance.sizing is not None:
            assert instance.sizing.workplaces == by_profile[instance.pool.name]


def test_a_number_that_is_given_is_not_sized(lilleby: Path) -> None:
    found = instances(
        lilleby, {"desktops.yaml": {"pools.office.workplaces": REMOVE, "pools.office.machines": {"g26": 7}}}
    )
    assert (found["office-g26"].machines, found["office-g26"].sizing) == (7, None)


@pytest.mark.parametrize(("wave", "version", "behind"), [(0, "2611.1", True), (1, "2612.1", False)])
def test_a_version_comes_with_its_wave_and_goes_with_one_change(
    lilleby: Path, wave: int, version: str, behind: bool
) -> None:
    office = instances(lilleby, {"desktops.yaml": {"desktop_images.kontor.rollout.wave": wave}})["office-g26"]
    assert (office.version_name, office.behind) == (version, behind)


def test_who_is_behind_is_reported(lilleby: Path) -> None:
    platform = model.load(str(lilleby))
    assert behind_lines(platform.desktops, platform.pool_instances) == [
        "desktop image kontor: office-g26 is behind 2612.1, and wave 0 of 1 has it"
    ]
    instances(lilleby, {"desktops.yaml": {"desktop_images.kontor.rollout.wave": 1}})
    platform = model.load(str(lilleby))
    assert behind_lines(platform.desktops, platform.pool_instances) == []


def test_a_pilot_group_meets_the_new_generation_and_leaves_the_old(lilleby: Path) -> None:
    pilot = {"generation": "g26", "groups": ["GG-Pilot"], "reason": "Pilot", "expires": "2027-02-01"}
    generations = {"generations.g22.origin": "adopted", "generations.g26.state": "pilot"}
    edit(lilleby, {"refresh.yaml": {**generations, "serving.pilot": pilot}})
    platform = model.load(str(lilleby))
    rules = {i.logical_name: str(access(platform, i)) for i in platform.pool_instances}
    assert rules == {
        "office-g22": "LILLEBY\\GG-Citrix-Kontor without LILLEBY\\GG-Pilot",
        "office-g26": "LILLEBY\\GG-Pilot",
        "graphics-g26": "LILLEBY\\GG-Pilot",
    }


def test_a_pool_that_lags_stays_where_it_is(lilleby: Path) -> None:
    lag = {"generation": "g22", "pools": ["office"], "reason": "The vendor is not ready", "expires": "2027-02-01"}
    edit(lilleby, CUT_OVER, {"refresh.yaml": {"serving.lag": lag}})
    platform = model.load(str(lilleby))
    rules = {i.logical_name: access(platform, i) for i in platform.pool_instances}
    assert not rules["office-g22"].closed
    assert rules["office-g26"].closed
    assert not rules["graphics-g26"].closed


def test_explain_tells_how_a_number_of_machines_follows() -> None:
    from cli.explain import rows_of

    found = {path: (value, origin) for path, value, origin in rows_of(*model.trace("holstebro"), "video")}
    assert found["video-g26.machines"] == (24, "228 sessions at 10 a machine, and 1 to spare")
    assert found["video-g26.sessions"] == (228, "0.85 of 268 workplaces with profile video")
    assert found["video-g26.access"] == ("closed", "computed by model/derive/access.py")
    assert found["pools.settings.teams_redirection"][1].startswith("stacks/catalog/profiles.yaml:")
    assert found["pools.settings.browser_redirection"][1].startswith("stacks/holstebro/profiles.yaml:")


def test_names_carry_the_generation_and_found_ones_stay(lilleby: Path) -> None:
    found = instances(lilleby)
    new, old = found["office-g26"], found["office-g22"]
    assert (new.in_citrix.catalog, new.in_citrix.delivery_group) == ("MC-G26-OFFICE", "DG-G26-OFFICE")
    assert new.naming_scheme == "ADKON###G26"
    assert new.ou == "OU=Kontor,OU=G26,OU=Citrix,DC=lilleby,DC=example"
    assert (old.in_citrix.catalog, old.in_citrix.delivery_group, old.naming_scheme, old.ou) == (
        "Kontor",
        "Kontor",
        None,
        None,
    )


@given(st.from_regex(r"[a-z][a-z0-9]{1,4}", fullmatch=True), st.from_regex(r"[a-z]{2,4}", fullmatch=True))
def test_a_naming_scheme_keeps_the_netbios_limits_and_meets_its_own_names(code: str, short: str) -> None:
    scheme = names.naming_scheme(code, short, "g26")
    name = scheme.replace("###", "417")
    assert names.computer_name_fault(name) is None
    assert names.schemes_meet(scheme, name)
    assert names.schemes_meet(name.lower(), scheme)
    assert not names.schemes_meet(scheme, names.naming_scheme(code, short, "g30"))


def test_only_the_live_generation_lets_people_in(lilleby: Path) -> None:
    platform = model.load(str(lilleby))
    rules = {i.logical_name: access(platform, i) for i in platform.pool_instances}
    assert rules["office-g22"].included == ("LILLEBY\\GG-Citrix-Kontor",)
    assert not rules["office-g22"].closed
    assert rules["office-g26"].closed


def test_settings_go_by_the_names_of_the_policy_api() -> None:
    settings = HdxSettings(adaptive_transport="Preferred", udp_audio=True, browser_redirection_acl=("https://a/*",))
    assert settings.by_name() == {
        "HDXAdaptiveTransport": "Preferred",
        "UDPAudioOnServer": True,
        "WebBrowserRedirectionAcl": ["https://a/*"],
    }
