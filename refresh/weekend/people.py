"""How many people there are from each minute on: those of the data centre by skill, and each crew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from refresh.weekend.moments import minute
from refresh.weekend.schedule import Steps

if TYPE_CHECKING:
    from model.platform import Platform

REST = 11 * 60
"""Minutes between two shifts of the same people: arbejdsmiljøloven section 50, directive 2003/88/EC article 3."""


def of_skills(platform: Platform, origin: datetime, *, stay: int = 0) -> dict[str, Steps]:
    """Percent of people of each skill that a task or a team names. They stay so many minutes longer if they may."""
    taken = {skill for kind in platform.weekend.tasks.values() for skill in kind.takes}
    changes: dict[str, dict[int, int]] = {skill: {} for skill in sorted(taken | platform.weekend.skills.keys())}
    for team in platform.weekend.teams.values():
        for begins, ends in _spans(platform, origin, team.shifts, stay):
            for skill, number in team.people.items():
                held = changes[skill]
                held[begins] = held.get(begins, 0) + 100 * number
                held[ends] = held.get(ends, 0) - 100 * number
    return {skill: _steps(held) for skill, held in changes.items()}


def of_crews(platform: Platform, origin: datetime, *, stay: int = 0) -> dict[str, Steps]:
    """Each crew as one, while it is on duty: `crew-hold-1`."""
    found: dict[str, Steps] = {}
    for key, crew in platform.weekend.crews.items():
        changes: dict[int, int] = {}
        for begins, ends in _spans(platform, origin, crew.shifts, stay):
            changes[begins] = changes.get(begins, 0) + 1
            changes[ends] = changes.get(ends, 0) - 1
        found[f"crew-{key}"] = _steps(changes)
    return found


def _spans(platform: Platform, origin: datetime, shifts: Sequence[str], stay: int) -> Iterator[tuple[int, int]]:
    spans = [platform.weekend.shifts[shift].span for shift in shifts]
    there = sorted((minute(origin, begins), minute(origin, ends)) for begins, ends in spans)
    for number, (begins, ends) in enumerate(there):
        next_ = there[number + 1][0] - REST if number + 1 < len(there) else ends + stay
        yield begins, max(ends, min(ends + stay, next_))


def _steps(changes: Mapping[int, int]) -> Steps:
    """How many are there from each minute on, from how many come (or go) at each."""
    there, steps = 0, {0: 0}
    for time, change in sorted(changes.items()):
        there += change
        steps[max(0, time)] = there
    return sorted(steps.items())
