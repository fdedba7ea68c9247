"""What has to be done in a weekend, as numbers: the visits to make, and the tours that crews can go.

A site that takes longer than the longest visit, or than any shift in which somebody lets a crew in, is split. All
times are minutes from midnight before the first shift. Left out: who goes where (routes.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from model.derive import cutover as derive

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Weekend
    from model.types.cutover import Crew, Cutover, Shift
    from model.types.estate import Site, Workplace


@dataclass(frozen=True, slots=True)
class Window:
    """When a visit may begin and must have ended, in minutes."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Job:
    """A visit to make. `minutes` is how long it takes by the number of people; `load` what a vehicle must bring."""

    id: str
    site: str
    workplaces: tuple[Workplace, ...]
    devices: int
    load: int
    skills: frozenset[str]
    windows: tuple[Window, ...]
    minutes: dict[int, int]


@dataclass(frozen=True, slots=True)
class Tour:
    """A shift of a crew: its hours in minutes, and what it brings."""

    crew: str
    shift: str
    window: Window
    pause: int
    people: int
    skills: frozenset[str]
    room: int
    start: str


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A site that no crew can do, and why, in Danish."""

    site: str
    reason: str


@dataclass(frozen=True)
class Work:
    """All of it, with the way between any two sites."""

    platform: Platform
    zero: datetime
    jobs: tuple[Job, ...]
    tours: tuple[Tour, ...]
    unplanned: tuple[Unplanned, ...]

    @cached_property
    def ways(self) -> dict[tuple[str, str], tuple[float, int]]:
        """Kilometres and minutes from one site to another."""
        cutover = self.platform.weekend.cutover
        codes = sorted({job.site for job in self.jobs} | {tour.start for tour in self.tours})
        places = {code: self.platform.places.sites[code].position for code in codes}
        found: dict[tuple[str, str], tuple[float, int]] = {}
        for first, here in places.items():
            for second, there in places.items():
                if cutover is not None and here is not None and there is not None:
                    way = derive.kilometres(cutover.travel, here, there)
                    found[first, second] = way, derive.minutes_on_the_way(cutover.travel, way)
        return found

    def place(self, site: str) -> tuple[float, float]:
        """Where a site lies; in the sea where nobody said."""
        return self.platform.places.sites[site].position or (0.0, 0.0)

    def moment(self, minutes: int) -> datetime:
        """The time that many minutes after zero, without a zone."""
        return self.zero + timedelta(minutes=minutes)


def work(platform: Platform) -> Work:
    """The visits and the tours of the platform's weekend."""
    weekend, cutover = platform.weekend, platform.weekend.cutover
    if cutover is None:
        raise ValueError("there is no cutover.yaml")
    zero = datetime.fromisoformat(f"{cutover.closes.day}T00:00")
    tours = tuple(_tours(weekend, zero))
    jobs: list[Job] = []
    unplanned: list[Unplanned] = []
    for code, workplaces in derive.in_weekend(platform.places, platform.refresh, cutover).items():
        found = _jobs(weekend, cutover, platform.places.sites[code], workplaces, tours, zero)
        if isinstance(found, Unplanned):
            unplanned.append(found)
        else:
            jobs += found
    return Work(platform, zero, tuple(jobs), tours, tuple(unplanned))


def minutes_since(zero: datetime, moment: datetime) -> int:
    """Minutes from zero to a moment."""
    return int((moment - zero) / timedelta(minutes=1))


def _tours(weekend: Weekend, zero: datetime) -> Iterator[Tour]:
    for key, crew in weekend.crews.items():
        for name in crew.shifts:
            yield _tour(weekend, key, crew, name, weekend.shifts[name], zero)


def _tour(weekend: Weekend, key: str, crew: Crew, name: str, shift: Shift, zero: datetime) -> Tour:
    begins, ends = (minutes_since(zero, moment) for moment in shift.span)
    return Tour(
        crew=key,
        shift=name,
        window=Window(begins, ends),
        pause=shift.break_minutes,
        people=derive.size(weekend, crew, name),
        skills=frozenset(crew.skills),
        room=weekend.vehicles[crew.vehicle].devices,
        start=crew.start,
    )


def _jobs(
    weekend: Weekend,
    cutover: Cutover,
    site: Site,
    workplaces: list[Workplace],
    tours: tuple[Tour, ...],
    zero: datetime,
) -> list[Job] | Unplanned:
    """The visits of a site, as few as there can be."""
    skills = frozenset(cutover.asks.get(site.type, ()))
    able = [tour for tour in tours if skills <= tour.skills]
    windows = tuple(_windows(cutover, site, able, zero))
    sizes = sorted({tour.people for tour in able if not _dark(site, len(workplaces), tour.people)})
    brought = derive.new_devices(weekend, workplaces) >= cutover.delivered_from
    room = max((tour.room for tour in able), default=0)

    def job(number: int, part: list[Workplace]) -> Job:
        devices = derive.new_devices(weekend, part)
        minutes = {people: derive.minutes_there(weekend, cutover, site, part, people) for people in sizes}
        fitting = tuple(w for w in windows if minutes and w.ends - w.begins >= min(minutes.values()))
        load = 0 if brought else devices
        return Job(f"{site.code}-{number}", site.code, tuple(part), devices, load, skills, fitting, minutes)

    for parts in range(1, len(workplaces) + 1):
        jobs = [job(number, part) for number, part in enumerate(_parted(workplaces, parts), 1)]
        if all(_fits(each, cutover.longest_visit, room) for each in jobs):
            return jobs
    if not able:
        return Unplanned(site.code, "intet hold kan det, som stedet kræver")
    if not windows or not sizes:
        return Unplanned(site.code, "ingen lukker et hold ind, mens det er på arbejde")
    return Unplanned(site.code, "et besøg er længere, end nogen lukker ind, eller end en vagt er")


def _fits(job: Job, longest: int, room: int) -> bool:
    """Whether some crew can make the visit in one piece. A single workplace may take longer than the longest visit."""
    if not job.windows or job.load > room:
        return False
    return min(job.minutes.values()) <= longest or len(job.workplaces) == 1


def _parted(workplaces: list[Workplace], parts: int) -> Iterator[list[Workplace]]:
    """The workplaces in so many parts that differ by one at most, in their order."""
    for part in range(parts):
        yield workplaces[len(workplaces) * part // parts : len(workplaces) * (part + 1) // parts]


def _windows(cutover: Cutover, site: Site, able: list[Tour], zero: datetime) -> Iterator[Window]:
    """When somebody lets a crew in and one is on duty; a break of any length later, the visit must still fit."""
    for opens, closes in derive.lets_in(site, cutover):
        first, last = minutes_since(zero, opens), minutes_since(zero, closes)
        during = [tour for tour in able if tour.window.begins < last and first < tour.window.ends]
        if during:
            yield Window(
                max(first, min(tour.window.begins for tour in during)),
                min(last, max(tour.window.ends for tour in during)),
            )


def _dark(site: Site, workplaces: int, people: int) -> bool:
    """Whether so many people would take every seat of a site that never closes."""
    if not derive.never_closes(site):
        return False
    return people >= workplaces + (site.parallel.seats if site.parallel is not None else 0)


def bound(work: Work) -> int:
    """Minutes of crews' time that are there less those that the visits take at the least, without any way. Where it is
    below zero there is no plan.
    """
    there = sum(tour.window.ends - tour.window.begins - tour.pause for tour in work.tours)
    return there - sum(min(job.minutes.values()) for job in work.jobs)
