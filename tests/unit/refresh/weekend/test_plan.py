"""The weekend's plan as a person meets it: the same from the same data, taken by the verifier, kept where people have
been told, and a verdict in numbers where there is none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import model
from model import Platform
from refresh.weekend import relax, verdict
from refresh.weekend.document import document, rows
from refresh.weekend.keep import keep, told
from refresh.weekend.verify import verify
from refresh.weekend.work import work
from tests.support.edit import Edits
from tests.support.lilleby import changed, written
from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def lilleby(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return changed(tmp_path_factory.mktemp("lilleby"), {})


@pytest.fixture(scope="module")
def plan(lilleby: Platform) -> dict[str, Any]:
    return verdict.plan(lilleby).document


def test_a_plan_holds_and_says_so_in_numbers(lilleby: Platform, plan: dict[str, Any]) -> None:
    assert verify(lilleby, plan) == []
    assert plan["verdict"][0] == "MULIGT med 3: 2 besøg på 2 steder, 4 arbejdspladser, heraf 3 med ny enhed."
    assert (plan["format"], plan["previous"], plan["short"]) == (1, "g22", None)
    assert plan["closes"] == "2027-02-05T16:00:00+01:00"
    (first, second) = plan["visits"]
    assert first["workplaces"] == ["TK00001", "TK00002"]
    assert second["workplaces"] == ["PC00004", "TK00003"], "in the order of the desk list"
    assert (first["host"], first["phone"]) == ("Rådhusets serviceleder", "20 99 10 01")


def test_sums_can_be_checked_by_hand(plan: dict[str, Any]) -> None:
    """The crew starts at S001, drives 0.78 km to S002 and back, and is one person but on Saturday."""
    (away,) = [visit for visit in plan["visits"] if visit["site"] == "S002"]
    assert away["kilometres"] == 0.8
    assert away["travel_minutes"] == 4 + 2
    minutes = (datetime.fromisoformat(away["ends"]) - datetime.fromisoformat(away["begins"])).seconds // 60
    assert minutes in (10 + 16, 10 + 8), "8 and 3 minutes, a margin of the root of 4 and 2 squared, by one or by two"
    assert plan["sums"]["devices"] == sum(visit["devices"] for visit in plan["visits"]) == 3
    assert plan["sums"]["kilometres"] == 1.6


def refresh(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.argv[0] = 'refresh'; from cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_command_writes_the_same_plan_again_and_agrees_on_it(tmp_path: Path) -> None:
    folder, out = written(tmp_path, {}), tmp_path / "out"
    done = refresh("plan", str(folder), "--out", str(out), "--json", "--agree")
    assert done.returncode == 0, done.stderr
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert json.loads(done.stdout) == json.loads(before["plan.json"])
    assert {"plan.html", "plan.json", "hold-1.ics"} <= before.keys()
    assert refresh("plan", str(folder), "--out", str(tmp_path / "again")).returncode == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == before
    agreed = model.load(str(folder)).weekend.visits
    assert [list(map(str, visit.model_dump().values())) for visit in agreed.values()] == rows(json.loads(done.stdout))[
        1:
    ]


def test_what_is_no_plan_can_not_be_kept(tmp_path: Path) -> None:
    other = tmp_path / "plan.json"
    other.write_text("{}")
    done = refresh("plan", "tests/data/stacks/lilleby", "--out", str(tmp_path / "out"), "--keep", str(other))
    assert done.returncode == 2
    assert "no plan ('visits'); give --keep a plan.json or a visits.csv" in done.stderr


TOO_LONG: Edits = {"cutover.yaml": {"minutes.slow.p50": 240, "minutes.slow.p90": 400, "shifts.saturday.ends": "11:30"}}


def test_an_impossible_weekend_is_told_in_people_minutes_and_hours(tmp_path: Path) -> None:
    platform = changed(tmp_path, TOO_LONG)
    found = verdict.plan(platform).document
    assert not found["feasible"]
    assert found["verdict"][0].startswith("IKKE MULIGT med 3: ")
    minutes = found["short"]["minutes_per_swap"]
    assert minutes is not None
    assert verdict.holds(relax.fewer_minutes(platform, minutes))
    assert not verdict.holds(relax.fewer_minutes(platform, minutes - 1))


def test_a_site_that_nobody_can_do_is_named(tmp_path: Path) -> None:
    shut = {"sites.S002.access": {"friday": None, "saturday": None, "sunday": "17:00-18:00"}}
    found = verdict.plan(changed(tmp_path, {"sites.yaml": shut})).document
    assert found["unplanned"] == [{"site": "S002", "reason": "ingen lukker et hold ind, mens det er på arbejde"}]
    assert found["verdict"][1] == "S002: ingen lukker et hold ind, mens det er på arbejde."


def test_a_visit_that_people_know_of_stays_and_what_is_new_finds_a_gap(tmp_path: Path) -> None:
    before = changed(tmp_path / "before", {})
    agreed = [
        told(dict(zip(rows({"visits": []})[0], row, strict=True))) for row in rows(verdict.plan(before).document)[1:]
    ]
    job = work(before)
    kept = keep(job, agreed)
    assert kept is not None
    assert kept.moved == ()
    longer = changed(tmp_path / "after", {"cutover.yaml": {"minutes.slow.p50": 20, "minutes.slow.p90": 30}})
    kept = keep(work(longer), agreed)
    assert kept is not None
    assert kept.moved == ("S002-1",)
    assert (
        verify(longer, document(work(longer), kept.routes, verdict.possible(longer, work(longer), kept.routes))) == []
    )
