"""Values as the engine sends them: protobuf structs to plain Python and back.

Why not `pulumi.provider.experimental`: its property values copy every leaf twice and a stack has tens of thousands of
them. Here a map is a dict, a list a list, and only two things need a type of their own: a secret and a value that is
not known yet. Assets and archives pass through as the maps they are on the wire. Resource references and
output values are not handled: the twin tells the engine not to send them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import struct_pb2

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""Key that marks a map as something else (sdk/go/common/resource/properties.go, `SigKey`)."""
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
_UNKNOWNS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""Place holders for values that a preview does not know (sdk/go/common/resource/plugin/rpc.go)."""

Properties = dict[str, Any]


class Unknown:
    """A value that only the update will know."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must reach neither the world file, a log nor an error."""

    value: Any

    def __repr__(self) -> str:
        return "[secret]"


def decode(struct: struct_pb2.Struct) -> Properties:
    """The map that a struct holds; nulls inside maps are left out, whole numbers become integers."""
    return {key: decoded for key, value in struct.fields.items() if (decoded := _decode(value)) is not None}


def _decode(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return UNKNOWN if len(text) == 36 and text in _UNKNOWNS else text
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return _decode_struct(value.struct_value)
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case _:
            return None


def _decode_struct(struct: struct_pb2.Struct) -> Any:
    fields = struct.fields
    if SIGNATURE in fields and fields[SIGNATURE].string_value == _SECRET:
        inner = _decode(fields["value"])
        return inner if isinstance(inner, Secret) else Secret(inner)
    return decode(struct)


def encode(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The struct for a map; the inverse of `decode`."""
    struct = struct_pb2.Struct()
    _fill(struct, properties)
    return struct


def _fill(struct: struct_pb2.Struct, properties: Mapping[str, Any]) -> None:
    fields = struct.fields
    for key, value in properties.items():
        _set(fields[key], value)


def _set(target: struct_pb2.Value, value: Any) -> None:
    match value:
        case str():
            target.string_value = value
        case bool():
            target.bool_value = value
        case int() | float():
            target.number_value = value
        case None:
            target.null_value = struct_pb2.NULL_VALUE
        case dict():
            target.struct_value.SetInParent()
            _fill(target.struct_value, value)  # pyright: ignore[reportUnknownArgumentType]
        case list():
            target.list_value.SetInParent()
            for item in value:  # pyright: ignore[reportUnknownVariableType]
                _set(target.list_value.values.add(), item)
        case Secret():
            target.struct_value.fields[SIGNATURE].string_value = _SECRET
            _set(target.struct_value.fields["value"], value.value)
        case Unknown():
            target.string_value = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
        case _:
            raise TypeError(f"{type(value).__name__} does not fit on the wire")


def reveal(value: Any) -> Any:
    """The value with every secret opened: for comparison and rules only, never for storage or text."""
    match value:
        case Secret():
            return reveal(value.value)
        case dict():
            return {key: reveal(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [reveal(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


def has_unknown(value: Any) -> bool:
    """Whether any part of the value is not known yet."""
    match value:
        case Unknown():
            return True
        case Secret():
            return has_unknown(value.value)
        case dict():
            return any(has_unknown(item) for item in value.values())  # pyright: ignore[reportUnknownVariableType]
        case list():
            return any(has_unknown(item) for item in value)  # pyright: ignore[reportUnknownVariableType]
        case _:
            return False
