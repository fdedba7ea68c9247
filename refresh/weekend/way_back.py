"""The point of no return: the last moment from which all can be as before when people come.

What has begun is undone with the same people in their hours and at most STAY more, each task in its p90, and the
morning's check comes after it. So there is no way back once those have gone home who know it, however short it is. Left
out: who decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from refresh.weekend.people import of_crews, of_skills
from refresh.weekend.schedule import Problem, Steps, Work, greedy
from refresh.weekend.tasks import Planned

if TYPE_CHECKING:
    from model.platform import Platform

GRID = 15
"""Minutes between two moments that are tried."""
STAY = 120
"""Minutes for which people stay on for a way back, where eleven hours of rest are left before they come again: assumed,
and to be agreed with them.
"""


def turns(platform: Platform, origin: datetime, opens: int, planned: Sequence[Planned]) -> int | None:
    """The last minute, on a grid, from which the way back ends before everybody comes. None where none does."""
    there = {**of_skills(platform, origin, stay=STAY), **of_crews(platform, origin, stay=STAY)}
    for time in range(opens, 0, -GRID):
        problem = _back(planned, time, there)
        found = greedy(problem)
        if not found.unplaced and found.ends <= opens:
            return time
    return None


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
