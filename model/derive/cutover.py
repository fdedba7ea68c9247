"""What follows from the data of a weekend: who moves in it, how long a visit takes, who is in a crew, when a site lets
somebody in, how long the way is.

How long several workplaces take is no sum of their p90: not every one of them goes wrong. The middle values are
summed, and the margins above them as independent ones, by their squares. Left out: which crew goes where
(refresh/weekend).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from model.derive import waves
from model.types.visiting import minutes_of

if TYPE_CHECKING:
    from model.platform import Places, Refresh, Weekend
    from model.types.cutover import Crew, Cutover, Effort, Travel, Visit
    from model.types.estate import Site, Workplace

EARTH_KM = 6371.0
"""The mean radius of the earth (IUGG)."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def in_weekend(places: Places, refresh: Refresh, cutover: Cutover) -> dict[str, list[Workplace]]:
    """The workplaces of each site that no wave moves ahead of the rest, in the order of the desk list."""
    found: dict[str, list[Workplace]] = {}
    for workplace in sorted(places.workplaces.values(), key=lambda w: (w.department, w.room or "", w.name)):
        if workplace.site in places.sites and waves.of_site(refresh, workplace.site, cutover.generation) is None:
            found.setdefault(workplace.site, []).append(workplace)
    return dict(sorted(found.items()))


def effort(weekend: Weekend, workplace: Workplace) -> Effort | None:
    """How long a workplace takes: by its model, else by its kind."""
    of_kind = [held for held in weekend.efforts.values() if held.kind == workplace.kind]
    own = next((held for held in of_kind if held.model == workplace.model), None)
    return own or next((held for held in of_kind if held.model is None), None)


def new_devices(weekend: Weekend, workplaces: Iterable[Workplace]) -> int:
    """How many of the workplaces get a new device."""
    return sum(held is not None and held.replaced for held in (effort(weekend, w) for w in workplaces))


def work(weekend: Weekend, workplaces: Iterable[Workplace]) -> float:
    """Minutes of work for one person."""
    held = [each for each in (effort(weekend, w) for w in workplaces) if each is not None]
    return sum(e.p50 for e in held) + math.sqrt(sum((e.p90 - e.p50) ** 2 for e in held))


def minutes_there(weekend: Weekend, cutover: Cutover, site: Site, workplaces: Iterable[Workplace], people: int) -> int:
    """Minutes of a visit by so many people."""
    fixed = cutover.site_minutes + (site.parallel.minutes if never_closes(site) and site.parallel is not None else 0)
    return fixed + math.ceil(round(work(weekend, workplaces) / people, 6))


def never_closes(site: Site) -> bool:
    """Whether people work there around the clock."""
    return site.hours == "24x7"


def size(weekend: Weekend, crew: Crew, shift: str) -> int:
    """How many people a crew is on a shift, its helpers included."""
    return crew.people + sum(n for key, n in crew.helpers.items() if shift in weekend.helpers[key].shifts)


def of_visits(visits: Iterable[Visit], workplaces: Mapping[str, Sequence[Workplace]]) -> dict[str, list[Workplace]]:
    """The workplaces of each visit: those of its site in the order of the desk list, visit after visit."""
    found: dict[str, list[Workplace]] = {}
    taken: dict[str, int] = {}
    for visit in sorted(visits, key=lambda v: (v.site, number(v.visit))):
        begin = taken.get(visit.site, 0)
        taken[visit.site] = begin + visit.workplaces
        found[visit.visit] = list(workplaces.get(visit.site, ())[begin : begin + visit.workplaces])
    return found


def number(visit: str) -> int:
    """The number of a visit at its site: 2 of `S014-2`."""
    return int(visit.rpartition("-")[2])


def lets_in(site: Site, cutover: Cutover) -> Iterator[tuple[datetime, datetime]]:
    """When somebody can let a crew in, from the day on which all closes to that on which all opens."""
    day = cutover.closes.day
    while day <= cutover.opens.day:
        hours = site.access.get(_WEEKDAYS[day.weekday()])  # pyright: ignore[reportArgumentType]
        if hours is not None:
            midnight = datetime.fromisoformat(f"{day}T00:00")
            begins, ends = (midnight + timedelta(minutes=each) for each in minutes_of(hours))
            yield begins, ends
        day += timedelta(days=1)


def kilometres(travel: Travel, start: tuple[float, float], end: tuple[float, float]) -> float:
    """The way between two positions: the great circle (haversine) times the detour."""
    (lat, lon), (lat2, lon2) = (tuple(map(math.radians, place)) for place in (start, end))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half)) * travel.detour


def minutes_on_the_way(travel: Travel, way: float) -> int:
    """Minutes for so many kilometres, rounded up; none from a place to itself."""
    if way < 0.001:
        return 0
    hours, done = 0.0, 0.0
    for road in travel.roads:
        part = max(0.0, (way if road.to_km is None else min(way, road.to_km)) - done)
        hours += part / road.km_per_hour
        done += part
    return travel.minutes + math.ceil(round(hours * 60, 6))
