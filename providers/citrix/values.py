"""Values between the engine's form and plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi.provider.experimental.property_value import Computed, PropertyValue

from providers.citrix.fields import UNKNOWN

Properties = Mapping[str, PropertyValue]


def plain(value: PropertyValue) -> Any:
    """The value without its marks: whole numbers as int, unknown ones as UNKNOWN, nothing as None."""
    inner = value.value
    if isinstance(inner, Computed):
        return UNKNOWN
    if isinstance(inner, float):
        return int(inner) if inner.is_integer() else inner
    if isinstance(inner, Mapping):
        return {key: item for key, item in ((key, plain(item)) for key, item in inner.items()) if item is not None}
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [plain(item) for item in inner]
    return inner


def plain_map(values: Properties) -> dict[str, Any]:
    """The same for a map of properties, without those that are null."""
    return {key: item for key, item in ((key, plain(value)) for key, value in values.items()) if item is not None}


def wrap(value: Any) -> PropertyValue:
    """The engine's form of a plain value."""
    if value is UNKNOWN:
        return PropertyValue.computed()
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return PropertyValue(value)
    if isinstance(value, int | float):
        return PropertyValue(float(value))
    if isinstance(value, Mapping):
        return PropertyValue({str(key): wrap(item) for key, item in value.items()})
    return PropertyValue([wrap(item) for item in value])


def wrap_map(values: Mapping[str, Any], *, secret: set[str]) -> dict[str, PropertyValue]:
    """The same for a map of properties; those named in `secret` are kept encrypted in the state."""
    return {key: wrap(value).with_secret(key in secret) for key, value in values.items()}


def secret_names(*maps: Properties) -> set[str]:
    """Properties that hold a secret in any of these maps."""
    return {key for values in maps for key, value in values.items() if value.contains_secret()}
