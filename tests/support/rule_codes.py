"""Which fault codes a rule's own code can give, read from its source: what RULES say of it is held against that."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from model.faults import CODES


def codes_of(check: Any) -> set[str]:
    """The codes that stand in a function of model/rules and in what it calls there."""
    found: set[str] = set()
    waiting, seen = [(check.__module__, check.__name__)], set[tuple[str, str]]()
    while waiting:
        place = waiting.pop()
        module, name = place
        functions, names = _module(module)
        if place in seen or name not in functions:
            continue
        seen.add(place)
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in CODES:
                found.add(node.value)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                waiting.append(names.get(node.func.id, (module, node.func.id)))
    return found


@cache
def _module(name: str) -> tuple[dict[str, ast.FunctionDef], dict[str, tuple[str, str]]]:
    """The functions of a module, and the names that it takes from other modules of rules."""
    source = Path(str(importlib.import_module(name).__file__)).read_text(encoding="utf-8")
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return functions, dict(_taken(tree))


def _taken(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("model.rules."):
            yield from ((alias.asname or alias.name, (str(node.module), alias.name)) for alias in node.names)
