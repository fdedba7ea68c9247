"""Days that cannot be: waves after the room is empty, a cutover that has been, leave that never ends.

What depends on today is asked by `refresh check` alone, which knows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from model.faults import Fault, nearest

if TYPE_CHECKING:
    from model.platform import Platform
    from model.rules.rule import Known

LONGEST_LEAVE = timedelta(days=92)
"""How far ahead an override may end: a quarter. It is for one update, and whoever has forgotten it loses a machine."""

_GENERATION = re.compile(r"(?:^|-)(g[0-9]{2})(?:-|$)")
_IDENTITY = re.compile(r"([a-z][a-z0-9]{1,4}-[a-z]{2,4}[0-9]{2,3})(?:-|$)")
_PARTS = frozenset({"access", "desktops", "folders"})
"""First words of resources of a generation that no item of the data names."""


def check(platform: Platform, known: Known) -> Iterator[Fault]:
    """Every fault that is one on any day."""
    yield from empty_room(platform)
    yield from overrides(platform, known)


def empty_room(platform: Platform) -> Iterator[Fault]:
    """Whoever moves out of a room has moved when it must be empty. Limit: `empty_by` in hardware.yaml."""
    room = platform.premises.room if platform.premises is not None else None
    if room is None:
        return
    for name, wave in platform.waves.items():
        if wave.generation != room.generation and wave.ends > room.empty_by:
            message = f"{wave.ends} is after {room.empty_by}, when {room.title} must be empty; end it by then"
            yield platform.sources["waves", name].fault(("ends",), "WAVE", message)


def overrides(platform: Platform, known: Known) -> Iterator[Fault]:
    """Leave is for something that is there: its generation, its server, what a generation's resources are named after.

    Left out: resources of no generation, whose names the program alone knows; the guard needs the very name.
    """
    for name, override in platform.overrides.items():
        fault = platform.sources["overrides", name].fault
        resource = override.resource
        generations = _GENERATION.findall(resource)
        wrong = [g for g in generations if g not in known.get("generations", set())]
        identity = _IDENTITY.match(resource)
        if wrong:
            message = f"{resource} is of no generation; {nearest(wrong[0], platform.generations)}"
            yield fault((), "DANGLING", message)
        elif identity is not None and identity[1] not in known.get("servers", set()):
            message = f"no server {identity[1]}; {nearest(identity[1], platform.servers)}"
            yield fault((), "DANGLING", message)
        elif generations and not _named_after(resource, known):
            message = f"nothing of {generations[0]} is named {resource}; write the name that the guard gives"
            yield fault((), "DANGLING", message)


def _named_after(resource: str, known: Known) -> bool:
    keys = _PARTS.union(*(names for section, names in known.items() if section != "overrides"))
    parts = resource.split("-")
    return any("-".join(parts[:count]) in keys for count in range(1, len(parts) + 1))


def over(platform: Platform, today: date) -> list[Fault]:
    """What should have been before `today` and has not: the last wave to a generation, the cutover.

    And overrides that last longer than LONGEST_LEAVE.
    """
    return [*_waves_over(platform, today), *_cutover_over(platform, today), *_leave_without_end(platform, today)]


def _waves_over(platform: Platform, today: date) -> Iterator[Fault]:
    for name, generation in platform.generations.items():
        waves = [wave for wave in platform.waves.values() if wave.generation == name]
        waiting = [wave for wave in waves if wave.state != "moved"]
        if waiting and generation.state != "retired" and max(wave.ends for wave in waves) < today:
            last = max(waiting, key=lambda wave: wave.ends)
            message = f"all waves to {name} are over and {last.name} is {last.state}; set new days, or state: moved"
            yield platform.sources["waves", last.name].fault(("ends",), "EXPIRED", message)


def _cutover_over(platform: Platform, today: date) -> Iterator[Fault]:
    people = platform.people
    generation = platform.generations.get(people.generation) if people is not None else None
    if people is None or generation is None or generation.state not in ("planned", "building", "pilot"):
        return
    if people.opens.day < today:
        message = (
            f"the cutover to {generation.name} ended on {people.opens.day} and it is {generation.state}; set its day"
        )
        yield platform.sources["file", "people.yaml"].fault(("opens", "day"), "EXPIRED", message)


def _leave_without_end(platform: Platform, today: date) -> Iterator[Fault]:
    for name, override in platform.overrides.items():
        if override.expires - today > LONGEST_LEAVE:
            message = f"{override.expires} is far ahead; end it by {today + LONGEST_LEAVE}, after its one update"
            yield platform.sources["overrides", name].fault(("expires",), "EXPIRED", message)
