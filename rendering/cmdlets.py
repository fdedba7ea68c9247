"""Reads the calls of cmdlets in a script by the grammar, and finds what the cmdlet itself would refuse.

What cmdlets there are, and what each takes, is given: nothing here knows it. Left out: whether parameters go together,
which a list of names does not tell, and values that are computed while the script runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rendering.powershell import parse, walk

if TYPE_CHECKING:
    from tree_sitter import Node

COMMON = frozenset({
    "confirm", "debug", "erroraction", "errorvariable", "informationaction", "informationvariable", "outbuffer",
    "outvariable", "pipelinevariable", "progressaction", "verbose", "warningaction", "warningvariable", "whatif",
})  # fmt: skip
"""What every cmdlet takes (about_CommonParameters)."""


_LITERAL = re.compile(r"""(['"]).*\1|\$env:\w+|[\w-]+""")
"""A text, a word, or a variable of the machine: what a script gives as it stands."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call: what is given by name, with the text of its value, and how many values are given without a name.

    `piped`: objects come to it. `whole`: nothing is given that only the running script knows.
    """

    line: int
    name: str
    given: dict[str, str | None]
    loose: int
    piped: bool
    whole: bool


@dataclass(slots=True)
class _Script:
    """What a script assigns: texts by variable, and the keys of tables."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)


def calls(script: str, switches: Mapping[str, frozenset[str]]) -> tuple[list[Call], dict[str, list[str]]]:
    """Every call of what the script does not define itself, and the texts that it gives each variable. `switches` are
    those of each cmdlet, in small letters, which take no value.
    """
    root = parse(script)
    known = _assigned(root)
    found = [
        _call(node, name, known, switches.get(name.lower(), frozenset()))
        for node in walk(root)
        if node.type == "command"
        for name in _child(node, "command_name")
        if name.lower() not in known.functions
    ]
    return found, known.texts


def wrong(call: Call, cmdlet: Mapping[str, Any], texts: Mapping[str, list[str]]) -> Iterator[str]:
    """What the cmdlet would refuse of a call: `parameters` by name, each with `aliases`, `required` and `values` or
    the `pattern` of its value.
    """
    parameters: dict[str, Any] = cmdlet["parameters"]
    names = {name.lower(): name for name in parameters}
    names |= {alias.lower(): name for name, about in parameters.items() for alias in about.get("aliases", ())}
    given = {names[name.lower()]: value for name, value in call.given.items() if name.lower() in names}
    for name in call.given:
        if name.lower() not in names and name.lower() not in COMMON:
            yield f"{call.name} has no parameter {name}"
    required = {name for name, about in parameters.items() if about.get("required")}
    # What is asked for may be left out in one way of asking, and the list does not tell which.
    asks = call.name.lower().startswith("get-")
    if required and call.whole and not asks and not (required & given.keys() or call.loose or call.piped):
        yield f"{call.name} is given none of {', '.join(sorted(required))}"
    for name, value in given.items():
        for text in _texts(value, texts):
            accepted = {str(v).lower() for v in parameters[name].get("values", ())}
            parts = [part.strip().strip("'\"") for part in text.split(",")]
            if accepted and not all(part.lower() in accepted or part.startswith("$") for part in parts):
                yield f"{call.name} -{name} does not accept {text}"
            if (pattern := parameters[name].get("pattern")) and not re.fullmatch(pattern, text.strip("'\"")):
                yield f"{call.name} -{name} does not accept {text}"


def _texts(value: str | None, texts: Mapping[str, list[str]]) -> list[str]:
    """The texts that a value may be: its own, or those that a variable is given."""
    if value is None:
        return []
    found = texts.get(value[1:].lower(), []) if re.fullmatch(r"\$\w+", value) else [value]
    return [text for text in found if _LITERAL.fullmatch(text)]


def _call(node: Node, name: str, known: _Script, switches: frozenset[str]) -> Call:
    given: dict[str, str | None] = {}
    loose, whole, last = 0, True, None
    for element in (child for part in node.children if part.type == "command_elements" for child in part.children):
        text = (element.text or b"").decode()
        if element.type == "command_parameter":
            last = text.removeprefix("-").rstrip(":")
            given[last] = None
            if last.lower() in switches:
                last = None
        elif element.type == "command_argument_sep":
            continue
        elif text.startswith("@") and re.fullmatch(r"@\w+", text):
            table = text[1:].lower()
            given |= known.tables.get(table, {})
            whole &= table in known.tables and table not in known.open
        elif element.is_named:
            if last is not None:
                given[last], last = text, None
            else:
                loose += 1
    piped = node.parent is not None and node.parent.children[0] != node
    return Call(node.start_point.row + 1, name, given, loose, piped, whole)


def _assigned(root: Node) -> _Script:
    found = _Script()
    for node in walk(root):
        if node.type == "function_statement":
            found.functions |= {name.lower() for name in _child(node, "function_name")}
        if node.type != "assignment_expression":
            continue
        left, right = node.children[0], node.children[-1]
        target = (left.text or b"").decode().strip().lower().removeprefix("$")
        text = (right.text or b"").decode().strip()
        if re.fullmatch(r"\w+", target):
            found.texts.setdefault(target, []).append(text)
            if text.startswith("@{"):
                keys, every = _keys(right)
                found.tables.setdefault(target, {}).update(keys)
                found.open |= set() if every else {target}
        elif member := re.fullmatch(r"(\w+)(?:\.(\w+)|\[.*\])", target):
            if member[2] and member[1] in found.tables:
                found.tables[member[1]][member[2]] = text
            found.open.add(member[1])
    return found


def _keys(node: Node) -> tuple[dict[str, str], bool]:
    """The keys of the first table below, with their values, and whether all of them are plain."""
    body = next((n for n in walk(node) if n.type == "hash_literal_body"), None)
    entries = [n for n in body.children if n.type == "hash_entry"] if body is not None else []
    keys: dict[str, str] = {}
    for entry in entries:
        key = (entry.children[0].text or b"").decode()
        if re.fullmatch(r"\w+", key):
            keys[key] = (entry.children[2].text or b"").decode().strip()
    return keys, len(keys) == len(entries)


def _child(node: Node, kind: str) -> list[str]:
    return [(child.text or b"").decode() for child in node.children if child.type == kind]
