"""The table language: how a property of ours stands in the API's requests and answers.

A kind of resource is a tuple of `Field`s. From it follow the check of inputs, the bodies of requests, what an answer
tells about the inputs, and the difference between two states. Values are plain Python; `UNKNOWN` stands for what a
preview can not know yet.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal, cast

Json = dict[str, Any]
Type = Literal["text", "number", "switch", "texts", "users", "ref", "object", "objects", "free"]


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN

_PYTHON: Final[dict[str, tuple[type, ...]]] = {
    "text": (str,),
    "ref": (str,),
    "number": (int, float),
    "switch": (bool,),
    "texts": (list,),
    "users": (list,),
    "object": (dict,),
    "objects": (list,),
    "free": (object,),
}
_CALLED: Final = {"text": "text", "ref": "text", "number": "a number", "switch": "true or false", "object": "a map"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One property.

    `send` is its name in a request's body, by default its own with a capital; `seen` its dotted path in an answer, by
    default the same, "" if no answer has it. A `ref` is given by name or id and answered as `{Id, Name}`; `users` are
    given by account name and answered as objects. `patch` false keeps it out of changes; `replaces` makes a new
    resource; `none` is the text that says there is nothing. The order of `texts`, `users` and of `objects` with a
    `key` does not count.
    """

    name: str
    type: Type = "text"
    send: str | None = None
    seen: str | None = None
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    replaces: bool = False
    patch: bool = True
    secret: bool = False
    none: str = ""
    key: str = ""
    fields: tuple[Field, ...] = ()

    @property
    def sent(self) -> str:
        return self.name[0].upper() + self.name[1:] if self.send is None else self.send

    @property
    def path(self) -> str:
        return self.sent if self.seen is None else self.seen


Fault = tuple[str, str]
"""Path of a property and what is wrong with it."""


def nearest(name: str, known: Iterable[str]) -> str:
    """`, did you mean 'x'?` or nothing."""
    folded = {item.lower(): item for item in known}
    found = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    return f"; did you mean {folded[found[0]]!r}?" if found else ""


def check(fields: Sequence[Field], given: Mapping[str, Any], at: str = "") -> tuple[Json, list[Fault]]:
    """The inputs with defaults filled in, and all faults."""
    faults: list[Fault] = []
    known = {item.name: item for item in fields}
    faults += [(at + name, f"unknown property{nearest(name, known)}") for name in given if name not in known]
    checked: Json = {}
    for item in fields:
        value = given.get(item.name)
        if value is None:
            if item.required:
                faults.append((at + item.name, "is missing"))
            elif item.default is not None:
                checked[item.name] = item.default
            continue
        checked[item.name], found = _check_one(item, value, at + item.name)
        faults += found
    return checked, faults


def _check_one(item: Field, value: Any, at: str) -> tuple[Any, list[Fault]]:
    if value is UNKNOWN:
        return value, []
    if not isinstance(value, _PYTHON[item.type]) or (isinstance(value, bool) and item.type == "number"):
        return value, [(at, f"expected {_CALLED.get(item.type, 'a list')}, got {type(value).__name__}")]
    if item.type == "object":
        return check(item.fields, cast(Json, value), f"{at}.")
    if item.type == "objects":
        return _check_objects(item, cast("list[Any]", value), at)
    return value, _wrong(item, value, at)


def _wrong(item: Field, value: Any, at: str) -> list[Fault]:
    """What is wrong with a simple value of the right type."""
    if item.type in {"texts", "users"}:
        others = [(i, one) for i, one in enumerate(value) if one is not UNKNOWN and not isinstance(one, str)]
        return [(f"{at}[{i}]", f"expected text, got {type(one).__name__}") for i, one in others]
    if item.choices and value not in item.choices:
        return [(at, f"{value!r} is not allowed; use {', '.join(item.choices)}")]
    if item.least is not None and value < item.least:
        return [(at, f"{value} is less than {item.least}")]
    if item.most is not None and value > item.most:
        return [(at, f"{value} is more than {item.most}")]
    return [(at, "is empty")] if item.required and value == "" else []


def _check_objects(item: Field, value: Sequence[Any], at: str) -> tuple[Any, list[Fault]]:
    checked: list[Any] = []
    faults: list[Fault] = []
    for i, one in enumerate(value):
        if one is UNKNOWN:
            checked.append(one)
        elif not isinstance(one, dict):
            faults.append((f"{at}[{i}]", "expected a map"))
        else:
            inner, found = check(item.fields, one, f"{at}[{i}].")
            checked.append(inner)
            faults += found
    if item.key:
        keys = [
            str(one.get(item.key)).lower() for one in checked if one is not UNKNOWN and one.get(item.key) is not UNKNOWN
        ]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        faults += [(at, f"{key!r} is there twice") for key in twice]
    return checked, faults


def body(fields: Sequence[Field], values: Mapping[str, Any], *, only: Iterable[str] | None = None) -> Json:
    """The part of a request's body that these values make. Fields that are sent nowhere (`send=""`) are left to the
    kind.
    """
    wanted = None if only is None else set(only)
    made: Json = {}
    for item in fields:
        value = values.get(item.name)
        if value is None or not item.sent or (wanted is not None and item.name not in wanted):
            continue
        if item.type == "object":
            value = body(item.fields, value)
        elif item.type == "objects":
            value = [body(item.fields, one) for one in value]
        elif item.type == "number":
            value = int(value) if float(value).is_integer() else value
        made[item.sent] = value
    return made


def at_path(remote: Any, path: str) -> Any:
    """What is at a dotted path of an answer; None if nothing is."""
    for part in path.split("."):
        if not isinstance(remote, dict):
            return None
        remote = remote.get(part)
    return remote


def observe(fields: Sequence[Field], remote: Mapping[str, Any], given: Mapping[str, Any]) -> Json:
    """The inputs as an answer shows them; where it says the same in other words, in the words that were given.

    What the answer does not show is as it was given. With nothing given (an import) everything is taken from the
    answer.
    """
    seen: Json = {}
    for item in fields:
        before = given.get(item.name)
        value = at_path(remote, item.path) if item.path else None
        if item.none and value == item.none:
            continue
        if value is None:
            if item.path and _is_gone(item, remote):
                value = item.default if item.default in ("", []) else None
            else:
                value = before
            if value is not None:
                seen[item.name] = value
            continue
        if given and before is None:
            continue
        seen[item.name] = _observe_one(item, value, before)
    return seen


def _is_gone(item: Field, remote: Mapping[str, Any]) -> bool:
    """Whether an answer says expressly that there is no value."""
    parent, _, last = item.path.rpartition(".")
    holder = at_path(remote, parent) if parent else remote
    return isinstance(holder, Mapping) and last in holder


def _observe_one(item: Field, value: Any, before: Any) -> Any:
    match item.type:
        case "ref":
            names = (
                [str(value.get(key) or "") for key in ("Name", "Id", "XDPath")]
                if isinstance(value, dict)
                else [str(value)]
            )
            given_name = _last(before)
            return (
                before
                if given_name and any(given_name.lower() == name.lower() for name in names if name)
                else next(filter(None, names), "")
            )
        case "users":
            return _in_given_order([_user(one, before or []) for one in value], before)
        case "texts":
            return _in_given_order(
                [str(one.get("Name") or one.get("Id")) if isinstance(one, dict) else str(one) for one in value], before
            )
        case "object":
            return observe(item.fields, value, before or {})
        case "objects":
            return _observe_objects(item, value, before)
        case _:
            return value


def _observe_objects(item: Field, value: Sequence[Json], before: Any) -> list[Json]:
    olds = [one for one in before or [] if isinstance(one, dict)]
    by_key = {str(old.get(item.key)).lower(): old for old in olds} if item.key else {}
    found: list[Json] = []
    for i, one in enumerate(value):
        if item.key:
            field = next(inner for inner in item.fields if inner.name == item.key)
            names = [field_name.lower() for field_name in _names(at_path(one, field.path))]
            old = next((by_key[name] for name in names if name in by_key), {})
        else:
            old = olds[i] if i < len(olds) else {}
        found.append(observe(item.fields, one, old))
    if item.key:
        order = {id(old): i for i, old in enumerate(olds)}
        keys = [str(old.get(item.key)).lower() for old in olds]
        found.sort(key=lambda one: keys.index(k) if (k := str(one.get(item.key)).lower()) in keys else len(order))
    return found


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [str(value[key]) for key in ("Name", "Id") if value.get(key)]
    return [str(value)]


def _last(reference: Any) -> str:
    """The own part of a reference: a hosting unit's id is that of its connection, a slash and its own."""
    return str(reference).rsplit("/", maxsplit=1)[-1] if isinstance(reference, str) else ""


def _user(remote: Any, before: Sequence[Any]) -> str:
    if not isinstance(remote, dict):
        return str(remote)
    names = [str(remote[key]) for key in ("SamName", "PrincipalName", "Sid", "Oid", "DisplayName") if remote.get(key)]
    return next(
        (given for given in before for name in names if str(given).lower() == name.lower()), names[0] if names else ""
    )


def _in_given_order(values: list[str], before: Any) -> list[str]:
    known = [str(one) for one in before or []]
    return sorted(values, key=lambda one: known.index(one) if one in known else len(known)) if known else values


def changes(
    fields: Sequence[Field], old: Mapping[str, Any], new: Mapping[str, Any], at: str = ""
) -> dict[str, tuple[str, bool]]:
    """Paths that differ, with `add`, `delete` or `update`, and whether each makes a new resource."""
    found: dict[str, tuple[str, bool]] = {}
    for item in fields:
        before, after = old.get(item.name), new.get(item.name)
        if _same(item, before, after):
            continue
        where = at + item.name
        if item.type == "object" and isinstance(before, dict) and isinstance(after, dict) and not item.replaces:
            found |= changes(item.fields, before, after, f"{where}.")
        else:
            kind = "add" if before is None else "delete" if after is None else "update"
            found[where] = (kind, item.replaces)
    return found


def _same(item: Field, before: Any, after: Any) -> bool:
    if (
        item.type in {"texts", "users"}
        and isinstance(before, list)
        and isinstance(after, list)
        and UNKNOWN not in after
    ):
        return sorted(before) == sorted(after)
    return before == after
