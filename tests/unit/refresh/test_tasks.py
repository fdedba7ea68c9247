"""The tasks of a cutover and their plan: generated from the platform, in order, with a way back that ends in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive.data_turns import data_turns
from model.derive.flips import flips
from refresh.weekend import centre
from refresh.weekend.tasks import Outing, standing, tasks
from refresh.weekend.way_back import GRID, STAY
from tests.support.lilleby import CUT_OVER, TRIED, changed
from tests.support.paths import LILLEBY


def outing(key: str, name: str, begins: str, ends: str, p50: int, p90: int) -> Outing:
    since, until = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    return Outing(key, key[:4], name, "hold-1", since, until, p50, p90)


OUTINGS = (
    outing("S001-1", "Rådhuset", "2027-02-06T08:00", "2027-02-06T09:00", 20, 40),
    outing("S002-1", "Skolen", "2027-02-07T09:30", "2027-02-07T10:00", 20, 30),
)


@pytest.fixture(scope="module")
def lilleby() -> Platform:
    return model.load(str(LILLEBY))


def test_the_step_is_the_one_that_advance_takes(lilleby: Platform, tmp_path: Path) -> None:
    before, after = changed(tmp_path / "tried", TRIED), changed(tmp_path / "over", CUT_OVER)
    assumed = [standing(lilleby, "g26", live=live) for live in (False, True)]
    assert flips(*assumed) == flips(before, after) != ()
    assert data_turns(*assumed) == data_turns(before, after)


def test_each_move_of_data_takes_what_its_data_say() -> None:
    holstebro = model.load("holstebro")
    turns = data_turns(standing(holstebro, "g26", live=False), standing(holstebro, "g26", live=True))
    kind = holstebro.weekend.tasks["data-move"]
    found = {task.id: task for task in tasks(holstebro, ()) if task.kind == "data-move"}
    assert len(found) == len(turns) > 20
    for turn in turns:
        task = found[f"data-move-{turn.server}"]
        assert (task.p50, task.p90) == tuple(
            round(turn.minutes * p / 100) for p in (kind.percent.p50, kind.percent.p90)
        )


def test_there_is_a_task_for_each_thing_that_it_is_done_for(lilleby: Platform) -> None:
    found = {task.id: task for task in tasks(lilleby, OUTINGS)}
    after = standing(lilleby, "g26", live=True)
    pools = {i.pool.name for i in after.pool_instances if i.generation.name == "g26"}
    assert {f"pool-check-{pool}" for pool in pools} <= found.keys()
    # No data move, so the flip waits for what they would have waited for.
    assert set(found["flip"].needs) == {f"pool-check-{pool}" for pool in pools} | {"close"}
    assert found["visit-S002-1"].needs == ("visit-S001-1",)
    assert set(found["gate-sunday"].needs) == {"visit-S001-1", "visit-S002-1"}
    assert "gate-sunday" in found["opening"].needs
    assert found["flip"].action == "refresh advance lilleby g26 --to live"
    assert found["flip"].way_back == "refresh advance lilleby g22 --to live"


def test_a_step_that_has_been_taken_gives_the_same_tasks(lilleby: Platform) -> None:
    live = standing(lilleby, "g26", live=True)
    assert tasks(live, OUTINGS) == tasks(lilleby, OUTINGS)


def test_every_task_waits_for_its_needs_and_its_people(lilleby: Platform) -> None:
    planned = centre.plan(lilleby, OUTINGS)
    held = {p.task.id: p for p in planned.planned}
    assert planned.unplaced == ()
    for each in planned.planned:
        if each.task.outing is None:
            assert all(held[need].ends <= each.begins for need in each.task.needs), each.task.id
    # One person is there on Friday from 16 to 20 and on Saturday from 8 to 12.30, minutes 0-240 and 960-1230.
    for minute in range(4000):
        busy = sum(p.task.takes.get("operations", 0) for p in planned.planned if p.begins <= minute < p.ends)
        assert busy <= (100 if minute < 240 or 960 <= minute < 1230 else 0)


def test_the_document_holds_what_a_person_reads(lilleby: Platform) -> None:
    document = centre.plan(lilleby, OUTINGS).document()
    rows = {row["id"]: row for row in document["tasks"]}
    assert [row["begins"] for row in document["tasks"]] == sorted(row["begins"] for row in document["tasks"])
    assert rows["close"]["begins"] == "2027-02-05T16:00+01:00"
    assert rows["visit-S001-1"]["site"] == "S001"
    assert rows["freeze"]["begins"].startswith("2027-01-22")
    assert [gate["id"] for gate in document["gates"]] == ["gate-sunday"]
    assert document == centre.plan(lilleby, OUTINGS).document()


def test_there_is_no_way_back_after_the_last_who_knows_it_has_gone_home(lilleby: Platform) -> None:
    planned = centre.plan(lilleby, OUTINGS)
    assert planned.turns is not None
    # The flip back takes 15 minutes of operations' time, who leave on Saturday at 12.30, minute 1230, and stay for two
    # hours more, for they do not come again.
    assert planned.turns + 15 <= 1230 + STAY < planned.turns + 15 + 2 * GRID
    assert planned.problems == ["Der er ingen vej tilbage de sidste 1500 minutter før den sidste port"]


def test_a_longer_way_back_is_an_earlier_point_of_no_return(lilleby: Platform, tmp_path: Path) -> None:
    own = tmp_path / "longer"
    slow = changed(own, {"cutover.yaml": {"gates.sunday.lets": []}})
    kinds = dict(slow.weekend.tasks)
    way = kinds["flip"].way_back
    assert way is not None
    longer = way.model_copy(update={"minutes": way.minutes and way.minutes.model_copy(update={"p90": 75})})
    kinds["flip"] = kinds["flip"].model_copy(update={"way_back": longer})
    slow = replace(slow, weekend=replace(slow.weekend, tasks=kinds))
    first, later = centre.plan(lilleby, OUTINGS).turns, centre.plan(slow, OUTINGS).turns
    assert first is not None
    assert later == first - 60


def test_slack_is_how_much_later_a_task_may_begin(lilleby: Platform) -> None:
    held = {p.task.id: p for p in centre.plan(lilleby, OUTINGS).planned}
    # The last minute to open is 6.30 on Monday, and the task takes ten.
    assert held["opening"].slack == 20
    assert held["flip"].slack == 1230 - held["flip"].ends
