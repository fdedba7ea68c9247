"""Rules over what people at the sites are told of a cutover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.faults import Fault
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance


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
    cutover = platform.weekend.cutover
    if cutover is None:
        return
    last = platform.refresh.generations[cutover.generation].hypercare
    if last is not None and last <= cutover.opens.day:
        message = f"{last} is not after {cutover.opens.day}, when the cutover ends; give a later day"
        yield written.sources["generations", cutover.generation].fault(("hypercare",), "BAD-VALUE", message)


RULES = (
    Rule(
        "people.reachable",
        "When the telephone system does not come up again, it is the one number that everybody calls.",
        ("PHONE",),
        reachable,
    ),
    Rule("people.hypercare", "Extra care that ends before the cutover is none.", ("BAD-VALUE",), hypercare),
)
