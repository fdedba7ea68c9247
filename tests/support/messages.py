"""Reads the messages of the code from its source, so that a test can hold all of them to one form.

A message is a string with a `; `: before it what is wrong, after it what to do. Left out: docstrings, help and
descriptions, patterns, what a step of a life cycle does, and what a rule says of itself.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator

WORDED = frozenset({"advice", "nearest"})
"""Functions that word a second half; what they return is tested by itself."""


Scopes = tuple[ast.AST, ...]
"""Where a name is looked for: its function, then its file."""


def messages(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and second half of each message of a file. A value that is the second half is read where it is assigned;
    one that the file does not tell is given as `{code}`.
    """
    unsaid = {id(part) for node in ast.walk(tree) for part in _unsaid(node)}
    within = {id(part): function for function in _functions(tree) for part in ast.walk(function)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant | ast.JoinedStr) or id(node) in unsaid:
            continue
        for half in text(node).split("; ")[1:] if text(node) != "; " else ():
            if half.startswith("{"):
                value = _first_value(half)
                yield from ((node.lineno, said) for said in _words((within.get(id(node), tree), tree), value))
            else:
                yield node.lineno, half


def _first_value(half: str) -> ast.expr:
    """The expression in the first braces, which may hold braces itself."""
    ends = (end for end, letter in enumerate(half) if letter == "}")
    for end in ends:
        with contextlib.suppress(SyntaxError):
            return ast.parse(half[1:end], mode="eval").body
    raise ValueError(half)


def faults(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and words of each fault of a file whose message the file tells to its end."""
    for function in _functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _name(node.func) in ("Fault", "fault") and len(node.args) >= 3:
                said = _words((function, tree), node.args[-1])
                yield from ((node.lineno, words) for words in said if not words.endswith("}"))


def text(node: ast.AST) -> str:
    """A string of the code with each value in it as `{code}`; empty for what is no string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return f"{{{ast.unparse(node.value)}}}"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _unsaid(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(value=value):
            yield value
        case ast.JoinedStr(values=values):
            yield from values
        case ast.keyword(arg="help" | "description"):
            yield from ast.walk(node)
        case (
            ast.Call(func=ast.Name(id="Step" | "WaveStep" | "Rule"))
            | ast.Call(func=ast.Attribute(value=ast.Name(id="re")))
        ):
            yield from ast.walk(node)
        case _:
            pass


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _words(scopes: Scopes, node: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The strings that an expression can be, as far as its function and its file tell."""
    if isinstance(node, ast.Call) and _name(node.func) in WORDED:
        return
    if isinstance(node, ast.Constant | ast.JoinedStr):
        yield from filter(None, [text(node)])
        return
    can_be = _can_be(scopes, node, seen)
    if not can_be:
        yield f"{{{ast.unparse(node)}}}"
    for part in can_be:
        yield from _words(scopes, part, seen | {_name(node)})


def _can_be(scopes: Scopes, node: ast.expr, seen: frozenset[str]) -> list[ast.expr]:
    match node:
        case ast.BoolOp(values=parts) | ast.Dict(values=parts):
            can_be = parts
        case ast.Tuple(elts=parts):
            can_be = [part for part in parts if text(part)]
        case ast.IfExp(body=body, orelse=other):
            can_be = [body, other]
        case ast.Subscript(value=value) | ast.Call(func=ast.Attribute(attr="get", value=value)):
            can_be = [value]
        case ast.Call(func=ast.Name(id=name)):
            can_be = [part for found in ast.walk(scopes[-1]) for part in _returned(found, name)]
        case ast.Name(id=name) if name not in seen:
            each = ([part for found in ast.walk(scope) for part in _assigned(found, name)] for scope in scopes)
            can_be = next(filter(None, each), [])
        case _:
            can_be = []
    return can_be


def _returned(node: ast.AST, name: str) -> list[ast.expr]:
    if not isinstance(node, ast.FunctionDef) or node.name != name:
        return []
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value is not None]


def _assigned(node: ast.AST, name: str) -> list[ast.expr]:
    match node:
        case ast.Assign(targets=[target], value=value):
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            return [value] if name in map(_name, names) else []
        case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
            return [value]
        case _:
            return []


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
