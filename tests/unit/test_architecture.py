"""The arrows of docs/architecture.md, read from the imports: none points back up, and there is no circle.

Imports for the type checker alone count like others.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.support.paths import ROOT

ARROWS: Mapping[str, frozenset[str]] = {
    "model": frozenset(),
    "importers": frozenset({"model"}),
    "rendering": frozenset({"model"}),
    "templates": frozenset({"model", "rendering"}),
    "refresh": frozenset({"model"}),
    "policy": frozenset({"model"}),
    "providers": frozenset(),
    "components": frozenset({"model", "providers"}),
    "twin": frozenset(),
    "cli": frozenset({"model", "importers", "rendering", "templates", "refresh", "policy", "twin"}),
    "scripts": frozenset({"model", "importers", "rendering", "refresh", "twin", "cli"}),
}
"""What each top folder may import of the others."""

FLOORS = (
    {"base", "codes", "faults", "names", "azure_names", "holidays"},
    {"reading"},
    {"types"},
    {"files", "folder", "platform", "provenance"},
    {"derive"},
    {"rules"},
    {"security"},
    {"docstrings", "load", "schema", "unsaid"},
    {""},
)
"""model/ from the bottom up. A floor imports from itself and from those below; the roof is the package itself."""


@cache
def imports() -> Mapping[str, frozenset[str]]:
    """Every module of the source, with those modules of the source that it imports."""
    texts = {
        ".".join(parts[:-1] if parts[-1] == "__init__" else parts): (path.read_text(encoding="utf-8"), parts)
        for top in ARROWS
        for path in (ROOT / top).rglob("*.py")
        if (parts := path.relative_to(ROOT).with_suffix("").parts)
    }
    return {
        name: frozenset(_imported(ast.parse(text), parts, texts.keys()) & texts.keys() - {name})
        for name, (text, parts) in texts.items()
    }


def _imported(tree: ast.Module, parts: tuple[str, ...], known: Container[str]) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = parts[: len(parts) - node.level] if node.level else ()
            base = ".".join((*above, *([node.module] if node.module else ())))
            names |= {f"{base}.{alias.name}" for alias in node.names}
            # A name that is no module was taken from the module itself.
            names |= {base} if any(f"{base}.{alias.name}" not in known for alias in node.names) else set[str]()
    return names


def arrows() -> Iterator[tuple[str, str]]:
    for name, others in imports().items():
        for other in others:
            yield name, other


def test_no_top_folder_reaches_where_it_must_not() -> None:
    wrong = [
        f"{a} -> {b}"
        for a, b in arrows()
        if (top := b.split(".")[0]) != a.split(".")[0] and top not in ARROWS[a.split(".")[0]]
    ]
    assert wrong == []


CERTIFICATE = "refresh.certificate"


def test_the_certificate_knows_nothing_of_what_it_judges() -> None:
    """It reads formats. What made the files is what it must not share a fault with."""
    inside = {name: others for name, others in imports().items() if f"{name}.".startswith(f"{CERTIFICATE}.")}
    assert len(inside) > 10
    assert [f"{a} -> {b}" for a, others in inside.items() for b in others if not b.startswith(CERTIFICATE)] == []


def test_the_table_has_every_top_folder() -> None:
    there = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert there == set(ARROWS)


def _floor(module: str) -> int:
    place = module.split(".")[1] if "." in module else ""
    return next(number for number, floor in enumerate(FLOORS) if place in floor)


def test_no_floor_of_the_model_reaches_up() -> None:
    inside = [(a, b) for a, b in arrows() if a.split(".")[0] == b.split(".")[0] == "model"]
    assert len(inside) > 100
    assert [f"{a} -> {b}" for a, b in inside if _floor(b) > _floor(a)] == []


def test_there_is_no_circle() -> None:
    graph = dict(imports())
    assert len(graph) > 250
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_a_circle_would_be_seen() -> None:
    with pytest.raises(CycleError):
        TopologicalSorter(dict(imports()) | {"model.faults": frozenset({"model.load"})}).prepare()
