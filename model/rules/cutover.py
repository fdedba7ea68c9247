"""Rules over the data of a weekend: people, rest, what sites must say, minutes, and the devices that come."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from model.derive import cutover as derive
from model.derive.devices import coming
from model.faults import Fault
from model.rules.rule import Rule, Severity

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance
    from model.types.cutover import Crew, Team

REST = timedelta(hours=11)
"""Between two working days: arbejdsmiljøloven section 50, directive 2003/88/EC article 3."""
UNBROKEN = timedelta(hours=6)
"""The longest day without a break: directive 2003/88/EC article 4."""


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The weekend ends after it begins, its shifts and gates are in it, and what is told to people has a cutover."""
    cutover = platform.weekend.cutover
    if cutover is None:
        if platform.people is not None:
            message = "people are told of a cutover and no file says when it is; write cutover.yaml with `closes`"
            yield written.sources["file", "people.yaml"].fault(("service_desk",), "MISSING-KEY", message)
        return
    source = written.sources["file", "cutover.yaml"]
    if cutover.opens.order <= cutover.closes.order:
        message = f"{cutover.opens} is not after {cutover.closes}; give `opens` a later moment"
        yield source.fault(("opens",), "BAD-VALUE", message)
    for key, shift in platform.weekend.shifts.items():
        held = written.sources["shifts", key]
        begins, ends = shift.span
        if shift.with_closing and begins != cutover.closes.order:
            message = f"it begins with the closing, {cutover.closes}; set `begins` to that, or `with_closing: false`"
            yield held.fault(("begins",), "BAD-VALUE", message)
        if begins < cutover.closes.order or ends > cutover.opens.order:
            message = f"{begins} to {ends} is not between {cutover.closes} and {cutover.opens}; set another `day`"
            yield held.fault(("day",), "BAD-VALUE", message)
        if ends - begins > UNBROKEN and not shift.break_minutes:
            message = f"{ends - begins} without a break, and at most {UNBROKEN}; set `break_minutes`"
            yield held.fault((), "REST", message)
    for key, gate in platform.weekend.gates.items():
        if gate.at.order > cutover.opens.order:
            message = f"{gate.at} is after {cutover.opens}, when all is decided; set an earlier `at`"
            yield written.sources["gates", key].fault(("at",), "BAD-VALUE", message)


def rest(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Between two shifts of a crew or a team lie eleven hours, and its shifts are in order."""
    groups: tuple[tuple[str, Mapping[str, Crew] | Mapping[str, Team]], ...] = (
        ("crews", platform.weekend.crews),
        ("data_centre", platform.weekend.teams),
    )
    for section, held in groups:
        for key, group in held.items():
            spans = [(name, platform.weekend.shifts[name].span) for name in group.shifts]
            for (first, (_, ends)), (second, (begins, _)) in pairwise(spans):
                if begins - ends < REST:
                    hours = (begins - ends) / timedelta(hours=1)
                    message = (
                        f"{hours:g} hours from {first} to {second}, and people rest for 11; take one out of `shifts`, "
                        "or set other hours"
                    )
                    yield written.sources[section, key].fault(("shifts",), "REST", message)


def people(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Crews and teams have no more people than are on duty, nor more helpers than come on a shift, and two crews have
    no title in common.
    """
    weekend = platform.weekend
    if weekend.cutover is None:
        return
    needed = sum(crew.people for crew in weekend.crews.values())
    needed += sum(sum(team.people.values()) for team in weekend.teams.values())
    if needed > weekend.cutover.technicians:
        message = (
            f"{needed} people are in crews and in the data centre and {weekend.cutover.technicians} are on duty, so "
            "one would be in two places; take people out of a crew, or raise `technicians`"
        )
        yield written.sources["file", "cutover.yaml"].fault(("technicians",), "CREW", message)
    for key, helper in weekend.helpers.items():
        for shift, there in helper.shifts.items():
            taken = sum(c.helpers.get(key, 0) for c in weekend.crews.values() if shift in c.shifts)
            if taken > there:
                message = f"{taken} go with crews and {there} come; take some out of `helpers` of a crew"
                yield written.sources["helpers", key].fault(("shifts", shift), "CREW", message)
    first: dict[str, str] = {}
    for key, crew in weekend.crews.items():
        if first.setdefault(crew.title, key) != key:
            message = f"{first[crew.title]} is called {crew.title} too; give one another `title`"
            yield written.sources["crews", key].fault(("title",), "DUPLICATE-NAME", message)


def sites(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every site of the weekend has a position, somebody with a phone who lets a crew in, hours in which that is, a
    crew that can do what is asked there, and, where it never closes, a way to go on.
    """
    weekend = platform.weekend
    if weekend.cutover is None:
        return
    for key, crew in weekend.crews.items():
        if crew.start in platform.places.sites and platform.places.sites[crew.start].position is None:
            message = f"{crew.start} has no position, and ways begin there; set `position` of it"
            yield written.sources["crews", key].fault(("start",), "MISSING-KEY", message)
    able = [set(crew.skills) for crew in weekend.crews.values()]
    for code in derive.in_weekend(platform.places, platform.refresh, weekend.cutover):
        site, source = platform.places.sites[code], written.sources["sites", code]
        if site.position is None:
            message = "no position, and ways are worked out from it; set `position` to latitude and longitude"
            yield source.fault(("position",), "MISSING-KEY", message)
        holder = site.key_holder
        if holder is None or holder.phone is None:
            message = "a crew would stand before a locked door; set `key_holder` with the role and its `phone`"
            yield source.fault(("key_holder",), "KEY", message)
        elif holder.phone.startswith("lokal"):
            message = f"{holder.phone} rests on the telephone system, which is closed; set `phone` to a mobile"
            yield source.fault(("key_holder", "phone"), "KEY", message)
        if not any(derive.lets_in(site, weekend.cutover)):
            message = f"nobody lets a crew in from {weekend.cutover.closes} to {weekend.cutover.opens}; set `access`"
            yield source.fault(("access",), "KEY", message)
        if derive.never_closes(site) and site.parallel is None:
            message = "it never closes and nothing says how work goes on; set `parallel` with its seats"
            yield source.fault(("parallel",), "DARK", message)
        asked = set(weekend.cutover.asks.get(site.type, ()))
        if not any(asked <= skills for skills in able):
            message = f"no crew can do {', '.join(sorted(asked))} for {site.type}; give a crew these `skills`"
            yield written.sources["file", "cutover.yaml"].fault(("asks", site.type), "CREW", message)


def minutes(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Of every workplace of the weekend it is said once how long it takes, and nine of ten take no less than half."""
    weekend = platform.weekend
    if weekend.cutover is None:
        return
    first: dict[tuple[str, str | None], str] = {}
    for key, held in weekend.efforts.items():
        source = written.sources["minutes", key]
        if held.p90 < held.p50:
            message = f"{held.p90} is less than {held.p50}, which half take; raise `p90`"
            yield source.fault(("p90",), "BAD-VALUE", message)
        if first.setdefault((held.kind, held.model), key) != key:
            what = f"{held.kind} {held.model or 'of any model'}"
            message = f"{first[held.kind, held.model]} is for {what} too; take one out of `minutes`"
            yield source.fault(("kind",), "DUPLICATE-NAME", message)
    lacking = {
        workplace.kind
        for held in derive.in_weekend(platform.places, platform.refresh, weekend.cutover).values()
        for workplace in held
        if derive.effort(weekend, workplace) is None
    }
    for kind in sorted(lacking):
        message = f"no entry for {kind}; add one to `minutes`"
        yield written.sources["file", "cutover.yaml"].fault(("site_minutes",), "MISSING-KEY", message)


def equipment(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every workplace that gets a new device in the weekend has one in devices.csv, and enough are spare."""
    weekend = platform.weekend
    if weekend.cutover is None:
        return
    source = written.sources["file", "cutover.yaml"]
    comes = coming(platform.places, weekend.cutover.generation)
    used: Counter[str] = Counter()
    bare: list[str] = []
    for held in derive.in_weekend(platform.places, platform.refresh, weekend.cutover).values():
        for workplace in held:
            what = derive.effort(weekend, workplace)
            if what is None or not what.replaced:
                continue
            if workplace.name in comes:
                used[comes[workplace.name].model] += 1
            else:
                bare.append(workplace.name)
    if bare:
        message = (
            f"{len(bare)} workplaces have no device of {weekend.cutover.generation}, {bare[0]} the first; give each a "
            "row of devices.csv, or set `replaced: false` in `minutes`"
        )
        yield source.fault(("generation",), "SPARE", message)
    spare = Counter(
        d.model
        for d in platform.places.workplace_devices.values()
        if d.workplace is None and d.generation == weekend.cutover.generation and d.state != "returned"
    )
    wanted = math.ceil(sum(used.values()) * weekend.cutover.spares.percent / 100)
    if sum(spare.values()) < wanted:
        message = f"{spare.total()} spare devices and {wanted} are wanted; add rows without a workplace to devices.csv"
        yield source.fault(("spares", "percent"), "SPARE", message)
    for model in sorted(used):
        if spare[model] < weekend.cutover.spares.each:
            message = f"{spare[model]} spare {model}, and not {weekend.cutover.spares.each}; add rows to devices.csv"
            yield source.fault(("spares", "each"), "SPARE", message)


RULES = (
    Rule(
        "cutover",
        "Whoever is told the wrong day waits for a colleague who does not come.",
        ("BAD-VALUE", "MISSING-KEY", "REST"),
        check,
    ),
    Rule(
        "cutover.rest",
        "Eleven hours of rest are the law, and tired people make the faults of Sunday.",
        ("REST",),
        rest,
    ),
    Rule("cutover.people", "Nobody is in two crews.", ("CREW", "DUPLICATE-NAME"), people),
    Rule(
        "cutover.sites",
        "A crew that finds no way in has lost an hour, and a care home in the dark is no inconvenience.",
        ("CREW", "DARK", "KEY", "MISSING-KEY"),
        sites,
    ),
    Rule(
        "cutover.minutes",
        "A plan is as good as its minutes.",
        ("BAD-VALUE", "DUPLICATE-NAME", "MISSING-KEY"),
        minutes,
    ),
    Rule(
        "cutover.equipment",
        "A workplace without its device on Saturday has none on Monday, and some devices are dead on arrival.",
        ("SPARE",),
        equipment,
        Severity.CHECKED,
    ),
)
