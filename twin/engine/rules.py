"""Facts about resource types that the SDKs do not carry: what a change replaces, what has which default.

They stand in YAML, one file a platform, each type with its source. A type that is not in the file has no
rules: the twin then says that it does not know whether a change replaces, and never guesses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twin import yamls

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of one type. Paths have `[*]` for any element, and stand for everything below them.

    `replaces`: a change forces a new resource, but for `updates` below it. `immutable`: the provider would update in
    place and the platform refuses. `defaults`: what an input that is not given stands for. `computed`: the platform
    fills it in when it is not given. `unordered`: lists whose order says nothing. `complete`: of properties that are
    not named here it is known that they do not replace.
    """

    source: str
    replaces: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    unordered: tuple[str, ...] = ()
    immutable: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict[str, Any])
    complete: bool = True

    def forces_replacement(self, path: str) -> bool:
        """Whether a change at this path makes a new resource."""
        return _covers(self.replaces, path) and not _covers(self.updates, path)

    def is_computed(self, path: str) -> bool:
        """Whether the platform keeps its own value when this is not given."""
        return _covers(self.computed, path)

    def is_unordered(self, path: str) -> bool:
        """Whether the list at this path is a set."""
        return general(path) in self.unordered

    def default(self, path: str) -> Any:
        """What stands for an input that is not given; None if nothing does."""
        return self.defaults.get(general(path))


def general(path: str) -> str:
    """A path with `[*]` for its indices."""
    return _INDEX.sub("[*]", path)


def load(path: Path) -> dict[str, Rules]:
    """The rules of a platform by type token."""
    document: dict[str, dict[str, Any]] = yamls.read(path)
    return {
        token: Rules(
            source=entry["source"],
            replaces=tuple(entry.get("replaces", ())),
            updates=tuple(entry.get("updates", ())),
            computed=tuple(entry.get("computed", ())),
            unordered=tuple(entry.get("unordered", ())),
            immutable=tuple(entry.get("immutable", ())),
            defaults=entry.get("defaults", {}),
        )
        for token, entry in document.items()
    }


def _covers(patterns: tuple[str, ...], path: str) -> bool:
    here = general(path)
    return any(here == pattern or here.startswith((pattern + ".", pattern + "[")) for pattern in patterns)
