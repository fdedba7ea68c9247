"""What thin clients run: told for each model, of its maker, and maintained for as long as a generation serves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import model
from model.derive.thin_clients import system
from model.rules.registry import due
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import changed, written
from tests.support.targets import FOUR

TODAY = date(2026, 12, 1)
SERVER: Edits = {"networks.yaml": {"thin_client_servers.hp": "wms.lilleby.example"}}
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "nothing tells what runs": (
        {"desktops.yaml": {"clients.IGEL UD7.system": REMOVE}},
        ("MISSING-KEY", "clients.IGEL UD7.system", "which release IGEL UD7 runs"),
    ),
    "another maker's release": (
        {"desktops.yaml": {"clients.IGEL UD7.system": "thinpro-8"}},
        ("BAD-VALUE", "clients.IGEL UD7.system", "thinpro-8 is hp's and IGEL UD7 runs igel's"),
    ),
    "a release that has ended": (
        {"desktops.yaml": {"clients.IGEL UD7.system": "igel-os-11"}},
        ("UNMAINTAINED", "clients.IGEL UD7.system", "is mended until 2025-12-31 and g26 serves until 2030-12-31"),
    ),
    "one that ends before the generation": (
        {"client_systems.yaml": {"client_systems.igel-os-12.maintained_until": "2030-12-30"}},
        ("UNMAINTAINED", "clients.IGEL UD3.system", "is mended until 2030-12-30 and g26 serves until 2030-12-31"),
    ),
    "one that has ended and no generation says how long": (
        {
            "client_systems.yaml": {"client_systems.igel-os-12.maintained_until": "2026-11-30"},
            "refresh.yaml": {"generations.g26.serves_until": REMOVE},
        },
        ("UNMAINTAINED", "clients.IGEL UD3.system", "is mended until 2026-11-30 and today is 2026-12-01"),
    ),
    "nothing at the name that HP's clients ask": (SERVER, ("MISSING-KEY", "names", "Automatic Update at auto-update")),
}


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(tmp_path: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    platform, provenance = model.trace(str(written(tmp_path, edits)))
    found = due(platform, provenance, TODAY)
    assert any(f.code == code and f.path == path and part in f.message for f in found), found


@pytest.mark.parametrize(
    "edits",
    [
        FOUR,
        {"client_systems.yaml": {"client_systems.igel-os-12.maintained_until": "2030-12-31"}},
        {**SERVER, "networks.yaml": {**SERVER["networks.yaml"], "names.auto-update": "drift-lnx01"}},
    ],
)
def test_what_is_told_and_maintained_is_none(tmp_path: Path, edits: Edits) -> None:
    platform, provenance = model.trace(str(written(tmp_path, edits)))
    names = ("clients", "names")
    assert [f for f in due(platform, provenance, TODAY) if f.path.startswith(names)] == []


def test_profiles_are_written_for_the_newest_release_that_clients_run(tmp_path: Path) -> None:
    older: Edits = {"desktops.yaml": {"clients.IGEL UD3.system": "igel-os-11"}}
    release = system(changed(tmp_path, older).desktops, "igel")
    assert release is not None
    assert (release.title, release.version) == ("IGEL OS 12", "12.7")
