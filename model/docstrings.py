"""The docstrings below fields and below named kinds of values, read from the source.

They are what editors and the reference pages show. pydantic can take them up by itself (`use_attribute_docstrings`),
but it does so at every start of every command and makes the import of the model a quarter slower; here it is done when
schemas and pages are made.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel


def of_fields(kind: type[BaseModel]) -> dict[str, str]:
    """What each field of a type is, its own and inherited, as one paragraph; empty where nobody says."""
    told: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            told |= _class(base.__module__, base.__name__)
    return {name: told.get(name, "") for name in kind.model_fields}


def of_type(kind: type[BaseModel]) -> str:
    """What a type is, as one paragraph."""
    return _paragraph(kind.__doc__ or "")


def of_names(module: str) -> dict[str, str]:
    """What each name that a module assigns is, as one paragraph; without those of which nobody says."""
    return _below(_tree(module).body)


@cache
def _class(module: str, name: str) -> dict[str, str]:
    found = next(n for n in _tree(module).body if isinstance(n, ast.ClassDef) and n.name == name)
    return _below(found.body)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(Path(sys.modules[module].__file__ or "").read_text(encoding="utf-8"))


def _below(body: Iterable[ast.stmt]) -> dict[str, str]:
    """The text that stands right below an assignment, by its target."""
    told: dict[str, str] = {}
    for node, after in pairwise(body):
        match node, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                told[name] = _paragraph(text)
            case _:
                pass
    return told


def _paragraph(text: str) -> str:
    return " ".join(text.split())
