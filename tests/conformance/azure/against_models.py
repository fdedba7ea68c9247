"""Puts flat resource inputs into the envelope that Azure's API has, and checks them against Microsoft's own models.

Runs as a process of its own in the environment that has the azure-mgmt packages (.tools/azure-validators), so it
imports nothing of the project: a list of `{"module", "class", "inputs"}` comes in as JSON, a list of
`{"body", "faults"}` goes out.

The packages have models of two generations. The older describe a property by a path into the envelope
(`properties.hardwareProfile`) and validation rules, the newer by annotated fields and a model for each level. Both are
read into the same tree first.
"""

from __future__ import annotations

import enum
import functools
import importlib
import inspect
import json
import re
import sys
import typing
from dataclasses import dataclass, field
from typing import Any

SCALARS: dict[Any, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "long": int,
    "float": (int, float),
    "bool": bool,
    "iso-8601": str,
    "date": str,
    "time": str,
    "duration": str,
    "rfc-1123": str,
    "bytearray": str,
}
LEVELS = ("properties", "maintenanceWindow")
"""Levels of the envelope that azure-native leaves out and the newer packages have models for."""
OPEN = ("VirtualMachineSizeTypes",)
"""Enums that their own description calls incomplete: any text is allowed."""
PYTHON_SCALARS = {str: "str", int: "int", float: "float", bool: "bool"}


@dataclass
class Node:
    """A property: its type, what is required, and for a level of the envelope its own properties."""

    kind: Any = "any"
    required: bool = False
    readonly: bool = False
    discriminates: bool = False
    choices: tuple[str, ...] = ()
    python: str = ""
    inside: dict[str, Node] = field(default_factory=dict)


def tree(cls: type) -> dict[str, Node]:
    """The properties of a model by their name on the wire; a level of the envelope that has no model is a node."""
    return _older(cls) if hasattr(cls, "_attribute_map") else _newer(cls)


@functools.cache
def _older(cls: type) -> dict[str, Node]:
    root: dict[str, Node] = {}
    enums = _enums(cls)
    for name, entry in cls._attribute_map.items():
        rules = cls._validation.get(name, {})
        *above, leaf = [step.replace("\\.", ".") for step in re.split(r"(?<!\\)\.", entry["key"])]
        level = root
        for step in above:
            level = level.setdefault(step, Node("level")).inside
        constant = bool(rules.get("constant"))
        level[leaf] = Node(
            kind=entry["type"],
            required=bool(rules.get("required")) and not constant,
            readonly=bool(rules.get("readonly")),
            choices=enums.get(name, ()),
            python=_camel(name),
        )
    return root


def _enums(cls: type) -> dict[str, tuple[str, ...]]:
    """The values of those attributes that are enums, which only the signature tells."""
    models = sys.modules[cls.__module__.rpartition(".")[0]]
    found: dict[str, tuple[str, ...]] = {}
    for base in cls.__mro__[:-1]:
        for name, parameter in inspect.signature(base.__init__).parameters.items():
            for text in re.findall(r"_models\.(\w+)", str(parameter.annotation)):
                kind = getattr(models, text, None)
                if inspect.isclass(kind) and issubclass(kind, enum.Enum) and text not in OPEN:
                    found.setdefault(name, tuple(str(member.value) for member in kind))
    return found


@functools.cache
def _newer(cls: type) -> dict[str, Node]:
    models = sys.modules[cls.__module__.rpartition(".")[0]]
    root: dict[str, Node] = {}
    for base in reversed(cls.__mro__[:-1]):
        if "_models" not in base.__module__.rsplit(".", maxsplit=1)[-1]:
            continue
        scope = vars(sys.modules[base.__module__]) | {"_models": models}
        hints = typing.get_type_hints(base, scope)
        for name, value in vars(base).items():
            if type(value).__name__ != "_RestField":
                continue
            kind, optional, choices = _hint(hints[name])
            root[value._rest_name_input or name] = Node(
                kind=kind,
                required=not optional,
                discriminates=bool(value._is_discriminator),
                readonly=value._visibility == ["read"],
                choices=choices,
                python=_camel(name),
            )
    return root


def _hint(hint: Any) -> tuple[Any, bool, tuple[str, ...]]:
    """Type, whether it may be left out, and the values of an enum."""
    arguments = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if origin in {list, dict}:
        kind, _, choices = _hint(arguments[-1])
        return ([kind] if origin is list else {"": kind}), False, choices
    if origin is typing.Literal:
        return "str", False, tuple(str(argument) for argument in arguments)
    if arguments:
        rest = [argument for argument in arguments if argument is not type(None)]
        found = [_hint(argument) for argument in rest]
        kind, _, choices = next((item for item in found if item[2]), found[0])
        return kind, len(rest) < len(arguments), choices
    return _named(hint)


def _named(kind: Any) -> tuple[Any, bool, tuple[str, ...]]:
    """The same for what is no container and no union."""
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return "str", False, tuple(str(member.value) for member in kind)
    if inspect.isclass(kind) and (hasattr(kind, "_attribute_map") or hasattr(kind, "_is_model")):
        return kind, False, ()
    if getattr(kind, "__name__", "") in {"datetime", "date", "time", "timedelta", "bytes"}:
        return "str", False, ()
    return PYTHON_SCALARS.get(kind, "any"), False, ()


def _camel(name: str) -> str:
    head, *rest = name.strip("_").split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


class Reading:
    """One body on its way into its envelope, and what is wrong with it."""

    def __init__(self, module: str) -> None:
        self.models = importlib.import_module(module)
        self.faults: list[str] = []

    def model(self, cls: type, given: dict[str, Any], path: str) -> dict[str, Any]:
        """The body of a model."""
        return self.level(tree(self._derived(cls, given)), given, path)

    def level(self, nodes: dict[str, Node], given: dict[str, Any], path: str) -> dict[str, Any]:
        """The body of a level: each property where the API has it, and every fault."""
        body: dict[str, Any] = {}
        for key, value in given.items():
            here = f"{path}.{key}" if path else key
            steps = _find(nodes, key)
            if steps is None:
                self.faults.append(f"{here}: unknown property; the model has {_nearest(nodes, key)}")
                continue
            node = _at(nodes, steps)
            if node.readonly:
                self.faults.append(f"{here}: is read-only")
                continue
            target = body
            for step in steps[:-1]:
                target = target.setdefault(step, {})
            target[steps[-1]] = self.value(node.kind, node.choices, value, here)
        inside = {steps[0] for key in given if (steps := _find(nodes, key)) and len(steps) > 1}
        self._missing(nodes, body, path, frozenset(key for key in inside if not nodes[key].inside))
        return body

    def value(self, kind: Any, choices: tuple[str, ...], value: Any, path: str) -> Any:
        """One value in its type."""
        if isinstance(kind, str):
            kind = self._parsed(kind)
        if isinstance(kind, list):
            if not isinstance(value, list):
                return self._wrong(path, "a list", value)
            return [self.value(kind[0], choices, item, f"{path}[{index}]") for index, item in enumerate(value)]
        if isinstance(kind, dict):
            if not isinstance(value, dict):
                return self._wrong(path, "a map", value)
            return {key: self.value(kind[""], choices, item, f"{path}.{key}") for key, item in value.items()}
        if inspect.isclass(kind):
            return self.model(kind, value, path) if isinstance(value, dict) else self._wrong(path, "a map", value)
        return self._scalar(kind, choices, value, path)

    def _scalar(self, kind: str, choices: tuple[str, ...], value: Any, path: str) -> Any:
        wanted = SCALARS.get(kind)
        if wanted is None:
            return value
        if not isinstance(value, wanted) or (isinstance(value, bool) and kind != "bool"):
            return self._wrong(path, kind, value)
        if choices and value not in choices:
            self.faults.append(f"{path}: {value!r} is not allowed; use {', '.join(sorted(choices))}")
        return value

    def _parsed(self, text: str) -> Any:
        if text.startswith("["):
            return [self._parsed(text[1:-1])]
        if text.startswith("{"):
            return {"": self._parsed(text[1:-1])}
        found = getattr(self.models, text, None)
        return found if inspect.isclass(found) and not issubclass(found, enum.Enum) else text

    def _wrong(self, path: str, wanted: str, value: Any) -> Any:
        self.faults.append(f"{path}: expected {wanted}, found {type(value).__name__}")
        return value

    def _derived(self, cls: type, given: dict[str, Any]) -> type:
        """The model that the discriminator in the body names."""
        for attribute, classes in getattr(cls, "_subtype_map", {}).items():
            name = classes.get(given.get(cls._attribute_map[attribute]["key"]))
            if name is not None and name != cls.__name__:
                return self._derived(getattr(self.models, name), given)
        mapping = getattr(cls, "__mapping__", {})
        for key, node in _newer(cls).items() if mapping else ():
            found = mapping.get(given.get(key)) if node.discriminates else None
            if found is not None and found is not cls:
                return self._derived(found, given)
        return cls

    def _missing(
        self, nodes: dict[str, Node], body: dict[str, Any], path: str, flattened: frozenset[str] = frozenset()
    ) -> None:
        """What is required and not there. azure-native takes a location that is not given from the resource group."""
        for key, node in nodes.items():
            here = f"{path}.{key}" if path else key
            if node.inside:
                # A level of the envelope is always there for what is required in it.
                if key in body or key == "properties":
                    self._missing(node.inside, body.get(key, {}), here)
            elif key in flattened:
                self._missing(tree(node.kind), body[key], here, frozenset())
            elif node.required and not node.readonly and key not in body and here != "location":
                self.faults.append(f"{here}: is missing")


def _find(nodes: dict[str, Node], key: str) -> list[str] | None:
    """Where a flat property stands: here, or at a level of the envelope below; where it can be written, if anywhere."""
    here = next(([name] for name, node in nodes.items() if node.kind != "level" and _is(name, node, key)), None)
    if here is not None and not nodes[here[0]].readonly:
        return here
    for name, node in nodes.items():
        below = node.inside
        if not below and name in LEVELS and inspect.isclass(node.kind):
            below = tree(node.kind)
        found = _find(below, key) if below else None
        if found is not None:
            return [name, *found]
    return here


def _is(name: str, node: Node, key: str) -> bool:
    """Whether an SDK's property is this one: of that name on the wire, or where the packages call it otherwise, of
    their name.
    """
    return key in {name, node.python} or (name != node.python and key.lower() == node.python.lower())


def _at(nodes: dict[str, Node], steps: list[str]) -> Node:
    node = nodes[steps[0]]
    for step in steps[1:]:
        inside = node.inside or tree(node.kind)
        node = inside[step]
    return node


def _nearest(nodes: dict[str, Node], key: str) -> str:
    import difflib

    names = [name for name, node in nodes.items() if node.kind != "level"]
    names += [below for node in nodes.values() for below in node.inside]
    close = difflib.get_close_matches(key, names, n=1)
    return repr(close[0]) if close else f"no such name among {len(names)}"


def main() -> None:
    results = []
    for entry in json.load(sys.stdin):
        reading = Reading(entry["module"])
        body = reading.model(getattr(reading.models, entry["class"]), entry["inputs"], "")
        results.append({"body": body, "faults": reading.faults})
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
