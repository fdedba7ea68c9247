"""Renders targets of a changed lilleby into a folder, and proves them as `refresh render --verify` does."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree as ET

import pytest

import model
from cli.render import REQUIRED
from model import Platform
from rendering.target import Finding, Missing, Target
from rendering.writer import write
from tests.support.paths import STACKS

PARTNERS = {"networks.yaml": {"dhcp: {system: ad, role: dc}": "dhcp: {system: drift, role: linux}"}}
"""Lilleby with its DHCP on Linux: one server of the old generation, and two of the new."""

FOUR = {
    "desktops.yaml": {
        "IGEL UD3: {maker: igel": "IGEL UD3: {maker: dell",
        "HP t640: {maker: hp": "HP t640: {maker: stratodesk",
        "clients:\n": "clients:\n  HP t540: {maker: hp, secure_hdx: false, source: assumed}\n",
    },
    "workplaces.csv": {
        "PC00004": "TK00005,00:E0:C5:00:00:05,S002,thin-client,HP t540,office,Skole,20\n"
        "TK00006,00:E0:C5:00:00:06,S001,thin-client,HP t540,video,Rådhus,21\n"
        "TK00007,00:E0:C5:00:00:07,S001,thin-client,HP t540,office,Rådhus,22\nPC00004"
    },
}
"""Lilleby with a thin client of every maker, and two ways of working among HP's."""

VARIED = FOUR | PARTNERS | {"platform.yaml": {"  dns: [ad": "  hp_thinpro: [ad-dc01]\n  qos: [ad-dc01]\n  dns: [ad"}}
"""Lilleby with what it has not by itself, for the targets that show it."""

HOSTILE = (
    "x\"y'z`$(calc);&<b>|%PATH%",
    "=cmd()|'/c calc'!A1",
    "\u2018@ \u2019@ '@ \\",
    "<script>alert(1)</script> --> ]]>",
    "{{ 7 * 7 }} {% raw %} #}",
    "Łódź \u05e9\u05dc\u05d5\u05dd \U0001f600 (a\\b)",
    "x" * 200,
)
"""What somebody could write where the model takes any line of text."""


def changed(folder: Path, edits: Mapping[str, Mapping[str, str]]) -> Platform:
    """Lilleby with each text replaced once, by file."""
    if not (folder / "stacks").is_dir():
        shutil.copytree(STACKS, folder / "stacks")
    platform = folder / "stacks" / "lilleby"
    edit(platform, edits)
    return model.load(str(platform))


def edit(platform: Path, edits: Mapping[str, Mapping[str, str]]) -> None:
    """Replaces each text once in a platform's folder, by file."""
    for name, pairs in edits.items():
        text = (platform / name).read_text(encoding="utf-8")
        for old, new in pairs.items():
            assert old in text, (name, old)
            text = text.replace(old, new, 1)
        (platform / name).write_text(text, encoding="utf-8")


def target(name: str) -> Target:
    """A target by name, without importing the others."""
    found = importlib.import_module(f"templates.{name}").TARGET
    assert isinstance(found, Target)
    return found


def rendered(platform: Platform, name: str, folder: Path) -> Path:
    """The target's rendered folder."""
    write(platform, [target(name)], folder, whole=False)
    return folder / name


def findings(platform: Platform, name: str, folder: Path) -> list[Finding]:
    """What the target's proof finds; a validator that is not installed skips the test, but in CI."""
    try:
        return target(name).verify(platform, folder)
    except Missing as missing:
        if not missing.findings:
            lacking(missing)
        return missing.findings


def lacking(missing: Missing) -> NoReturn:
    """Skips a test whose program is not installed; in CI, where every program is, it fails."""
    text = f"{missing.program} is not installed"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(text)
    pytest.skip(text)


def xml(path: Path) -> ET.Element:
    """The root of what we rendered as XML."""
    return ET.parse(path).getroot()  # noqa: S314 ours


def yaml_text(text: str) -> str:
    """A text as YAML holds it, in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
