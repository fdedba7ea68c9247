"""Rules over the agreed visits: they are for what is there, nobody is in two places, and nothing is promised that the
data of the weekend do not hold.

Asked by `refresh check` alone: a platform whose data have changed since still loads, for `refresh plan --keep` has to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from model.derive import cutover as derive
from model.faults import Fault
from model.rules.rule import Rule, Severity

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance
    from model.types.cutover import Cutover, Visit
    from model.types.estate import Workplace

AGREE = "run `refresh plan --agree`"
KEEP = "run `refresh plan --keep visits.csv --agree`"


def _fault(written: Provenance, visit: Visit, code: str, message: str) -> Fault:
    return Fault(*written.lines["visits", visit.visit.lower()], code, visit.visit, message)


def complete(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The visits of a site are for all of its workplaces, and every site of the weekend has one."""
    weekend = platform.weekend
    if weekend.cutover is None or not weekend.visits:
        return
    held = derive.in_weekend(platform.places, platform.refresh, weekend.cutover)
    visited: Counter[str] = Counter()
    for visit in weekend.visits.values():
        visited[visit.site] += visit.workplaces
    last = list(weekend.visits.values())[-1]
    for site in sorted(held.keys() | visited.keys()):
        there = len(held.get(site, ()))
        if there != visited[site]:
            message = f"{site} has {there} workplaces in the weekend and visits for {visited[site]}; {KEEP}"
            own = next((v for v in weekend.visits.values() if v.site == site), last)
            yield _fault(written, own, "VISIT", message)


def possible(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A visit is by the whole crew in one of its shifts, as long as the work takes, when somebody lets the crew in."""
    cutover = platform.weekend.cutover
    if cutover is None:
        return
    held = derive.in_weekend(platform.places, platform.refresh, cutover)
    taken = derive.of_visits(platform.weekend.visits.values(), held)
    for visit in platform.weekend.visits.values():
        for code, message in _wrong(platform, cutover, visit, taken):
            yield _fault(written, visit, code, message)


def _wrong(
    platform: Platform, cutover: Cutover, visit: Visit, taken: dict[str, list[Workplace]]
) -> Iterator[tuple[str, str]]:
    weekend, site = platform.weekend, platform.places.sites[visit.site]
    crew, (begins, ends) = weekend.crews[visit.crew], visit.span
    if visit.shift not in crew.shifts:
        yield "VISIT", f"{visit.shift} is no shift of {visit.crew}; {AGREE}"
    people = derive.size(weekend, crew, visit.shift)
    if visit.people != people:
        yield "CREW", f"{visit.people} people, and {visit.crew} is {people} on {visit.shift}; {AGREE}"
    needed = derive.minutes_there(weekend, cutover, site, taken[visit.visit], visit.people)
    if ends - begins < timedelta(minutes=needed):
        yield "VISIT", f"{(ends - begins).seconds // 60} minutes for work of {needed}; {KEEP}"
    if not any(opens <= begins and ends <= closes for opens, closes in derive.lets_in(site, cutover)):
        yield "KEY", f"nobody lets a crew in from {visit.begins} to {visit.ends}; set `access` of {site.code}"
    if not set(cutover.asks.get(site.type, ())) <= set(crew.skills):
        yield "CREW", f"{visit.crew} can not do what {site.type} asks; {AGREE}"


def ways(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A crew is at one site at a time, has the time to drive, its break, and is home when its shift ends."""
    weekend = platform.weekend
    if weekend.cutover is None:
        return
    for crew in weekend.crews:
        for shift in weekend.shifts:
            out = sorted(
                (v for v in weekend.visits.values() if (v.crew, v.shift) == (crew, shift)), key=lambda v: v.begins
            )
            if out:
                yield from _day(platform, weekend.cutover, out, written)


def _day(platform: Platform, cutover: Cutover, out: list[Visit], written: Provenance) -> Iterator[Fault]:
    crew, shift = platform.weekend.crews[out[0].crew], platform.weekend.shifts[out[0].shift]
    begins, ends = shift.span
    stops: list[tuple[str, datetime, datetime, Visit]] = [
        (crew.start, begins, begins, out[0]),
        *((v.site, *v.span, v) for v in out),
        (crew.start, ends, ends, out[-1]),
    ]
    idle = timedelta()
    for (place, _, leaves, first), (where, arrives, _, visit) in pairwise(stops):
        way = timedelta(minutes=minutes(platform, cutover, place, where))
        if arrives - leaves < way:
            there = (arrives - leaves) / timedelta(minutes=1)
            message = (
                f"{there:.0f} minutes from {place} ({first.visit}) to {where}, which "
                f"is {way.seconds // 60} away; {AGREE}"
            )
            yield _fault(written, visit, "CREW", message)
        idle += max(timedelta(), arrives - leaves - way)
    if idle < timedelta(minutes=shift.break_minutes):
        message = f"{idle.seconds // 60} minutes of break for {out[0].crew}, and not {shift.break_minutes}; {AGREE}"
        yield _fault(written, out[-1], "REST", message)


def minutes(platform: Platform, cutover: Cutover, first: str, second: str) -> int:
    """Minutes from one site to another; none where a position is not there."""
    here, there = platform.places.sites[first].position, platform.places.sites[second].position
    if here is None or there is None:
        return 0
    return derive.minutes_on_the_way(cutover.travel, derive.kilometres(cutover.travel, here, there))


def loads(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A crew's vehicle takes what its visits of a shift bring."""
    weekend = platform.weekend
    if weekend.cutover is None:
        return
    held = derive.in_weekend(platform.places, platform.refresh, weekend.cutover)
    brought = {s for s, w in held.items() if derive.new_devices(weekend, w) >= weekend.cutover.delivered_from}
    taken = derive.of_visits(weekend.visits.values(), held)
    loaded: Counter[tuple[str, str]] = Counter()
    for name, visit in weekend.visits.items():
        if visit.site not in brought:
            loaded[visit.crew, visit.shift] += derive.new_devices(weekend, taken[name])
    for (crew, shift), devices in loaded.items():
        room = weekend.vehicles[weekend.crews[crew].vehicle].devices
        if devices > room:
            visit = next(v for v in weekend.visits.values() if (v.crew, v.shift) == (crew, shift))
            message = f"{devices} devices on {shift} and the vehicle of {crew} takes {room}; {AGREE}"
            yield _fault(written, visit, "VEHICLE", message)


def dark(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """At a site that never closes at least one workplace or emergency seat works at any moment."""
    cutover = platform.weekend.cutover
    held = derive.in_weekend(platform.places, platform.refresh, cutover) if cutover is not None else {}
    for code, workplaces in held.items():
        site = platform.places.sites[code]
        if not derive.never_closes(site):
            continue
        visits = [v for v in platform.weekend.visits.values() if v.site == code]
        working = len(workplaces) + (site.parallel.seats if site.parallel is not None else 0)
        for visit in visits:
            at_once = sum(v.people for v in visits if v.span[0] <= visit.span[0] < v.span[1])
            if at_once >= working:
                message = (
                    f"{at_once} people take {len(workplaces)} workplaces at once and none works meanwhile; "
                    f"give `parallel` of {code} more `seats`"
                )
                yield _fault(written, visit, "DARK", message)


RULES = (
    Rule(
        "visits.complete",
        "A site that no visit is for opens on Monday with its old devices.",
        ("VISIT",),
        complete,
        Severity.CHECKED,
    ),
    Rule(
        "visits.possible",
        "What people are told must be what the data of the weekend hold.",
        ("CREW", "KEY", "VISIT"),
        possible,
        Severity.CHECKED,
    ),
    Rule("visits.ways", "Nobody can be at two sites at the same time.", ("CREW", "REST"), ways, Severity.CHECKED),
    Rule("visits.loads", "What does not fit stays behind.", ("VEHICLE",), loads, Severity.CHECKED),
    Rule(
        "visits.dark",
        "Where people are cared for around the clock somebody must always be able to look up a medicine.",
        ("DARK",),
        dark,
        Severity.CHECKED,
    ),
)
