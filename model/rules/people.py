"""Rules over what people at the sites are told of a cutover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.people import visit
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
        if key not in keys:
            yield source.fault(("visits", key), "DANGLING", f"no site or type {key}; {nearest(key, keys)}")
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


RULES = (
    Rule(
        "people",
        "Whoever is told the wrong day waits for a colleague who does not come.",
        ("BAD-VALUE", "DANGLING", "MISSING-KEY"),
        check,
    ),
)
