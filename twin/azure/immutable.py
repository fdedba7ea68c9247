"""Properties that Azure does not let change: azure-native replaces for some of them, and for others Azure refuses.

`rules.yaml` says which is which.
"""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import Any, Final, cast

from twin.azure import errors, ids, regions
from twin.engine import rules as rules_
from twin.engine import schema
from twin.engine.platform import Site
from twin.engine.rules import Rules
from twin.engine.wire import Properties, Secret
from twin.world.store import SEALED

_TABLE: Final = Path(__file__).with_name("rules.yaml")


@functools.cache
def rules(type_: str) -> Rules:
    """The rules of a type: of one that the table does not hold only the id is known, a change of which is another
    resource.
    """
    inputs = schema.resource(type_).inputs.properties
    identity = tuple(name for name in ids.holders(type_) if name in inputs)
    known = table().get(type_)
    if known is None:
        return Rules(source="the id, which these inputs form", replaces=identity, complete=False)
    return dataclasses.replace(known, replaces=identity + known.replaces)


@functools.cache
def table() -> dict[str, Rules]:
    """The rules that stand in the table, by type."""
    return rules_.load(_TABLE)


def check(site: Site) -> None:
    """Refuses a change of what can not be changed. Raises RefusedError."""
    if site.before is None:
        return
    # Of a type that is replaced when it moves, no such change arrives here.
    old, new = regions.plain(site.before.get("location")), regions.plain(site.inputs.get("location"))
    if old and new and old != new:
        errors.refuse(
            "InvalidResourceLocation",
            f"The resource {site.item.name!r} already exists in location {old!r}. A resource with the same name cannot "
            f"be created in location {new!r}. Please select a new resource name.",
        )
    for path in rules(site.item.type).immutable:
        before, now = _at(site.before, path), _at(site.inputs, path)
        if before is not None and now is not None and not _same(site, before, now):
            errors.refuse("PropertyChangeNotAllowed", f"Changing property {path!r} is not allowed.")


def _at(properties: Properties, path: str) -> Any:
    found: Any = properties
    for step in path.split("."):
        found = cast(Properties, found).get(step) if isinstance(found, dict) else None
    return found


def _same(site: Site, before: Any, now: Any) -> bool:
    """Whether two values are the same; what Azure has filled in below the older one does not count."""
    if isinstance(before, dict) and SEALED in before:
        return before == site.world.seal(Secret(now))
    if isinstance(before, dict) and isinstance(now, dict):
        held, given = cast(Properties, before), cast(Properties, now)
        return all(key in held and _same(site, held[key], value) for key, value in given.items())
    if isinstance(before, list) and isinstance(now, list):
        items, others = cast("list[Any]", before), cast("list[Any]", now)
        return len(items) == len(others) and all(_same(site, *pair) for pair in zip(items, others, strict=True))
    if isinstance(before, str) and isinstance(now, str):
        return before.lower() == now.lower()
    return before == now
