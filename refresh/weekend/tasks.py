"""The tasks of a cutover, generated: for each kind of catalog/tasks.yaml one for each thing that it is done for.

What moves and what turns follows from the platform before the step compared with the platform after it, as
`refresh advance` would print it. Left out: when each begins (centre.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from model.derive.data_turns import data_turns
from model.derive.serving import system_served_by
from model.load import resolve
from model.platform import Declared
from model.types.states import State
from model.types.tasks import Spread

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.cutover import Gate
    from model.types.tasks import Each, TaskKind


@dataclass(frozen=True, slots=True)
class Outing:
    """A planned visit to a site: who goes, from when to when, and its minutes there as p50 and p90. Times are local."""

    id: str
    site: str
    name: str
    crew: str
    begins: datetime
    ends: datetime
    p50: int
    p90: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task of the weekend or of the weeks before. `takes` are people by skill, in percent of one."""

    id: str
    kind: str
    title: str
    role: str
    deputy: str
    p50: int
    p90: int
    needs: tuple[str, ...] = ()
    takes: Mapping[str, int]
    precondition: str | None = None
    action: str
    verification: str
    way_back: str | None = None
    back: Spread | None = None
    reversible: bool = True
    evidence: str
    days_before: int | None = None
    minutes_before_opens: int | None = None
    outing: Outing | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A task with its time, in minutes after `closes`; `slack` is how much later it may begin."""

    task: Task
    begins: int
    ends: int
    slack: int
    critical: bool


@dataclass(frozen=True, slots=True)
class _Item:
    """A thing that a kind is done for: its key, its name, its minutes on and back, and its visit."""

    key: str = ""
    name: str = ""
    across: Spread | None = None
    back: Spread | None = None
    outing: Outing | None = None


def standing(platform: Platform, generation: str, *, live: bool) -> Platform:
    """The platform as it is while `generation` is tried by pilots, or once it is live."""
    others = State.STANDBY if live else State.LIVE
    generations = {
        name: g.model_copy(update={"state": State.LIVE if live else State.PILOT})
        if name == generation
        else g.model_copy(update={"state": others, "origin": "adopted" if g.origin == "observed" else g.origin})
        if g.state in (State.LIVE, State.STANDBY)
        else g
        for name, g in platform.refresh.generations.items()
    }
    declared = Declared(**{field.name: getattr(platform, field.name) for field in fields(Declared)})
    return resolve(replace(declared, refresh=replace(platform.refresh, generations=generations)))


def previous(platform: Platform, generation: str) -> str:
    """The generation that the way back leads to."""
    held = [n for n, g in platform.refresh.generations.items() if n != generation and g.state.protected]
    return held[0] if held else generation


def tasks(platform: Platform, outings: Sequence[Outing]) -> tuple[Task, ...]:
    """Every task of the cutover, its gates among them, in the order of the kinds. Empty where there is no cutover."""
    cutover = platform.weekend.cutover
    if cutover is None:
        return ()
    kinds = platform.weekend.tasks
    items = _items(platform, cutover.generation, outings)
    words = {
        "PLATFORM": platform.name,
        "GENERATION": cutover.generation,
        "PREVIOUS": previous(platform, cutover.generation),
    }
    lets = {kind: key for key, gate in platform.weekend.gates.items() for kind in gate.lets}
    found: list[Task] = []
    for key, kind in kinds.items():
        for item in items[kind.each]:
            needs = [need for before in kind.after for need in _before(kinds, items, before, kind.each, item)]
            needs += [f"gate-{lets[key]}"] if key in lets else []
            found.append(_task(key, kind, item, tuple(dict.fromkeys(needs)), words))
    for key, gate in platform.weekend.gates.items():
        needs = tuple(need for before in gate.after for need in _before(kinds, items, before, "cutover", _Item()))
        found.append(_gate(key, gate, needs))
    return tuple(_along_routes(found))


def _items(platform: Platform, generation: str, outings: Sequence[Outing]) -> Mapping[Each, list[_Item]]:
    before, after = (standing(platform, generation, live=live) for live in (False, True))
    back = {turn.server: turn.minutes for turn in data_turns(after, before)}
    systems = {i.server.system for i in after.instances if i.generation.name == generation}
    return {
        "cutover": [_Item()],
        "data-move": [
            _Item(
                t.server, t.server, Spread(p50=t.minutes, p90=t.minutes), Spread(p50=back[t.server], p90=back[t.server])
            )
            for t in data_turns(before, after)
        ],
        "pool": [_Item(i.pool.name, i.pool.name) for i in after.pool_instances if i.generation.name == generation],
        "system": [
            _Item(code, system.title)
            for code, system in after.estate.systems.items()
            if code in systems and system_served_by(after, code) == generation
        ],
        "visit": [
            _Item(o.id, o.name, Spread(p50=o.p50, p90=o.p90), Spread(p50=o.p50, p90=o.p90), o)
            for o in sorted(outings, key=lambda o: (o.begins, o.id))
        ],
    }


def _id(kind: str, item: _Item) -> str:
    return f"{kind}-{item.key}" if item.key else kind


def _before(
    kinds: Mapping[str, TaskKind], items: Mapping[Each, list[_Item]], kind: str, each: Each, item: _Item
) -> Iterator[str]:
    """The tasks of a kind that an item of another waits for: its own, else all. A kind without any passes on."""
    there = items[kinds[kind].each]
    if not there:
        for before in kinds[kind].after:
            yield from _before(kinds, items, before, each, item)
        return
    same = kinds[kind].each == each
    yield from (_id(kind, other) for other in there if not same or other.key == item.key)


def _of(minutes: Spread | None, percent: Spread, own: Spread | None) -> Spread:
    """Minutes as the kind says them, else its percent of the item's own."""
    if minutes is not None or own is None:
        return minutes or Spread(p50=1, p90=1)
    low = max(1, round(own.p50 * percent.p50 / 100))
    return Spread(p50=low, p90=max(low, round(own.p90 * percent.p90 / 100)))


def _task(key: str, kind: TaskKind, item: _Item, needs: tuple[str, ...], words: Mapping[str, str]) -> Task:
    def said(text: str) -> str:
        for word, value in {**words, "ITEM": item.key if kind.each == "pool" else item.name}.items():
            text = text.replace(word, value)
        return text

    way = kind.way_back
    minutes = item.across if kind.each == "visit" and item.across else _of(kind.minutes, kind.percent, item.across)
    return Task(
        id=_id(key, item),
        kind=key,
        title=f"{kind.title}: {item.name}" if item.name else kind.title,
        role=kind.role,
        deputy=kind.deputy,
        p50=minutes.p50,
        p90=minutes.p90,
        needs=needs,
        takes=kind.takes,
        precondition=said(kind.precondition) if kind.precondition is not None else None,
        action=said(kind.action),
        verification=said(kind.verification),
        way_back=said(way.action) if way is not None else None,
        back=_of(way.minutes, way.percent, item.back) if way is not None else None,
        reversible=kind.reversible,
        evidence=kind.evidence,
        days_before=kind.days_before,
        minutes_before_opens=kind.minutes_before_opens,
        outing=item.outing,
    )


def _gate(key: str, gate: Gate, needs: tuple[str, ...]) -> Task:
    return Task(
        id=f"gate-{key}",
        kind="gate",
        title=gate.title,
        role=gate.role,
        deputy=gate.role,
        p50=0,
        p90=0,
        needs=tuple(dict.fromkeys(needs)),
        takes={},
        action="Svar på hvert spørgsmål. Et spørgsmål uden svar er et nej",
        verification="Alle svar er ja",
        evidence="Arket med svar, rolle og klokkeslæt",
        at=gate.at.order,
    )


def _along_routes(found: Sequence[Task]) -> Iterator[Task]:
    """A visit waits for the one before it on its crew's route."""
    last: dict[str, str] = {}
    for task in found:
        if task.outing is None:
            yield task
            continue
        before = last.get(task.outing.crew)
        last[task.outing.crew] = task.id
        yield replace(task, needs=(*task.needs, before)) if before is not None else task
