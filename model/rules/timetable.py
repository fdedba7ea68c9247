"""Days that cannot be: waves after the room is empty, a cutover that has been, leave that never ends.

What depends on today is asked by `refresh check` alone, which knows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from model.faults import Fault, nearest
from model.rules.rule import DayRule, Rule
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

LONGEST_OVERRIDE = timedelta(days=92)
"""How far ahead an override may end: a quarter. It is for one update, and whoever has forgotten it loses a machine."""

_GENERATION = re.compile(r"(?:^|-)(g[0-9]{2})(?:-|$)")
_IDENTITY = re.compile(r"([a-z][a-z0-9]{1,4}-[a-z]{2,4}[0-9]{2,3})(?:-|$)")
_PARTS = frozenset({"access", "desktops", "folders"})
"""First words of resources of a generation that no item of the data names."""


def empty_room(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Whoever moves out of a room has moved when it must be empty. Limit: `empty_by` in hardware.yaml."""
    room = platform.hardware.premises.room if platform.hardware.premises is not None else None
    if room is None:
        return
    for name, wave in platform.refresh.waves.items():
        if wave.generation != room.generation and wave.ends > room.empty_by:
            message = f"{wave.ends} is after {room.empty_by}, when {room.title} must be empty; end it by then"
            yield written.sources["waves", name].fault(("ends",), "WAVE", message)


def overrides(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Leave is for something that is there: its generation, its server (unless it may be deleted), what a generation's
    resources are named after.

    Left out: resources of no generation, whose names the program alone knows; the guard needs the very name.
    """
    for name, override in platform.refresh.overrides.items():
        fault = written.sources["overrides", name].fault
        resource = override.resource
        generations = _GENERATION.findall(resource)
        wrong = [g for g in generations if g not in written.known.get("generations", set())]
        identity = _IDENTITY.match(resource)
        if wrong:
            message = f"{resource} is of no generation; {nearest(wrong[0], platform.refresh.generations)}"
            yield fault((), "DANGLING", message)
        elif identity is not None and override.lets_go:
            continue
        elif identity is not None and identity[1] not in written.known.get("servers", set()):
            message = f"no server {identity[1]}; {nearest(identity[1], platform.estate.servers)}"
            yield fault((), "DANGLING", message)
        elif generations and not _named_after(resource, written):
            message = f"nothing of {generations[0]} is named {resource}; write the name that the guard gives"
            yield fault((), "DANGLING", message)


def _named_after(resource: str, written: Provenance) -> bool:
    keys = _PARTS.union(*(names for section, names in written.known.items() if section != "overrides"))
    parts = resource.split("-")
    return any("-".join(parts[:count]) in keys for count in range(1, len(parts) + 1))


def waves_over(platform: Platform, written: Provenance, today: date) -> Iterator[Fault]:
    """The last wave to a generation has moved by its last day."""
    for name, generation in platform.refresh.generations.items():
        waves = [wave for wave in platform.refresh.waves.values() if wave.generation == name]
        waiting = [wave for wave in waves if wave.state != "moved"]
        if waiting and generation.state != State.RETIRED and max(wave.ends for wave in waves) < today:
            last = max(waiting, key=lambda wave: wave.ends)
            message = f"all waves to {name} are over and {last.name} is {last.state}; set new days, or state: moved"
            yield written.sources["waves", last.name].fault(("ends",), "EXPIRED", message)


def cutover_over(platform: Platform, written: Provenance, today: date) -> Iterator[Fault]:
    """A cutover whose day people are told has been by then."""
    cutover = platform.weekend.cutover
    generation = platform.refresh.generations.get(cutover.generation) if cutover is not None else None
    if cutover is None or generation is None or generation.state not in (State.PLANNED, State.BUILDING, State.PILOT):
        return
    if cutover.opens.day < today:
        message = (
            f"the cutover to {generation.name} ended on {cutover.opens.day} and it is {generation.state}; set its day"
        )
        yield written.sources["file", "cutover.yaml"].fault(("opens", "day"), "EXPIRED", message)


def long_overrides(platform: Platform, written: Provenance, today: date) -> Iterator[Fault]:
    """An override ends within LONGEST_OVERRIDE."""
    for name, override in platform.refresh.overrides.items():
        if override.expires - today > LONGEST_OVERRIDE:
            message = f"{override.expires} is far ahead; end it by {today + LONGEST_OVERRIDE}, after its one update"
            yield written.sources["overrides", name].fault(("expires",), "EXPIRED", message)


RULES = (
    Rule("timetable.empty-room", "Who has not moved by then is in a room without power.", ("WAVE",), empty_room),
    Rule(
        "timetable.overrides",
        "An override for nothing protects nobody, and a misspelt one lets the wrong machine go.",
        ("DANGLING",),
        overrides,
    ),
)

DAY_RULES = (
    DayRule(
        "timetable.waves-over",
        "A wave whose days are over and that has not moved stops the room from getting empty.",
        ("EXPIRED",),
        waves_over,
    ),
    DayRule("timetable.cutover-over", "People are told of a day that has been.", ("EXPIRED",), cutover_over),
    DayRule(
        "timetable.long-overrides",
        "An override is for one update, and whoever has forgotten it loses a machine. Assumed: a quarter.",
        ("EXPIRED",),
        long_overrides,
    ),
)
