"""Changes the data of a platform by path, as the faults write paths, so that no test knows how a file is laid out.

    edit(folder, {"refresh.yaml": {"generations.g26.state": "live", "stable.portal": REMOVE}})
    edit(folder, {"systems/ad.yaml": {"flows[0].ports": ["tcp/443"]}, "workplaces.csv": {"TK00003.site": "S999"}})

A file starting with `catalog/` is one of the catalog beside the platform. A path leads through keys and `[index]`; a
key that is there may hold dots, one that is new ends at a dot, and a tuple of keys says it where that is not meant. A
map takes what is not there yet behind its last key, a list at the index behind its last. A file that is not there is
written. In a table (CSV) a path is `row.column`, the row by its first cell, and a row is removed or added whole; a
column that is not there becomes the last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from importers import yamltext

Where = str | tuple[str | int, ...]
Changes = Mapping[Any, Any]
"""What stands at each path, a Where, after the change."""
Edits = Mapping[str, Changes]

REMOVE: Final = object()
"""Takes the key or the row away."""


@dataclass(frozen=True)
class Plain:
    """What stands there instead, letter by letter: for values that YAML would not read as meant, or not at all."""

    text: str


@dataclass(frozen=True)
class Renamed:
    """The key's new name; its value stays. In a table: a column's."""

    key: str


def edit(folder: Path, *edits: Edits) -> Path:
    """Makes the changes in the platform's folder, one after another, and gives the folder."""
    for change in edits:
        for file, changes in change.items():
            path = folder.parent / file if file.startswith("catalog/") else folder / file
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            change_one = _cell if path.suffix == ".csv" else edited
            for where, value in changes.items():
                text = change_one(text, where, value)
            path.write_text(text, encoding="utf-8")
    return folder


def both(*edits: Edits) -> Edits:
    """Several changes as one; of two at one path the later holds."""
    files = dict.fromkeys(file for change in edits for file in change)
    return {file: {k: v for change in edits for k, v in change.get(file, {}).items()} for file in files}


def edited(text: str, where: Where, value: Any) -> str:
    """A YAML text with one change."""
    root = YAML(typ="safe").compose(text)
    path = where if isinstance(where, tuple) else tuple(_steps(root, where))
    nodes = _nodes(root, path)
    there = len(nodes) > len(path)
    if value is REMOVE or isinstance(value, (Plain, Renamed)):
        assert there, f"{where} is not there"
    if value is REMOVE:
        return _without(text, nodes[-2], path[-1])
    if isinstance(value, Renamed):
        key = next(key for key, _ in nodes[-2].value if key.value == path[-1])
        return text[: key.start_mark.index] + value.key + text[key.end_mark.index :]
    if isinstance(value, Plain):
        # A word goes in first, for the editor knows where a value of any kind ends.
        return yamltext.edit(text, {path: "plain-text-here"}, {}).replace("plain-text-here", value.text, 1)
    if not there and nodes and isinstance(nodes[-1], SequenceNode):
        return _appended(text, nodes[-1], path[len(nodes) - 1 :], value)
    return yamltext.edit(text, {path: value}, {})


def _steps(node: Node | None, where: str) -> list[str | int]:
    """The keys and indices of a path. The longest key that is there goes first."""
    steps: list[str | int] = []
    while where:
        if index := re.match(r"\[(\d+)\]", where):
            step, rest = int(index[1]), where[index.end() :]
        else:
            keys = [k.value for k, _ in node.value] if isinstance(node, MappingNode) else []
            here = [k for k in keys if re.match(re.escape(k) + r"(?:[.\[]|\Z)", where)]
            step = max(here, key=len) if here else re.split(r"[.\[]", where)[0]
            rest = where[len(step) :]
        steps.append(step)
        node, where = _below(node, step), rest.removeprefix(".")
    return steps


def _below(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _nodes(root: Node | None, path: tuple[str | int, ...]) -> list[Any]:
    """The root and what stands at each step, as far as the path is there."""
    nodes = [root] if root is not None else []
    for step in path:
        below = _below(nodes[-1], step) if nodes else None
        if below is None:
            break
        nodes.append(below)
    return nodes


def _without(text: str, parent: Any, step: str | int) -> str:
    """Without an entry: in lines, all of its lines; in a row, its comma with it."""
    entries = [pair if isinstance(pair, tuple) else (pair, pair) for pair in parent.value]
    at = step if isinstance(step, int) else [key.value for key, _ in entries].index(step)
    key, value = entries[at]
    if len(entries) == 1:
        empty = "[]" if isinstance(step, int) else "{}"
        if parent.flow_style:
            return text[: parent.start_mark.index] + empty + text[parent.end_mark.index :]
        start = len(text[: parent.start_mark.index].rstrip())
        return text[:start] + f" {empty}" + text[yamltext.end_of(value) :]
    if not parent.flow_style:
        return text[: text.rfind("\n", 0, key.start_mark.index) + 1] + text[text.find("\n", _last(text, value)) + 1 :]
    if at:
        return text[: yamltext.end_of(entries[at - 1][1])] + text[yamltext.end_of(value) :]
    return text[: key.start_mark.index] + text[entries[1][0].start_mark.index :]


def _last(text: str, node: Any) -> int:
    """The last character of a node; a literal block has its line break in it."""
    end = yamltext.end_of(node)
    return end - 1 if text[end - 1] == "\n" else end


def _appended(text: str, node: Any, rest: tuple[str | int, ...], value: Any) -> str:
    assert rest == (len(node.value),), f"a list of {len(node.value)} has no place {rest}"
    end = yamltext.end_of(node.value[-1])
    if node.flow_style:
        return f"{text[:end]}, {yamltext.flow(value)}{text[end:]}"
    line = text.find("\n", _last(text, node.value[-1]))
    dash = " " * node.start_mark.column
    return f"{text[:line]}\n{dash}- {yamltext.flow(value)}{text[line:]}"


def _cell(text: str, where: Where, value: Any) -> str:
    """A table with one change. Nothing in those of the tests is quoted."""
    head, *rows = [line.split(",") for line in text.splitlines()]
    if isinstance(value, Renamed):
        head[head.index(str(where))] = value.key
    elif isinstance(value, Mapping):
        rows.append([str({head[0]: where, **value}.get(column, "")) for column in head])
    elif value is REMOVE:
        rows = [row for row in rows if row[0] != where]
    else:
        key, column = where if isinstance(where, tuple) else str(where).rsplit(".", 1)
        if column not in head:
            head, rows = [*head, column], [[*row, ""] for row in rows]
        row = next(row for row in rows if row[0] == key)
        row[head.index(str(column))] = value.text if isinstance(value, Plain) else str(value)
    return "".join(f"{','.join(row)}\n" for row in (head, *rows))
