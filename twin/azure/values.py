"""What stands at a path of nested maps, as inputs have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from twin.engine.wire import Properties


def part(value: Mapping[str, Any] | None, *path: str) -> Any:
    """What stands at a path of nested maps, None if there is nothing."""
    found: Any = value
    for step in path:
        found = cast(Properties, found).get(step) if isinstance(found, dict) else None
    return found


def parts(value: Mapping[str, Any] | None, *path: str) -> list[Properties]:
    """The maps of the list at a path."""
    found = part(value, *path)
    return [item for item in cast("list[Any]", found) if isinstance(item, dict)] if isinstance(found, list) else []
