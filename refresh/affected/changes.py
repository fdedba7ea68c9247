"""What differs between two states of the data, and which stacks that concerns.

The two platforms are compared as they are after merging, item by item, so a changed catalog shows as the items that it
changes and a comment as nothing. Any difference concerns every stack of the platform: what two equal platforms declare
is equal, and which layer an item ends in is the program's to know. Files that are no data, but that the program is made
of, concern every stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from operator import attrgetter
from typing import Any, Literal, cast

from pydantic import BaseModel

from model import Platform
from model.files import FILES, SECTIONS

PROGRAM = (
    "__main__.py",
    "Pulumi.yaml",
    "components/",
    "model/",
    "providers/",
    "rendering/",
    "requirements.lock",
    "templates/",
)
"""What the program is made of, beside the data: the code that declares and that renders, and what both rest on."""


@dataclass(frozen=True, order=True, slots=True)
class Change:
    """An item that is there on one side alone, or says something else. `fields` are those that differ."""

    section: str
    key: str
    what: Literal["added", "changed", "removed"]
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = f": {', '.join(self.fields)}" if self.fields else ""
        return f"{self.section}.{self.key} {self.what}{shown}"


def of_platforms(before: Platform, after: Platform) -> tuple[Change, ...]:
    """Every difference between two states of one platform, sorted."""
    return tuple(sorted({*_tops(before, after), *_items(before, after)}))


def deletions(before: Platform, after: Platform) -> tuple[str, ...]:
    """The machines and pools of a generation that were and are no more, by their logical names."""
    return tuple(sorted(_instances(before) - _instances(after)))


def of_code(paths: list[str]) -> tuple[str, ...]:
    """The files of a change that the program is made of."""
    return tuple(sorted(path for path in paths if path.startswith(PROGRAM) and not path.endswith(".md")))


def _instances(platform: Platform) -> set[str]:
    servers = {i.logical_name for i in platform.instances if i.generation.state.declared}
    return servers | {
        f"{i.pool.name}-{i.generation.name}" for i in platform.pool_instances if i.generation.state.declared
    }


def _tops(before: Platform, after: Platform) -> Iterator[Change]:
    for name, file in FILES.items():
        if file.top is None:
            continue
        one, other = attrgetter(file.top.into)(before), attrgetter(file.top.into)(after)
        if one != other:
            yield Change("file", name, "changed", _fields(one, other))


def _items(before: Platform, after: Platform) -> Iterator[Change]:
    sections: dict[str, str] = {name: section.into for name, section in SECTIONS.items()}
    for name, into in {**sections, "vdas": "observed.vdas", "pictures": "pictures"}.items():
        one, other = _flat(attrgetter(into)(before)), _flat(attrgetter(into)(after))
        for key in one.keys() | other.keys():
            if key not in one:
                yield Change(name, key, "added")
            elif key not in other:
                yield Change(name, key, "removed")
            elif one[key] != other[key]:
                yield Change(name, key, "changed", _fields(one[key], other[key]))


def _flat(items: Mapping[str, Any]) -> dict[str, Any]:
    """The items of a section; of a section that is kept by generation, those of all with the generation before them."""
    flat: dict[str, Any] = {}
    for key, item in items.items():
        if isinstance(item, Mapping):
            inner = cast("Mapping[str, Any]", item)
            flat |= {f"{key}.{name}": value for name, value in inner.items()}
        else:
            flat[key] = item
    return flat


def _fields(one: Any, other: Any) -> tuple[str, ...]:
    """The fields that differ, where both sides have fields."""
    left, right = _said(one), _said(other)
    return tuple(sorted(key for key in left.keys() | right.keys() if left.get(key) != right.get(key)))


def _said(item: Any) -> dict[str, Any]:
    if isinstance(item, BaseModel):
        return {name: getattr(item, name) for name in type(item).model_fields}
    return asdict(item) if is_dataclass(item) and not isinstance(item, type) else {}
