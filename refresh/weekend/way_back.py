"""The point of no return: the last moment from which all can be as before when people come.

What has begun is undone with the same people in the same hours, each task in its p90, and the morning's check comes
after it. So there is no way back once those have gone home who know it, however short it is. Left out: who decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from refresh.weekend.moments import minute
from refresh.weekend.schedule import Problem, Steps, Work, greedy
from refresh.weekend.tasks import Planned

if TYPE_CHECKING:
    from model.platform import Platform

GRID = 15
"""Minutes between two moments that are tried."""


def steps_of(changes: Mapping[int, int]) -> Steps:
    """How many are there from each minute on, from how many come (or go) at each."""
    there, steps = 0, {0: 0}
    for time, change in sorted(changes.items()):
        there += change
        steps[max(0, time)] = there
    return sorted(steps.items())


def turns(
    platform: Platform, origin: datetime, opens: int, planned: Sequence[Planned], people: Mapping[str, Steps]
) -> int | None:
    """The last minute, on a grid, from which the way back ends before everybody comes. None where none does."""
    crews = {
        f"crew-{key}": steps_of(_on_duty(platform, origin, crew.shifts)) for key, crew in platform.weekend.crews.items()
    }
    for time in range(opens, 0, -GRID):
        problem = _back(planned, time, {**people, **crews})
        found = greedy(problem)
        if not found.unplaced and found.ends <= opens:
            return time
    return None


def _on_duty(platform: Platform, origin: datetime, shifts: Iterable[str]) -> dict[int, int]:
    found: dict[int, int] = {}
    for shift in shifts:
        begins, ends = (minute(origin, end) for end in platform.weekend.shifts[shift].span)
        found[begins] = found.get(begins, 0) + 1
        found[ends] = found.get(ends, 0) - 1
    return found


def _back(planned: Sequence[Planned], time: int, resources: Mapping[str, Steps]) -> Problem:
    """The way back from a minute: what has begun is undone, the last first, and the morning's check comes after it.

    A device that was changed stays; only those that do not reach the old store are changed back, by their crew.
    """
    begun = {held.task.id: held.task for held in planned if held.begins < time and held.task.back is not None}
    after: dict[str, list[str]] = {key: [] for key in begun}
    for held in planned:
        for need in held.task.needs:
            if need in begun and held.task.id in begun and held.task.outing is None:
                after[need].append(held.task.id)
    works = {
        key: Work(task.back.p90 if task.back else 0, tuple(after[key]), task.takes, time)
        for key, task in begun.items()
        if task.outing is None
    }
    by_crew: dict[str, int] = {}
    for task in begun.values():
        if task.outing is not None and task.back is not None:
            by_crew[task.outing.crew] = by_crew.get(task.outing.crew, 0) + task.back.p90
    works |= {f"crew-{crew}": Work(held, (), {f"crew-{crew}": 1}, time) for crew, held in sorted(by_crew.items())}
    undone = tuple(works)
    for held in planned:
        if held.task.minutes_before_opens is not None and held.task.reversible:
            earliest = max(time, held.begins)
            works[held.task.id] = Work(held.task.p90, undone, held.task.takes, earliest)
    return Problem(works, resources)
