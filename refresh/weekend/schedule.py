"""When each task begins: precedence, and people or machines of whom there are so many from so many minutes on.

The problem is the field's RCPSP (resource-constrained project scheduling) as plain values in whole minutes, with
windows of tasks and capacities that vary over time. Three answers, each at least as good as the one before:
- `greedy` in milliseconds, always: tasks by their latest finish, each as early as it fits (serial schedule generation,
  Kolisch 1996), then backwards and forwards again while that shortens it (justification, Valls 2005);
- `shaken`: the same again and again with the urgency of some tasks shaken;
- OR-Tools' CP-SAT with that as a hint and as the horizon (solver.py).

All of it works to a set effort with one worker and a seed, so the same problem gives the same plan everywhere. Left
out: what the tasks are (tasks.py), and whether a schedule holds: who checks one shares nothing with this file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from heapq import heapify, heappop, heappush
from random import Random

SEED = 1


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: rounds of shaking, and CP-SAT's deterministic seconds. Neither hangs on how busy the
    machine is.
    """

    rounds: int = 600
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Work:
    """A task: how many minutes, after which others, whom it takes, and between which minutes it has to lie."""

    duration: int
    needs: tuple[str, ...] = ()
    demands: Mapping[str, int] = field(default_factory=dict[str, int])
    earliest: int = 0
    latest: int | None = None


Steps = Sequence[tuple[int, int]]
"""How many of a resource there are: from a minute on, so many, ascending from minute 0. The last holds for ever."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Tasks by id, and resources by key."""

    works: Mapping[str, Work]
    resources: Mapping[str, Steps]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When each task begins. `unplaced` are those that fit at no time, with what waits for them. `bound` is the minute
    before which nobody can be done, and `proved` whether the end is as early as can be.
    """

    begins: Mapping[str, int]
    ends: int
    unplaced: tuple[str, ...] = ()
    bound: int = 0

    @property
    def proved(self) -> bool:
        """Whether no schedule ends earlier."""
        return self.ends == self.bound


class _Free:
    """What is free of a resource, as steps."""

    def __init__(self, steps: Steps) -> None:
        self.times = [time for time, _ in steps]
        self.left = [number for _, number in steps]

    def conflict(self, begins: int, ends: int, wanted: int) -> int | None:
        """From which minute on to try again if `wanted` is not free from `begins` to `ends`; -1 if it never will be."""
        place, found = bisect_right(self.times, begins) - 1, None
        while place < len(self.times) and self.times[place] < ends:
            if self.left[place] < wanted:
                found = self.times[place + 1] if place + 1 < len(self.times) else -1
            place += 1
        return found

    def take(self, begins: int, ends: int, wanted: int) -> None:
        """Takes `wanted` from `begins` to `ends`."""
        first, last = self._cut(begins), self._cut(ends)
        for place in range(first, last):
            self.left[place] -= wanted

    def _cut(self, time: int) -> int:
        place = bisect_right(self.times, time) - 1
        if self.times[place] == time:
            return place
        self.times.insert(place + 1, time)
        self.left.insert(place + 1, self.left[place])
        return place + 1


def order_of(problem: Problem) -> tuple[str, ...]:
    """The tasks, each after its needs. Raises graphlib.CycleError when tasks wait for each other."""
    return tuple(TopologicalSorter({key: work.needs for key, work in problem.works.items()}).static_order())


def greedy(problem: Problem) -> Schedule:
    """A schedule in milliseconds, whatever the problem."""
    order = order_of(problem)
    followers = followers_of(problem)
    best = packed(problem, order, followers, _latest(problem, order, followers))
    while not best.unplaced:
        late = _justified(problem, order, best)
        again = packed(problem, order, followers, late.begins) if late is not None else best
        if again.unplaced or again.ends >= best.ends:
            break
        best = again
    return best


def shaken(problem: Problem, first: Schedule, rounds: int) -> Schedule:
    """The best schedule after shaking the urgency of tasks that begin about the same time, justified each time.

    A schedule that is as long as the last one is taken too: it is another place to go on from. Sizes of the shaken part
    and of the shaking, as parts of the schedule, were tried on the hardest of PSPLIB's j120.
    """
    order, followers, chance = order_of(problem), followers_of(problem), Random(SEED)  # noqa: S311 no secret
    least = bound(problem, order)
    best = first
    for _ in range(rounds):
        if best.ends <= least:
            break
        width = best.ends * chance.choice((0.1, 0.2, 0.4))
        left = chance.uniform(-width / 2, best.ends)
        far = best.ends * chance.choice((0.01, 0.02, 0.04))
        urgency = {
            key: begins + (chance.gauss(0, far) if left <= begins <= left + width else 0)
            for key, begins in best.begins.items()
        }
        tried = packed(problem, order, followers, urgency)
        late = None if tried.unplaced or tried.ends > best.ends * 1.1 else _justified(problem, order, tried)
        again = tried if late is None else packed(problem, order, followers, late.begins)
        if not again.unplaced and again.ends <= best.ends:
            best = again
    return best


def bound(problem: Problem, order: Sequence[str]) -> int:
    """The minute before which nobody can be done even if people were no matter: the length of the longest chain."""
    ends: dict[str, int] = {}
    for key in order:
        work = problem.works[key]
        ends[key] = max([work.earliest, *(ends[need] for need in work.needs)]) + work.duration
    return max(ends.values(), default=0)


def remaining(problem: Problem, begins: Mapping[str, int]) -> Mapping[str, Steps]:
    """What is left of the resources when some of the tasks are placed."""
    free = {key: _Free(steps) for key, steps in problem.resources.items()}
    for key, begin in begins.items():
        work = problem.works[key]
        for resource, wanted in work.demands.items():
            free[resource].take(begin, begin + work.duration, wanted)
    return {key: list(zip(held.times, held.left, strict=True)) for key, held in free.items()}


def justified(problem: Problem, schedule: Schedule, ends: int) -> Schedule | None:
    """Each task as late as it can be for all to be done by `ends`. None where that cannot be."""
    late = Schedule(schedule.begins, ends)
    return _justified(problem, order_of(problem), late)


def followers_of(problem: Problem) -> Mapping[str, list[str]]:
    """Which tasks wait for each."""
    found: dict[str, list[str]] = {key: [] for key in problem.works}
    for key, work in problem.works.items():
        for need in work.needs:
            found[need].append(key)
    return found


def _latest(problem: Problem, order: Sequence[str], followers: Mapping[str, list[str]]) -> dict[str, int]:
    """By when each task must have ended for the rest to end in time, if people were no matter."""
    horizon = sum(work.duration for work in problem.works.values())
    found: dict[str, int] = {}
    for key in reversed(order):
        ends = [found[after] - problem.works[after].duration for after in followers[key]]
        latest = problem.works[key].latest
        found[key] = min([*ends, horizon if latest is None else latest])
    return found


def packed(
    problem: Problem, order: Sequence[str], followers: Mapping[str, list[str]], urgency: Mapping[str, float]
) -> Schedule:
    """Each task as early as it fits, the most urgent of those whose needs are placed first."""
    free = {key: _Free(steps) for key, steps in problem.resources.items()}
    place = {key: number for number, key in enumerate(order)}
    waits = {key: len(problem.works[key].needs) for key in order}
    ready = [(urgency[key], place[key], key) for key in order if not waits[key]]
    heapify(ready)
    begins: dict[str, int] = {}
    ends: dict[str, int] = {}
    while ready:
        key = heappop(ready)[2]
        work = problem.works[key]
        start = _fit(work, max((ends[need] for need in work.needs), default=0), free)
        if start is None:
            continue
        begins[key], ends[key] = start, start + work.duration
        for resource, wanted in work.demands.items():
            free[resource].take(start, ends[key], wanted)
        for after in followers[key]:
            waits[after] -= 1
            if not waits[after]:
                heappush(ready, (urgency[after], place[after], after))
    return Schedule(begins, max(ends.values(), default=0), tuple(sorted(problem.works.keys() - begins.keys())))


def _fit(work: Work, begins: int, free: Mapping[str, _Free]) -> int | None:
    """The first minute from `begins` on at which everybody whom the task takes is free."""
    begins = max(begins, work.earliest)
    while work.latest is None or begins + work.duration <= work.latest:
        again = [
            free[resource].conflict(begins, begins + work.duration, wanted)
            for resource, wanted in work.demands.items()
            if work.duration
        ]
        blocked = [time for time in again if time is not None]
        if not blocked:
            return begins
        if -1 in blocked:
            return None
        begins = max(blocked)
    return None


def _justified(problem: Problem, order: Sequence[str], schedule: Schedule) -> Schedule | None:
    """The same with each task as late as it can be, for the order in which tasks are urgent: made by running time
    backwards from the schedule's end.
    """
    if schedule.ends <= 0:
        return None
    turned = _mirrored(problem, schedule.ends)
    urgency = {key: schedule.ends - schedule.begins[key] - problem.works[key].duration for key in order}
    back = packed(turned, order[::-1], followers_of(turned), urgency)
    if back.unplaced:
        return None
    return Schedule(
        {key: schedule.ends - begins - problem.works[key].duration for key, begins in back.begins.items()},
        schedule.ends,
    )


def _mirrored(problem: Problem, ends: int) -> Problem:
    """The problem with time running backwards from `ends`."""
    followers = followers_of(problem)
    works = {
        key: Work(
            work.duration,
            tuple(followers[key]),
            work.demands,
            max(0, ends - work.latest) if work.latest is not None else 0,
            ends - work.earliest,
        )
        for key, work in problem.works.items()
    }
    resources: dict[str, Steps] = {}
    for key, steps in problem.resources.items():
        inside = [(time, number) for time, number in steps if time < ends]
        until = [*(time for time, _ in inside[1:]), ends]
        resources[key] = [(ends - end, number) for (_, number), end in zip(inside, until, strict=True)][::-1]
    return Problem(works, resources)
