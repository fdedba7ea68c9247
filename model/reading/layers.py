"""Merges an item's levels and validates the result, with the file and line that each value comes from.

Three levels and no more: the catalog, the municipality's defaults, the item. Maps merge by key, lists replace whole.
`null` is a value where the type has it, and elsewhere takes away what a lower level says; where none says anything it
is a fault like any other value of a wrong type. Provenance is looked up when somebody asks, not carried through the
merge.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from model.faults import Fault, nearest
from model.reading.advice import advice
from model.reading.source import Doc, Path_, as_map, dotted

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Layer:
    """The part of a file at `path`, less the keys in `without`."""

    doc: Doc
    path: Path_
    data: Any
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Layers:
    """An item's layers, lowest first. The last one is the item itself."""

    parts: tuple[Layer, ...]

    def merged(self, kind: type[BaseModel] | None = None) -> Any:
        """The data of all layers as one. Without a `kind` a null takes away what is below it, whatever that is."""
        result: Any = {}
        nulls: list[Path_] = []
        for part in self.parts:
            data = as_map(part.data)
            kept = part.data if data is None else {k: v for k, v in data.items() if k not in part.without}
            result = _merge(result, kept, (), nulls)
        for path in nulls:
            if kind is None or not _holds_null(kind, path):
                _take_away(result, path)
        return result

    def origin(self, path: Path_) -> tuple[str, int]:
        """The file and line of the value at `path`: of the highest layer that has it, else of the item."""
        part, found = self._holder(path)
        return part.doc.file, part.doc.line(part.path + found)

    def refused(self, path: Path_) -> bool:
        """Whether a layer has the key at `path` and the reader refused its value, and has said so."""
        return any(part.path + path in part.doc.lines and not _has(part.data, path) for part in self.parts)

    def text(self, path: Path_) -> str | None:
        """A number at `path` as it was written, or None when no number stands there."""
        part, found = self._holder(path)
        return part.doc.texts.get(part.path + found)

    def fault(self, path: Path_, code: str, message: str) -> Fault:
        """A fault at `path` of the item, placed in the file that the value comes from."""
        part, found = self._holder(path)
        return Fault(part.doc.file, part.doc.line(part.path + found), code, dotted(part.path + path), message)

    def _holder(self, path: Path_) -> tuple[Layer, Path_]:
        for length in range(len(path), 0, -1):
            for part in reversed(self.parts):
                if part.path + path[:length] in part.doc.lines and path[0] not in part.without:
                    return part, path[:length]
        return self.parts[-1], ()


def _has(data: Any, path: Path_) -> bool:
    """Whether something stands at `path`."""
    try:
        for part in path:
            data = data[part]
    except (LookupError, TypeError):
        return False
    return True


def _merge(low: Any, high: Any, path: Path_, nulls: list[Path_]) -> Any:
    """`high` over `low`. Notes in `nulls` the paths at which a null stands over a value."""
    below, above = as_map(low), as_map(high)
    if below is None or above is None:
        return high
    merged = dict(below)
    for key, value in above.items():
        if key in below:
            merged[key] = _merge(below[key], value, (*path, key), nulls)
            if value is None:
                nulls.append((*path, key))
        else:
            merged[key] = value
    return merged


def _take_away(data: Any, path: Path_) -> None:
    """Drops a null, unless a higher level has put something else in its place."""
    for part in path[:-1]:
        data = (as_map(data) or {}).get(str(part))
    holder = as_map(data)
    if holder is not None and holder.get(str(path[-1]), "") is None:
        del holder[str(path[-1])]


def _holds_null(kind: type[BaseModel], path: Path_) -> bool:
    """Whether the type at `path` below `kind` has null among its values."""
    found: Any = kind
    for part in path:
        found = _below(found, part)
    while typing.get_origin(found) is typing.Annotated:
        found = typing.get_args(found)[0]
    return type(None) in typing.get_args(found)


def validate(kind: type[M], layers: Layers, given: Mapping[str, Any], faults: list[Fault]) -> M | None:
    """The merged item as `kind`, with the fields of `given` added; None and its faults when it does not fit."""
    merged = layers.merged(kind)
    data = as_map(merged)
    if data is None:
        faults.append(layers.fault((), "WRONG-TYPE", f"{_shown(merged)}; write a map"))
        return None
    clash = [key for key in given if key in data]
    faults += [
        layers.fault((key,), "UNKNOWN-KEY", "follows from where the item is written; leave it out") for key in clash
    ]
    if clash:
        return None
    try:
        # JSON mode lets a strict type read a date, an address and a tuple from what YAML has for them.
        return kind.model_validate_json(json.dumps(data | dict(given)))
    except ValidationError as error:
        faults += [
            _fault(kind, layers, problem)
            for problem in error.errors(include_url=False)
            if problem["type"] != "missing" or not layers.refused(problem["loc"])
        ]
        return None


def _fault(kind: type[BaseModel], layers: Layers, error: ErrorDetails) -> Fault:
    problem, loc, value = error["type"], error["loc"], error["input"]
    is_key = bool(loc) and loc[-1] == "[key]"
    path = loc[:-1] if is_key else loc
    name = str(path[-1]) if path else "."
    if problem == "missing":
        return layers.fault(path, "MISSING-KEY", f"{name} is missing; add `{name}:` with a value")
    if problem == "extra_forbidden":
        return layers.fault(
            path, "UNKNOWN-KEY", f"{name} is not known here; {nearest(name, _keys_at(kind, path[:-1]))}"
        )
    if (not is_key and problem.endswith(("_type", "_parsing"))) or problem == "model_attributes_type":
        number = layers.text(path)
        if number is not None and problem == "string_type":
            return layers.fault(path, "UNQUOTED-NUMBER", f'YAML reads {number} as a number; write "{number}" in quotes')
        return layers.fault(path, "WRONG-TYPE", f"{_shown(value)}; {advice(error)}")
    return layers.fault(path, "BAD-VALUE", f"{_shown(value)}; {advice(error)}")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys_at(kind: Any, path: Path_) -> list[str]:
    """The keys known at `path` below the type `kind`."""
    for part in path:
        kind = _below(kind, part)
    kind = _bare(kind)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _below(kind: Any, part: str | int) -> Any:
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields[str(part)].annotation if part in kind.model_fields else None
    arguments = typing.get_args(kind)
    return arguments[1] if typing.get_origin(kind) is dict else arguments[0] if arguments else None


def _bare(kind: Any) -> Any:
    """A type without Annotated and without `| None`."""
    while typing.get_origin(kind) in (typing.Annotated, typing.Union, types.UnionType):
        kind = next(a for a in typing.get_args(kind) if a is not type(None))
    return kind
