"""What a person must still say: every TODO in a platform's files, with what is asked there and what may be written.

Told alone, for whatever rests on it would only say so once more. Both halves of a message follow from the type of the
place: the docstring of its field, and its limits. Left out: where a TODO comes from.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from model import docstrings
from model.base import Ref
from model.faults import Fault, nearest
from model.files import FILES, HOME, SECTIONS, DataFile, Section
from model.folder import Files
from model.reading.source import TODO, Doc, Path_, as_map, dotted

_SENTENCE = re.compile(r"(.*?)[.:]?(?:(?<=[.:]) |\Z)")
_FORMS: Mapping[Any, str] = {
    IPv4Network: "a prefix such as 10.26.4.0/24",
    IPv4Address: "an IPv4 address such as 10.26.4.1",
    date: "a day as YYYY-MM-DD",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
}


def faults(files: Files) -> Iterator[Fault]:
    """A fault for each TODO, at its place."""
    for file, doc in _docs(files):
        for path, words in doc.unsaid.items():
            asked, hint = _place(file, path)
            message = f"{words or asked}; write {_allowed(hint, files)} in place of {TODO}"
            yield Fault(doc.file, doc.line(path), "TO-SAY", dotted(path), message)


def _docs(files: Files) -> Iterator[tuple[DataFile, Doc]]:
    for levels in (files.catalog, files.docs):
        yield from ((FILES[name], doc) for name, doc in levels.items())
    yield from ((FILES["systems/*.yaml"], doc) for doc in files.systems.values())


def _place(file: DataFile, path: Path_) -> tuple[str, Any]:
    """What is asked at a place of a file, and the type of what belongs there; no type where no type says."""
    section = next((section for section in file.sections if section.name == path[:1][0]), None) if path else None
    if section is None:
        whole = file.top or file.item
        return _below(whole.kind, path) if whole is not None else ("to be said", None)
    if len(path) == 2 and str(path[1]).startswith(TODO):
        return _key(section)
    return _below(section.kind, path[2:])


def _key(section: Section) -> tuple[str, Any]:
    if section.key is None:
        return f"the name of the {section.noun}", None
    return _below(section.kind, (section.key,))


def _below(hint: Any, path: Path_) -> tuple[str, Any]:
    """What the field on the way to `path` below a type is, and the type there."""
    asked = "to be said"
    for part in path:
        kind = _bare(hint)[0]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            asked = _first(docstrings.of_fields(kind).get(str(part), "")) or asked
            hint = typing.get_type_hints(kind, include_extras=True).get(str(part))
        elif typing.get_origin(kind) is dict:
            # A key that is to be said stands for itself.
            hint = typing.get_args(kind)[0 if str(part).startswith(TODO) and part == path[-1] else 1]
        else:
            hint = next(iter(typing.get_args(kind)), None)
    return asked, hint


def _first(text: str) -> str:
    """The first sentence of a docstring, as the first half of a message, without its example and its reference."""
    match = _SENTENCE.match(text)
    return (match[1] if match else text).replace(";", ",").split(", a key of `", maxsplit=1)[0]


def _bare(hint: Any) -> tuple[Any, list[Any]]:
    """A type without Annotated and without `| None`, and what stood beside it."""
    beside: list[Any] = []
    while typing.get_origin(hint) in (Annotated, typing.Union, types.UnionType):
        arguments = typing.get_args(hint)
        if typing.get_origin(hint) is Annotated:
            beside += arguments[1:]
            hint = arguments[0]
        else:
            hint = next(a for a in arguments if a is not type(None))
    return hint, beside


def _allowed(hint: Any, files: Files) -> str:
    """What may be written where a value of this type belongs."""
    kind, beside = _bare(hint)
    for ref in (extra for extra in beside if isinstance(extra, Ref)):
        return f"a key of `{ref.section}` ({nearest(TODO, _keys(ref.section, files))})"
    if typing.get_origin(kind) is typing.Literal:
        return " or ".join(map(str, typing.get_args(kind)))
    limits = [limit for extra in beside if isinstance(extra, FieldInfo) for limit in extra.metadata]
    low, high = (next((getattr(x, name) for x in limits if hasattr(x, name)), None) for name in ("ge", "le"))
    form = _FORMS.get(kind, "it")
    return form if low is None or high is None else f"{form} from {low} to {high}"


def _keys(section: str, files: Files) -> set[str]:
    """The keys of a section that are there."""
    if SECTIONS[section].name == "systems":
        return {str(doc.data.get("code")) for doc in files.systems.values()}
    file = HOME[section].name
    docs = files.systems.values() if section == "servers" else files.levels(file)
    found = {key for doc in docs for key in as_map(doc.data.get(section)) or {}}
    return {key for key in found if not key.startswith(TODO)}
