"""The weekends that stand in stacks/: they can be done, their agreed visits are a plan that holds, and nothing of it
would move.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta

import pytest

import model
from refresh.weekend import relax, verdict
from refresh.weekend.verify import verify
from refresh.weekend.work import bound, work
from tests.support.paths import ROOT


@pytest.mark.parametrize("name", ["herlev", "holstebro"])
def test_what_is_agreed_can_be_done_and_would_not_move(name: str) -> None:
    platform = model.load(name)
    with (ROOT / "stacks" / name / "visits.csv").open(encoding="utf-8", newline="") as table:
        agreed = list(csv.DictReader(table))
    found = verdict.plan(platform, keep=agreed).document
    assert found["feasible"], found["verdict"]
    assert found["moved"] == []
    assert verify(platform, found) == []
    assert {visit["id"] for visit in found["visits"]} == {row["visit"] for row in agreed}


def test_the_sums_of_holstebro_are_those_that_a_person_gets() -> None:
    """By the table of agreed visits alone: hours at sites, and who is on duty when."""
    platform = model.load("holstebro")
    visits = platform.weekend.visits.values()
    hours = sum(((v.span[1] - v.span[0]) * v.people for v in visits), timedelta())
    with (ROOT / "stacks" / "holstebro" / "visits.csv").open(encoding="utf-8", newline="") as table:
        found = verdict.plan(platform, keep=list(csv.DictReader(table))).document
    assert found["sums"]["hours_at_sites"] == round(hours / timedelta(hours=1), 1)
    assert sum(v.workplaces for v in visits) == found["sums"]["workplaces"] == len(platform.places.workplaces)
    moments = sorted({moment for v in visits for moment in v.span})
    busiest = max(sum(v.people for v in visits if v.span[0] <= moment < v.span[1]) for moment in moments)
    assert busiest <= 20, "ten crews of two; the other five are in the data centre"
    assert all(datetime.fromisoformat(v["begins"]).hour >= 7 for v in found["visits"])


def test_unprepared_devices_are_too_much_for_25_people() -> None:
    """What docs/the-weekend.md shows: 15 minutes a workplace for 7. That there is no plan is proved by hours alone;
    with sixteen people more there is one.
    """
    unprepared = relax.fewer_minutes(model.load("holstebro"), -8)
    assert bound(work(unprepared)) < 0
    assert verdict.holds(relax.more_people(unprepared, 8))
