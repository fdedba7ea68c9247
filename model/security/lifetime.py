"""Controls over time: what its maker no longer mends, and what is still only assumed when people are let in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from model.base import Model
from model.files import SECTIONS
from model.reading.source import Path_
from model.security.control import Control, Level, Offence, cis, iso, law
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.instances import Instance

LONGEST = 366
"""How many days a temporary flow may last from today. Assumed: a year; what lasts longer is permanent."""


def _used(platform: Platform) -> Mapping[tuple[str, str], list[Instance]]:
    """The machines that are declared or run, by generation and image."""
    found: dict[tuple[str, str], list[Instance]] = defaultdict(list)
    for instance in platform.instances:
        found[instance.generation.name, instance.image_name].append(instance)
    return found


def _outlived(platform: Platform, _today: date) -> Iterator[Offence]:
    for (name, image), machines in _used(platform).items():
        generation, end = machines[0].generation, machines[0].image.supported_until
        until = generation.serves_until
        if generation.origin == "managed" and until is not None and end is not None and end < until:
            message = (
                f"{machines[0].image.title} is mended until {end}, and {name} has {len(machines)} with it until "
                f"{until}; build on a later one, or plan the upgrade and except it"
            )
            yield Offence("images", image, ("supported_until",), message, f"images.{image}.{name}")


def _unmended(platform: Platform, today: date) -> Iterator[Offence]:
    for (name, image), machines in _used(platform).items():
        end = machines[0].image.supported_until
        if end is not None and end < today and machines[0].generation.state.serves_somebody:
            message = (
                f"{machines[0].image.title} is mended by nobody since {end}, and {name} has {len(machines)} with it; "
                "rebuild them, or shut them off from others"
            )
            yield Offence("images", image, ("supported_until",), message, f"images.{image}.{name}")


def _assumed(platform: Platform, _today: date) -> Iterator[Offence]:
    tried = {
        name
        for name, generation in platform.refresh.generations.items()
        if generation.origin == "managed" and generation.state not in (State.PLANNED, State.BUILDING)
    }
    if not tried:
        return
    for name, section in SECTIONS.items():
        items: Mapping[str, Any] = attrgetter(section.into)(platform)
        for key, item in items.items():
            paths = list(_guesses(item)) if getattr(item, "generation", None) in {None, *tried} else []
            for path in paths[:1]:
                more = f" in {len(paths)} places" if paths[1:] else ""
                message = f"{key} is assumed{more} and people are let in; ask or measure, and remove `assumed`"
                yield Offence(name, key, path, message)


def _guesses(item: Any) -> Iterator[Path_]:
    """Where an item, or a part of it, says that it is assumed."""
    if not isinstance(item, Model):
        return
    if getattr(item, "assumed", None):
        yield ("assumed",)
    for field in type(item).model_fields:
        if getattr(getattr(item, field), "assumed", None):
            yield field, "assumed"


def _lasting(platform: Platform, today: date) -> Iterator[Offence]:
    for key, flow in platform.flows.items():
        if flow.expires is not None and (flow.expires - today).days > LONGEST:
            message = f"ends on {flow.expires} only; end it within a year, or let it be permanent"
            yield Offence("flows", key, ("expires",), message)


CONTROLS = (
    Control(
        id="EOL-01",
        what="What servers are built from is mended for as long as they are to serve.",
        why="A system without patches stays open to what is found in it (NIS2-loven, section 6, number 5).",
        owner="head of IT operations",
        severity="high",
        level=Level.ENFORCE,
        applies="images of generations that we build and that say serves_until",
        mend="Build on a release that is mended until then, or plan the upgrade and except it until that day.",
        references=(*law("NIS2-loven", "section 6, number 5"), *iso("A.8.8", "A.8.19"), *cis("2.2")),
        check=_outlived,
    ),
    Control(
        id="EOL-02",
        what="Nothing that serves runs what nobody mends any more.",
        why="What is found in it is known to everybody and mended by nobody (CIS Controls v8, 2.2).",
        owner="head of IT operations",
        severity="critical",
        level=Level.AUDIT,
        applies="images of generations that serve somebody",
        mend="Rebuild the servers in the generation that comes, or shut them off from others until then.",
        references=(*law("NIS2-loven", "section 6, number 5"), *iso("A.8.8"), *cis("2.2")),
        check=_unmended,
    ),
    Control(
        id="EOL-03",
        what="What thin clients run is mended for as long as the generation is to serve.",
        why="A client without patches stays open to what is found in it (NIS2-loven, section 6, number 5).",
        owner="head of IT operations",
        severity="high",
        level=Level.ENFORCE,
        applies="thin clients",
        mend="Move the model to a release that its maker mends.",
        references=(*law("NIS2-loven", "section 6, number 5"), *iso("A.8.1", "A.8.8"), *cis("2.2")),
        held_by=("clients.maintained", "clients.systems"),
    ),
    Control(
        id="ASSUME-01",
        what="Nothing is assumed any more when people are let in.",
        why="A planning figure that turns out wrong is found by those who sit there.",
        owner="head of IT operations",
        severity="medium",
        level=Level.ENFORCE,
        applies="items with assumed, from the pilot of a generation that we build on",
        mend="Measure or ask, write the fact and remove `assumed`.",
        references=iso("A.5.9", "A.8.6"),
        check=_assumed,
    ),
    Control(
        id="FLOW-01",
        what="A temporary flow ends within a year.",
        why="What is temporary for longer is forgotten (assumed: a year).",
        owner="network team",
        severity="low",
        level=Level.AUDIT,
        applies="flows of flows.yaml with expires",
        mend="End it earlier, or let it be permanent and own it.",
        references=(*iso("A.8.22"), *cis("4.4")),
        check=_lasting,
    ),
    Control(
        id="EXC-01",
        what="Every exception ends on its last day.",
        why="An exception that nobody ends is the rule.",
        owner="information security officer",
        severity="medium",
        level=Level.ENFORCE,
        applies="temporary flows, waivers, overrides, retained servers",
        mend="End it, or decide anew until when.",
        references=(*iso("A.5.1", "A.5.36"), *cis("4.1")),
        held_by=("refresh.expired", "timetable.long-overrides"),
    ),
)
