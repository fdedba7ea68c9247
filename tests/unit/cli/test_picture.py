"""`refresh picture`: everything is there once and inside the picture, and no title breaks out of its text."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from cli.main import app
from model import load
from refresh.picture import KINDS
from refresh.picture.canvas import width_of
from tests.support.paths import LILLEBY, ROOT

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def texts(svg: str) -> Counter[str]:
    return Counter(element.text or "" for element in parsed(svg).iter(f"{SVG}text"))


def outside(svg: str) -> list[str]:
    root = parsed(svg)
    _, _, width, height = (float(figure) for figure in root.attrib["viewBox"].split())
    found: list[str] = []
    for element in root.iter(f"{SVG}text"):
        text, x = element.text or "", float(element.attrib["x"])
        wide = width_of(text, float(element.attrib["font-size"]), "font-weight" in element.attrib)
        left = x - wide if element.get("text-anchor") == "end" else x
        if left < 0 or left + wide > width or not 0 < float(element.attrib["y"]) < height:
            found.append(text)
    return found


FOLDERS = [ROOT / "stacks/holstebro", ROOT / "stacks/herlev", LILLEBY]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
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
        root = parsed(svg)
        assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]


@pytest.mark.parametrize("kind", KINDS)
def test_titles_stay_text_and_long_ones_are_cut(kind: str) -> None:
    platform = load(str(LILLEBY))
    title = '</text><script>alert("1")</script> & ' + "W" * 150
    systems = {key: system.model_copy(update={"title": title}) for key, system in platform.estate.systems.items()}
    sites = {key: site.model_copy(update={"name": title}) for key, site in platform.places.sites.items()}
    svg = KINDS[kind](
        replace(
            platform,
            settings=platform.settings.model_copy(update={"title": title}),
            estate=replace(platform.estate, systems=systems),
            places=replace(platform.places, sites=sites),
        )
    )
    root = parsed(svg)
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert title in (root[0].text or "")
    assert outside(svg) == []


def test_the_file_is_written_whole_and_only_when_it_changes(tmp_path: Path) -> None:
    out = tmp_path / "new" / "network.svg"
    arguments = ["picture", str(LILLEBY), "--of", "network"]
    first = CliRunner().invoke(app, [*arguments, "--out", str(out)])
    assert (first.exit_code, out.read_text(encoding="utf-8")) == (0, CliRunner().invoke(app, arguments).stdout)
    assert "as it was" in CliRunner().invoke(app, [*arguments, "--out", str(out)]).stdout
    assert [path.name for path in out.parent.iterdir()] == ["network.svg"]
    refused = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path)])
    assert refused.exit_code == 2


def test_an_unknown_kind_names_those_there_are() -> None:
    done = CliRunner().invoke(app, ["picture", str(LILLEBY), "--of", "people"])
    assert (done.exit_code, "network, servers, desktops" in done.stderr) == (2, True)
    assert CliRunner().invoke(app, ["picture", "nowhere", "--of", "network"]).exit_code == 2


def polylines(svg: str) -> list[list[tuple[float, float]]]:
    points = (element.attrib["points"].split() for element in parsed(svg).iter(f"{SVG}polyline"))
    return [[(float(x), float(y)) for x, y in (point.split(",") for point in line)] for line in points]


def panel(svg: str, title: str) -> tuple[float, float, float, float]:
    """The box below a heading: left, top, right, bottom."""
    root = list(parsed(svg))
    at = next(n for n, element in enumerate(root) if element.text == title)
    x, y, width, height = (float(root[at - 1].attrib[key]) for key in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


@pytest.mark.parametrize("name", ["holstebro", "herlev"])
def test_a_line_leads_to_what_it_joins_and_generations_are_not_joined(name: str) -> None:
    svg = KINDS["network"](load(name))
    lines = polylines(svg)
    left, _, right, bottom = panel(svg, "Datacenter g22")
    assert any(line[0] == ((left + right) / 2, bottom) and line[1][1] > bottom for line in lines), "no way to the sites"
    between = [line for line in lines if line[0][0] == right and line[0][1] == line[1][1]]
    if name == "holstebro":
        assert between == []
        return
    hub_left, top, hub_right, _ = panel(svg, "Azure-hub")
    assert [line[1][0] for line in between] == [hub_left]
    spoke = [line for line in lines if line[-1] == ((hub_left + hub_right) / 2, top)]
    assert len(spoke) == 1
    bus = [line for line in lines if line[0][1] == line[1][1] == spoke[0][0][1]]
    assert [(min(a, b) <= spoke[0][0][0] <= max(a, b)) for (a, _), (b, _) in bus] == [True]


def test_the_shell_is_told_every_verb() -> None:
    asked = {"_REFRESH_COMPLETE": "complete_bash", "COMP_WORDS": "refresh ", "COMP_CWORD": "1"}
    done = CliRunner().invoke(app, [], prog_name="refresh", env=asked)
    assert {"check", "render", "picture", "twin"} <= set(done.stdout.split())
