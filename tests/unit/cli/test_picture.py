"""`refresh picture`: everything is there once and inside the picture, and nothing in the data can break out of its text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from cli.main import app
from model import load
from refresh.picture import KINDS
from refresh.picture.canvas import width_of
from tests.support.edit import edit
from tests.support.paths import LILLEBY, STACKS

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> Counter[str]:
    return Counter(element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text"))


def outside(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    _, _, width, height = (float(figure) for figure in root.attrib["viewBox"].split())
    found: list[str] = []
    for element in root.iter(f"{SVG}text"):
        text, x = element.text or "", float(element.attrib["x"])
        wide = width_of(text, float(element.attrib["font-size"]), "font-weight" in element.attrib)
        left = x - wide if element.get("text-anchor") == "end" else x
        if left < 0 or left + wide > width or not 0 < float(element.attrib["y"]) < height:
            found.append(text)
    return found


@pytest.mark.parametrize("folder", [STACKS / "holstebro", STACKS / "herlev", LILLEBY], ids=lambda folder: folder.name)
def test_everything_is_in_its_picture_once_and_inside_it(folder: Path) -> None:
    platform = load(str(folder))
    keys = {
        "network": platform.places.sites,
        "servers": platform.estate.servers,
        "desktops": platform.desktops.pools,
    }
    for kind, draw in KINDS.items():
        svg = draw(platform)
        assert svg == draw(platform)
        found = texts(svg)
        assert {key: found[key] for key in keys[kind]} == dict.fromkeys(keys[kind], 1)
        assert outside(svg) == []
        root = ET.fromstring(svg)
        assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]


HOSTILE_TITLE = '</text><script>alert("1")</script> & <b>'


def test_titles_are_text_and_long_ones_are_cut() -> None:
    platform = load(str(LILLEBY))
    system = next(iter(platform.estate.systems.values())).model_copy(update={"title": HOSTILE_TITLE})
    edited = edit(platform, system)
