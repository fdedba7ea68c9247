"""Thousands of weekends: against a simulation event by event that shares no code, and against what can be computed."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pytest

import model
from model.types.mishaps import Mishap
from refresh.rehearsal import draw as drawing
from refresh.rehearsal.course import OVERTIME, Course, Step, ordered, read
from refresh.rehearsal.draw import Change, draw
from refresh.rehearsal.findings import rehearse
from refresh.rehearsal.run import run
from refresh.weekend import centre, verdict
from refresh.weekend.tasks import Outing
from refresh.weekend.verify import verify
from tests.support.paths import LILLEBY

ORIGIN = datetime.fromisoformat("2027-02-05T16:00")


def step(key: str, p50: int = 10, p90: int = 20, *after: str, **rest: object) -> Step:
    given = {"kind": key, "title": key, "begins": 0, "ends": p90, "after": tuple((n, 0) for n in after), **rest}
    return Step(id=key, p50=p50, p90=p90, **given)  # pyright: ignore[reportArgumentType]


def course(*steps: Step, turns: int = 1000, opens: int = 2000) -> Course:
    return Course(ordered(steps), turns, opens, None, 5, ORIGIN)


def mishap(**rest: object) -> Mishap:
    return Mishap.model_validate({"title": "x", "percent": 100.0, "source": "a test", **rest}, strict=False)


def by_events(held: Course, minutes: Sequence[float], away: Sequence[bool]) -> dict[str, tuple[float, bool]]:
    """One weekend with a queue of events: when each step ends, and whether it was not made."""
    steps = {s.id: s for s in held.steps}
    takes = {s.id: minutes[n] for n, s in enumerate(held.steps)}
    gone = {s.id: away[n] for n, s in enumerate(held.steps)}
    waiting = {s.id: len(s.after) for s in held.steps}
    ready = {s.id: 0.0 for s in held.steps}
    done: dict[str, tuple[float, bool]] = {}
    queue: list[tuple[float, str, str]] = [(float(-1), "ready", s.id) for s in held.steps if not s.after]
    heapq.heapify(queue)
    while queue:
        _, event, key = heapq.heappop(queue)
        s = steps[key]
        if event == "ready":
            begins = max(float(s.begins), ready[key])
            for since, until in s.duty:
                if begins < until:
                    begins = max(begins, float(since))
                    break
            ends = begins + takes[key]
            missed = gone[key] or (s.latest is not None and ends > s.latest)
            done[key] = (ready[key] if missed else ends, missed)
            heapq.heappush(queue, (done[key][0], "ended", key))
            continue
        for other in steps.values():
            for need, way in other.after:
                if need == key:
                    ready[other.id] = max(ready[other.id], done[key][0] + way)
                    waiting[other.id] -= 1
                    if not waiting[other.id]:
                        heapq.heappush(queue, (ready[other.id], "ready", other.id))
    return done


def test_a_simulation_event_by_event_gives_the_same_ends() -> None:
    chance = np.random.default_rng(7)
    for _ in range(20):
        steps: list[Step] = []
        for n in range(12):
            needs = [f"s{k}" for k in range(n) if chance.random() < 0.3]
            duty = ((0, 60), (90, 150)) if chance.random() < 0.5 else ()
            latest = int(chance.integers(60, 200)) if chance.random() < 0.3 else None
            way = tuple((need, int(chance.integers(0, 9))) for need in needs)
            begins = int(chance.integers(0, 50))
            steps.append(step(f"s{n}", 10, 25, begins=begins, after=way, duty=duty, latest=latest, crew="c", shift="d"))
        held = course(*steps)
        no_show = mishap(strikes="shift", percent=20.0, kinds=[f"s{n}" for n in range(6)], away=True)
        drawn = draw(held, {"no-show": no_show}, 5, 3)
        ran = run(held, drawn)
        for weekend in range(5):
            told = by_events(held, drawn.minutes[weekend].tolist(), drawn.away[weekend].tolist())
            for n, s in enumerate(held.steps):
                assert told[s.id] == (pytest.approx(ran.ends[weekend, n]), bool(ran.missed[weekend, n])), s.id


def test_nine_of_ten_of_one_task_and_both_of_two() -> None:
    held = course(step("one", 20, 40), step("two", 30, 45))
    ends = run(held, draw(held, {}, 40_000, 1)).ends
    assert (ends[:, 0] <= 40).mean() == pytest.approx(0.9, abs=0.006)
    assert np.median(ends[:, 0]) == pytest.approx(20, abs=0.3)
    both = (ends[:, 0] <= 40) & (ends[:, 1] <= 45)
    assert both.mean() == pytest.approx(0.81, abs=0.008)


def test_two_in_a_row_have_the_sum_of_their_means_and_variances() -> None:
    held = course(step("one", 20, 40), step("two", 30, 45, "one"))
    ends = run(held, draw(held, {}, 60_000, 1)).ends[:, 1]
    mean = variance = 0.0
    for p50, p90 in ((20, 40), (30, 45)):
        sigma2 = (math.log(p90 / p50) / drawing.Z90) ** 2
        mean += p50 * math.exp(sigma2 / 2)
        variance += (math.exp(sigma2) - 1) * p50**2 * math.exp(sigma2)
    assert ends.mean() == pytest.approx(mean, rel=0.01)
    assert ends.var() == pytest.approx(variance, rel=0.05)


def test_a_slow_evening_is_slow_for_all_of_a_kind() -> None:
    held = course(step("one", kind="clone"), step("two", kind="clone"), step("three", kind="other"))
    logs = np.log(draw(held, {}, 40_000, 1).minutes)
    assert np.corrcoef(logs[:, 0], logs[:, 1])[0, 1] == pytest.approx(drawing.SHARED, abs=0.02)
    assert np.corrcoef(logs[:, 0], logs[:, 2])[0, 1] == pytest.approx(0, abs=0.02)


def test_what_strikes_a_weekend_strikes_all_and_what_strikes_a_task_one() -> None:
    held = course(step("one", kind="clone"), step("two", kind="clone"))
    usual = draw(held, {}, 20_000, 1).minutes
    for strikes, together in (("weekend", 0.25), ("task", 0.0625)):
        slow = mishap(strikes=strikes, percent=25.0, kinds=["clone"], minutes={"p50": 30, "p90": 60})
        struck = draw(held, {"slow": slow}, 20_000, 1).minutes - usual > 1e-9
        assert struck[:, 0].mean() == pytest.approx(0.25, abs=0.01)
        assert struck.all(axis=1).mean() == pytest.approx(together, abs=0.01)


def test_a_dead_device_costs_more_when_the_van_is_empty() -> None:
    visits = [
        step(f"v{n}", 10, 20, kind="visit", crew="c", shift="d", devices=20, begins=n, latest=9999) for n in range(2)
    ]
    held = course(*visits)
    dead = mishap(strikes="device", percent=10.0, kinds=["visit"], minutes={"p50": 5, "p90": 5})
    out = mishap(strikes="spare", kinds=["visit"], minutes={"p50": 100, "p90": 100})
    usual = draw(held, {}, 4000, 1).minutes
    lost = draw(held, {"dead": dead, "out": out}, 4000, 1).minutes - usual
    rich = draw(held, {"dead": dead, "out": out}, 4000, 1, Change(spares=95)).minutes - usual
    # Two spares for forty devices: of the dead, all beyond two in the order of the route wait for another.
    count = np.rint(rich / 5)
    assert count.mean() == pytest.approx(2, abs=0.1)
    over = np.maximum(np.cumsum(count, axis=1) - 2, 0)
    assert lost == pytest.approx(5 * count + 100 * np.diff(over, axis=1, prepend=0))


def test_the_same_seed_gives_the_same_and_a_change_keeps_its_luck() -> None:
    held = course(step("one", devices=3, crew="c", shift="d", kind="visit"), step("two", 10, 20, "one"))
    cut = mishap(strikes="task", percent=30.0, kinds=["visit"], minutes={"p50": 30, "p90": 60})
    first, again = (rehearse(held, {"cut": cut}, 500, 4).document() for _ in range(2))
    assert first == again != rehearse(held, {"cut": cut}, 500, 5).document()
    assert draw(held, {"cut": cut}, 50, 4, Change(without="cut")).minutes == pytest.approx(
        draw(held, {}, 50, 4).minutes
    )


def test_a_promise_is_kept_as_often_as_its_task() -> None:
    held = course(step("one", 20, 40), turns=40)
    found = rehearse(held, {}, 20_000, 1)
    assert found.chances.done == pytest.approx(90, abs=0.7)
    assert found.losers == () or found.losers[0].id == "one"


def test_a_plan_of_lilleby_is_rehearsed() -> None:
    lilleby = model.load(str(LILLEBY))
    outing = Outing(
        "S002-1",
        "S002",
        "Skolen",
        "hold-1",
        datetime.fromisoformat("2027-02-07T09:30"),
        datetime.fromisoformat("2027-02-07T10:00"),
        20,
        30,
    )
    row = {"id": "S002-1", "devices": 2, "travel_minutes": 10, "latest": "2027-02-07T10:15+01:00"}
    held = read({**centre.plan(lilleby, [outing]).document(), "visits": [row]}, lilleby)
    visit = next(s for s in held.steps if s.kind == "visit")
    assert (visit.begins, visit.latest, visit.people) == (41 * 60 + 30, 42 * 60 + 45 + OVERTIME, 1)
    flip = next(s for s in held.steps if s.kind == "flip")
    assert flip.duty == ((0, 240), (960, 1230))
    assert {"close"} < {need for need, _ in flip.after}
    found = rehearse(held, lilleby.weekend.mishaps, 300, 1)
    assert {bar.key for bar in found.bars} >= {"as-planned", "crew", "minute", "spares", "no-show"}
    assert found.chances.open > 90


def test_holstebro_as_it_is_shipped_holds() -> None:
    holstebro = model.load("holstebro")
    document = verdict.plan(holstebro).document
    assert document["feasible"]
    assert verify(holstebro, document) == []
    assert not [line for line in document["verdict"] if "vej tilbage" in line]
    found = rehearse(read(document, holstebro), holstebro.weekend.mishaps, 1000, 1)
    assert found.chances.nearly > 80
    assert found.chances.open > 99
