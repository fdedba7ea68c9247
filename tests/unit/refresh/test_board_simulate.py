"""The forecast by rehearsing what is left: nothing begins before now, and slow crews stay slow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import model
from cli.main import app
from model.types.mishaps import Mishap
from refresh.board import plan as plans
from refresh.board.forecast import Outlook
from refresh.board.record import GENESIS, Record
from refresh.board.simulate import _forecast, _left, forecaster
from refresh.board.state import State
from refresh.board.views import View
from refresh.rehearsal.course import Course, Step
from tests.support.board import SATURDAY, document
from tests.support.paths import LILLEBY, ROOT

ORIGIN = SATURDAY.replace(day=5, hour=16, tzinfo=None)
SEVEN = 15 * 60
"""Saturday at 7.00 in minutes after `closes`, when the first visits begin."""
DONE: Mapping[str, Any] = {"minutes": 60, "swapped": 12, "dead": 0}


def course() -> Course:
    """The fixture's visits, an hour each and certain to the minute, with a gate before them."""
    gate = Step(id="gate-1", kind="gate", title="", begins=SEVEN - 60, ends=SEVEN - 60, p50=0, p90=0)
    steps = [gate]
    for crew in (1, 2, 3):
        before: tuple[tuple[str, int], ...] = (("gate-1", 0),)
        for number in (1, 2, 3):
            begins = SEVEN + 90 * (number - 1)
            name = f"visit-S0{crew}{number}-1"
            steps.append(
                Step(
                    id=name, kind="visit", title="", begins=begins, ends=begins + 60, p50=60, p90=60, after=before,
                    latest=SEVEN + 8 * 60, crew=f"hold-{crew}", shift="saturday", devices=12, people=2,
                )
            )  # fmt: skip
            before = ((name, 20),)
    return Course(tuple(steps), SEVEN + 6 * 60, SEVEN + 48 * 60, None, 5, ORIGIN)


def state(*said: tuple[float, str, str, Mapping[str, Any]]) -> State:
    plan = plans.read(json.dumps(document()), "plan.json")
    records = [
        Record(n, "", SATURDAY + timedelta(hours=h), SATURDAY + timedelta(hours=h), "lead", kind, about, body, str(n))
        for n, (h, kind, about, body) in enumerate(said, 1)
    ]
    return State(plan, head=GENESIS).apply(records)


def forecast(
    hours: float, found: State, whole: Course | None = None, mishaps: Mapping[str, Any] | None = None
) -> Outlook:
    return _forecast(whole or course(), mishaps or {}, found, SATURDAY + timedelta(hours=hours))


def test_as_planned_it_ends_as_planned() -> None:
    found = forecast(-8, state())
    assert found.p50 == found.p90 == SATURDAY + timedelta(hours=4)
    assert (found.in_time, found.before_return, found.endangered) == (1.0, 1.0, {})
    assert set(found.crews) == {"hold-1", "hold-2", "hold-3"}


def test_nothing_begins_before_now_and_each_waits_for_the_one_before() -> None:
    found = forecast(3, state(), replace(course(), turns=SEVEN + 5 * 60))
    # Three visits with two ways of twenty minutes, from 10.00 on.
    assert found.p50 == SATURDAY + timedelta(hours=3 + 3, minutes=40)
    assert (found.in_time, found.before_return) == (1.0, 0.0)


def test_what_is_over_falls_out_and_the_way_to_the_next_stays() -> None:
    said = state((1.0, "visit.done", "S011-1", DONE), (1.4, "visit.done", "S012-1", DONE))
    left = {step.id: step for step in _left(course(), said, SEVEN + 84)}
    assert "visit-S011-1" not in left
    assert left["visit-S013-1"].begins == SEVEN + 180
    late = {step.id: step for step in _left(course(), state((3.2, "visit.done", "S012-1", DONE)), SEVEN + 192)}
    assert late["visit-S013-1"].begins == SEVEN + 192 + 20
    assert "visit-S013-1" in late


def test_what_is_under_way_takes_at_least_until_now() -> None:
    found = forecast(2.5, state((0.0, "visit.begun", "S011-1", {})))
    # Begun at 7.00 and not done at 9.30: over at 9.31, then two more visits with their ways.
    assert found.crews["hold-1"] == SATURDAY + timedelta(hours=2.5, minutes=1 + 20 + 60 + 20 + 60)


def test_a_slow_crew_is_expected_to_stay_slow() -> None:
    slow = state((2.0, "visit.done", "S011-1", {**DONE, "minutes": 180}))
    quick = state((2.0, "visit.done", "S011-1", {**DONE, "minutes": 60}))
    assert forecast(2, slow).crews["hold-1"] > forecast(2, quick).crews["hold-1"]
    assert forecast(2, slow).crews["hold-2"] == forecast(2, quick).crews["hold-2"]


def test_a_gate_holds_what_waits_for_it_until_it_is_go() -> None:
    shut = {step.id for step in _left(course(), state(), SEVEN)}
    go = state((-1, "gate.decided", "gate-1", {"go": True, "reason": "x"}))
    no_go = state((-1, "gate.decided", "gate-1", {"go": False, "reason": "x"}))
    assert "gate-1" in shut
    assert "gate-1" in {step.id for step in _left(course(), no_go, SEVEN)}
    assert "gate-1" not in {step.id for step in _left(course(), go, SEVEN)}


def test_a_gate_that_waits_is_no_work_that_is_late() -> None:
    done = [(n, "visit.done", visit["id"], DONE) for n, visit in enumerate(document()["visits"])]
    assert forecast(20, state(*done)).before_return == 1.0


def test_a_crew_that_has_been_heard_has_come() -> None:
    never = Mishap.model_validate(
        {"title": "Holdet kommer ikke", "kinds": ("visit",), "strikes": "shift", "percent": 100, "away": True,
         "source": "assumed: for the test"}
    )  # fmt: skip
    plan = document()
    assert set(forecast(-8, state(), mishaps={"no-crew": never}).endangered) == {v["id"] for v in plan["visits"]}
    heard = forecast(0.1, state((0.0, "visit.begun", "S011-1", {})), mishaps={"no-crew": never})
    assert set(heard.endangered) == {v["id"] for v in plan["visits"] if v["crew"] != "hold-1"}


def test_the_same_state_at_the_same_minute_gives_the_same_forecast() -> None:
    vague = course()
    vague = replace(vague, steps=tuple(replace(step, p90=step.p50 * 2) for step in vague.steps))
    found = state((1.0, "visit.done", "S011-1", DONE))
    assert forecast(1, found, vague) == forecast(1, found, vague)
    assert forecast(1, found, vague).p90 > forecast(1, found, vague).p50


def test_what_refresh_plan_writes_is_what_the_board_reads(tmp_path: Path) -> None:
    """The plan of the small platform, made anew: shown, reported on and forecast without a word of it being changed."""
    assert CliRunner().invoke(app, ["plan", str(LILLEBY), "--out", str(tmp_path)]).exit_code == 0
    text = (tmp_path / "plan.json").read_text(encoding="utf-8")
    plan = plans.read(text, "plan.json")
    assert {visit.id for visits in plan.route.values() for visit in visits} == set(plan.visit)
    assert {task.id for task in plan.tasks} == {
        *plan.task, *(f"visit-{name}" for name in plan.visit), *(gate.id for gate in plan.gates)
    }  # fmt: skip
    found = State(plan, head=GENESIS)
    view = View(found, SATURDAY, None)
    assert len(view.sites()) == len({visit.site for visit in plan.visits})
    ahead = forecaster(json.loads(text), model.load(str(LILLEBY)))(found, SATURDAY - timedelta(days=1))
    assert SATURDAY - timedelta(days=1) < ahead.p50 <= ahead.p90
    assert 0 < ahead.in_time <= 1
    assert set(ahead.crews) == {visit.crew for visit in plan.visits}


def test_a_plan_that_is_not_the_platforms_is_refused() -> None:
    with pytest.raises((KeyError, ValueError)):
        forecaster(document(), model.load(str(ROOT / "stacks" / "holstebro")))
