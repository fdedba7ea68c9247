"""Reads the properties of a resource by path, so that a judge is total: what is absent is None, whatever its shape.

A property that is not known before the update raises the SDK's UnknownValueError, which pack.py makes a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Props = Mapping[str, Any]


def at(value: Any, *path: str) -> Any:
    """What stands at a path of keys; None where nothing does."""
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def items(value: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """The entries of the list at a path, each with its path; nothing where there is no list."""
    found = at(value, *path)
    if isinstance(found, Sequence) and not isinstance(found, str):
        for index in range(len(found)):
            yield f"{'.'.join(path)}[{index}]", found[index]


def texts(value: Any, one: str, several: str) -> list[str]:
    """The texts under either of two keys, the one that takes one and the one that takes a list."""
    single = at(value, one)
    listed = [entry for _, entry in items(value, several)]
    return [text for text in ([single] if single is not None else []) + listed if isinstance(text, str)]


def word(value: Any) -> str:
    """A text in lower case and without spaces, as Azure compares regions and names; empty for anything else."""
    return value.replace(" ", "").lower() if isinstance(value, str) else ""
