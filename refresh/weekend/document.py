"""A plan as plan.json: what `refresh plan` writes, and what the rehearsal, the board and the papers read.

Times have the offset of Denmark, lists a fixed order. Everything in it follows from the platform and the routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from model.derive import cutover as derive
from model.derive.serving import live
from refresh.weekend.tasks import Outing

if TYPE_CHECKING:
    from model import Platform
    from model.types.cutover import Cutover
    from refresh.weekend.routes import Route, Stop
    from refresh.weekend.work import Work

ZONE = ZoneInfo("Europe/Copenhagen")
FORMAT = 1


NO_CENTRE: Mapping[str, Any] = {"point_of_no_return": None, "tasks": [], "gates": []}
"""What is said of the data centre where only visits are looked at."""


def document(
    work: Work, routes: Sequence[Route], verdict: Mapping[str, Any], centre: Mapping[str, Any] = NO_CENTRE
) -> dict[str, Any]:
    """plan.json as a value. `verdict` says whether it can be done, and what is short; `centre` are tasks and gates."""
    platform, cutover = work.platform, work.platform.weekend.cutover
    if cutover is None:
        raise ValueError("there is no cutover.yaml")
    return {
        "format": FORMAT,
        "platform": platform.name,
        "title": platform.settings.title,
        "generation": cutover.generation,
        "previous": live(platform.refresh).name,
        "closes": told(cutover.closes.order),
        "opens": told(cutover.opens.order),
        "point_of_no_return": centre["point_of_no_return"],
        **verdict,
        "sums": sums(work, routes),
        "crews": [_crew(work, key, routes) for key in platform.weekend.crews],
        "visits": sorted(
            (_visit(work, route, stop) for route in routes for stop in route.stops),
            key=lambda visit: (visit["site"], derive.number(visit["id"])),
        ),
        "tasks": centre["tasks"],
        "gates": centre["gates"],
        "unplanned": [{"site": left.site, "reason": left.reason} for left in work.unplanned],
    }


def told(moment: datetime) -> str:
    """A Danish moment as ISO 8601 with its offset."""
    return moment.replace(tzinfo=ZONE).isoformat()


def sums(work: Work, routes: Iterable[Route]) -> dict[str, Any]:
    """What a person can check by hand: visits, devices, people's hours, kilometres, the longest shift."""
    stops = [(route, stop) for route in routes for stop in route.stops]
    shifts = {f"{route.tour.crew} {route.tour.shift}": route.ends - route.tour.window.begins for route in routes}
    longest = max(shifts, key=lambda name: (shifts[name], name), default="")
    return {
        "visits": len(stops),
        "sites": len({stop.job.site for _, stop in stops}),
        "workplaces": sum(len(stop.job.workplaces) for _, stop in stops),
        "devices": sum(stop.job.devices for _, stop in stops),
        "kilometres": round(sum(route.kilometres for route in routes), 1),
        "hours_at_sites": _hours(sum((s.ends - s.begins) * r.tour.people for r, s in stops)),
        "hours_on_the_way": _hours(sum(_driving(work, route) * route.tour.people for route in routes)),
        "hours_in_all": _hours(sum((r.ends - r.tour.window.begins) * r.tour.people for r in routes)),
        "hours_there": _hours(sum((t.window.ends - t.window.begins) * t.people for t in work.tours)),
        "longest_shift": {
            "crew": longest.split(" ")[0],
            "shift": longest.split(" ")[-1],
            "minutes": shifts.get(longest, 0),
        },
    }


def _hours(minutes: int) -> float:
    return round(minutes / 60, 1)


def _driving(work: Work, route: Route) -> int:
    return sum(stop.travel for stop in route.stops) + work.ways[route.stops[-1].job.site, route.tour.start][1]


def _crew(work: Work, key: str, routes: Iterable[Route]) -> dict[str, Any]:
    crew = work.platform.weekend.crews[key]
    vehicle = work.platform.weekend.vehicles[crew.vehicle]
    return {
        "key": key,
        "title": crew.title,
        "people": crew.people,
        "skills": list(crew.skills),
        "vehicle": {"kind": crew.vehicle, "title": vehicle.title, "devices": vehicle.devices},
        "start": {"site": crew.start, "position": list(work.platform.places.sites[crew.start].position or ())},
        "shifts": [_shift(work, route) for route in routes if route.tour.crew == key],
    }


def _shift(work: Work, route: Route) -> dict[str, Any]:
    begins, ends = route.tour.window.begins, route.tour.window.ends
    return {
        "shift": route.tour.shift,
        "day": f"{work.moment(begins).date()}",
        "begins": told(work.moment(begins)),
        "ends": told(work.moment(ends)),
        "home": told(work.moment(route.ends)),
        "people": route.tour.people,
        "break_minutes": route.tour.pause,
        "devices": sum(stop.job.load for stop in route.stops),
        "kilometres": round(route.kilometres, 1),
        "visits": [stop.job.id for stop in route.stops],
    }


def _visit(work: Work, route: Route, stop: Stop) -> dict[str, Any]:
    site = work.platform.places.sites[stop.job.site]
    holder = site.key_holder
    around = derive.never_closes(site)
    return {
        "id": stop.job.id,
        "site": site.code,
        "name": site.name,
        "address": f"{site.address}, {site.postcode} {site.city}",
        "position": list(site.position or ()),
        "crew": route.tour.crew,
        "shift": route.tour.shift,
        "people": route.tour.people,
        "arrives": told(work.moment(stop.arrives)),
        "begins": told(work.moment(stop.begins)),
        "ends": told(work.moment(stop.ends)),
        "latest": told(work.moment(stop.latest)),
        "devices": stop.job.devices,
        "workplaces": [workplace.name for workplace in stop.job.workplaces],
        "travel_minutes": stop.travel,
        "kilometres": round(stop.kilometres, 1),
        "host": holder.role if holder is not None else "",
        "phone": (holder.phone or "") if holder is not None else "",
        "never_closes": around,
        "parallel": site.parallel.how if around and site.parallel is not None else None,
    }


def outings(work: Work, routes: Iterable[Route]) -> Iterator[Outing]:
    """The visits as tasks of the weekend: minutes at the site that half of them take, and nine of ten."""
    weekend, cutover = work.platform.weekend, closing(work.platform)
    for route in routes:
        for stop in route.stops:
            efforts = [derive.effort(weekend, workplace) for workplace in stop.job.workplaces]
            middle = sum(each.p50 for each in efforts if each is not None)
            yield Outing(
                id=stop.job.id,
                site=stop.job.site,
                name=work.platform.places.sites[stop.job.site].name,
                crew=route.tour.crew,
                begins=work.moment(stop.begins),
                ends=work.moment(stop.ends),
                p50=min(stop.ends - stop.begins, cutover.site_minutes + -(-middle // route.tour.people)),
                p90=stop.ends - stop.begins,
            )


def rows(found: dict[str, Any]) -> list[list[str]]:
    """The visits of a plan as rows of visits.csv, its header first."""
    header = ["visit", "site", "crew", "shift", "begins", "ends", "people", "workplaces"]
    return [
        header,
        *(
            [
                visit["id"],
                visit["site"],
                visit["crew"],
                visit["shift"],
                f"{datetime.fromisoformat(visit['begins']):%Y-%m-%d %H:%M}",
                f"{datetime.fromisoformat(visit['ends']):%Y-%m-%d %H:%M}",
                str(visit["people"]),
                str(len(visit["workplaces"])),
            ]
            for visit in found["visits"]
        ),
    ]


def closing(platform: Platform) -> Cutover:
    """The cutover of a platform that has one."""
    if platform.weekend.cutover is None:
        raise ValueError("there is no cutover.yaml")
    return platform.weekend.cutover
