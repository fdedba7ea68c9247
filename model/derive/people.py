"""Which visits a site is told of, and on which days the service desk is manned for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from model.derive.cutover import number

if TYPE_CHECKING:
    from model.platform import Weekend
    from model.types.cutover import Visit
    from model.types.people import People


def visits(weekend: Weekend, site: str) -> list[Visit]:
    """The agreed visits of a site, in the order in which they begin. None until a plan is agreed."""
    return sorted((v for v in weekend.visits.values() if v.site == site), key=lambda v: (v.begins, number(v.visit)))


def desk_days(people: People, day: date) -> list[date]:
    """The days from `day` on which the service desk watches over a site, weekends left out."""
    days: list[date] = []
    while len(days) < people.desk_days:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days
