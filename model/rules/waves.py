"""Rules over waves: whom each names, and that its state fits that of its generation. Each yields every offender."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import serving
from model.faults import Fault
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import Rule
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform, Refresh
    from model.types.waves import Wave

MEMBERS = ("systems", "pools", "groups", "sites")


def members(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A wave goes to a generation that we build, names whom no other names, and its state fits the generation's."""
    seen: dict[tuple[str, str], str] = {}
    for wave in platform.refresh.waves.values():
        yield from _itself(platform.refresh, wave, written)
        yield from _members(platform.refresh, wave, written, seen)
        if wave.generation in platform.refresh.generations:
            yield from _state(platform, written, wave)


def _itself(refresh: Refresh, wave: Wave, written: Provenance) -> Iterator[Fault]:
    """A wave goes to a generation that we build, ends no earlier than it starts, and names somebody."""
    source = written.sources["waves", wave.name]
    generation = refresh.generations.get(wave.generation)
    if generation is not None and generation.origin != "managed":
        message = (
            f"{generation.name} is {generation.origin}, so nobody moves to it; name a generation with `origin: managed`"
        )
        yield source.fault(("generation",), "WAVE", message)
    if wave.ends < wave.starts:
        yield source.fault(
            ("ends",), "WAVE", f"{wave.ends} is before {wave.starts}; give the day it starts or a later one"
        )
    if not any(getattr(wave, field) for field in MEMBERS):
        yield source.fault((), "MISSING-KEY", "names nobody; name systems, pools, groups or sites")


def _members(refresh: Refresh, wave: Wave, written: Provenance, seen: dict[tuple[str, str], str]) -> Iterator[Fault]:
    """Whoever a wave names is in no other wave, nor in `serving:` once it has moved."""
    source = written.sources["waves", wave.name]
    for field in MEMBERS:
        keys: tuple[str, ...] = getattr(wave, field)
        elsewhere = {key.casefold(): entry.name for entry in refresh.serving.values() for key in getattr(entry, field)}
        for index, key in enumerate(keys):
            path: Path_ = (field, index)
            first = seen.setdefault((field, key.casefold()), wave.name)
            if first != wave.name or key in keys[:index]:
                yield source.fault(path, "WAVE", f"{key} is in wave {first} already; name it in one wave")
            entry = elsewhere.get(key.casefold())
            if wave.state == "moved" and entry is not None:
                message = f"{key} has moved and serving.{entry} names it; remove it there, for one generation serves it"
                yield source.fault(path, "WAVE", message)


def _state(platform: Platform, written: Provenance, wave: Wave) -> Iterator[Fault]:
    """A wave begins with its generation, moves to one that serves somebody, and is over when everyone is there."""
    source, generation = written.sources["waves", wave.name], platform.refresh.generations[wave.generation]
    allowed = None
    if wave.state == "moved" and not generation.state.serves_somebody:
        allowed = "name a generation that is pilot or live"
    elif wave.state == "building" and not generation.state.declared:
        allowed = "name a generation that is being built"
    elif wave.state != "moved" and generation.state == State.LIVE:
        allowed = "set `state: moved` before its generation serves everyone"
    if allowed is not None:
        message = f"{wave.name} is {wave.state} and {generation.name} {generation.state}; {allowed}"
        yield source.fault(("state",), "WAVE", message)
    for index, code in enumerate(wave.systems):
        if code in platform.estate.systems and not serving.answers(
            platform.estate, platform.instances, code, generation.name
        ):
            message = (
                f"{code} has no server in {generation.name}; name a system that has one, or take it out of the wave"
            )
            yield source.fault(("systems", index), "WAVE", message)


def left_out(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Where a generation has waves, whatever is placed in Azure in it has one."""
    for name in dict.fromkeys(wave.generation for wave in platform.refresh.waves.values()):
        moving = {code for wave in platform.refresh.waves.values() if wave.generation == name for code in wave.systems}
        for code, system in platform.estate.systems.items():
            if name in system.placement and code not in moving:
                message = (
                    f"{code} goes to {system.placement[name].area} in {name} and no wave has it; name it in one wave"
                )
                yield written.sources["systems", code].fault(("placement", name), "WAVE", message)


def server_room(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Of each model that leaves a room which must be empty it is known how many rack units it takes."""
    room = platform.hardware.premises.room if platform.hardware.premises is not None else None
    if room is None:
        return
    for key in sorted({h.model for h in platform.hardware.hosts.values() if h.generation == room.generation}):
        if key in platform.hardware.models and platform.hardware.models[key].rack_units is None:
            message = "rack_units is missing; set it to how many it takes in the server room that must be empty"
            yield written.sources["models", key].fault(("rack_units",), "MISSING-KEY", message)


RULES = (
    Rule(
        "waves.members",
        "Whoever is in two waves would move twice, and whom a state does not fit is told of a day that does not come.",
        ("MISSING-KEY", "WAVE"),
        members,
    ),
    Rule(
        "waves.left-out",
        "What goes to Azure in no wave has no day on which its people and its data go.",
        ("WAVE",),
        left_out,
    ),
    Rule(
        "waves.server-room",
        "A room is empty when the last unit is carried out; what has no size or no day is still there then.",
        ("MISSING-KEY",),
        server_room,
    ),
)
