"""When a site is visited, and on which days the service desk is manned for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from model.types.people import People, Visit

if TYPE_CHECKING:
    from model.platform import Places


def visit(places: Places, people: People, site: str) -> Visit | None:
    """The visit of a site: its own, else that of its type."""
    return people.visits.get(site) or people.visits.get(places.sites[site].type)


def desk_days(people: People, day: date) -> list[date]:
    """The days from `day` on which the service desk watches over a site, weekends left out."""
    days: list[date] = []
    while len(days) < people.desk_days:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days
