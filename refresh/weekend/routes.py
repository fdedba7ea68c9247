"""Which crew makes which visit when: a vehicle routing problem with time windows, solved by PyVRP.

A tour is a vehicle, a visit a group of clients of which one is served: one for each window in which somebody lets a
crew in, and for each size of crew, for more people take less time. What a crew can not do lies too far away for it.
PyVRP knows no breaks: a tour ends earlier by its break and so does every window, and the break is put between two
visits afterwards. The effort is a number of iterations and the seed is fixed: the same data give the same plan.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import FirstFeasible, MaxIterations, MultipleCriteria

if TYPE_CHECKING:
    from refresh.weekend.work import Job, Tour, Window, Work

FAR = 1_000_000
"""Where a crew can not go, in minutes and in tenths of a kilometre."""
MINUTE_COST = 2
"""What a minute of a tour weighs, where a tenth of a kilometre weighs 1."""
SEED = 26
ITERATIONS = 2_000
"""Holstebro has a plan after some fifty and 1,220 km to drive, 1,020 km after a thousand, 940 after four."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit on a tour, in minutes. The way to it comes before `arrives`, a wait or a break after it."""

    job: Job
    arrives: int
    begins: int
    ends: int
    latest: int
    kilometres: float
    travel: int


@dataclass(frozen=True, slots=True)
class Route:
    """A tour with its stops; `kilometres` and `ends` include the way home."""

    tour: Tour
    stops: tuple[Stop, ...]
    kilometres: float
    ends: int


@dataclass(frozen=True, slots=True)
class _Choice:
    """A visit in one window, by a crew of one size: when it may begin, and when the solver lets it begin at the
    latest.
    """

    job: Job
    people: int
    window: Window
    latest: int


def solve(
    work: Work, *, iterations: int = ITERATIONS, seed: int = SEED, first: bool = False, minute_cost: int = MINUTE_COST
) -> tuple[Route, ...] | None:
    """The routes, or None where none were found that hold. `first`: any that hold will do."""
    if not work.jobs:
        return ()
    stop = MultipleCriteria([FirstFeasible(), MaxIterations(iterations)]) if first else MaxIterations(iterations)
    # A break that fits nowhere between is better than no plan.
    for spared in (False,) if first else (True, False):
        problem = _Problem(work, minute_cost, spared=spared)
        if problem.choices_of is not None:
            with warnings.catch_warnings():
                # It says that there may be no plan, which is what is asked.
                warnings.simplefilter("ignore", PenaltyBoundWarning)
                result = pyvrp.solve(problem.data, stop, seed=seed, collect_stats=False)
            if result.is_feasible():
                return problem.routes(result.best.routes())
        if not any(tour.pause for tour in work.tours):
            break
    return None


class _Problem:
    """The work as PyVRP sees it."""

    def __init__(self, work: Work, minute_cost: int, *, spared: bool) -> None:
        self.work, self.minute_cost = work, minute_cost
        self.kinds = [list(same) for _, same in groupby(sorted(work.tours, key=_kind), key=_kind)]
        self.choices: list[_Choice] = []
        self.choices_of: list[list[int]] | None = []
        for job in work.jobs:
            own = list(_choices(job, work.tours, spared=spared))
            if not own:
                self.choices_of = None
                return
            self.choices_of.append(list(range(len(self.choices), len(self.choices) + len(own))))
            self.choices += own
        self.places = sorted({(c.job.site, c.people) for c in self.choices})
        self.starts = sorted({tour.start for tour in work.tours})
        self.data: Any = self._data()

    def _data(self) -> Any:
        place = {key: number for number, key in enumerate(self.places, len(self.starts))}
        groups = [pyvrp.ClientGroup(own) for own in self.choices_of or ()]
        group_of = {choice: number for number, own in enumerate(self.choices_of or ()) for choice in own}
        clients = [
            pyvrp.Client(
                place[choice.job.site, choice.people],
                delivery=[choice.job.load],
                service_duration=choice.job.minutes[choice.people],
                tw_early=choice.window.begins,
                tw_late=choice.latest,
                required=False,
                group=group_of[number],
            )
            for number, choice in enumerate(self.choices)
        ]
        profiles = sorted({(kind[0].people, tuple(sorted(kind[0].skills))) for kind in self.kinds})
        matrices = [self._matrices(people, frozenset(skills)) for people, skills in profiles]
        vehicles = [
            pyvrp.VehicleType(
                num_available=len(kind),
                capacity=[kind[0].room],
                start_depot=self.starts.index(kind[0].start),
                end_depot=self.starts.index(kind[0].start),
                tw_early=kind[0].window.begins,
                tw_late=kind[0].window.ends - kind[0].pause,
                unit_duration_cost=self.minute_cost,
                profile=profiles.index((kind[0].people, tuple(sorted(kind[0].skills)))),
            )
            for kind in self.kinds
        ]
        return pyvrp.ProblemData(
            locations=[pyvrp.Location(*self.work.place(code)) for code in (*self.starts, *(s for s, _ in self.places))],
            clients=clients,
            depots=[pyvrp.Depot(number) for number in range(len(self.starts))],
            vehicle_types=vehicles,
            distance_matrices=[distances for distances, _ in matrices],
            duration_matrices=[durations for _, durations in matrices],
            groups=groups,
        )

    def _matrices(self, people: int, skills: frozenset[str]) -> tuple[Any, Any]:
        """Tenths of a kilometre and minutes between all places, for crews of a size that can do so much."""
        asks = {job.site: job.skills for job in self.work.jobs}
        codes = [
            *((start, True) for start in self.starts),
            *((s, n == people and asks[s] <= skills) for s, n in self.places),
        ]
        distances = np.full((len(codes), len(codes)), FAR, dtype=np.int64)
        durations = np.full((len(codes), len(codes)), FAR, dtype=np.int64)
        for row, (here, open_here) in enumerate(codes):
            for column, (there, open_there) in enumerate(codes):
                if open_here and open_there:
                    way, minutes = self.work.ways[here, there]
                    distances[row, column], durations[row, column] = round(way * 10), minutes
        np.fill_diagonal(distances, 0)
        np.fill_diagonal(durations, 0)
        return distances, durations

    def routes(self, found: Iterable[Any]) -> tuple[Route, ...]:
        """PyVRP's routes as ours. Tours of one kind are given out in the order in which their routes begin."""
        made: list[Route] = []
        for number, kind in enumerate(self.kinds):
            own: list[list[_Choice]] = [
                [self.choices[step.idx] for step in route.schedule() if step.is_client()]
                for route in found
                if route.vehicle_type() == number
            ]
            own.sort(key=lambda choices: [choice.job.id for choice in choices])
            made += [
                timed(self.work, tour, [(c.job, c.window) for c in choices])
                for tour, choices in zip(kind, own, strict=False)
            ]
        return tuple(sorted(made, key=lambda route: (route.tour.window.begins, route.tour.crew)))


def _kind(tour: Tour) -> tuple[Any, ...]:
    """What makes two tours the same to the solver."""
    return (
        tour.window.begins, tour.window.ends, tour.pause, tour.people, tuple(sorted(tour.skills)), tour.room, tour.start
    )  # fmt: skip


def _choices(job: Job, tours: Iterable[Tour], *, spared: bool) -> Iterator[_Choice]:
    """The windows and sizes in which a visit can be made. `spared`: a wide window must end earlier by the longest
    break in it, so that a break before it harms nobody.
    """
    for window in job.windows:
        during = [
            tour
            for tour in tours
            if job.skills <= tour.skills and tour.window.begins < window.ends and window.begins < tour.window.ends
        ]
        for people in sorted({tour.people for tour in during} & job.minutes.keys()):
            pause = max(tour.pause for tour in during if tour.people == people)
            last = window.ends - job.minutes[people]
            if last >= window.begins:
                wide = spared and last - window.begins >= 2 * pause
                yield _Choice(job, people, type(window)(window.begins, last), last - pause if wide else last)


def timed(work: Work, tour: Tour, stops: Sequence[tuple[Job, Window]]) -> Route:
    """The stops of a tour as early as can be. The break comes where a wait covers most of it, else nearest the
    middle; where some visit would begin too late, at another place, and at last after all of them. A window is that
    of the beginning.
    """
    plain = at_hours(work, tour, stops)
    if not tour.pause:
        return plain
    middle = (tour.window.begins + tour.window.ends) / 2

    def preferred(number: int) -> tuple[int, float]:
        stop = plain.stops[number]
        return -min(tour.pause, stop.begins - stop.arrives), abs(stop.arrives - middle)

    for number in sorted(range(1, len(stops)), key=preferred):
        rested = at_hours(work, tour, stops, number)
        if all(stop.begins <= stop.latest for stop in rested.stops) and rested.ends <= tour.window.ends:
            return rested
    return plain


def at_hours(work: Work, tour: Tour, stops: Sequence[tuple[Job, Window]], pause: int | None = None) -> Route:
    """The stops of a tour as early as can be; the break comes before the stop of that number, after the way to it."""
    held = tuple(_times(work, tour, stops, pause))
    way, minutes = work.ways[held[-1].job.site, tour.start]
    return Route(tour, held, sum(stop.kilometres for stop in held) + way, held[-1].ends + minutes)


def idle(route: Route) -> int:
    """Minutes of a tour in which nobody drives or works: what is there for the break."""
    busy = sum(stop.travel + stop.ends - stop.begins for stop in route.stops)
    home = route.ends - route.stops[-1].ends if route.stops else 0
    return route.tour.window.ends - route.tour.window.begins - busy - home


def _times(work: Work, tour: Tour, stops: Sequence[tuple[Job, Window]], pause: int | None) -> Iterator[Stop]:
    place, now = tour.start, tour.window.begins
    for number, (job, window) in enumerate(stops):
        way, minutes = work.ways[place, job.site]
        arrives = now + minutes
        begins = max(arrives + (tour.pause if number == pause else 0), window.begins)
        now = begins + job.minutes[tour.people]
        yield Stop(job, arrives, begins, now, window.ends, way, minutes)
        place = job.site
