"""What a template names and its context lacks, read from Jinja's tree: also in branches that no platform reaches.

Types follow fields, loops, maps' items and macros. Of the rest, such as what a filter returns, nothing is known, and so
nothing said: there the strict environment of rendering/engine.py speaks when the template renders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2 import Environment, nodes

Types = tuple[Any, ...]
"""What a value may be; empty where nobody can tell."""


def lacking(environment: Environment, template: str, contexts: Iterable[type]) -> set[str]:
    """The names that none of a template's contexts has, and the attributes that a field's type lacks."""
    reader = _Reader(environment)
    scope: dict[str, Any] = {"owned": (str,)}
    for context in contexts:
        for name, types in _fields(context).items():
            scope[name] = scope.get(name, ()) + types
    reader.template(template, scope)
    return reader.found


def _fields(kind: type) -> dict[str, Types]:
    """The fields of a dataclass by their names in templates, as rendering/plain.py gives them."""
    hints = get_type_hints(kind)
    return {field.name.removesuffix("_"): _each(hints[field.name]) for field in fields(kind)}


def _each(hint: Any) -> Types:
    """The types of a union, without None."""
    if get_origin(hint) in (Union, UnionType):
        return tuple(one for part in get_args(hint) for one in _each(part))
    return () if hint is NoneType else (hint,)


def _elements(types: Types) -> Types:
    return tuple(one for kind in types if get_origin(kind) is list for one in _each(get_args(kind)[0]))


class _Reader:
    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.found: set[str] = set()

    def template(self, name: str, scope: dict[str, Any]) -> None:
        assert self.environment.loader is not None
        source = self.environment.loader.get_source(self.environment, name)[0]
        self.types(self.environment.parse(source), scope)

    def types(self, node: nodes.Node, scope: dict[str, Any]) -> Types:
        """What the node's value may be. A node that has a method of its own kind is read by it, with all below it."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is not None:
            return method(node, scope) or ()
        for child in node.iter_child_nodes():
            self.types(child, scope)
        return ()

    def _name(self, node: nodes.Name, scope: dict[str, Any]) -> Types:
        if node.ctx == "load" and node.name not in scope:
            self.found.add(node.name)
        value = scope.get(node.name, ())
        return () if isinstance(value, nodes.Macro) else value

    def _getattr(self, node: nodes.Getattr, scope: dict[str, Any]) -> Types:
        types = self.types(node.node, scope)
        known = [kind for kind in types if isinstance(kind, type) and is_dataclass(kind)]
        having = [found[node.attr] for kind in known if node.attr in (found := _fields(kind))]
        if known and len(known) == len(types) and not having:
            self.found.add(f"{' | '.join(kind.__name__ for kind in known)}.{node.attr}")
        return tuple(one for found in having for one in found)

    def _call(self, node: nodes.Call, scope: dict[str, Any]) -> Types:
        given = [self.types(argument, scope) for argument in node.args]
        called = scope.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if isinstance(called, nodes.Macro):
            self._body(called.body, scope | {arg.name: own for arg, own in zip(called.args, given, strict=False)})
            return ()
        if isinstance(node.node, nodes.Getattr) and node.node.attr == "items":
            maps = [kind for kind in self.types(node.node.node, scope) if get_origin(kind) is dict]
            return tuple(list[tuple[get_args(kind)]] for kind in maps)  # type: ignore[misc] a type that is computed
        self.types(node.node, scope)
        return ()

    def _for(self, node: nodes.For, scope: dict[str, Any]) -> None:
        elements = _elements(self.types(node.iter, scope))
        inner = scope | {"loop": ()} | _bound(node.target, elements)
        self._body([*([node.test] if node.test else []), *node.body], inner)
        self._body(node.else_, scope)

    def _macro(self, node: nodes.Macro, scope: dict[str, Any]) -> None:
        scope[node.name] = node

    def _assignblock(self, node: nodes.AssignBlock, scope: dict[str, Any]) -> None:
        self._body(node.body, scope)
        scope |= _bound(node.target, ())

    def _fromimport(self, node: nodes.FromImport, scope: dict[str, Any]) -> None:
        macros: dict[str, Any] = {}
        assert isinstance(node.template, nodes.Const)
        self.template(node.template.value, macros)
        scope |= {name: macros[name] for name in node.names if isinstance(name, str)}

    def _include(self, node: nodes.Include, scope: dict[str, Any]) -> None:
        assert isinstance(node.template, nodes.Const)
        self.template(node.template.value, scope)

    def _extends(self, node: nodes.Extends, scope: dict[str, Any]) -> None:
        assert isinstance(node.template, nodes.Const)
        self.template(node.template.value, scope)

    def _body(self, body: Iterable[nodes.Node], scope: Mapping[str, Any]) -> None:
        inner = dict(scope)
        for node in body:
            self.types(node, inner)


def _bound(target: nodes.Node, types: Types) -> dict[str, Types]:
    """The names that a loop binds: one, or those of a pair."""
    if isinstance(target, nodes.Name):
        return {target.name: types}
    assert isinstance(target, nodes.Tuple)
    parts = [get_args(kind) for kind in types if get_origin(kind) is tuple]
    return {
        name.name: tuple(one for part in parts for one in _each(part[index]))
        for index, name in enumerate(target.items)
        if isinstance(name, nodes.Name)
    }
