"""The type of a key in words, for the reference pages: `number, 1 to 256`, `list of Key`, or what to choose from."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal, Union

from pydantic import AwareDatetime, BaseModel

from model import docstrings
from model.base import Ref

_PLAIN: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "`true` or `false`",
    date: "date",
    AwareDatetime: "date and time with zone",
    IPv4Address: "IPv4 address",
    IPv4Network: "IPv4 prefix",
}


def words(hint: Any, metadata: Iterable[Any] = ()) -> str:
    """A type in words. `metadata` are the limits that stand beside it."""
    return _words(hint) + _at_least([*_limits(hint), *metadata])


def _words(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        found = _choice([f"`{value}`" for value in arguments])
    elif origin is Annotated:
        found = _limited(hint, arguments[0])
    elif origin is tuple:
        found = f"list of {_words(arguments[0])}"
    elif origin is dict:
        found = f"map of {_words(arguments[0])} to {_words(arguments[1])}"
    elif origin in (Union, types.UnionType):
        found = " or ".join(_words(each) for each in arguments if each is not type(None))
    elif isinstance(hint, type) and issubclass(hint, StrEnum):
        found = _choice([f"`{value}`" for value in hint])
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        found = f"[{hint.__name__}](#{hint.__name__.lower()})"
    else:
        found = _PLAIN[hint]
    return found


def _limited(hint: Any, base: Any) -> str:
    """A text that has a name by its name, another by its pattern, a number by its limits."""
    if base in (int, float):
        low, above, high = (_first(hint, limit) for limit in ("ge", "gt", "le"))
        if above is not None:
            return f"number above {above}, at most {high}"
        return f"number, {low} or more" if high is None else f"number, {low} to {high}"
    if base is not str:
        return _words(base)
    refs = [each for each in typing.get_args(hint)[1:] if isinstance(each, Ref)]
    plain = _without(hint, refs)
    named = (name for name, value, _ in _names() if value == plain)
    name = next(named, None)
    if refs and name in (None, "Key"):
        return f"key of `{refs[0].section}`"
    return f"[{name}](README.md#{name.lower()})" if name is not None else f"text like `{_first(hint, 'pattern')}`"


def _without(hint: Any, refs: Sequence[Ref]) -> Any:
    """A type without what it refers to."""
    base, *given = typing.get_args(hint)
    kept = tuple(each for each in given if each not in refs)
    return Annotated[base, *kept] if kept else base


def named() -> Iterator[tuple[str, str]]:
    """Each kind of text that has a name: what it is, and its pattern."""
    for name, value, told in sorted(_names(), key=lambda entry: entry[0]):
        longest = _first(value, "max_length")
        pattern = f" Matches `{_first(value, 'pattern')}`"
        yield name, f"{told}{pattern}{f', at most {longest} characters' if longest else ''}."


def _names() -> Iterator[tuple[str, Any, str]]:
    """Name, type and docstring of each text that the model's modules give a name."""
    for module in sorted(name for name in sys.modules if name.startswith("model.")):
        for name, told in docstrings.of_names(module).items():
            value = getattr(sys.modules[module], name)
            if typing.get_origin(value) is Annotated and typing.get_args(value)[0] is str:
                yield name, value, told


def _first(hint: Any, limit: str) -> Any:
    return next((getattr(m, limit) for m in _limits(hint) if getattr(m, limit, None) is not None), None)


def _limits(hint: Any) -> list[Any]:
    """What Annotated says of a type, with what a Field of pydantic holds."""
    if typing.get_origin(hint) is not Annotated:
        return []
    given: Sequence[Any] = typing.get_args(hint)[1:]
    return [inner for each in given for inner in (getattr(each, "metadata", None) or [each])]


def _at_least(limits: Iterable[Any]) -> str:
    """How many entries a list or a map has at least."""
    least = next((m.min_length for m in limits if type(m).__name__ == "MinLen"), None)
    return f", at least {least}" if least is not None else ""


def _choice(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
