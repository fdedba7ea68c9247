"""What a resource or function of the installed SDKs takes and gives.

Neither SDK carries its schema as data, but its classes hold all of it: names, types, nesting, what is
required, enums. They are read on first use of a token and kept; importing a module of the SDK is the only
cost. Replacement rules and defaults are not in the SDKs: see `twin.engine.rules`.
"""

from __future__ import annotations

import collections.abc
import difflib
import enum
import functools
import importlib
import inspect
import re
import sys
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

PACKAGES = {"vsphere": "pulumi_vsphere", "azure-native": "pulumi_azure_native"}

_SCALARS: dict[Any, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
_INPUT_SCOPE = {"Output": pulumi.Output, "T": Any}
"""`pulumi.Input` names its `Output` as text, which Python looks up where the annotation stands."""
_SECRET_NAME = re.compile(r"(password|passphrase|productkey|windowssyspreptext|scripttext)$", re.IGNORECASE)
_OPEN_ENUMS = frozenset({"VirtualMachineSizeTypes"})
"""Enums that the SDK itself calls deprecated and incomplete: any text is allowed (docstring of
HardwareProfileArgs)."""


class UnknownTokenError(Exception):
    """No resource or function of the SDKs has this token; the text names the nearest one."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type of a property.

    `kind` is string, boolean, integer, number, array, map, object, any, asset or union. `items` is the element
    type of an array or a map; `choices` are an enum's values; `members` are a union's types; `object`
    describes an object.
    """

    kind: str
    items: Type | None = None
    choices: tuple[Any, ...] = ()
    members: tuple[Type, ...] = ()
    cls: type | None = None

    @property
    def object(self) -> Object:
        """The properties of an object type."""
        return _object(typing.cast(type, self.cls))


@dataclass(frozen=True, slots=True)
class Property:
    """A property: its type, whether it must be there, whether the provider fills it in, whether it is a secret."""

    type: Type
    required: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """Properties by their name on the wire, and the names that Python programs use for them."""

    properties: dict[str, Property]
    python_names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Resource:
    """Inputs and outputs of a resource. An output that is `required` is one that the provider always fills in."""

    token: str
    inputs: Object
    outputs: dict[str, Property]


@dataclass(frozen=True, slots=True)
class Function:
    """Arguments and results of a function (`get_*`)."""

    token: str
    arguments: Object
    results: dict[str, Property]


@functools.cache
def resource(token: str) -> Resource:
    """The resource that a type token names, as `vsphere:index/virtualMachine:VirtualMachine`.

    Raises UnknownTokenError.
    """
    module, name = _module(token, "resource")
    cls = getattr(module, name, None)
    if not (inspect.isclass(cls) and issubclass(cls, pulumi.CustomResource)) or _token(cls, token) != token:
        raise UnknownTokenError(_unknown(token, "resource", _resource_tokens(token, module)))
    home = sys.modules[cls.__module__]
    # Where a nested type has taken the name `<Resource>Args`, the resource's own is `<Resource>InitArgs`.
    args = getattr(home, f"{name}InitArgs", None) or getattr(home, f"{name}Args")
    secrets = _declared_secrets(cls)
    inputs = _object(args)
    return Resource(
        token,
        Object(_with_secrets(inputs.properties, secrets), inputs.python_names),
        _with_secrets(_outputs(cls), secrets),
    )


@functools.cache
def function(token: str) -> Function:
    """The function that an invoke token names, as `vsphere:index/getTag:getTag`.

    Raises UnknownTokenError.
    """
    module, name = _module(token, "function")
    functions = _functions(module)
    found = functions.get(name.lower())
    if found is None or name != _camel(found.__name__):
        tokens = [_sibling(token, _camel(candidate.__name__)) for candidate in functions.values()]
        raise UnknownTokenError(_unknown(token, "function", tokens))
    source = inspect.getsource(found)
    wire_names = dict(re.findall(r"__args__\['(\w+)'\] = (\w+)", source))
    hints = typing.get_type_hints(found, localns=_INPUT_SCOPE)
    parameters = inspect.signature(found).parameters
    arguments = Object(
        {
            wire: Property(_type(hints[python]), parameters[python].default is inspect.Parameter.empty, is_secret(wire))
            for wire, python in wire_names.items()
        },
        {python: wire for wire, python in wire_names.items()},
    )
    return Function(token, arguments, _outputs(hints["return"]))


@functools.cache
def configuration(package: str) -> Object:
    """The configuration that the provider of a package takes, as `vsphere` or `azure-native`."""
    return _object(importlib.import_module(PACKAGES[package]).ProviderArgs)


def is_secret(name: str) -> bool:
    """Whether a property of this name holds a secret, marked by the program or not."""
    return _SECRET_NAME.search(name) is not None


def nearest(name: str, names: collections.abc.Iterable[str]) -> str | None:
    """The name most like this one, in any letter case; None if none is."""
    folded = {candidate.replace("_", "").lower(): candidate for candidate in sorted(names)}
    matches = difflib.get_close_matches(name.replace("_", "").lower(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def _module(token: str, kind: str) -> tuple[types.ModuleType, str]:
    parts = token.split(":")
    if len(parts) != 3 or parts[0] not in PACKAGES:
        raise UnknownTokenError(f"{token!r} is no {kind} token of {' or '.join(PACKAGES)}; write package:module:Name")
    package, path, name = parts
    root = PACKAGES[package]
    if package == "vsphere":
        return importlib.import_module(root), name
    try:
        return _loaded(importlib.import_module(f"{root}.{path.replace('/', '.')}")), name
    except ModuleNotFoundError:
        unversioned = path.split("/", maxsplit=1)[0]
        near = unversioned if _is_module(root, unversioned) else nearest(unversioned, _modules(root))
        hint = f"; did you mean {package}:{near}:{name}" if near else ""
        raise UnknownTokenError(f"the installed {root} has no module {path!r}{hint}") from None


def _loaded(module: types.ModuleType) -> types.ModuleType:
    """The module with its content: the SDK's are filled when an attribute is first asked for, but not by `vars`."""
    getattr(module, "__all__", None)
    return module


def _modules(root: str) -> list[str]:
    folder = Path(str(importlib.import_module(root).__file__)).parent
    return [child.name for child in folder.iterdir() if (child / "__init__.py").exists()]


def _is_module(root: str, name: str) -> bool:
    return name in _modules(root)


def _token(cls: type, token: str) -> str:
    """The token under which a class registers itself; only the casing of a token can differ from what was asked."""
    name = cls.__name__
    if token.startswith("vsphere:"):
        return f"vsphere:index/{name[0].lower()}{name[1:]}:{name}"
    return f"{token.rsplit(':', maxsplit=1)[0]}:{name}"


def _resource_tokens(token: str, module: types.ModuleType) -> list[str]:
    return [
        _token(value, token)
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, pulumi.CustomResource)
        and not issubclass(value, pulumi.ProviderResource)
    ]


def _sibling(token: str, name: str) -> str:
    package, path, _ = token.split(":")
    return f"{package}:{'index/' + name if package == 'vsphere' else path}:{name}"


def _unknown(token: str, kind: str, tokens: list[str]) -> str:
    near = nearest(token, tokens)
    return f"the SDK has no {kind} {token!r}" + (f"; did you mean {near!r}" if near else "")


def _functions(module: types.ModuleType) -> dict[str, Any]:
    return {
        name.replace("_", ""): value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and not name.startswith("_") and not name.endswith("_output")
    }


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


@functools.cache
def _object(cls: type) -> Object:
    parameters = inspect.signature(cls).parameters
    properties: dict[str, Property] = {}
    python_names: dict[str, str] = {}
    for python, wire, hint in _members(cls):
        parameter = parameters.get(python)
        required = parameter is not None and parameter.default is inspect.Parameter.empty
        properties[wire] = Property(_type(hint), required, is_secret(wire))
        python_names[python] = wire
    return Object(properties, python_names)


def _outputs(cls: type) -> dict[str, Property]:
    return {
        wire: Property(_type(hint), not _is_optional(_unwrap(hint)), is_secret(wire))
        for base in reversed(cls.__mro__[:-1])
        if base.__module__.startswith("pulumi_")
        for _, wire, hint in _members(base)
    }


def _members(cls: type) -> list[tuple[str, str, Any]]:
    """Python name, name on the wire and annotation of each property of a generated class."""
    scope = vars(sys.modules[cls.__module__])
    found: list[tuple[str, str, Any]] = []
    for python, value in vars(cls).items():
        if isinstance(value, property) and value.fget is not None:
            wire = getattr(value.fget, "_pulumi_name", python)
            found.append((python, wire, typing.get_type_hints(value.fget, scope, _INPUT_SCOPE)["return"]))
    return found


def _declared_secrets(cls: type) -> frozenset[str]:
    source = inspect.getsource(vars(cls)["_internal_init"])
    match = re.search(r"additional_secret_outputs=\[(.*?)\]", source)
    return frozenset(re.findall(r"\"(\w+)\"", match[1])) if match else frozenset()


def _with_secrets(properties: dict[str, Property], secrets: frozenset[str]) -> dict[str, Property]:
    return {
        name: Property(item.type, item.required, secret=True) if name in secrets else item
        for name, item in properties.items()
    }


def _unwrap(hint: Any) -> Any:
    """The `T` of `Input[T]` and `Output[T]`."""
    if typing.get_origin(hint) is pulumi.Output:
        return typing.get_args(hint)[0]
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        for member in typing.get_args(hint):
            if typing.get_origin(member) is collections.abc.Awaitable:
                return typing.get_args(member)[0]
    return hint


def _is_optional(hint: Any) -> bool:
    return type(None) in typing.get_args(hint)


def _type(hint: Any) -> Type:
    hint = _unwrap(hint)
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return _union([argument for argument in arguments if argument is not type(None)])
    if origin in {collections.abc.Sequence, list}:
        return Type("array", items=_type(arguments[0]))
    if origin in {collections.abc.Mapping, dict}:
        return Type("map", items=_type(arguments[1]))
    if hint in _SCALARS:
        return Type(_SCALARS[hint])
    return _class_type(hint) if inspect.isclass(hint) else Type("any")


def _class_type(cls: type) -> Type:
    if issubclass(cls, enum.Enum):
        choices = tuple(member.value for member in cls)
        return Type(_SCALARS.get(type(choices[0]), "string"), choices=choices)
    if issubclass(cls, pulumi.Asset | pulumi.Archive):
        return Type("asset")
    return Type("object", cls=typing.cast("type[Any]", cls)) if cls.__module__.startswith("pulumi_") else Type("any")


def _union(hints: list[Any]) -> Type:
    """A union; of a text and an enum of texts (the SDK's relaxed enums) the enum remains, of a type and its
    TypedDict the type.
    """
    types_ = [
        _type(hint)
        for hint in hints
        if not typing.is_typeddict(hint) and getattr(hint, "__name__", "") not in _OPEN_ENUMS
    ]
    choices = [item for item in types_ if item.choices]
    if choices:
        types_ = [item for item in types_ if item.choices or item.kind != choices[0].kind]
    return types_[0] if len(types_) == 1 else Type("union", members=tuple(types_))
