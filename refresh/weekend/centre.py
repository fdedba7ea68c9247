"""The plan of the data centre: its tasks in the hours of its people, beside visits that are planned already, and the
moment from which there is no way back.

Gate by gate: what a gate asks for is done as early as it can be, and what an earlier gate asks for is not moved for it.
A task takes its p90, so nine of ten end as planned. Left out: the routes of crews (routes.py), and the breaks of a team
in the data centre, which it takes in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from refresh.weekend.moments import minute, moment
from refresh.weekend.people import of_skills
from refresh.weekend.schedule import Effort, Problem, Schedule, Work, justified, remaining
from refresh.weekend.solver import plan as shortest
from refresh.weekend.tasks import Outing, Planned, Task, tasks
from refresh.weekend.way_back import turns

if TYPE_CHECKING:
    from model.platform import Platform

EFFORT = Effort(rounds=60, seconds=0.3)


@dataclass(frozen=True, slots=True)
class Centre:
    """The tasks as planned, and what fits at no time. `turns` is the last minute at which a way back ends in time."""

    origin: datetime
    planned: tuple[Planned, ...]
    unplaced: tuple[str, ...]
    turns: int | None
    platform: Platform

    @property
    def problems(self) -> list[str]:
        """What does not hold, in Danish: tasks without a time, gates that wait, a way back that is over first."""
        told = {held.task.id: held for held in self.planned}
        found = [f"{key} kan ikke nås: ingen på vagt kan tage den" for key in self.unplaced]
        for held in self.planned:
            at = held.task.at
            if at is not None and held.begins > (asked := minute(self.origin, at)):
                found.append(f"{held.task.title} må vente {held.begins - asked} minutter på det, den spørger om")
        last = [held for held in told.values() if held.task.kind == "gate" and held.task.needs]
        if self.turns is None:
            found.append("Der er intet tidspunkt, hvorfra vejen tilbage når at blive gjort")
        elif last and self.turns < (latest := max(held.begins for held in last)):
            found.append(f"Der er ingen vej tilbage de sidste {latest - self.turns} minutter før den sidste port")
        return found

    def document(self) -> dict[str, Any]:
        """The keys `point_of_no_return`, `tasks` and `gates` of plan.json."""
        turns = None if self.turns is None else _iso(self.origin, self.turns)
        return {
            "point_of_no_return": turns,
            "tasks": [self._row(held) for held in self.planned],
            "gates": [
                {
                    "id": f"gate-{key}",
                    "title": gate.title,
                    "at": _iso(self.origin, minute(self.origin, gate.at.order)),
                    "role": gate.role,
                    "criteria": [
                        {"key": name, "title": each.title, "limit": each.limit, "source": each.source}
                        for name, each in gate.criteria.items()
                    ],
                }
                for key, gate in sorted(self.platform.weekend.gates.items(), key=lambda held: held[1].at.order)
            ],
        }

    def _row(self, held: Planned) -> dict[str, Any]:
        task = held.task
        return {
            "id": task.id,
            "kind": task.kind,
            "title": task.title,
            "role": task.role,
            "deputy": task.deputy,
            "begins": _iso(self.origin, held.begins),
            "ends": _iso(self.origin, held.ends),
            "p50": task.p50,
            "p90": task.p90,
            "needs": list(task.needs),
            "takes": dict(sorted(task.takes.items())),
            "precondition": task.precondition,
            "action": task.action,
            "verification": task.verification,
            "way_back": task.way_back,
            "way_back_minutes": task.back.p90 if task.back is not None else 0,
            "reversible": task.reversible,
            "evidence": task.evidence,
            "critical": held.critical,
            "slack": held.slack,
            "site": task.outing.site if task.outing is not None else None,
            "crew": task.outing.crew if task.outing is not None else None,
        }


def plan(platform: Platform, outings: Sequence[Outing]) -> Centre:
    """Plans every task. Raises ValueError where the platform has no cutover."""
    cutover = platform.weekend.cutover
    if cutover is None:
        raise ValueError(f"{platform.name} has no cutover.yaml")
    origin = cutover.closes.order
    opens = minute(origin, cutover.opens.order)
    every = tasks(platform, outings)
    before = [task for task in every if task.days_before is not None or (task.at is not None and task.at < origin)]
    people = of_skills(platform, origin)
    whole = Problem({task.id: _work(task, origin, opens) for task in every if task not in before}, people)
    begins, unplaced = _placed(whole, every)
    ends = {key: begin + whole.works[key].duration for key, begin in begins.items()}
    late = _latest(whole, begins, opens)
    chain = set(_chain(every, begins, ends))
    planned = [
        Planned(task, begins[task.id], ends[task.id], max(0, late.get(task.id, 0) - begins[task.id]), task.id in chain)
        for task in every
        if task.id in begins
    ]
    ahead = [_ahead(task, origin) for task in before]
    shown = tuple(sorted([*ahead, *planned], key=lambda held: (held.begins, held.ends, held.task.id)))
    last = turns(platform, origin, opens, planned)
    return Centre(origin, shown, unplaced, last, platform)


def _iso(origin: datetime, minutes: int) -> str:
    return moment(origin, minutes).isoformat(timespec="minutes")


def _ahead(task: Task, origin: datetime) -> Planned:
    """What is done before all closes: on the morning of its day, or a gate at its time. The data say when: no slack."""
    if task.at is not None:
        return Planned(task, minute(origin, task.at), minute(origin, task.at), 0, critical=False)
    day = (origin - timedelta(days=task.days_before or 0)).replace(hour=8, minute=0)
    begins = minute(origin, day)
    return Planned(task, begins, begins + task.p90, 0, critical=False)


def _work(task: Task, origin: datetime, opens: int) -> Work:
    """A task as the planner takes it. A visit and a gate have their time; what comes before the weekend is done."""
    needs = task.needs
    if task.outing is not None:
        begins, ends = minute(origin, task.outing.begins), minute(origin, task.outing.ends)
        return Work(ends - begins, (), {}, begins, ends)
    if task.at is not None:
        at = minute(origin, task.at)
        return Work(0, needs, {}, at, max(at, opens))
    earliest = opens - task.minutes_before_opens if task.minutes_before_opens is not None else 0
    latest = opens if task.minutes_before_opens is not None else None
    return Work(task.p90, needs, task.takes, earliest, latest)


def _placed(whole: Problem, every: Sequence[Task]) -> tuple[dict[str, int], tuple[str, ...]]:
    """When each task begins: what the first gate asks for, then the next, then the rest."""
    works = {
        key: replace(work, needs=tuple(need for need in work.needs if need in whole.works))
        for key, work in whole.works.items()
    }
    gates = sorted((task for task in every if task.at is not None), key=lambda task: (task.at, task.id))
    begins: dict[str, int] = {}
    unplaced: set[str] = set()
    for goals in (*([gate.id] for gate in gates), list(works)):
        group = _asked(works, goals) - begins.keys() - unplaced
        left = Problem(
            {
                key: replace(
                    works[key],
                    needs=tuple(need for need in works[key].needs if need in group),
                    earliest=max([works[key].earliest, *(_end(works, begins, n) for n in works[key].needs)]),
                )
                for key in works
                if key in group
            },
            remaining(Problem(works, whole.resources), begins),
        )
        found = shortest(left, EFFORT)
        begins |= found.begins
        unplaced |= set(found.unplaced)
    return begins, tuple(sorted(unplaced))


def _end(works: Mapping[str, Work], begins: Mapping[str, int], key: str) -> int:
    return begins[key] + works[key].duration if key in begins else 0


def _asked(works: Mapping[str, Work], goals: Iterable[str]) -> set[str]:
    """The tasks that have to be done for some, themselves included."""
    found: set[str] = set()
    open_ = [goal for goal in goals if goal in works]
    while open_:
        key = open_.pop()
        if key not in found:
            found.add(key)
            open_ += works[key].needs
    return found


def _latest(whole: Problem, begins: Mapping[str, int], opens: int) -> dict[str, int]:
    """When each task may begin at the latest, if all later ones do too: gates and the opening hold."""
    works = {
        key: replace(
            whole.works[key],
            needs=tuple(need for need in whole.works[key].needs if need in begins),
            latest=begin if whole.works[key].duration == 0 else whole.works[key].latest,
        )
        for key, begin in begins.items()
    }
    late = justified(Problem(works, whole.resources), Schedule(begins, opens), opens)
    return dict(late.begins) if late is not None else dict(begins)


def _chain(every: Sequence[Task], begins: Mapping[str, int], ends: Mapping[str, int]) -> Iterator[str]:
    """The critical path: from the last task before the opening's, back over what each had to wait for: a need, or
    somebody who was busy with another.
    """
    by_id = {task.id: task for task in every if task.id in begins}
    last = [task for task in by_id.values() if task.minutes_before_opens is None]
    if not last:
        return
    task = max(last, key=lambda t: (ends[t.id], t.id))
    while True:
        yield task.id
        waited = [
            other
            for other in by_id.values()
            if ends[other.id] <= begins[task.id]
            and (other.id in task.needs or other.takes.keys() & task.takes.keys())
            and (begins[other.id], other.id) < (begins[task.id], task.id)
        ]
        if not waited:
            return
        task = max(waited, key=lambda t: (ends[t.id], t.id in task.needs, t.id))
