"""A platform with one thing less tight: more people, fewer minutes at a workplace, or an earlier Friday."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from model.derive import cutover as derive

if TYPE_CHECKING:
    from model import Platform
    from model.types.cutover import Crew, Cutover, Shift
    from model.types.estate import Site

UNBROKEN = timedelta(hours=6)
BREAK = 30
"""Minutes that a shift has where it becomes longer than UNBROKEN."""


def more_people(platform: Platform, crews: int) -> Platform:
    """With so many crews more, each like the one that can do most and is on duty longest."""
    weekend, cutover = platform.weekend, platform.weekend.cutover
    if cutover is None:
        return platform
    best = likeness(platform)
    added = {
        f"ekstra-{n}": best.model_copy(update={"title": f"Ekstra {n}", "helpers": {}}) for n in range(1, crews + 1)
    }
    people = cutover.model_copy(update={"technicians": cutover.technicians + crews * best.people})
    return replace(platform, weekend=replace(weekend, cutover=people, crews={**weekend.crews, **added}))


def likeness(platform: Platform) -> Crew:
    """The crew that another would be like: all skills that some crew has, and the shifts of the longest on duty."""
    crews = platform.weekend.crews
    key = max(crews, key=lambda name: (len(crews[name].shifts), len(crews[name].skills), name))
    skills = sorted({skill for crew in crews.values() for skill in crew.skills})
    return crews[key].model_copy(update={"skills": tuple(skills)})


def fewer_minutes(platform: Platform, minutes: int) -> Platform:
    """With so many minutes less at each workplace that gets a new device, at least one."""
    weekend = platform.weekend
    efforts = {
        key: held.model_copy(update={"p50": max(1, held.p50 - minutes), "p90": max(1, held.p90 - minutes)})
        if held.replaced or not any(each.replaced for each in weekend.efforts.values())
        else held
        for key, held in weekend.efforts.items()
    }
    return replace(platform, weekend=replace(weekend, efforts=efforts))


def earlier(platform: Platform, hours: int) -> Platform:
    """Closed so many hours earlier. Crews begin then, and whoever works at a site lets them in until it closes."""
    cutover = platform.weekend.cutover
    if cutover is None:
        return platform
    first = cutover.closes.order - timedelta(hours=hours)
    closes = cutover.closes.model_copy(update={"day": first.date(), "time": f"{first:%H:%M}"})
    shifts = {key: _earlier(shift, closes.time) for key, shift in platform.weekend.shifts.items()}
    weekend = replace(platform.weekend, cutover=cutover.model_copy(update={"closes": closes}), shifts=shifts)
    sites = {code: _open(site, cutover, closes.time) for code, site in platform.places.sites.items()}
    return replace(platform, weekend=weekend, places=replace(platform.places, sites=sites))


def _earlier(shift: Shift, time: str) -> Shift:
    if not shift.with_closing:
        return shift
    longer = shift.model_copy(update={"begins": time})
    begins, ends = longer.span
    pause = max(shift.break_minutes, BREAK) if ends - begins > UNBROKEN else shift.break_minutes
    return longer.model_copy(update={"break_minutes": pause})


def _open(site: Site, cutover: Cutover, time: str) -> Site:
    """Let in on the closing day from the new closing on, where somebody lets in on that day at all."""
    for opens, _ in derive.lets_in(site, cutover):
        if opens.date() == cutover.closes.day:
            day = f"{opens:%A}".lower()
            last = (site.access.get(day) or "").split("-")[-1]  # pyright: ignore[reportArgumentType]
            begins = min(f"{opens:%H:%M}", time)
            return site.model_copy(update={"access": {**site.access, day: f"{begins}-{last}"}})
    return site
