"""What an update takes away from what is there, though nothing is deleted: a disk, an adapter, half of the memory.

takes_away.yaml says by type what may be taken. The reading is of what was and is declared, and, where a provider found
more in the world than was declared, of its own detailed difference. Left out: what an update adds or changes to another
value, where takes_away.yaml does not say that it must stay the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from refresh.guard.plan import Step

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What a preview prints for a value that only the update will give (sdk/go/common/resource/plugin/rpc.go)."""
_INDEX = re.compile(r"\[[^]]*\]")


class May(BaseModel):
    """What an update may do to what must stay, of one type. Paths are of inputs, without the places of lists.

    What is declared no longer is taken, unless `may` names it or something above it; `*` is all of it. `same` must
    keep its value, `more` is a number that may only grow. `by` tells the entries of a list apart.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str
    may: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    by: dict[str, str] = {}


@cache
def table() -> Mapping[str, May]:
    """takes_away.yaml, by type."""
    text = Path(__file__).with_name("takes_away.yaml").read_text(encoding="utf-8")
    found = cast("dict[str, Any]", YAML(typ="safe").load(text))  # pyright: ignore[reportUnknownMemberType]
    return {type_: May.model_validate(entry) for type_, entry in found.items()}


def taken(step: Step, rules: May) -> list[str]:
    """What the update takes away, as paths with what is lost: `disks[data]`, `memory (32768 to 16384)`."""
    if step.old is None or step.new is None:
        return []
    lost = list(_Reading(rules).differ("", "", step.old.inputs, step.new.inputs))
    for path, difference in (step.differs or {}).items():
        if difference.kind == "delete" and not difference.inputs and not _covered(_INDEX.sub("", path), rules.may):
            lost.append(path)
    return list(dict.fromkeys(lost))


def head(path: str) -> str:
    """The property that a loss is of: `disks` of `disks[data].size (80 to 60)`."""
    return re.split(r"[^A-Za-z0-9_]", path, maxsplit=1)[0]


class _Reading:
    """One comparison. `path` is of the type, `shown` of the resource."""

    def __init__(self, rules: May) -> None:
        self._rules = rules

    def differ(self, path: str, shown: str, old: Any, new: Any) -> Iterator[str]:
        if old == new or _covered(path, self._rules.may):
            return
        if _empty(new) and not _empty(old):
            yield shown
        elif path in self._rules.same:
            yield f"{shown} ({_short(old)} to {_short(new)})"
        elif isinstance(old, dict) and isinstance(new, dict):
            yield from self._maps(path, shown, cast("dict[str, Any]", old), cast("dict[str, Any]", new))
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._lists(path, shown, cast("list[Any]", old), cast("list[Any]", new))
        elif path in self._rules.more and _less(new, old):
            yield f"{shown} ({old} to {new})"

    def _maps(self, path: str, shown: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
        for key, before in old.items():
            # The engine's and the bridge's own notes: __defaults, __internal.
            if not key.startswith("__"):
                below = f"{path}.{key}" if path else key
                yield from self.differ(below, f"{shown}.{key}" if shown else key, before, new.get(key))

    def _lists(self, path: str, shown: str, old: list[Any], new: list[Any]) -> Iterator[str]:
        key = self._rules.by.get(path)
        if key is not None:
            after = {_told(entry, key): entry for entry in new}
            for entry in old:
                told = _told(entry, key)
                yield from self.differ(path, f"{shown}[{told}]", entry, after.get(told))
            return
        gone = [entry for entry in old if entry not in new]
        come = [entry for entry in new if entry not in old]
        if gone and not isinstance(gone[0], dict):
            yield from (f"{shown}[{_short(entry)}]" for entry in gone)
            return
        for place, entry in enumerate(gone):
            yield from self.differ(
                path, f"{shown}[{old.index(entry)}]", entry, come[place] if place < len(come) else None
            )


def _told(entry: Any, key: str) -> str:
    return str(cast("dict[str, Any]", entry).get(key)) if isinstance(entry, dict) else str(entry)


def _covered(path: str, paths: tuple[str, ...]) -> bool:
    return "*" in paths or any(path == one or path.startswith(f"{one}.") for one in paths)


def _empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _less(new: Any, old: Any) -> bool:
    return isinstance(new, int | float) and isinstance(old, int | float) and new < old


def _short(value: Any) -> str:
    text = "what only the update gives" if value == UNKNOWN else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
