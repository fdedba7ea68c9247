"""Rules over what people at the sites are told of a cutover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.people import visit
from model.faults import Fault, nearest

if TYPE_CHECKING:
    from model.platform import Platform
    from model.rules.rule import Known


def check(platform: Platform, known: Known) -> Iterator[Fault]:
    """What is told is about a generation and sites that are there, and every site with workplaces is told something."""
    people = platform.people
    if people is None:
        return
    source = platform.sources["file", "people.yaml"]
    if people.generation not in known.get("generations", set()):
        message = f"no generation {people.generation}; {nearest(people.generation, platform.generations)}"
        yield source.fault(("generation",), "DANGLING", message)
    if people.opens.order <= people.closes.order:
        yield source.fault(("opens",), "BAD-VALUE", f"{people.opens} is not after {people.closes}; a later moment")
    keys = known.get("site_types", set()) | known.get("sites", set())
    for key, held in people.visits.items():
        if key not in keys:
            yield source.fault(("visits", key), "DANGLING", f"no site or type {key}; {nearest(key, keys)}")
        if held.ends <= held.begins:
            message = f"ends at {held.ends} and begins at {held.begins}; a later time of the same day"
            yield source.fault(("visits", key, "ends"), "BAD-VALUE", message)
        if not people.closes.day <= held.day <= people.opens.day:
            message = (
                f"{held.day} is no day from {people.closes.day} to {people.opens.day}, when the cutover is; one of them"
            )
            yield source.fault(("visits", key, "day"), "BAD-VALUE", message)
    for code in sorted({w.site for w in platform.workplaces.values()} & platform.sites.keys()):
        if visit(platform, people, code) is None:
            message = f"no visit for {code} nor for its type {platform.sites[code].type}; one of the two"
            yield source.fault(("visits",), "MISSING-KEY", message)
