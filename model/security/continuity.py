"""Controls over suppliers, recovery and backups: what NIS2-loven (lov nr. 434 af 6. maj 2025), section 6, asks of a
municipality whose systems fail, and of the vendors that it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from model.security.control import Control, Level, Offence, cis, iso, law

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.estate import System


def _matters(platform: Platform) -> Iterator[tuple[str, System]]:
    """The systems that a municipality does not work without."""
    for code, system in platform.estate.systems.items():
        if system.criticality in ("vital", "high"):
            yield code, system


def _suppliers(platform: Platform, _today: date) -> Iterator[Offence]:
    for code, system in _matters(platform):
        if system.vendor is not None and system.supplier is None:
            message = f"nobody knows whom of {system.vendor} to call under attack; add `supplier: {{contact: ...}}`"
            yield Offence("systems", code, ("supplier",), message)


def _recoveries(platform: Platform, _today: date) -> Iterator[Offence]:
    for code, system in _matters(platform):
        if system.recovery is None:
            message = f"{system.title} is {system.criticality} and nobody says how long it may be away; add `recovery:`"
            yield Offence("systems", code, ("recovery",), message)


def _dependencies(platform: Platform, _today: date) -> Iterator[Offence]:
    for code, system in _matters(platform):
        if system.depends_on is None:
            message = f"what {system.title} rests on is not said; add `depends_on:`, or `[]` for nothing"
            yield Offence("systems", code, ("depends_on",), message)


def _slower(platform: Platform, _today: date) -> Iterator[Offence]:
    for code, system in platform.estate.systems.items():
        for index, other in enumerate(system.depends_on or ()):
            below = platform.estate.systems[other].recovery
            if system.recovery is None or below is None or below.rto_hours <= system.recovery.rto_hours:
                continue
            message = (
                f"{system.title} is to be back in {system.recovery.rto_hours} hours and rests on {other}, which takes "
                f"{below.rto_hours}; raise `rto_hours`, or have {other} back sooner"
            )
            yield Offence("systems", code, ("depends_on", index), message)


def _seldom(platform: Platform, _today: date) -> Iterator[Offence]:
    classes = platform.landing_zone.backup_classes
    for code, system in platform.estate.systems.items():
        if system.recovery is None or not system.placement:
            continue
        name = system.backup or next((n for n, c in classes.items() if system.criticality in c.criticality), None)
        kept = classes[name] if name is not None else None
        if kept is not None and kept.every_hours > system.recovery.rpo_hours:
            message = (
                f"{system.recovery.rpo_hours} hours may be lost and class {name} copies every {kept.every_hours}; name "
                "another `backup` class, or raise `rpo_hours`"
            )
            yield Offence("systems", code, ("recovery", "rpo_hours"), message)


CONTROLS = (
    Control(
        id="NIS2-01",
        what="Of the vendor of a system that matters it is known whom to call under attack.",
        why="The first hours of an incident go by in a queue for ordinary support (NIS2-loven, section 6, number 4).",
        owner="system owner",
        severity="medium",
        level=Level.ENFORCE,
        applies="systems of criticality vital or high that have a vendor",
        mend="Write `supplier` in the system's file: the vendor's desk for security, and where incidents go.",
        references=(*law("NIS2-loven", "section 6, number 4"), *iso("A.5.19", "A.5.22"), *cis("15.1", "15.2")),
        check=_suppliers,
    ),
    Control(
        id="NIS2-02",
        what="For a system that matters it is said how long it may be away and how much may be lost.",
        why="What nobody has said is decided on the night itself (NIS2-loven, section 6, number 3).",
        owner="system owner",
        severity="medium",
        level=Level.ENFORCE,
        applies="systems of criticality vital or high",
        mend="Write `recovery` in the system's file: rto_hours and rpo_hours.",
        references=(*law("NIS2-loven", "section 6, number 3"), *iso("A.5.29", "A.5.30"), *cis("11.1")),
        check=_recoveries,
    ),
    Control(
        id="NIS2-03",
        what="For a system that matters it is said what it does not work without.",
        why="Systems are restored in the order in which they rest on each other (NIS2-loven, section 6, number 3).",
        owner="system owner",
        severity="low",
        level=Level.ENFORCE,
        applies="systems of criticality vital or high",
        mend="Write `depends_on` in the system's file: the codes of systems, or `[]`.",
        references=(*law("NIS2-loven", "section 6, number 3"), *iso("A.5.9", "A.5.30")),
        check=_dependencies,
    ),
    Control(
        id="NIS2-04",
        what="What a system rests on is back no later than itself.",
        why="A promise of four hours that rests on one of a day is a promise of a day (ISO/IEC 27001:2022, A.5.30).",
        owner="system owner",
        severity="medium",
        level=Level.ENFORCE,
        applies="systems with depends_on and recovery",
        mend="Raise the system's rto_hours, or lower that of what it rests on.",
        references=(*law("NIS2-loven", "section 6, number 3"), *iso("A.5.30")),
        check=_slower,
    ),
    Control(
        id="BCK-01",
        what="A system in Azure is copied as often as the data that may be lost ask for.",
        why="What may lose an hour and is copied at night loses a day (ISO/IEC 27001:2022, A.8.13).",
        owner="head of IT operations",
        severity="high",
        level=Level.ENFORCE,
        applies="systems that are placed in Azure and have recovery",
        mend="Name a backup class that copies more often, or raise rpo_hours.",
        references=(*iso("A.8.13"), *cis("11.2")),
        check=_seldom,
    ),
)
