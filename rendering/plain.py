"""A context as plain data: typed in Python, JSON in the digest, and to its template what that JSON says.

So a template cannot read what the digest does not cover. Left out: the other way, for nothing reads a context back.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Context = DataclassInstance | tuple[DataclassInstance, ...]
    """What a template is given; of several, it sees the fields of all."""


def encoded(context: Context) -> str:
    """The context as JSON, in the order in which it is written. Raises TypeError for what is no plain data."""
    parts = context if isinstance(context, tuple) else (context,)
    whole: dict[str, Any] = {}
    for part in parts:
        whole |= _by_name(part)
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=_by_name)


def plain(context: Context) -> dict[str, Any]:
    """The context as a template sees it: text, numbers, lists and maps."""
    return json.loads(encoded(context))


def _by_name(value: Any) -> dict[str, Any]:
    """The fields of a dataclass, not of what stands in them; `dataclasses.asdict` copies all of it and takes longer."""
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{value!r} is no plain data")
    return {name: getattr(value, field) for field, name in _names(type(value))}


@cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    """The fields with their names in templates: `from_` is `from` there, which is a word of Python's own."""
    return tuple((field.name, field.name.removesuffix("_")) for field in fields(kind))
