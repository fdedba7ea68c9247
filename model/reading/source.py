"""Reads a YAML file into plain data, with the file and line of every key and value.

Built on libyaml's event stream: events come one at a time, so a file that nests without end or repeats itself
through aliases is refused at the first such event, in bounded memory. Scalars follow YAML 1.2's core schema, so
`no` and `on` are words; dates stay text and are read by the types. A key without a value is a fault: in a map in braces
it is a forgotten colon, and who means nothing writes `null`. A plain TODO, as a value or as a key, is something that a
person must still say (unsaid.py). Left out: anchors, aliases, merge keys, tags and several
documents in one file, for data here is read by people line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from model.faults import Fault
from model.reading.syntax import explain
from model.reading.text import read_text

MAX_DEPTH = 24
MAX_DIGITS = 400
"""Characters of a number. Python reads no whole number of more than 4,300 digits, and nothing here counts so far."""

Path_ = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
TODO = "TODO"
"""Stands where a person must say something, alone or before the words that say what; in quotes it is text."""

_TODO = re.compile(TODO + r"(?:-[0-9]+| (.*))?\Z")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(slots=True)
class Doc:
    """One file: `data` as plain dicts, lists and scalars; `lines` by path; `texts` of the numbers as written; `unsaid`,
    the words beside each TODO by its path.
    """

    file: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict["Path_", int])
    texts: dict[Path_, str] = field(default_factory=dict["Path_", str])
    unsaid: dict[Path_, str] = field(default_factory=dict["Path_", str])
    faults: list[Fault] = field(default_factory=list[Fault])

    def line(self, path: Path_) -> int:
        """The line of `path`, or of the nearest thing above it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path_, code: str, message: str, line: int | None = None) -> None:
        """Notes a fault at `path`."""
        self.faults.append(Fault(self.file, line or self.line(path), code, dotted(path), message))


def as_map(data: Any) -> dict[str, Any] | None:
    """`data` when it is a map, else None. Keys are text: the reader makes no others."""
    return cast("dict[str, Any]", data) if isinstance(data, dict) else None


def dotted(path: Path_) -> str:
    """`("servers", "x", "disks", 0)` as `servers.x.disks[0]`; the top of a file is `.`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "."


def read_yaml(path: Path, shown: str) -> Doc:
    """Reads `path` into a Doc whose messages call the file `shown`. Faults are kept in the Doc; nothing is raised.

    Its data are None when they cannot be used, and without a fault when there is no such file.
    """
    doc = Doc(shown)
    text, doc.faults = read_text(path, shown)
    if text is None:
        return doc
    try:
        _Builder(doc).build(text)
    except yaml.YAMLError as error:
        line, message = explain(error, text)
        doc.faults = [Fault(shown, line, "BAD-YAML", ".", message)]
        doc.data = None
    if doc.data is None and not doc.faults:
        doc.data = {}
    return doc


class _RefusedError(Exception):
    """Stops the reading of a file that is refused whole; the fault is already noted."""


class _Builder:
    """Builds data from events on a stack of its own: never by recursion, so depth is bounded by MAX_DEPTH alone."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.path: list[str | int] = []
        self.stack: list[dict[str, Any] | list[Any]] = []
        self.key: list[str | None] = []
        self.handlers: dict[str, Callable[[Any], None]] = {
            "MappingStartEvent": lambda event: self._open(event, {}),
            "SequenceStartEvent": lambda event: self._open(event, []),
            "MappingEndEvent": self._close,
            "SequenceEndEvent": self._close,
            "ScalarEvent": self._scalar,
            "AliasEvent": self._alias,
        }

    def build(self, text: str) -> None:
        documents = 0
        try:
            # The published types of PyYAML leave out what `parse` takes and gives.
            events = yaml.parse(text, Loader=yaml.CSafeLoader)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            for event in cast("Iterator[Any]", events):
                kind = type(event).__name__
                if kind == "DocumentStartEvent":
                    documents += 1
                    if documents > 1:
                        self._refuse(event, "BAD-YAML", "a second document; write one document a file")
                elif kind in self.handlers:
                    self.handlers[kind](event)
        except _RefusedError:
            self.doc.data = None

    def _refuse(self, event: Any, code: str, message: str) -> None:
        self.doc.fault(tuple(self.path), code, message, event.start_mark.line + 1)
        raise _RefusedError

    def _open(self, event: Any, container: dict[str, Any] | list[Any]) -> None:
        if event.anchor or event.tag:
            self._refuse_mark(event)
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(event, "TOO-LARGE", f"nested deeper than {MAX_DEPTH} levels; write a flatter file")
        if self.stack and isinstance(self.stack[-1], dict) and self.key[-1] is None:
            self._refuse(event, "BAD-YAML", "a map or list as key; write a word")
        self._place(event, container)
        self.stack.append(container)
        self.key.append(None)

    def _close(self, _event: Any) -> None:
        self.stack.pop()
        self.key.pop()
        if self.path:
            self.path.pop()
        self._next()

    def _place(self, event: Any, value: Any) -> None:
        """Puts a value where the stack stands; the path then ends in its key or index."""
        line = event.start_mark.line + 1
        if not self.stack:
            self.doc.data = value
            self.doc.lines[()] = line
            return
        top = self.stack[-1]
        if isinstance(top, list):
            self.path.append(len(top))
            top.append(value)
            self.doc.lines[tuple(self.path)] = line
        else:
            top[str(self.key[-1])] = value

    def _next(self) -> None:
        if self.stack and isinstance(self.stack[-1], dict):
            self.key[-1] = None

    def _refuse_mark(self, event: Any) -> None:
        if event.anchor:
            self._refuse(event, "ALIAS", f"anchor &{event.anchor}; write the value out where it is used")
        self._refuse(event, "BAD-YAML", f"a tag {event.tag}; write the value alone, text in quotes")

    def _scalar(self, event: Any) -> None:
        if event.anchor or event.tag:
            self._refuse_mark(event)
        if self.stack and isinstance(self.stack[-1], dict) and self.key[-1] is None:
            self._start_key(event)
            return
        value = event.value
        if event.implicit[0]:
            if not value and self._empty(event):
                return
            value = _WORDS.get(value, value)
        if event.implicit[0] and isinstance(value, str) and _FLOAT.match(value):
            self._number(event, value)
        else:
            self._place(event, value)
        self._note_unsaid(event)
        self._leave()

    def _note_unsaid(self, event: Any) -> None:
        if event.implicit[0] and (mark := _TODO.match(event.value)):
            self.doc.unsaid[tuple(self.path)] = mark[1] or ""

    def _number(self, event: Any, text: str) -> None:
        if len(text) > MAX_DIGITS:
            self._refuse(event, "TOO-LARGE", f"a number of {len(text)} characters; keep it to {MAX_DIGITS}")
        self._place(event, int(text) if _INT.match(text) else float(text))
        self.doc.texts[tuple(self.path)] = text

    def _empty(self, event: Any) -> bool:
        """Whether a key has no value, which is said and leaves its map without the key."""
        if not self.stack or isinstance(self.stack[-1], list):
            return False
        name, _, rest = str(self.key[-1]).partition(" ")
        meant = "give it one, write `null` to take it away, or delete it"
        if rest:
            meant = f"write `{name}: {rest}`, or put the text before it in quotes with its comma"
        self.doc.fault(tuple(self.path), "NO-VALUE", f"no value; {meant}", event.start_mark.line + 1)
        self._leave()
        return True

    def _leave(self) -> None:
        if self.path:
            self.path.pop()
        self._next()

    def _start_key(self, event: Any) -> None:
        name = event.value
        top = self.stack[-1]
        self.path.append(name)
        if name in top:
            first = self.doc.line(tuple(self.path))
            self.doc.fault(
                tuple(self.path),
                "DUPLICATE-KEY",
                f"stands at line {first} too; write each key once",
                event.start_mark.line + 1,
            )
        self.doc.lines[tuple(self.path)] = event.start_mark.line + 1
        self._note_unsaid(event)
        self.key[-1] = name

    def _alias(self, event: Any) -> None:
        self._refuse(event, "ALIAS", f"alias *{event.anchor}; write the value out where it is used")
