"""The thin clients' bundles: each client in one maker's, as the model has it, whatever stands in the data."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from model.derive import devices, serving, thin_clients
from model.types.sites import Maker
from rendering.target import Finding
from tests.support.lilleby import changed
from tests.support.paths import ROOT
from tests.support.targets import FOUR, HOSTILE, findings, rendered, target, xml

MAKERS: dict[str, Maker] = {"dell_wyse": "dell", "hp_thinpro": "hp", "igel": "igel", "stratodesk": "stratodesk"}
PAGE = ROOT / "docs" / "decisions" / "thin-client-formats.md"


def test_each_thin_client_is_in_one_makers_bundle_and_each_is_proved(tmp_path: Path) -> None:
    platform = changed(tmp_path, FOUR)
    clients = {w.name for w in devices.in_use(platform.places) if w.kind == "thin-client"}
    held: list[str] = []
    for name, maker in MAKERS.items():
        folder = rendered(platform, name, tmp_path / "out")
        assert findings(platform, name, folder) == []
        own = {w.name for w in thin_clients.of_maker(platform.places, platform.desktops, maker)}
        text = "".join(path.read_text(encoding="utf-8-sig") for path in folder.rglob("*") if path.is_file())
        assert set(re.findall(r"\bTK[0-9]{5}(?:-G26)?\b", text)) == own
        held += own
    assert len(held) == len(clients)
    assert set(held) == clients == {f"TK{n:05d}" for n in (1, 2, 3, 5, 6, 7)} | {"TK00001-G26", "TK00003-G26"}


@pytest.mark.parametrize("name", ["dell_wyse", "stratodesk"])
def test_a_maker_without_thin_clients_gets_nothing(tmp_path: Path, name: str) -> None:
    platform = changed(tmp_path)
    assert list(target(name).files(platform)) == []
    assert target(name).verify(platform, tmp_path / "nothing") == []


def test_every_client_asks_for_the_store_by_its_stable_name(tmp_path: Path) -> None:
    platform = changed(tmp_path, FOUR)
    aliases = serving.alias_names(platform.settings, platform.estate)
    for name in MAKERS:
        folder = rendered(platform, name, tmp_path / "out")
        text = "".join(path.read_text(encoding="utf-8-sig") for path in folder.rglob("*") if path.is_file())
        urls = set(re.findall(r"https://[^\s\"<]+/discovery", text))
        assert {urlsplit(url).hostname for url in urls} == {"sbsys.access.lilleby.example"}
        assert "sbsys.access.lilleby.example" in aliases


def test_what_a_pool_sets_reaches_its_clients(tmp_path: Path) -> None:
    quiet = {"adaptive_transport": "Off", "teams_redirection": False}
    platform = changed(tmp_path, {"desktops.yaml": {"pools.office.settings": quiet}})
    told = thin_clients.workspace(thin_clients.wanted(platform, "office"))
    assert (told["HDXoverUDP"], told["VDTeams"], told["EnableUDPAudio"]) == ("Off", "Off", "False")
    video = thin_clients.workspace(thin_clients.wanted(platform, "video"))
    assert (video["HDXoverUDP"], video["UDPAudioPortLow"], video["UDPAudioPortHigh"]) == ("Preferred", "16500", "16509")


def test_most_of_hps_clients_share_a_profile_and_the_others_have_their_own(tmp_path: Path) -> None:
    platform = changed(tmp_path, FOUR)
    folder = rendered(platform, "hp_thinpro", tmp_path / "out")
    profiles = {
        path.relative_to(folder).as_posix(): xml(path).findtext("ProfileSettings/Name")
        for path in folder.rglob("*.xml")
    }
    assert profiles == {
        "PersistentProfile/profile.xml": "LILLEBY office",
        "PersistentProfile/MAC/00E0C5000006.xml": "LILLEBY video",
    }
    common = xml(folder / "PersistentProfile" / "profile.xml")
    path = "ProfileRegistry/NodeDir[@name='root']/NodeDir[@name='ConnectionType']/NodeDir[@name='xen']/NodeDir"
    assert [node.get("name") for node in common.findall(path)] == ["connections", "general"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_stands_in_the_data_stays_a_value(tmp_path: Path, text: str) -> None:
    edits = {"sites.yaml": {"sites.S001.name": text}, "desktops.yaml": {"pools.office.desktop": text}}
    platform = changed(tmp_path, FOUR, edits)
    for name in MAKERS:
        assert findings(platform, name, rendered(platform, name, tmp_path / "out")) == []
    bundle = json.loads((tmp_path / "out" / "igel" / "sites" / "S001.json").read_text(encoding="utf-8"))
    assert bundle["directory"] == f"S001 {text}"
    site = xml(tmp_path / "out" / "stratodesk" / "sites" / "S001.xml")
    assert site.get("description") == text


def test_a_client_that_is_lost_or_doubled_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path, FOUR)
    folder = rendered(platform, "igel", tmp_path / "out")
    site = folder / "sites" / "S001.json"
    bundle = json.loads(site.read_text(encoding="utf-8"))
    devices = bundle["directories"][0]["devices"]
    devices.append(devices[0])
    site.write_text(json.dumps(bundle), encoding="utf-8")
    assert "stands 2 times" in findings(platform, "igel", folder)[0].message
    del devices[:]
    site.write_text(json.dumps(bundle), encoding="utf-8")
    assert findings(platform, "igel", folder) == [
        Finding("sites", "device S001 LILLEBY office 00E0C5000001 TK00001 is missing")
    ]


def test_a_client_with_anothers_profile_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path, FOUR)
    folder = rendered(platform, "hp_thinpro", tmp_path / "out")
    listed = folder / "sites" / "S001.csv"
    listed.write_text(listed.read_text(encoding="utf-8-sig").replace("MAC/00E0C5000006.xml", "profile.xml"))
    messages = [finding.message for finding in findings(platform, "hp_thinpro", folder)]
    assert "thin client S001 TK00006 00:E0:C5:00:00:06 video is missing" in messages
    assert any("00E0C5000006.xml is not the model's" in message for message in messages)


def test_xml_that_is_cut_off_is_found(tmp_path: Path) -> None:
    platform = changed(tmp_path, FOUR)
    folder = rendered(platform, "igel", tmp_path / "out")
    extra = folder / "profiles" / "rest" / "broken.xml"
    extra.parent.mkdir()
    extra.write_text("<profile><settings>", encoding="utf-8")
    assert any("broken.xml" in finding.message for finding in findings(platform, "igel", folder))


def test_the_page_of_formats_says_of_each_parameter_what_the_code_does() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    named: dict[str, bool] = {}
    for row in rows:
        confirmed = "**none**" not in row
        named |= dict.fromkeys(re.findall(r"`([^`]+)`", row.split("|")[1]), confirmed)
    for name in MAKERS:
        for parameter in import_module(f"templates.{name}.context").PARAMETERS.values():
            *folders, key = parameter.name.split("/")
            shown = "/".join([*folders, key]) if "/".join([*folders, key]) in named else key
            assert named.get(shown) == parameter.confirmed, parameter
