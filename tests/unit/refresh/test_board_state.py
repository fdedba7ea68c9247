"""What stands where, from a plan and a log: late phones, gates that nobody answers, and when it ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

import model
from model.faults import ModelError
from refresh.board import plan as plans
from refresh.board.forecast import plain
from refresh.board.record import GENESIS, Record
from refresh.board.reports import FAULTS
from refresh.board.state import State
from tests.support.board import SATURDAY, document
from tests.support.paths import LILLEBY

Said = tuple[float, str, str, Mapping[str, Any]]
DONE = {"minutes": 60, "swapped": 12, "dead": 1}
BLOCKED = {"fault": "line-cut", "reason": "nede", "swapped": 3, "dead": 0}


def state(*said: Said, changed: Mapping[str, Any] | None = None) -> State:
    """After reports, each with the hours after Saturday's begin at which it was said."""
    plan = plans.read(json.dumps(document() | dict(changed or {})), "plan.json")
    records: list[Record] = []
    for number, (hours, kind, about, body) in enumerate(said, 1):
        at = SATURDAY + timedelta(hours=hours)
        records.append(Record(number, "", at, at, "crew:hold-1", kind, about, body, str(number)))
    return State(plan, head=GENESIS).apply(records)


def test_a_visit_goes_through_its_states() -> None:
    steps: list[Said] = [
        (0.0, "visit.begun", "S011-1", {}),
        (0.5, "visit.blocked", "S011-1", BLOCKED),
        (0.7, "visit.begun", "S011-1", {}),
        (1.0, "visit.done", "S011-1", DONE),
    ]
    assert [state(*steps[:n]).work["S011-1"].status for n in range(5)] == [
        "planned", "begun", "blocked", "begun", "done",
    ]  # fmt: skip
    end = state(*steps)
    assert (end.work["S011-1"].swapped, end.work["S011-1"].dead, end.work["S011-1"].minutes) == (12, 1, 60)
    assert end.faults() == {"line-cut": 1}
    assert end.troubles[0].over == SATURDAY + timedelta(hours=0.7)


def test_of_two_phones_what_was_said_later_holds_also_when_it_comes_first() -> None:
    found = state((1.0, "visit.done", "S011-1", DONE), (0.5, "visit.blocked", "S011-1", BLOCKED))
    assert found.work["S011-1"].status == "done"
    assert found.work["S011-1"].swapped == 12
    # The fault is counted all the same, and stops nobody.
    assert found.faults() == {"line-cut": 1}
    assert found.troubles[0].over is not None


def test_a_fault_that_a_rehearsal_draws_has_its_mishaps_key() -> None:
    mishaps = model.load(str(LILLEBY)).weekend.mishaps
    visits = {key for key, mishap in mishaps.items() if "visit" in mishap.kinds}
    assert visits
    assert visits <= FAULTS.keys()


def test_the_lead_lets_it_be_tried_again_or_leaves_it_out() -> None:
    blocked: Said = (0.5, "visit.blocked", "S011-1", BLOCKED)
    retried = state(blocked, (0.6, "decided", "S011-1", {"outcome": "retry", "reason": "x"}))
    dropped = state(blocked, (0.6, "decided", "S011-1", {"outcome": "drop", "reason": "x"}))
    assert (retried.work["S011-1"].status, dropped.work["S011-1"].status) == ("planned", "dropped")
    assert [visit.id for visit in dropped.left("hold-1")] == ["S012-1", "S013-1"]
    assert all(trouble.over for one in (retried, dropped) for trouble in one.troubles)


def test_a_site_of_two_visits_is_done_with_both() -> None:
    twice = document()
    twice["visits"][1]["site"] = "S011"
    done = state((1, "visit.done", "S011-1", DONE), changed=twice)
    assert done.site(done.sites()["S011"]) == "begun"
    both = state((1, "visit.done", "S011-1", DONE), (2, "visit.done", "S012-1", DONE), changed=twice)
    assert both.site(both.sites()["S011"]) == "done"


def test_a_gate_that_nobody_answers_is_no_go_and_stops() -> None:
    found = state()
    before, after = SATURDAY + timedelta(hours=2), SATURDAY + timedelta(hours=2, seconds=1)
    assert found.gates["gate-1"].answer(before) == "open"
    assert found.gates["gate-1"].answer(after) == "expired"
    assert [gate.id for gate in found.unanswered(after)] == ["gate-1"]
    assert [gate.id for gate in found.stopped(after)] == ["gate-1"]
    written = state((2.1, "gate.expired", "gate-1", {"deadline": "x", "role": "x", "go": False}))
    assert list(written.unanswered(after)) == []
    # Written down, it stays no-go, whatever the clock says afterwards.
    assert written.gates["gate-1"].answer(before) == "expired"


def test_a_reopened_gate_waits_for_its_new_deadline() -> None:
    until = (SATURDAY + timedelta(hours=4)).isoformat()
    found = state(
        (2.1, "gate.expired", "gate-1", {"deadline": "x", "role": "x", "go": False}),
        (2.5, "gate.reopened", "gate-1", {"until": until, "reason": "x"}),
    )
    assert found.gates["gate-1"].answer(SATURDAY + timedelta(hours=3)) == "open"
    assert found.gates["gate-1"].answer(SATURDAY + timedelta(hours=5)) == "expired"


def test_what_a_former_plan_had_is_passed_over() -> None:
    found = state((0.0, "visit.done", "S777-1", DONE), (0.1, "gate.decided", "gate-9", {"go": True}))
    assert found.seq == 2
    assert len(found.log) == 2


def test_the_forecast_follows_what_was_reported() -> None:
    begin = SATURDAY
    planned = plain(state(), begin)
    # Three crews end at 11.00 by plan; half of the time is later than the mean of the last of three.
    assert begin + timedelta(hours=4) < planned.p50 < planned.p90 < begin + timedelta(hours=5)
    assert planned.in_time > 0.99
    late = plain(state(), begin + timedelta(hours=6))
    assert late.p50 > planned.p50
    slow = plain(state((2.0, "visit.done", "S011-1", DONE | {"minutes": 120})), begin + timedelta(hours=2))
    assert (
        slow.crews["hold-1"]
        > plain(state((1.0, "visit.done", "S011-1", DONE)), begin + timedelta(hours=1)).crews["hold-1"]
    )


def test_the_forecast_is_certain_when_nothing_is_left() -> None:
    small = document(crews=1, visits=1) | {"tasks": []}
    done = plain(state((1.0, "visit.done", "S011-1", DONE), changed=small), SATURDAY + timedelta(hours=2))
    assert (done.p50, done.in_time, done.before_return) == (SATURDAY + timedelta(hours=2), 1.0, 1.0)


def test_the_forecast_loses_hope_when_the_time_is_short() -> None:
    opens = {"opens": (SATURDAY + timedelta(hours=4)).isoformat()}
    assert 0 < plain(state(changed=opens), SATURDAY).in_time < 0.5
    assert plain(state(changed=opens), SATURDAY + timedelta(hours=3)).in_time < 0.01


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "format"),
        ({"visits": "x"}, "visits"),
        ({"crews": []}, "visits.S011-1.crew"),
        ({"gates": [document()["gates"][0]] * 2}, "gate-1"),
        ({"visits": [], "tasks": [], "gates": []}, "there is nothing to do"),
        ({"opens": "2027-02-08T06:30:00"}, "opens"),
    ],
)
def test_a_plan_that_is_none_is_told_with_what_to_do(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError) as raised:
        plans.read(json.dumps(document() | change), "plan.json")
    assert says in str(raised.value)
    for fault in raised.value.faults:
        assert fault.file == "plan.json"
        assert "; " in fault.message


def test_tasks_that_stand_for_visits_and_gates_are_reported_as_those() -> None:
    tasks = [
        dict(document()["tasks"][0], id=name, kind=kind)
        for name, kind in (("visit-S011-1", "visit"), ("gate-1", "gate"))
    ]
    found = state(changed={"tasks": [*document()["tasks"], *tasks]})
    assert set(found.plan.task) == {"data-sbsys", "flip-kontor"}


def test_what_should_have_been_done_weeks_ago_is_not_forecast() -> None:
    day = {"begins": "2027-01-09T08:00:00+01:00", "ends": "2027-01-09T16:00:00+01:00"}
    old = document()["tasks"][0] | day | {"id": "rehearsal", "p50": 480, "p90": 600}
    with_it = plain(state(changed={"tasks": [old, *document()["tasks"]]}), SATURDAY)
    assert with_it == plain(state(), SATURDAY)
