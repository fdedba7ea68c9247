"""Reads rendered PowerShell by a grammar that others wrote, and finds what an administrator's shell would refuse.

A script of ours holds its data as JSON in one here-string, so what it will do is read back without running it. Parsing
is all that can be had: PowerShell itself is in no registry that this project installs from. What a cmdlet is called and
takes is asked in cmdlets.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendering.target import Finding, Judge, Missing

if TYPE_CHECKING:
    from tree_sitter import Node

_GRAMMAR = "tree-sitter-powershell"
JUDGES = (
    Judge("grammar", _GRAMMAR, "the scripts", "0.26"),
    Judge(
        "table",
        "Microsoft's pages of cmdlets",
        "every call",
        test="tests/unit/rendering/test_cmdlets.py",
    ),
)
"""Who judges scripts."""

UNJUDGED = "no script was run"


def findings(folder: Path) -> list[Finding]:
    """Every place in the scripts of `folder` that is no PowerShell. Raises Missing without the grammar."""
    return [
        Finding(path.relative_to(folder).as_posix(), f"line {line}: no PowerShell: {text}")
        for path in sorted(folder.rglob("*.ps1"))
        for line, text in faults(path.read_text(encoding="utf-8-sig"))
    ]


def faults(script: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each place that the grammar cannot read. Raises Missing without the grammar."""
    for node in walk(parse(script)):
        if node.is_error or node.is_missing:
            text = (node.text or b"").decode(errors="replace").strip().splitlines()
            yield node.start_point.row + 1, text[0][:80] if text else f"{node.type} is missing"


def data(script: str) -> Any:
    """What the script's one here-string holds, as JSON. Raises ValueError when it has not exactly one."""
    found = [node for node in walk(parse(script)) if node.type == "verbatim_here_string_characters"]
    if len(found) != 1:
        raise ValueError(f"{len(found)} here-strings; write one")
    text = (found[0].text or b"").decode().strip()
    return json.loads(text.removeprefix("@'").removesuffix("'@"))


def parse(script: str) -> Node:
    """The root of the script's grammar. Raises Missing without it."""
    try:
        import tree_sitter_powershell  # noqa: PLC0415 for development only
        from tree_sitter import Language, Parser  # noqa: PLC0415
    except ImportError:
        raise Missing(_GRAMMAR) from None
    return Parser(Language(tree_sitter_powershell.language())).parse(script.encode()).root_node


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, in the order of the text."""
    yield node
    for child in node.children:
        yield from walk(child)
