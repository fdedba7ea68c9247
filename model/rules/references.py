"""What one item names of another is there: one walk over every item, by the `Ref` that stands beside a type.

Left out: what a role, a kind of site or a profile names, which the items that take it over name themselves; and what
more than a section decides, such as the ends of flows.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel

from model.base import Ref
from model.faults import Fault, nearest
from model.files import FILES, SECTIONS, Section
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform

Step = Callable[[Any], Iterator[tuple[Path_, Any]]]
"""From a value to what it holds, each with its path in it."""

_TAKEN_FROM = frozenset(s.inherits.section for s in SECTIONS.values() if s.inherits is not None)


def references(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What an item names of another section is there."""
    for file in FILES.values():
        if file.top is not None and (top := attrgetter(file.top.into)(platform)) is not None:
            for path, ref, value in _dangling(file.top.kind, top, written):
                yield written.sources["file", file.name].fault(path, "DANGLING", _message(ref, value, written))
    for section in SECTIONS.values():
        if section.name not in _TAKEN_FROM and _references(section.kind):
            yield from _of_section(platform, written, section)


def _of_section(platform: Platform, written: Provenance, section: Section) -> Iterator[Fault]:
    items: Mapping[str, Any] = attrgetter(section.into)(platform)
    for key, item in items.items():
        for path, ref, value in _dangling(section.kind, item, written):
            message = _message(ref, value, written)
            if (source := written.sources.get((section.name, key))) is not None:
                yield source.fault(path, "DANGLING", message)
            else:
                yield Fault(*written.lines[section.name, key.lower()], "DANGLING", key, message)


def _message(ref: Ref, value: str, written: Provenance) -> str:
    return f"no {SECTIONS[ref.section].noun} {value}; {nearest(value, written.known.get(ref.section, set()))}"


def _dangling(kind: type[BaseModel], item: Any, written: Provenance) -> Iterator[tuple[Path_, Ref, str]]:
    """What an item names that is not there, by its path. An item that did not validate is there."""
    for path, ref, value in references_of(kind, item):
        if value not in written.known.get(ref.section, set()):
            yield path, ref, value


def references_of(kind: type[BaseModel], item: Any) -> Iterator[tuple[Path_, Ref, str]]:
    """What an item names of other sections, by its path in it."""
    for steps, ref in _references(kind):
        for path, value in _values(item, steps):
            yield path, ref, value


def _values(value: Any, steps: tuple[Step, ...], path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    if not steps:
        yield path, value
        return
    for below, inner in steps[0](value):
        if inner is not None:
            yield from _values(inner, steps[1:], (*path, *below))


@cache
def _references(kind: type[BaseModel]) -> tuple[tuple[tuple[Step, ...], Ref], ...]:
    """Every reference in a type: the steps that lead to it, and what it refers to."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return tuple(((_field(name), *steps), ref) for name in kind.model_fields for steps, ref in _of_hint(hints[name]))


def _of_hint(hint: Any) -> Iterator[tuple[tuple[Step, ...], Ref]]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        yield from (((), extra) for extra in arguments[1:] if isinstance(extra, Ref))
        yield from _of_hint(arguments[0])
    elif origin in (typing.Union, types.UnionType):
        for each in arguments:
            yield from _of_hint(each)
    elif origin is tuple:
        yield from (((_entries, *steps), ref) for steps, ref in _of_hint(arguments[0]))
    elif origin is dict:
        yield from (((_keys, *steps), ref) for steps, ref in _of_hint(arguments[0]))
        yield from (((_held, *steps), ref) for steps, ref in _of_hint(arguments[1]))
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from _references(hint)


def _field(name: str) -> Step:
    def step(value: Any) -> Iterator[tuple[Path_, Any]]:
        yield (name,), getattr(value, name)

    return step


def _entries(value: Any) -> Iterator[tuple[Path_, Any]]:
    for index, entry in enumerate(value):
        yield (index,), entry


def _keys(value: Any) -> Iterator[tuple[Path_, Any]]:
    for key in value:
        yield (key,), key


def _held(value: Any) -> Iterator[tuple[Path_, Any]]:
    for key, entry in value.items():
        yield (key,), entry


RULES = (
    Rule(
        "references",
        "A name that nothing answers to is a misspelt one, or what it named has gone.",
        ("DANGLING",),
        references,
    ),
)
