"""Pools of Azure Virtual Desktop: names, size, RDP properties, holidays, tokens, and whom they let in."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model import azure_names, holidays, names
from model.derive.access import access, draining
from model.derive.flips import flips, points
from model.derive.pools import registration_lines
from model.rules import registry
from model.types import avd, rdp
from model.types.avd import Registration
from model.types.azure import Size
from model.types.hdx import HdxSettings
from model.types.pools import PoolInstance
from model.types.rdp import RdpSettings
from tests.support import avd as support
from tests.support.edit import Edits
from tests.support.lilleby import CUT_OVER

PILOT, LIVE = support.PILOT, CUT_OVER


def platform(folder: Path, *edits: Edits) -> model.Platform:
    return model.load(str(support.lilleby(folder, *edits)))


def pools(loaded: model.Platform) -> dict[str, PoolInstance]:
    return {i.logical_name: i for i in loaded.pool_instances}


def test_a_pool_is_citrix_in_one_generation_and_azures_in_the_next(tmp_path: Path) -> None:
    found = pools(platform(tmp_path))
    old, new = found["office-g22"], found["office-g26"]
    assert (old.in_citrix.delivery_group, old.avd) == ("Kontor", None)
    assert (new.in_azure.host_pool, new.citrix, new.attachment) == ("vdpool-office-g26", None, None)
    assert new.machines == len(new.in_azure.hosts) == 2
    assert new.sizing is not None
    assert new.sizing.sessions_per_host == 15
    with pytest.raises(ValueError, match="no pool of Citrix"):
        _ = new.in_citrix


@given(st.from_regex(r"[a-z][a-z0-9]{1,4}", fullmatch=True), st.from_regex(r"[a-z]{2,4}", fullmatch=True))
def test_a_session_host_has_a_computer_name_of_its_scheme(code: str, short: str) -> None:
    for number in (1, 417, 999):
        name = names.session_host(code, short, number, "g26")
        assert names.computer_name_fault(name) is None
        assert names.schemes_meet(name, names.naming_scheme(code, short, "g26"))


def test_a_host_of_active_directory_goes_by_its_name_there(tmp_path: Path) -> None:
    entra = pools(platform(tmp_path / "entra"))["office-g26"]
    ad = pools(platform(tmp_path / "ad", {"desktops.yaml": {"pools.office.avd.join": "ad"}}))["office-g26"]
    assert (entra.in_azure.hosts[0].host, entra.ou) == ("ADKON001G26", None)
    assert ad.in_azure.hosts[0].host == "ADKON001G26.lilleby.example"
    assert ad.ou == "OU=Kontor,OU=G26,OU=Citrix,DC=lilleby,DC=example"


@given(st.text(alphabet="abcÆØÅæøå 0-9()", min_size=1, max_size=60))
def test_a_published_name_is_one_that_azure_takes(title: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9-]{0,24}", azure_names.published(title))


def test_danish_titles_keep_their_letters() -> None:
    assert azure_names.published("Ældre & pleje (drift)") == "Aeldre-pleje-drift"


def test_a_role_assignment_has_the_same_uuid_each_time() -> None:
    first = azure_names.guid("vdag-office-g26/principal", "role")
    assert first == azure_names.guid("VDAG-office-g26/principal", "role")
    assert uuid.UUID(first).version == 5
    assert first != azure_names.guid("vdag-office-g30/principal", "role")


SIZES = {
    "small": {"cpus": 2, "memory_gib": 8, "use": "general"},
    "large": {"cpus": 8, "memory_gib": 32, "use": "general"},
    "roomy": {"cpus": 8, "memory_gib": 64, "use": "memory"},
    "drawing": {"cpus": 12, "memory_gib": 110, "use": "graphics", "gpu": "A10"},
}


@pytest.mark.parametrize(
    ("cpus", "memory", "gpu", "wanted"),
    [
        (2, 8, None, "small"),
        (3, 8, None, "large"),
        (8, 33, None, "roomy"),
        (8, 32, "nvidia_a10-4q", "drawing"),
        (16, 8, None, None),
        (2, 200, "nvidia_a10-4q", None),
    ],
)
def test_a_host_gets_the_smallest_size_that_holds_it(
    cpus: int, memory: int, gpu: str | None, wanted: str | None
) -> None:
    more = {"max_disks": 4, "family": "f", "locations": ["swedencentral"]}
    sizes = {name: Size.model_validate_json(json.dumps(size | more)) for name, size in SIZES.items()}
    assert avd.size_for(sizes, "swedencentral", cpus, memory, gpu) == wanted
    assert avd.size_for(sizes, "westeurope", cpus, memory, gpu) is None


CLOSED = (
    "drivestoredirect:s:;|redirectclipboard:i:0;|usbdevicestoredirect:s:;|redirectcomports:i:0;|camerastoredirect:s:;"
)


def test_what_nobody_opens_is_closed_and_said() -> None:
    text = rdp.text(RdpSettings(), HdxSettings(), "ad")
    for entry in CLOSED.split("|"):
        assert entry in text
    assert "audiocapturemode:i:0;" in text
    assert "videoplaybackmode:i:0;" in text


def test_a_profile_with_calls_has_camera_microphone_and_video() -> None:
    text = rdp.text(RdpSettings(), HdxSettings(teams_redirection=True), "entra")
    for entry in ("audiocapturemode:i:1;", "camerastoredirect:s:*;", "encode redirected video capture:i:1;"):
        assert entry in text
    quiet = rdp.text(RdpSettings(camera=False), HdxSettings(teams_redirection=True), "entra")
    assert "camerastoredirect:s:;" in quiet
    assert "audiocapturemode:i:1;" in quiet


@pytest.mark.parametrize(
    ("setting", "entry"),
    [
        ("clipboard", "redirectclipboard:i:1;"),
        ("client_drives", "drivestoredirect:s:*;"),
        ("usb", "usbdevicestoredirect:s:*;"),
    ],
)
def test_hdx_settings_that_mean_the_same_open_the_same(setting: str, entry: str) -> None:
    assert entry in rdp.text(RdpSettings(), HdxSettings.model_validate({setting: True}), "ad")


@pytest.mark.parametrize("join", ["entra", "ad"])
def test_a_session_of_entra_id_signs_in_there_and_no_other(join: rdp.Join) -> None:
    text = rdp.text(RdpSettings(), HdxSettings(), join)
    assert ("enablerdsaadauth:i:1;" in text, "targetisaadjoined:i:1;" in text) == (join == "entra", join == "entra")


@given(
    st.builds(
        RdpSettings,
        camera=st.none() | st.booleans(),
        drives=st.none() | st.booleans(),
        sound=st.sampled_from(["device", "host", "none"]),
    ),
    st.builds(HdxSettings, teams_redirection=st.none() | st.booleans(), usb=st.none() | st.booleans()),
    st.sampled_from(["entra", "ad"]),
)
def test_what_is_written_is_known_well_formed_and_each_once(
    settings: RdpSettings, hdx: HdxSettings, join: rdp.Join
) -> None:
    entries = rdp.text(settings, hdx, join).removesuffix(";").split(";")
    assert [rdp.wrong(entry) for entry in entries] == [None] * len(entries)
    assert len({entry.partition(":")[0] for entry in entries}) == len(entries)
    assert entries == sorted(entries)


EASTERS = {
    1961: (4, 2), 1981: (4, 19), 2008: (3, 23), 2011: (4, 24), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5),
    2027: (3, 28), 2030: (4, 21), 2038: (4, 25), 2049: (4, 18), 2076: (4, 19),
}  # fmt: skip


@pytest.mark.parametrize("year", EASTERS)
def test_easter_is_when_the_almanac_has_it(year: int) -> None:
    assert holidays.easter(year) == date(year, *EASTERS[year])


@given(st.integers(1583, 4000))
def test_easter_is_a_sunday_between_its_bounds(year: int) -> None:
    sunday = holidays.easter(year)
    assert sunday.isoweekday() == 7
    assert date(year, 3, 22) <= sunday <= date(year, 4, 25)


def test_the_holidays_of_a_year() -> None:
    assert [day.strftime("%d.%m") for day in holidays.danish(2026)] == [
        "01.01", "02.04", "03.04", "05.04", "06.04", "14.05", "24.05", "25.05", "25.12", "26.12",
    ]  # fmt: skip


def test_null_turns_off_what_a_pool_has_by_default(tmp_path: Path) -> None:
    off: Edits = {"desktops.yaml": {"pools.office.avd.scaling": None, "pools.office.avd.fslogix": None}}
    pool = pools(platform(tmp_path, off))["office-g26"]
    assert (pool.pool.avd.scaling, pool.pool.avd.fslogix) == (None, None)
    assert pool.in_azure.storage is None


def test_a_token_ends_by_the_data_in_utc() -> None:
    wave = Registration.model_validate_json('{"opens": "2026-12-01T08:00:00+01:00", "hours": 648}')
    assert wave.expires == datetime(2026, 12, 28, 7, tzinfo=UTC)


def test_who_is_let_in_moves_by_whole_groups_and_is_served_once(tmp_path: Path) -> None:
    loaded = platform(tmp_path, PILOT)
    rules = {name: str(access(loaded, i)) for name, i in pools(loaded).items()}
    assert rules["office-g22"] == "LILLEBY\\GG-Citrix-Kontor, LILLEBY\\GG-Jobcenter without LILLEBY\\GG-Jobcenter"
    assert rules["office-g26"] == "GG-Jobcenter"


def test_a_group_that_is_not_the_pools_stays_where_it_was(tmp_path: Path) -> None:
    loaded = platform(tmp_path, PILOT, {"refresh.yaml": {"serving.pilot.groups": ["GG-Andre"]}})
    old, new = (access(loaded, pools(loaded)[name]) for name in ("office-g22", "office-g26"))
    assert new.closed
    assert old.excluded == ()


def test_who_lags_is_taken_out_of_a_pool_in_azure(tmp_path: Path) -> None:
    lag = {"generation": "g22", "pools": ["office"], "reason": "Vendor", "expires": "2027-02-01"}
    loaded = platform(tmp_path, LIVE, {"refresh.yaml": {"serving.lag": lag}})
    new = pools(loaded)["office-g26"]
    assert access(loaded, new).closed
    assert draining(loaded, new) == new.in_azure.hosts


def test_a_cutover_from_citrix_to_azure_changes_both_access_policies_and_back(tmp_path: Path) -> None:
    before = platform(tmp_path / "before", PILOT)
    after = platform(tmp_path / "after", LIVE)
    turned = {(f.kind, f.name): (f.before, f.after) for f in flips(before, after)}
    assert turned["host-pool", "vdpool-office-g26"] == ("GG-Jobcenter", "GG-Citrix-Kontor, GG-Jobcenter")
    assert turned["delivery-group", "Kontor"][1] == "closed"
    back = {(f.kind, f.name): (f.after, f.before) for f in flips(after, before)}
    assert back == turned
    assert {kind for kind, _ in points(after)} == {"record", "delivery-group", "host-pool"}


def test_hosts_that_drain_show_in_the_flips(tmp_path: Path) -> None:
    drains: Edits = {"desktops.yaml": {"pools.office.draining": {"g26": [2]}}}
    before, after = platform(tmp_path / "a", LIVE), platform(tmp_path / "b", LIVE, drains)
    (flip,) = flips(before, after)
    assert flip.kind == "host-pool"
    assert flip.after == "GG-Citrix-Kontor, GG-Jobcenter; no new session on ADKON002G26"


@pytest.mark.parametrize(("day", "told"), [(date(2026, 12, 8), True), (date(2026, 12, 9), False)])
def test_a_token_that_azure_refuses_today_is_told_with_the_day_from_which_it_takes_it(
    tmp_path: Path, day: date, told: bool
) -> None:
    """42 days ahead when it is written: the window opens late, and its token is good for the longest time."""
    window = {"g26": {"opens": "2026-12-09T06:00:00Z", "hours": 648}}
    folder = support.lilleby(tmp_path, {"desktops.yaml": {"pools.office.avd.registration": window}})
    found = [str(fault) for fault in registry.due(*model.trace(str(folder)), day)]
    fails = "until 2026-12-09 06:00 UTC a token that ends on 2027-01-05 fails in Azure"
    assert sum(fails in text for text in found) == told
    assert registration_lines(model.load(str(folder)).pool_instances) == [
        "office-g26: its hosts register in an update from 2026-12-09 06:00 to 2027-01-05 05:00 UTC"
    ]


def test_explain_shows_the_side_of_azure(tmp_path: Path) -> None:
    from cli.explain import rows_of

    loaded = model.trace(str(support.lilleby(tmp_path)))
    found = {path: (value, origin) for path, value, origin in rows_of(*loaded, "office")}
    assert found["office-g26.host_pool"] == ("vdpool-office-g26", "computed by model/azure_names.py")
    assert found["office-g26.size"][1] == "the smallest sold in swedencentral with 2 CPUs and 8 GiB"
    assert found["office-g26.token_expires"][0] == "2026-12-03T06:00:00+00:00"
    assert found["office-g26.access"][0] == "closed"
    assert "office-g26.catalog" not in found
    assert any(path == "office-g26.host_pool" for path, _, _ in rows_of(*loaded, "ADKON002G26"))
