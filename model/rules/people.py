"""Rules over what people at the sites are told of a cutover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.people import busy, in_weekend, visit
from model.faults import Fault, nearest
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What is told is about sites that are there, and every site with workplaces is told something."""
    people = platform.people
    if people is None:
        return
    source = written.sources["file", "people.yaml"]
    if people.opens.order <= people.closes.order:
        yield source.fault(("opens",), "BAD-VALUE", f"{people.opens} is not after {people.closes}; give a later moment")
    keys = written.known.get("site_types", set()) | written.known.get("sites", set())
    for key, held in people.visits.items():
        if key not in keys and not held.sites:
            message = f"no site or type {key}; {nearest(key, keys)}, or list the `sites` of a round"
            yield source.fault(("visits", key), "DANGLING", message)
        elif key in keys and held.sites:
            message = f"{key} is a site or a type and has its sites by that; give the round another name"
            yield source.fault(("visits", key, "sites"), "UNKNOWN-KEY", message)
        if held.ends <= held.begins:
            message = f"ends at {held.ends} and begins at {held.begins}; give a later time of the same day"
            yield source.fault(("visits", key, "ends"), "BAD-VALUE", message)
        if not people.closes.day <= held.day <= people.opens.day:
            message = (
                f"{held.day} is no day from {people.closes.day} to {people.opens.day}, when the cutover is; name "
                "one of them"
            )
            yield source.fault(("visits", key, "day"), "BAD-VALUE", message)
    for code in sorted({w.site for w in platform.places.workplaces.values()} & platform.places.sites.keys()):
        if visit(platform.places, people, code) is None:
            message = f"no visit for {code} nor for its type {platform.places.sites[code].type}; add one of the two"
            yield source.fault(("visits",), "MISSING-KEY", message)


def rounds(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A site is in one round at most."""
    people = platform.people
    if people is None:
        return
    first: dict[str, str] = {}
    for key, held in people.visits.items():
        for index, site in enumerate(held.sites):
            if first.setdefault(site, key) != key:
                message = f"{site} is in round {first[site]} already; take it out of one of the two"
                yield written.sources["file", "people.yaml"].fault(
                    ("visits", key, "sites", index), "BAD-VALUE", message
                )


def crews(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No more technicians are at sites at a time than there are."""
    people = platform.people
    if people is None:
        return
    source = written.sources["file", "people.yaml"]
    for stretch in busy(in_weekend(platform.places, platform.refresh, people).items()):
        if stretch.technicians > people.technicians:
            message = (
                f"{stretch.technicians} technicians are at {len(stretch.sites)} sites on "
                f"{stretch.begins:%Y-%m-%d} from {stretch.begins:%H:%M} to {stretch.ends:%H:%M} and there are "
                f"{people.technicians}; put sites into rounds, change the hours of a visit, or raise `technicians`"
            )
            yield source.fault(("technicians",), "CREW", message)


def reachable(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The desk of the cutover answers on a mobile, for the telephone system is closed then."""
    people = platform.people
    if people is None:
        return
    desk = people.cutover_desk
    if not desk.mobile or desk.phone.startswith("lokal"):
        message = (
            f"{desk.phone} may rest on the telephone system, which is closed during the cutover; give the number of a "
            "mobile of its own and `mobile: true`"
        )
        yield written.sources["file", "people.yaml"].fault(("cutover_desk", "phone"), "PHONE", message)


def hypercare(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The weeks of extra care end after the cutover to their generation."""
    people = platform.people
    if people is None:
        return
    last = platform.refresh.generations[people.generation].hypercare
    if last is not None and last <= people.opens.day:
        message = f"{last} is not after {people.opens.day}, when the cutover ends; give a later day"
        yield written.sources["generations", people.generation].fault(("hypercare",), "BAD-VALUE", message)


RULES = (
    Rule(
        "people",
        "Whoever is told the wrong day waits for a colleague who does not come.",
        ("BAD-VALUE", "DANGLING", "MISSING-KEY", "UNKNOWN-KEY"),
        check,
    ),
    Rule("people.rounds", "Two visits are told to one site, and one crew comes in vain.", ("BAD-VALUE",), rounds),
    Rule("people.crews", "Nobody can be at two sites at the same time.", ("CREW",), crews),
    Rule(
        "people.reachable",
        "When the telephone system does not come up again, it is the one number that everybody calls.",
        ("PHONE",),
        reachable,
    ),
    Rule("people.hypercare", "Extra care that ends before the cutover is none.", ("BAD-VALUE",), hypercare),
)
