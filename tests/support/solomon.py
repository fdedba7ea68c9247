"""Solomon's vehicle routing problems with time windows, as work for our planner, and a checker that knows only the
problem.

Distances are cut to one decimal, as in the solutions that stand beside the problems.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from model import Platform
from refresh.weekend.routes import Route
from refresh.weekend.work import Job, Tour, Window, Work


@dataclass(frozen=True)
class Place:
    """A customer; the first is the depot."""

    x: int
    y: int
    demand: int
    ready: int
    due: int
    service: int


@dataclass(frozen=True)
class Solomon(Work):
    """A problem as a weekend: a minute is a tenth of its time."""

    customers: tuple[Place, ...] = ()

    @cached_property
    def ways(self) -> dict[tuple[str, str], tuple[float, int]]:
        numbered = list(enumerate(self.customers))
        return {(str(a), str(b)): ((d := tenths(p, q)) / 10, d) for a, p in numbered for b, q in numbered}

    def place(self, site: str) -> tuple[float, float]:
        return self.customers[int(site)].x, self.customers[int(site)].y


def tenths(first: Place, second: Place) -> int:
    return math.floor(10 * math.hypot(first.x - second.x, first.y - second.y))


def read(path: Path, vehicles: int, platform: Platform) -> Solomon:
    """The problem with so many vehicles."""
    lines = [line.split() for line in path.read_text().splitlines()]
    capacity = int(lines[4][1])
    customers = tuple(Place(*map(int, line[1:])) for line in lines[9:] if len(line) == 7)
    jobs = tuple(
        Job(
            id=f"{number}-1",
            site=str(number),
            workplaces=(),
            devices=place.demand,
            load=place.demand,
            skills=frozenset(),
            windows=(Window(10 * place.ready, 10 * (place.due + place.service)),),
            minutes={1: 10 * place.service},
        )
        for number, place in enumerate(customers)
        if number
    )
    day = Window(10 * customers[0].ready, 10 * customers[0].due)
    tours = tuple(Tour(f"v{n}", "day", day, 0, 1, frozenset(), capacity, "0") for n in range(vehicles))
    return Solomon(platform, datetime(2027, 2, 6), jobs, tours, (), customers)  # noqa: DTZ001 a problem has no zone


def best(path: Path) -> tuple[int, float]:
    """The best known number of vehicles and distance."""
    lines = path.with_suffix(".sol").read_text().split("\n")
    return sum(line.startswith("Route") for line in lines), float(next(x for x in lines if x.startswith("Cost"))[5:])


def distance(problem: Solomon, routes: Sequence[Route]) -> float:
    """What the routes drive, by the problem alone. Raises AssertionError where they do not hold."""
    seen = sorted(int(stop.job.site) for route in routes for stop in route.stops)
    assert seen == list(range(1, len(problem.customers)))
    assert len(routes) <= len(problem.tours)
    return sum(_driven(problem.customers, [int(s.job.site) for s in r.stops], r.tour.room) for r in routes) / 10


def _driven(customers: Sequence[Place], stops: Sequence[int], capacity: int) -> int:
    assert sum(customers[stop].demand for stop in stops) <= capacity
    now, total = 10 * customers[0].ready, 0
    for first, second in _legs(stops):
        way, there = tenths(customers[first], customers[second]), customers[second]
        total += way
        now = max(now + way, 10 * there.ready)
        assert now <= 10 * there.due
        now += 10 * there.service
    return total


def _legs(stops: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip([0, *stops], [*stops, 0], strict=True)
