"""A plan that moves as little as it can of one that people have been told of.

A visit stays as it is, its crew and its hours, while nothing that it rests on has changed. What is new or does not
fit any more goes into the gaps that are left. Where they are too small, the tours of one shift are planned again,
those first that touch the change; then those of two, and at last all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from refresh.weekend import routes
from refresh.weekend.work import Window, Work, minutes_since

if TYPE_CHECKING:
    from refresh.weekend.routes import Route
    from refresh.weekend.work import Job, Tour

TRIES = 12
"""How many sets of tours are planned again before all are."""


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
    standing = {job.id: held for job in work.jobs if (held := before.get(job.id)) is not None}
    fixed = _standing(work, standing)
    loose = [job for job in work.jobs if job.id not in {stop.job.id for route in fixed for stop in route.stops}]
    for job in sorted(loose, key=lambda each: -min(each.minutes.values(), default=0)):
        better = _inserted(work, fixed, job)
        if better is None:
            break
        fixed = better
    else:
        return _kept(work, fixed, before)
    for freed in _freed(work, fixed, loose):
        found = _again(work, fixed, freed, iterations)
        if found is not None:
            return _kept(work, found, before)
    found = routes.solve(work, iterations=iterations)
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


def _inserted(work: Work, fixed: Sequence[Route], job: Job) -> list[Route] | None:
    """The routes with one visit more, where it costs the shortest way and moves nobody else; None where it fits
    nowhere.
    """
    best: tuple[float, int, Route] | None = None
    for number, route in enumerate(fixed):
        minutes = job.minutes.get(route.tour.people)
        if minutes is None:
            continue
        there = [(stop.job, Window(stop.begins, stop.begins)) for stop in route.stops]
        for window in job.windows:
            if window.ends - minutes < window.begins:
                continue
            for place in range(len(there) + 1):
                own = (job, Window(window.begins, window.ends - minutes))
                tried = _exactly(work, route.tour, [*there[:place], own, *there[place:]])
                longer = tried.kilometres - route.kilometres if tried is not None else 0.0
                if tried is not None and (best is None or (longer, number) < best[:2]):
                    best = longer, number, tried
    if best is None:
        return None
    return [best[2] if number == best[1] else route for number, route in enumerate(fixed)]


def _freed(work: Work, fixed: Sequence[Route], loose: Sequence[Job]) -> Iterator[list[int]]:
    """Sets of tours to plan again: one after another by how near they come to the change, then two, four, and so on."""

    def near(number: int) -> tuple[float, int]:
        sites = {stop.job.site for stop in fixed[number].stops} | {fixed[number].tour.start}
        return min(work.ways[site, job.site][0] for site in sites for job in loose), number

    order = sorted(range(len(fixed)), key=near)
    for count in (1, 2, 4, 8):
        for begin in range(min(TRIES // count, len(order)) or 1):
            chosen = order[begin : begin + count]
            if len(chosen) == count:
                yield chosen


def _again(work: Work, fixed: Sequence[Route], freed: Sequence[int], iterations: int) -> list[Route] | None:
    """The freed tours with all that is on them and all that is loose, planned anew; the others as they are."""
    stay = [route for number, route in enumerate(fixed) if number not in freed]
    placed = {stop.job.id for route in stay for stop in route.stops}
    part = replace(
        work,
        jobs=tuple(job for job in work.jobs if job.id not in placed),
        tours=tuple(fixed[number].tour for number in freed),
    )
    found = routes.solve(part, iterations=min(iterations, 300), first=True)
    if found is None:
        return None
    return sorted([*stay, *found], key=lambda route: (route.tour.window.begins, route.tour.crew))


def _told(work: Work, found: Iterable[Route]) -> Iterator[Told]:
    """The visits of routes as they would be told."""
    for route in found:
        for stop in route.stops:
            begins, ends = work.moment(stop.begins), work.moment(stop.ends)
            yield Told(stop.job.id, route.tour.crew, route.tour.shift, begins, ends, len(stop.job.workplaces))
