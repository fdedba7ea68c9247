"""When a site is visited, by how many at the same time, and on which days the service desk is manned for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from model.derive import waves
from model.types.people import People, Visit

if TYPE_CHECKING:
    from model.platform import Places, Refresh


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of time in which the same technicians are out, and at which sites."""

    begins: datetime
    ends: datetime
    technicians: int
    sites: tuple[str, ...]


def visit(places: Places, people: People, site: str) -> Visit | None:
    """The visit of a site: its own, else that of the round that lists it, else that of its type."""
    of_round = next((held for held in people.visits.values() if site in held.sites), None)
    return people.visits.get(site) or of_round or people.visits.get(places.sites[site].type)


def in_weekend(places: Places, refresh: Refresh, people: People) -> dict[str, Visit]:
    """The visits of the cutover by site: those with workplaces that no wave moves ahead of the rest."""
    sites = {workplace.site for workplace in places.workplaces.values()} & places.sites.keys()
    found = {site: visit(places, people, site) for site in sorted(sites)}
    return {
        site: held
        for site, held in found.items()
        if held is not None and waves.of_site(refresh, site, people.generation) is None
    }


def busy(visits: Iterable[tuple[str, Visit]]) -> Iterator[Busy]:
    """How many technicians are at sites at a time, for each stretch between two changes. Travel is no part of it."""
    out = [(site, _moment(v.day, v.begins), _moment(v.day, v.ends), v.crew) for site, v in visits]
    moments = sorted({moment for _, begins, ends, _ in out for moment in (begins, ends)})
    for begins, ends in pairwise(moments):
        there = [(site, crew) for site, start, end, crew in out if start <= begins < end]
        if there:
            yield Busy(begins, ends, sum(crew for _, crew in there), tuple(site for site, _ in there))


def _moment(day: date, time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}")


def desk_days(people: People, day: date) -> list[date]:
    """The days from `day` on which the service desk watches over a site, weekends left out."""
    days: list[date] = []
    while len(days) < people.desk_days:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days
