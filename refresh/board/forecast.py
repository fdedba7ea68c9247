"""When it ends, from what is left: a plain sum for each crew, until something better is asked.

A crew goes on with its next visit when the last is over and the way is driven, never before the hour that the site was
told. A visit takes as long as planned, times the crew's pace so far. What is blocked is counted as still to do.
Left out: tasks from before the cutover, and what happens to two crews at once, such as a line that is down.
`Forecaster` is the door for a simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import NormalDist
from typing import Final

from refresh.board.state import OVER, State

P90: Final = NormalDist().inv_cdf(0.9)
"""Standard deviations from p50 to p90."""
SPREAD: Final = 0.25
"""Standard deviation of a visit, of its length. assumed: plan.json gives a visit one length and not two."""
PRIOR: Final = 120.0
"""Minutes of work at the planned pace that a crew's own count for, so that one quick visit says little. assumed."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast."""

    p50: datetime
    """When all visits are over, as often as not."""
    p90: datetime
    """The same nine times of ten."""
    in_time: float
    """How likely it is that all is done when people are let in."""
    before_return: float | None
    """How likely it is that what was planned to be done by the point of no return is done by then."""
    crews: Mapping[str, datetime]
    """When each crew that has something left is expected to be done."""
    basis: str
    """What it was computed by, in Danish."""
    endangered: Mapping[str, float] = field(default_factory=dict[str, float])
    """Visits that may not be made in their site's hours, with how likely that is."""


Forecaster = Callable[[State, datetime], Outlook]


@dataclass(frozen=True, slots=True)
class _End:
    """When one is done."""

    mean: datetime
    variance: float
    """Minutes squared."""

    def before(self, when: datetime) -> float:
        late = (when - self.mean).total_seconds() / 60
        if self.variance == 0:
            return float(late >= 0)
        return NormalDist(0, self.variance**0.5).cdf(late)


def plain(state: State, now: datetime) -> Outlook:
    """The forecast by sums, crews and tasks taken as independent of each other."""
    plan, back = state.plan, state.plan.point_of_no_return
    crews = {crew.key: _crew(state, crew.key, now, plan.end) for crew in plan.crews if state.left(crew.key)}
    ends = list(crews.values())
    return Outlook(
        p50=_quantile(ends, 0.5, now),
        p90=_quantile(ends, 0.9, now),
        in_time=_before([*ends, *_tasks(state, now, plan.end)], plan.end),
        before_return=_before(_all(state, now, back), back) if back is not None else None,
        crews={key: end.mean for key, end in crews.items()},
        basis="planens tider gange holdets eget tempo, antaget spredning",
    )


def _all(state: State, now: datetime, until: datetime) -> list[_End]:
    """The ends of what was planned to be over by then."""
    return [*(_crew(state, crew.key, now, until) for crew in state.plan.crews), *_tasks(state, now, until)]


def _crew(state: State, crew: str, now: datetime, until: datetime) -> _End:
    slow = pace(state, crew)
    at, variance = now, 0.0
    for number, visit in enumerate(visit for visit in state.left(crew) if visit.ends <= until):
        minutes = (visit.ends - visit.begins).total_seconds() / 60 * slow
        begun = state.work[visit.id].begun
        if begun is not None:
            at = max(now, begun + timedelta(minutes=minutes))
        else:
            way = timedelta(minutes=visit.travel_minutes if number else 0)
            start = max(at + way, visit.begins)
            # A wait for the site's hour takes up what has slipped before it.
            variance *= at + way >= visit.begins
            at = start + timedelta(minutes=minutes)
        variance += (minutes * SPREAD) ** 2
    return _End(at, variance)


def pace(state: State, crew: str) -> float:
    """Minutes taken against minutes planned of what the crew has done."""
    planned, taken = PRIOR, PRIOR
    for visit in state.plan.route.get(crew, ()):
        work = state.work[visit.id]
        if work.status == "done" and work.minutes is not None:
            planned += (visit.ends - visit.begins).total_seconds() / 60
            taken += work.minutes
    return taken / planned


def _tasks(state: State, now: datetime, until: datetime) -> list[_End]:
    """The end of each task that is left and that no other that is left waits for."""
    plan = state.plan
    rest = [task for name, task in plan.task.items() if state.work[name].status not in OVER and not plan.ahead(task)]
    left = {task.id: task for task in rest if task.ends <= until}
    ends: dict[str, _End] = {}
    for task in sorted(left.values(), key=lambda task: (task.begins, task.id)):
        before = [ends[name] for name in task.needs if name in ends]
        last = max(before, key=lambda end: end.mean, default=_End(now, 0.0))
        begun = state.work[task.id].begun
        start = begun if begun is not None else max(last.mean, task.begins)
        end = max(start + timedelta(minutes=task.p50), now)
        ends[task.id] = _End(end, last.variance + (max(task.p90 - task.p50, 0) / P90) ** 2)
    waited_for = {name for task in left.values() for name in task.needs}
    return [end for name, end in ends.items() if name not in waited_for]


def _before(ends: list[_End], when: datetime) -> float:
    likely = 1.0
    for end in ends:
        likely *= end.before(when)
    return likely


def _quantile(ends: list[_End], share: float, now: datetime) -> datetime:
    """The minute before which all is done as often as `share` says."""
    if not ends:
        return now
    low = 0
    high = (
        int((max(end.mean + timedelta(minutes=6 * end.variance**0.5) for end in ends) - now).total_seconds() / 60) + 1
    )
    while high - low > 1:
        middle = (low + high) // 2
        if _before(ends, now + timedelta(minutes=middle)) >= share:
            high = middle
        else:
            low = middle
    return now + timedelta(minutes=high)
