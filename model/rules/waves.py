"""Rules over waves: whom each names, and that its state fits that of its generation. Each yields every offender."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import serving
from model.faults import Fault, nearest
from model.reading.source import Path_
from model.rules.rule import Known
from model.types.lifecycle import meaning, serves_somebody

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.waves import Wave

MEMBERS = ("systems", "pools", "groups", "sites")


def check(platform: Platform, known: Known) -> Iterator[Fault]:
    """Every fault of the waves."""
    seen: dict[tuple[str, str], str] = {}
    for wave in platform.waves.values():
        yield from _itself(platform, wave, known)
        yield from _members(platform, wave, known, seen)
        if wave.generation in platform.generations:
            yield from _state(platform, wave)
    yield from _left_out(platform)
    yield from _room(platform, known)


def _itself(platform: Platform, wave: Wave, known: Known) -> Iterator[Fault]:
    """A wave goes to a generation that we build, ends no earlier than it starts, and names somebody."""
    source = platform.sources["waves", wave.name]
    generation = platform.generations.get(wave.generation)
    if generation is None:
        if wave.generation not in known.get("generations", set()):
            message = f"no generation {wave.generation}; {nearest(wave.generation, platform.generations)}"
            yield source.fault(("generation",), "DANGLING", message)
    elif generation.origin != "managed":
        message = f"{generation.name} is {generation.origin}, so nobody moves to it; a generation that we build"
        yield source.fault(("generation",), "WAVE", message)
    if wave.ends < wave.starts:
        yield source.fault(("ends",), "WAVE", f"{wave.ends} is before {wave.starts}; the day it starts or later")
    if not any(getattr(wave, field) for field in MEMBERS):
        yield source.fault((), "MISSING-KEY", "names nobody; systems, pools, groups or sites")


def _members(platform: Platform, wave: Wave, known: Known, seen: dict[tuple[str, str], str]) -> Iterator[Fault]:
    """Whoever a wave names is there and in no other wave, nor in `serving:` once it has moved."""
    source = platform.sources["waves", wave.name]
    for field in MEMBERS:
        keys: tuple[str, ...] = getattr(wave, field)
        elsewhere = {key.casefold(): entry.name for entry in platform.serving.values() for key in getattr(entry, field)}
        for index, key in enumerate(keys):
            path: Path_ = (field, index)
            if field != "groups" and key not in known.get(field, set()):
                message = f"no {field[:-1]} {key}; {nearest(key, known.get(field, set()))}"
                yield source.fault(path, "DANGLING", message)
            first = seen.setdefault((field, key.casefold()), wave.name)
            if first != wave.name or key in keys[:index]:
                yield source.fault(path, "WAVE", f"{key} is in wave {first} already; each in one wave")
            entry = elsewhere.get(key.casefold())
            if wave.state == "moved" and entry is not None:
                message = f"{key} has moved and serving.{entry} names it; served by exactly one generation"
                yield source.fault(path, "WAVE", message)


def _state(platform: Platform, wave: Wave) -> Iterator[Fault]:
    """A wave begins with its generation, moves to one that serves somebody, and is over when everyone is there."""
    source, generation = platform.sources["waves", wave.name], platform.generations[wave.generation]
    allowed = None
    if wave.state == "moved" and not serves_somebody(generation):
        allowed = "a generation that is pilot or live"
    elif wave.state == "building" and not meaning(generation).declared:
        allowed = "a generation that is being built"
    elif wave.state != "moved" and generation.state == "live":
        allowed = "moved, before its generation serves everyone"
    if allowed is not None:
        message = f"{wave.name} is {wave.state} and {generation.name} {generation.state}; {allowed}"
        yield source.fault(("state",), "WAVE", message)
    for index, code in enumerate(wave.systems):
        if code in platform.systems and not serving.answers(platform, code, generation.name):
            message = f"{code} has no server in {generation.name}; a system that has one, or none of this wave"
            yield source.fault(("systems", index), "WAVE", message)


def _left_out(platform: Platform) -> Iterator[Fault]:
    """Where a generation has waves, whatever is placed in Azure in it has one."""
    for name in dict.fromkeys(wave.generation for wave in platform.waves.values()):
        moving = {code for wave in platform.waves.values() if wave.generation == name for code in wave.systems}
        for code, system in platform.systems.items():
            if name in system.placement and code not in moving:
                message = f"{code} goes to {system.placement[name].area} in {name} and no wave has it; one wave"
                yield platform.sources["systems", code].fault(("placement", name), "WAVE", message)


def _room(platform: Platform, known: Known) -> Iterator[Fault]:
    """A room that must be empty is that of a generation, its hosts' sizes are known, and equipment goes with a wave."""
    room = platform.premises.room if platform.premises is not None else None
    for key, entry in platform.equipment.items():
        if entry.leaves not in known.get("waves", set()):
            message = f"no wave {entry.leaves}; {nearest(entry.leaves, platform.waves)}"
            yield platform.sources["equipment", key].fault(("leaves",), "DANGLING", message)
    if room is None:
        return
    if room.generation not in known.get("generations", set()):
        message = f"no generation {room.generation}; {nearest(room.generation, platform.generations)}"
        yield platform.sources["file", "hardware.yaml"].fault(("room", "generation"), "DANGLING", message)
    for key in sorted({h.model for h in platform.hosts.values() if h.generation == room.generation}):
        if key in platform.host_models and platform.host_models[key].rack_units is None:
            message = "rack_units is missing; how many it takes in the room that must be empty"
            yield platform.sources["models", key].fault(("rack_units",), "MISSING-KEY", message)
