"""`refresh rehearse`: a plan in, pages and findings out; a plan of somebody else is refused."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import model
from cli.main import app
from refresh.weekend import centre
from refresh.weekend.tasks import Outing
from tests.support.paths import LILLEBY

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    begins, ends = (datetime.fromisoformat(text) for text in ("2027-02-07T09:30", "2027-02-07T10:30"))
    outing = Outing("S002-1", "S002", "Skolen <øst>", "hold-1", begins, ends, 20, 30)
    tasks = centre.plan(model.load(str(LILLEBY)), [outing]).document()
    row = {"id": "S002-1", "devices": 2, "travel_minutes": 10, "latest": "2027-02-07T15:30+01:00"}
    file = tmp_path_factory.mktemp("plan") / "plan.json"
    whole = {"platform": "lilleby", "feasible": True, "verdict": [], "visits": [row], **tasks}
    file.write_text(json.dumps(whole), encoding="utf-8")
    return file


def rehearsed(plan: Path, out: Path, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["rehearse", str(LILLEBY), "--plan", str(plan), "--out", str(out), *more])
    return done.exit_code, done.output


def test_it_says_what_is_kept_and_writes_it(plan: Path, tmp_path: Path) -> None:
    status, said = rehearsed(plan, tmp_path, "--runs", "400")
    assert status == 0, said
    assert said.startswith("Af 100 weekender er ")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "rehearsal.html",
        "rehearsal.json",
        "week-after.html",
    ]
    found = json.loads((tmp_path / "rehearsal.json").read_text(encoding="utf-8"))
    assert (found["runs"], found["seed"]) == (400, 1)
    assert sum(count for _, count in found["ends"]) == 400
    assert 0 <= found["chances"]["done"] <= found["chances"]["nearly"] <= 100


def test_the_pictures_hold_every_weekend(plan: Path, tmp_path: Path) -> None:
    rehearsed(plan, tmp_path, "--runs", "400")
    found = json.loads((tmp_path / "rehearsal.json").read_text(encoding="utf-8"))
    page = (tmp_path / "rehearsal.html").read_text(encoding="utf-8")
    ends, tornado = (ET.fromstring(text) for text in _pictures(page))  # noqa: S314 we rendered it
    # From Friday to the point of no return is more than eight hours: a column for half an hour.
    halves = {datetime.fromisoformat(text).timestamp() // 1800 for text, _ in found["ends"]}
    assert len(ends.findall(f"{SVG}rect")) == len(halves)
    assert len(tornado.findall(f"{SVG}rect")) == len(found["bars"]) - 1
    assert "Skolen <øst>" not in page


def _pictures(page: str) -> list[str]:
    return ["<svg" + part.split("</svg>")[0] + "</svg>" for part in page.split("<svg")[1:3]]


def test_the_same_plan_and_seed_give_the_same_bytes(plan: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        rehearsed(plan, tmp_path / name, "--runs", "200", "--seed", "7")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_what_is_no_plan_of_this_platform_is_refused(plan: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(plan.read_text(encoding="utf-8").replace('"lilleby"', '"havneby"'), encoding="utf-8")
    status, said = rehearsed(other, tmp_path / "out")
    assert (status, "no plan of lilleby" in said) == (2, True)
    other.write_text("{", encoding="utf-8")
    status, said = rehearsed(other, tmp_path / "out")
    assert (status, "give --plan a plan.json" in said) == (2, True)
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_planned_is_not_rehearsed(plan: Path, tmp_path: Path) -> None:
    none = tmp_path / "none.json"
    document = json.loads(plan.read_text(encoding="utf-8"))
    none.write_text(json.dumps(document | {"feasible": False, "visits": [], "verdict": ["IKKE MULIGT med 3"]}))
    assert rehearsed(none, tmp_path / "out") == (1, "IKKE MULIGT med 3\n")
