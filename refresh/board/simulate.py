"""The forecast by rehearsing what is left: the course, the minutes and the mishaps of before the weekend, from now on.

What is over falls out, what is under way has taken as long as it has, nothing else begins before now, and a crew works
at its own pace so far. A crew that has been heard on a shift has come. Left out: what a mishap that has struck already
does to what is left, but for the time that it took.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from refresh.board.forecast import Forecaster, Outlook, pace
from refresh.board.state import OVER, State, Work
from refresh.rehearsal import course as courses
from refresh.rehearsal.course import Course, Step
from refresh.rehearsal.draw import Drawn, draw
from refresh.rehearsal.run import Ran, run
from refresh.weekend.moments import ZONE, minute, moment

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.mishaps import Mishap

RUNS: Final = 1000
"""Weekends a forecast: a chance of one half is told to 3 percent."""
SEED: Final = 1
"""The same state at the same minute gives the same forecast."""
DANGER: Final = 0.2
"""From which chance on a visit that may not be made is named."""


def forecaster(plan: Mapping[str, Any], platform: Platform) -> Forecaster:
    """Forecasts for a plan. Raises KeyError or ValueError for one that is not the platform's."""
    whole, mishaps = courses.read(plan, platform), platform.weekend.mishaps

    def forecast(state: State, now: datetime) -> Outlook:
        return _forecast(whole, mishaps, state, now)

    return forecast


def _forecast(whole: Course, mishaps: Mapping[str, Mishap], state: State, now: datetime) -> Outlook:
    at = _minute(whole, now)
    left = replace(whole, steps=_left(whole, state, at))
    drawn = _lasting(left, draw(left, mishaps, RUNS, SEED), state, at)
    return _outlook(whole, left, run(left, drawn), at)


def _left(whole: Course, state: State, at: int) -> tuple[Step, ...]:
    """The steps that are not over, none before now, each after those that it still waits for."""
    over = {step.id: ended for step in whole.steps if (ended := _over(whole, step, state)) is not None}
    steps: list[Step] = []
    for step in whole.steps:
        if step.id in over:
            continue
        work, crew = state.work.get(_name(step), Work()), step.crew
        came = max((over[need] + way for need, way in step.after if need in over), default=at)
        begins = max(step.begins, at, came)
        after = tuple((need, way) for need, way in step.after if need not in over)
        if work.begun is not None:
            # It waits for nothing any more, whatever the plan had it wait for.
            step, begins, after = replace(step, duty=()), _minute(whole, work.begun), ()  # noqa: PLW2901
        slow = pace(state, crew) if crew is not None else 1.0
        minutes = {"p50": round(step.p50 * slow), "p90": round(step.p90 * slow)}
        steps.append(replace(step, begins=begins, after=after, **minutes))
    return tuple(steps)


def _lasting(left: Course, drawn: Drawn, state: State, at: int) -> Drawn:
    """What is under way takes at least until now; who has been heard on a shift has come."""
    came = {_turn(step) for step in left.steps if _begun(step, state)}
    came |= {(visit.crew, visit.shift) for visit in state.plan.visits if state.work[visit.id].status in OVER}
    minutes, away = drawn.minutes.copy(), drawn.away.copy()
    for number, step in enumerate(left.steps):
        if _begun(step, state):
            minutes[:, number] = np.maximum(minutes[:, number], at - step.begins + 1)
        if step.crew is not None and _turn(step) in came:
            away[:, number] = False
    return Drawn(minutes, away)


def _outlook(whole: Course, left: Course, ran: Ran, at: int) -> Outlook:
    visits = [n for n, step in enumerate(left.steps) if step.crew is not None]
    last = np.max(np.where(ran.missed[:, visits], at, ran.ends[:, visits]), axis=1) if visits else np.full(RUNS, at)
    planned = {step.id: step.ends for step in whole.steps}
    crews = sorted({step.crew for step in left.steps if step.crew is not None})
    mine = {crew: [n for n in visits if left.steps[n].crew == crew] for crew in crews}
    missed = {_name(left.steps[n]): float(ran.missed[:, n].mean()) for n in visits}

    def told(minutes: float) -> datetime:
        return moment(whole.origin, max(round(minutes), at))

    def likely(until: int, columns: list[int]) -> float:
        return float((~ran.missed[:, columns] & (ran.ends[:, columns] <= until)).all(axis=1).mean())

    turns = whole.turns if whole.turns is not None else whole.opens
    before = [n for n, step in enumerate(left.steps) if planned[step.id] <= turns and step.kind != "gate"]
    return Outlook(
        p50=told(float(np.quantile(last, 0.5))),
        p90=told(float(np.quantile(last, 0.9))),
        in_time=likely(whole.opens, list(range(len(left.steps)))),
        before_return=likely(turns, before) if whole.turns is not None else None,
        crews={crew: told(float(np.median(ran.ends[:, columns].max(axis=1)))) for crew, columns in mine.items()},
        basis=f"{RUNS} weekender regnet på det, der mangler",
        endangered={name: share for name, share in missed.items() if share >= DANGER},
    )


def _over(whole: Course, step: Step, state: State) -> int | None:
    """When a step was over, if it is. A gate is when it was answered with go."""
    if step.kind == "gate":
        standing = state.gates.get(step.id)
        return _minute(whole, standing.at) if standing is not None and standing.go and standing.at else None
    work = state.work.get(_name(step), Work())
    return _minute(whole, work.said) if work.status in OVER and work.said else None


def _begun(step: Step, state: State) -> bool:
    work = state.work.get(_name(step))
    return work is not None and work.begun is not None


def _turn(step: Step) -> tuple[str, str]:
    return (step.crew or "", step.shift or "")


def _name(step: Step) -> str:
    """What the board calls it."""
    return step.id.removeprefix("visit-") if step.crew is not None else step.id


def _minute(course: Course, when: datetime) -> int:
    return minute(course.origin, when.astimezone(ZONE).replace(tzinfo=None))
