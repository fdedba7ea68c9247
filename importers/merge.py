"""The three-way merge: what the last import wrote, what is in the folder now, and what the export says today.

Only where people left a value alone does an import change it. Where both changed it, people's value is kept, the
conflict is reported, and the export's value becomes the new base: it is told once, not for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from importers.report import Report

MISSING: Any = object()
REMOVED = "an earlier import wrote it and people took it away since"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: its `values` as they are, merged with what it inherits, and how to set one.

    A field that `put` may not set, because names hang on it, is in `fixed`: a change of it is always a conflict.
    """

    file: str
    values: Mapping[str, Any]
    put: Callable[[str, Any], None]
    fixed: frozenset[str] = frozenset()


def decide(base: Any, current: Any, new: Any) -> str:
    """`same`, `update`, `keep` or `conflict`, for one field."""
    if current == new:
        return "same"
    if base == new:
        return "keep"
    return "update" if current == base else "conflict"


class Merge:
    """One import's merge. `base` and `fresh` are kind → name → field → value; `fresh` becomes the next base."""

    def __init__(self, base: Mapping[str, Mapping[str, Mapping[str, Any]]], report: Report) -> None:
        self.base = base
        self.report = report
        self.fresh: dict[str, dict[str, dict[str, Any]]] = {}

    def known(self, kind: str, name: str) -> bool:
        """Whether an earlier import wrote the item."""
        return name in self.base.get(kind, {})

    def take(self, kind: str, name: str, fields: Mapping[str, Any]) -> None:
        """Notes what the export says of an item, as the base for the next import."""
        self.fresh.setdefault(kind, {})[name] = dict(fields)

    def item(self, kind: str, name: str, fields: Mapping[str, Any], place: Place, before: str = "") -> None:
        """Merges an item that stands in the folder already. `before` is its name in the base when it has changed."""
        base = self.base.get(kind, {}).get(before or name, {})
        self.take(kind, name, {**base, **fields})
        for field, new in fields.items():
            current = place.values.get(field)
            decision = decide(base.get(field, MISSING), current, new)
            if decision == "update" and field in place.fixed:
                decision = "conflict"
            what = {"kind": kind, "item": name, "field": field, "file": place.file}
            if decision == "update":
                place.put(field, new)
                self.report.updated.append(what | {"from": current, "to": new})
            elif decision == "keep":
                self.report.kept.append(what | {"here": current, "export": new})
            elif decision == "conflict":
                self.report.conflicts.append(what | {"here": current, "export": new, "before": base.get(field)})

    def gone(self, kind: str, here: Iterable[tuple[str, str]]) -> None:
        """Reports what an earlier import wrote, stands `here` as (name, file) and is no longer in the export."""
        fresh = self.fresh.setdefault(kind, {})
        for name, file in here:
            if name not in fresh and self.known(kind, name):
                self.report.not_in_export.append({"kind": kind, "item": name, "file": file})
                fresh[name] = dict(self.base[kind][name])

    def next_base(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The base for the next import. Kinds that this import did not read stay as they were."""
        return {kind: dict(items) for kind, items in {**self.base, **self.fresh}.items()}
