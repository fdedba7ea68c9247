"""A plan that moves as little as it can of one that people have been told of.

A visit stays as it is, its crew and its hours, while nothing that it rests on has changed. What is new or does not
fit any more goes into the gaps that are left. Where they are too small, it takes the place of another visit that
finds a gap, and so on for a few. Only where that fails all is planned again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from refresh.weekend import routes
from refresh.weekend.work import Window, Work, minutes_since

if TYPE_CHECKING:
    from refresh.weekend.routes import Route, Stop
    from refresh.weekend.work import Job, Tour

DEPTH = 2
"""How far visits give way: those that made room for one may ask others for room themselves."""
RUN = 4
"""At most so many that follow each other give way for one."""
WIDTH = 16
"""How many ways to make room are tried."""


@dataclass(frozen=True, slots=True)
class Told:
    """A visit that people have been told of."""

    id: str
    crew: str
    shift: str
    begins: datetime
    ends: datetime
    workplaces: int


def told(row: Mapping[str, str]) -> Told:
    """A row of visits.csv."""
    begins, ends = (datetime.fromisoformat(row[name]) for name in ("begins", "ends"))
    return Told(row["visit"], row["crew"], row["shift"], begins, ends, int(row["workplaces"]))


@dataclass(frozen=True, slots=True)
class Kept:
    """The routes, and the visits that are not as they were told: moved, new, or gone."""

    routes: tuple[Route, ...]
    moved: tuple[str, ...]


def keep(work: Work, agreed: Iterable[Told], *, iterations: int = routes.ITERATIONS) -> Kept | None:
    """Routes with as many visits as told as it can; None where there are none at all."""
    before = {visit.id: visit for visit in agreed}
    fixed: Sequence[Route] | None = _standing(work, {j.id: before[j.id] for j in work.jobs if j.id in before})
    placed = {stop.job.id for route in fixed for stop in route.stops}
    loose = [job for job in work.jobs if job.id not in placed]
    for job in sorted(loose, key=lambda each: (-min(each.minutes.values(), default=0), each.id)):
        fixed = _placed(work, fixed, job, DEPTH, frozenset(each.id for each in loose)) if fixed is not None else None
    found = fixed if fixed is not None else routes.solve(work, iterations=iterations)
    return _kept(work, found, before) if found is not None else None


def _kept(work: Work, found: Iterable[Route], before: Mapping[str, Told]) -> Kept:
    """A visit has moved where another crew comes, or it begins at another hour, or ends later than was told."""
    own = tuple(route for route in found if route.stops)
    after = {visit.id: visit for visit in _told(work, own)}
    moved = {
        key
        for key in after.keys() & before.keys()
        if (after[key].crew, after[key].begins) != (before[key].crew, before[key].begins)
        or after[key].ends > before[key].ends
    }
    return Kept(own, tuple(sorted(moved | (after.keys() ^ before.keys()))))


def _standing(work: Work, agreed: Mapping[str, Told]) -> list[Route]:
    """The tours with those visits that still hold, at their own hours."""
    jobs = {job.id: job for job in work.jobs}
    found: list[Route] = []
    for tour in work.tours:
        own = [v for v in agreed.values() if (v.crew, v.shift) == (tour.crew, tour.shift)]
        stops: list[tuple[Job, Window]] = []
        for visit in sorted(own, key=lambda v: v.begins):
            job, begins = jobs[visit.id], minutes_since(work.zero, visit.begins)
            minutes = job.minutes.get(tour.people)
            if visit.workplaces != len(job.workplaces) or minutes is None:
                continue
            ends = begins + minutes
            if ends <= minutes_since(work.zero, visit.ends) and any(
                w.begins <= begins and ends <= w.ends for w in job.windows
            ):
                attempt = _exactly(work, tour, [*stops, (job, Window(begins, begins))])
                stops = [*stops, (job, Window(begins, begins))] if attempt is not None else stops
        found.append(_exactly(work, tour, stops) or routes.Route(tour, (), 0.0, tour.window.begins))
    return found


def _exactly(work: Work, tour: Tour, stops: Sequence[tuple[Job, Window]]) -> Route | None:
    """The tour with these stops, each begun in its window; None where the ways, the load, the skills or the break do
    not let it.
    """
    if not stops:
        return routes.Route(tour, (), 0.0, tour.window.begins)
    if sum(job.load for job, _ in stops) > tour.room or any(not job.skills <= tour.skills for job, _ in stops):
        return None
    route = routes.at_hours(work, tour, stops)
    late = any(stop.begins > window.ends for stop, (_, window) in zip(route.stops, stops, strict=True))
    return None if late or route.ends > tour.window.ends or routes.idle(route) < tour.pause else route


def _placed(work: Work, fixed: Sequence[Route], job: Job, depth: int, stay: frozenset[str]) -> Sequence[Route] | None:
    """The routes with one visit more; where no gap takes it, it takes the place of others that follow each other, which
    then look for a place themselves. `stay` are those that have been moved already.
    """
    found = _inserted(work, fixed, job)
    if found is not None or depth == 0:
        return found
    for number, tried, out in sorted(_giving_way(work, fixed, job, stay), key=_harm)[:WIDTH]:
        then: Sequence[Route] | None = [tried if other == number else route for other, route in enumerate(fixed)]
        for stop in sorted(out, key=lambda each: (each.begins - each.ends, each.job.id)):
            if then is not None:
                then = _placed(work, then, stop.job, depth - 1, stay | {job.id} | {each.job.id for each in out})
        if then is not None:
            return then
    return None


Way = tuple[int, "Route", "tuple[Stop, ...]"]
"""The number of a tour, the tour with the new visit, and what had to give way."""


def _giving_way(work: Work, fixed: Sequence[Route], job: Job, stay: frozenset[str]) -> Iterator[Way]:
    for number, route in enumerate(fixed):
        for first in range(len(route.stops)):
            for last in range(first + 1, min(first + RUN, len(route.stops)) + 1):
                out = route.stops[first:last]
                if stay.isdisjoint(stop.job.id for stop in out):
                    left = [(s.job, Window(s.begins, s.begins)) for s in (*route.stops[:first], *route.stops[last:])]
                    tried = _best(work, route.tour, left, job)
                    if tried is not None:
                        yield number, tried, out


def _harm(way: Way) -> tuple[int, int, int, str]:
    """Few people told anew come first, then short visits, for they find a place more easily."""
    number, _, out = way
    return len(out), sum(stop.ends - stop.begins for stop in out), number, out[0].job.id


def _inserted(work: Work, fixed: Sequence[Route], job: Job) -> Sequence[Route] | None:
    """The routes with one visit more, where the way gets longest by the least and nobody else moves; None where it fits
    nowhere.
    """
    tried: list[tuple[float, int, Route]] = []
    for number, route in enumerate(fixed):
        found = _best(work, route.tour, [(stop.job, Window(stop.begins, stop.begins)) for stop in route.stops], job)
        if found is not None:
            tried.append((found.kilometres - route.kilometres, number, found))
    if not tried:
        return None
    _, chosen, best = min(tried, key=lambda each: each[:2])
    return [best if number == chosen else route for number, route in enumerate(fixed)]


def _best(work: Work, tour: Tour, there: Sequence[tuple[Job, Window]], job: Job) -> Route | None:
    """A tour with one visit more, at the place that makes its way shortest; None where it fits nowhere."""
    minutes = job.minutes.get(tour.people)
    if minutes is None:
        return None
    found: list[Route] = []
    for window in job.windows:
        begins, last = max(window.begins, tour.window.begins), min(window.ends, tour.window.ends) - minutes
        if last >= begins:
            for place in range(len(there) + 1):
                tried = _exactly(work, tour, [*there[:place], (job, Window(begins, last)), *there[place:]])
                found += [tried] if tried is not None else []
    return min(found, key=lambda route: route.kilometres, default=None)


def _told(work: Work, found: Iterable[Route]) -> Iterator[Told]:
    """The visits of routes as they would be told."""
    for route in found:
        for stop in route.stops:
            begins, ends = work.moment(stop.begins), work.moment(stop.ends)
            yield Told(stop.job.id, route.tour.crew, route.tour.shift, begins, ends, len(stop.job.workplaces))
