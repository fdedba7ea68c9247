"""Writes YAML as people would, and edits a file that people have written without touching what is not edited.

ruamel's round trip writes the whole file anew: columns that somebody lined up close up, comments move, an item added
at the end lands behind the closing comment (0.18.17, tried 2026-11). An import must not do that to a file it changes
one number in, so the parser's marks say where a value stands and only those characters are replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path_ = tuple[str | int, ...]

_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\Z"
_UNPRINTABLE = r"\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff"
_ESCAPED = re.compile(f"[{_UNPRINTABLE}]")
_SAFE = rf"[^\s:?#,\[\]{{}}\"'`\\\x00-\x1f{_UNPRINTABLE}]"
_PLAIN = re.compile(rf"{_ADDRESS}|[^\W\d]{_SAFE}*(?: {_SAFE}+)*\Z")
_KEYS = 8
"""An item with more keys is no line any more."""
_WORDS = {"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def scalar(value: Any) -> str:
    """A value on one line, quoted when plain YAML would read it as something else."""
    if isinstance(value, str):
        if _PLAIN.match(value) and value.lower() not in _WORDS:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
    return json.dumps(value)


def flow(value: Any) -> str:
    """A value of any depth on one line: `{role: sql, found: {g22: HOLSQL04}}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def emit(schema: str, data: Mapping[str, Any], comments: Mapping[Path_, str]) -> str:
    """A whole file: the line that names its schema, then the data. A comment goes behind the line of its path."""
    lines = [f"# yaml-language-server: $schema={schema}", *_block(data, comments)]
    return "\n".join(lines) + "\n"


def _block(data: Mapping[Any, Any], comments: Mapping[Path_, str], path: Path_ = ()) -> Iterator[str]:
    """The lines of a map. A section, a map of maps at the top, opens up; each of its items stays on one line, unless it
    has more than _KEYS of them.
    """
    for key, value in data.items():
        here = (*path, key)
        comment = f"  # {comments[here]}" if here in comments else ""
        if isinstance(value, Mapping) and _opens(value, len(path)):
            yield f"{scalar(key)}:{comment}"
            yield from ("  " + line for line in _block(value, comments, here))
        elif not path and isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{scalar(key)}:{comment}"
            yield from (f"  - {flow(entry)}" for entry in value)
        else:
            yield f"{scalar(key)}: {flow(value)}{comment}"


def _opens(value: Mapping[Any, Any], depth: int) -> bool:
    if depth:
        return depth == 1 and len(value) > _KEYS
    return bool(value) and all(isinstance(entry, Mapping) for entry in value.values())


def edit(text: str, changes: Mapping[Path_, Any], comments: Mapping[Path_, str]) -> str:
    """`text` with the value at each path set; every other character stays. A path that is not there is added.

    New entries go behind the last of their map, in its own style and indentation and with the file's line breaks.
    """
    line_break = "\r\n" if "\r\n" in text else "\n"
    root = YAML(typ="safe").compose(text)
    if root is None:
        return text.rstrip("\n") + "\n" * bool(text) + "\n".join(_block(_nested(changes), comments)) + "\n"
    edits: list[tuple[int, int, str]] = []
    added: dict[int, tuple[Node, Path_, dict[Path_, Any]]] = {}
    for path, value in changes.items():
        node, depth = _descend(root, path)
        if depth == len(path):
            parent, _ = _descend(root, path[:-1])
            edits.append((node.start_mark.index, end_of(node), _value(value, node, parent)))
        else:
            added.setdefault(id(node), (node, path[:depth], {}))[2][path[depth:]] = value
    for node, above, entries in added.values():
        if isinstance(node, MappingNode):
            edits.append(_addition(text, node, above, _nested(entries), comments))
        else:  # a key without a value, where a map belongs
            edits.append((node.start_mark.index, end_of(node), _value(_nested(entries), node)))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new.replace("\n", line_break) + text[end:]
    return text


def _nested(changes: Mapping[Path_, Any]) -> dict[Any, Any]:
    data: dict[Any, Any] = {}
    for path, value in changes.items():
        level = data
        for part in path[:-1]:
            level = level.setdefault(part, {})
        level[path[-1]] = value
    return data


def _descend(node: Node, path: Path_) -> tuple[Node, int]:
    """The node at `path`, or the last one on the way to it, and how many steps that was."""
    for depth, part in enumerate(path):
        below = None
        if isinstance(node, MappingNode):
            below = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            below = node.value[part]
        if below is None:
            return node, depth
        node = below
    return node, len(path)


def end_of(node: Node) -> int:
    """The index behind a node's last character; a block's own end mark stands at the next token, past comments."""
    if not isinstance(node, (MappingNode, SequenceNode)) or node.flow_style or not node.value:
        return node.end_mark.index
    last = node.value[-1]
    return end_of(last[1] if isinstance(last, tuple) else last)


def _column(node: Node) -> int:
    return node.start_mark.column


def _value(value: Any, node: Node, parent: Node | None = None) -> str:
    """The new value in the old one's place. An empty place stands directly behind its colon."""
    text = flow(value)
    if parent and isinstance(node, SequenceNode) and not node.flow_style and _column(node) == _column(parent):
        text = "  " + text  # a list of lines may stand in the column of its key, where no other value may
    empty = isinstance(node, ScalarNode) and node.start_mark.index == node.end_mark.index
    return " " + text if empty else text + "\n" if _ends_line(node) else text


def _ends_line(node: Node) -> bool:
    """A literal block at the end of a node takes its line break with it."""
    while not isinstance(node, ScalarNode) and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def _addition(
    text: str, node: MappingNode, above: Path_, entries: Mapping[str, Any], comments: Mapping[Path_, str]
) -> tuple[int, int, str]:
    if node.flow_style:
        inner = flow(entries)[1:-1]
        at = end_of(node.value[-1][1]) if node.value else node.start_mark.index + 1
        return at, at, f", {inner}" if node.value else inner
    last = node.value[-1][1]
    at = end_of(last)
    if not _ends_line(last):
        at = text.find("\n", at) + 1 or len(text)
    indent = " " * node.value[0][0].start_mark.column
    lines = "".join(f"{indent}{line}\n" for line in _block(entries, comments, above))
    return at, at, lines if not at or text[at - 1] == "\n" else "\n" + lines
