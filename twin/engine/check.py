"""Checks inputs against the SDK's schema, the way a real provider's Check does, and reports every fault at once.

What needs the world (a reference, a name that is taken) is not checked here: the platform behaviours do that when a
resource is created or changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from twin.engine import schema
from twin.engine.wire import SIGNATURE, Properties, Secret, Unknown

INTERNAL = "__"
"""Prefix of properties that the engine and the SDKs add for themselves."""

_CONTAINERS: Final[dict[str, type]] = {"object": dict, "map": dict, "array": list}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the path of the property, and what is wrong with it and what is allowed."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


def check(shape: schema.Object, inputs: Properties, *, partial: bool = False) -> list[Fault]:
    """All faults of inputs. With `partial`, what is missing is no fault."""
    return _object(shape, inputs, "", partial=partial)


def mark_secrets(shape: schema.Object, inputs: Properties) -> Properties:
    """The inputs with every value that the SDK knows for a secret wrapped as one, at any depth."""
    return {
        key: _mark(shape.properties[key], value) if key in shape.properties else value for key, value in inputs.items()
    }


def _mark(prop: schema.Property, value: Any) -> Any:
    if isinstance(value, Secret | Unknown):
        return value
    return Secret(value) if prop.secret else _mark_inside(prop.type, value)


def _mark_inside(kind: schema.Type, value: Any) -> Any:
    if kind.kind == "object" and isinstance(value, dict):
        return mark_secrets(kind.object, cast("Properties", value))
    if kind.items is not None and isinstance(value, list):
        return [_mark_inside(kind.items, item) for item in cast("list[Any]", value)]
    if kind.items is not None and isinstance(value, dict):
        return {key: _mark_inside(kind.items, item) for key, item in cast("Properties", value).items()}
    return value


def _object(shape: schema.Object, value: Mapping[str, Any], path: str, *, partial: bool) -> list[Fault]:
    faults: list[Fault] = []
    for key, item in value.items():
        if key.startswith(INTERNAL):
            continue
        here = f"{path}.{key}" if path else key
        prop = shape.properties.get(key)
        if prop is None:
            faults.append(Fault(here, _unknown(key, shape)))
        else:
            faults.extend(_value(prop.type, item, here, partial=partial))
    if not partial:
        faults.extend(
            Fault(f"{path}.{key}" if path else key, f"missing; give it a {prop.type.kind}")
            for key, prop in shape.properties.items()
            if prop.required and value.get(key) is None
        )
    return faults


def _unknown(key: str, shape: schema.Object) -> str:
    if key in shape.python_names:
        return f"unknown property; write it as on the wire, {shape.python_names[key]!r}"
    for name in shape.properties:
        if name.lower() == key.replace("_", "").lower():
            return f"unknown property; write {name!r}"
    near = schema.nearest(key, shape.properties)
    if near:
        return f"unknown property; did you mean {near!r}"
    return f"unknown property; use {', '.join(sorted(shape.properties)) or 'none'}"


def _value(kind: schema.Type, value: Any, path: str, *, partial: bool) -> list[Fault]:
    match value:
        case None | Unknown():
            return []
        case Secret():
            return [
                Fault(fault.path, f"the secret does not fit; use {_article(kind.kind)}")
                for fault in _value(kind, value.value, path, partial=partial)
            ]
        case dict() if SIGNATURE in value:
            return [] if kind.kind in {"asset", "any"} else [_wrong(kind, "an asset", path)]
        case _:
            return _plain(kind, value, path, partial=partial)


def _plain(kind: schema.Type, value: Any, path: str, *, partial: bool) -> list[Fault]:
    if kind.kind == "any":
        return []
    if kind.kind == "union":
        return _one_of(kind, value, path, partial=partial)
    if kind.kind not in _CONTAINERS:
        return _scalar(kind, value, path)
    if not isinstance(value, _CONTAINERS[kind.kind]):
        return [_wrong(kind, _describe(value), path)]
    if kind.kind == "object":
        return _object(kind.object, cast("Properties", value), path, partial=partial)
    items = enumerate(cast("list[Any]", value)) if kind.kind == "array" else cast("Properties", value).items()
    return _items(kind, list(items), path, partial=partial)


def _items(kind: schema.Type, items: list[tuple[Any, Any]], path: str, *, partial: bool) -> list[Fault]:
    faults: list[Fault] = []
    for key, item in items:
        here = f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}"
        faults.extend(_value(cast(schema.Type, kind.items), item, here, partial=partial))
    return faults


def _one_of(kind: schema.Type, value: Any, path: str, *, partial: bool) -> list[Fault]:
    """No fault if the value fits one member, else the faults of the member that it fits best."""
    tried = [_value(member, value, path, partial=partial) for member in kind.members]
    return min(tried, key=len)


def _scalar(kind: schema.Type, value: Any, path: str) -> list[Fault]:
    fits = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "asset": False,
    }
    if not fits[kind.kind]:
        return [_wrong(kind, _describe(value), path)]
    if kind.choices and value not in kind.choices:
        near = schema.nearest(str(value), [str(choice) for choice in kind.choices])
        hint = f"did you mean {near!r}, of {len(kind.choices)}" if near and len(kind.choices) > 12 else _allowed(kind)
        return [Fault(path, f"{value!r} is not allowed; {hint}")]
    return []


def _allowed(kind: schema.Type) -> str:
    shown = ", ".join(repr(choice) for choice in kind.choices[:12])
    return f"use {shown}" + (", ..." if len(kind.choices) > 12 else "")


def _wrong(kind: schema.Type, found: str, path: str) -> Fault:
    return Fault(path, f"expected {_article(kind.kind)}, found {found}")


def _describe(value: Any) -> str:
    """The type of a value, never the value itself: it may be a secret that nobody marked."""
    match value:
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
