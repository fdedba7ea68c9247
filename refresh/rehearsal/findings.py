"""What the rehearsed weekends say: how likely each promise holds, what loses most, and what would buy most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.types.rehearsal import Bar, Chances, Findings, Loser
from refresh.rehearsal.course import Course
from refresh.rehearsal.draw import NOTHING, Change, Flags, Numbers, draw
from refresh.rehearsal.run import Ran, run
from refresh.weekend.moments import moment

if TYPE_CHECKING:
    from model.types.mishaps import Mishap

LOSERS = 10
TRIED = 10_000
"""At most so many weekends of each bar of the tornado: its bars are compared, and share their luck."""
FLYING_SHARE = 0.7
"""The part of its shift that a crew without a route of its own works at sites, the rest on the way: assumed."""
MOST_LEFT = 2
"""Percent of the workplaces that may be left at the last gate (cutover.yaml asks for 98 percent of the visits)."""


def rehearse(course: Course, mishaps: Mapping[str, Mishap], runs: int, seed: int) -> Findings:
    """Runs the weekend `runs` times and says what came of it."""
    drawn = draw(course, mishaps, runs, seed)
    ran = run(course, drawn)
    work = _work(course)
    last = np.max(np.where(ran.missed[:, work], 0, ran.ends[:, work]), axis=1) if work else np.zeros(runs)
    chances = _chances(course, ran)

    def told(minutes: float) -> str:
        return moment(course.origin, round(minutes)).isoformat(timespec="minutes")

    quarter, count = np.unique(np.floor(last / 15).astype(np.int64), return_counts=True)
    return Findings(
        runs=runs,
        seed=seed,
        chances=chances,
        error=round(float(100 * np.sqrt(chances.done / 100 * (1 - chances.done / 100) / runs)), 2),
        ends=tuple((told(15 * int(q)), int(c)) for q, c in zip(quarter, count, strict=True)),
        p50=told(float(np.quantile(last, 0.5))),
        p90=told(float(np.quantile(last, 0.9))),
        turns=told(course.turns) if course.turns is not None else None,
        opens=told(course.opens),
        losers=_losers(course, drawn.minutes, ran),
        bars=tuple(_bars(course, mishaps, min(runs, TRIED), seed)),
    )


def _work(course: Course) -> list[int]:
    """The steps that have to be done before there is no way back."""
    turns = course.turns if course.turns is not None else course.opens
    return [n for n, s in enumerate(course.steps) if s.begins < turns and s.id != course.opening and s.kind != "gate"]


def _chances(course: Course, ran: Ran, flying: bool = False) -> Chances:
    work = _work(course)
    turns = course.turns if course.turns is not None else course.opens
    missed = _taken_over(course, ran.missed) if flying else ran.missed
    late = missed[:, work] | (ran.ends[:, work] > turns)
    workplaces = np.array([course.steps[n].workplaces for n in work], dtype=np.float64)
    left = late @ workplaces
    plain = np.array([course.steps[n].crew is None for n in work], dtype=np.bool_)
    few = left <= workplaces.sum() * MOST_LEFT / 100
    column = next((n for n, step in enumerate(course.steps) if step.id == course.opening), None)
    opened = ran.ends[:, column] <= course.opens if column is not None else np.ones(len(late), dtype=np.bool_)
    return Chances(
        done=_percent(~late.any(axis=1)),
        nearly=_percent(few & ~late[:, plain].any(axis=1)),
        open=_percent(opened),
        left=round(float(left.mean()), 1),
    )


def _percent(flags: NDArray[np.bool_] | np.bool_) -> float:
    return round(float(100 * np.mean(flags)), 1)


def _taken_over(course: Course, missed: Flags) -> Flags:
    """What is still missed with one crew more on each shift, which has no route and takes what others cannot."""
    still = missed.copy()
    for shift in sorted({step.shift for step in course.steps if step.shift is not None}):
        mine = [n for n, step in enumerate(course.steps) if step.shift == shift]
        begins = min(course.steps[n].begins for n in mine)
        room = FLYING_SHARE * (max(course.steps[n].latest or 0 for n in mine) - begins)
        minutes = np.array([course.steps[n].p90 for n in mine], dtype=np.float64)
        taken = np.cumsum(np.where(missed[:, mine], minutes, 0), axis=1)
        still[:, mine] = missed[:, mine] & (taken > room)
    return still


def _losers(course: Course, minutes: Numbers, ran: Ran) -> tuple[Loser, ...]:
    """The steps that delay others most by themselves: with all before them on time, how late is the next."""
    followers: dict[str, list[int]] = {}
    for step in course.steps:
        for need, way in step.after:
            followers.setdefault(need, []).append(step.begins - way)
    found: list[Loser] = []
    for number, step in enumerate(course.steps):
        room = min(followers.get(step.id, [max(step.ends, step.begins)])) - step.begins
        lost = float(np.maximum(minutes[:, number] - max(room, 0), 0).mean())
        missed = _percent(ran.missed[:, number])
        found.append(Loser(step.id, step.title, round(lost, 1), missed))
    found.sort(key=lambda loser: (-loser.minutes, -loser.missed, loser.id))
    return tuple(loser for loser in found[:LOSERS] if loser.minutes > 0 or loser.missed > 0)


def _bars(course: Course, mishaps: Mapping[str, Mishap], runs: int, seed: int) -> list[Bar]:
    """The same weekends again, each time with one thing changed."""

    def tried(change: Change, flying: bool = False) -> Chances:
        return _chances(course, run(course, draw(course, mishaps, runs, seed, change)), flying)

    bars = [Bar("as-planned", "Som planlagt", "plan", tried(NOTHING))]
    bars += [
        Bar("crew", "Et flyvende hold mere på hver vagt", "buys", tried(NOTHING, flying=True)),
        Bar("minute", "Et minut mindre pr. plads", "buys", tried(replace(NOTHING, faster=1))),
        Bar("spares", "5 procentpoint flere reserver", "buys", tried(replace(NOTHING, spares=5))),
    ]
    bars += [
        Bar(key, f"Uden: {mishap.title}", "costs", tried(replace(NOTHING, without=key)))
        for key, mishap in mishaps.items()
    ]
    return bars
