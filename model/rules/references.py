"""What one item names of another is there: one walk over every item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

from model.faults import Fault, nearest
from model.files import SECTIONS
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform

_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "clusters": {"datastores": "datastore_clusters", "switch": "switches"},
    "networks": {"switch": "switches"},
    "hosts": {"generation": "generations", "cluster": "clusters", "model": "models"},
    "datastores": {"generation": "generations", "group": "datastore_clusters", "cluster": "clusters"},
    "sites": {"plan": "address_plans", "switch": "switch_models"},
}
"""Section → field → the section that the field's value names a key of."""

_BY_GENERATION: Mapping[str, tuple[str, ...]] = {
    "clusters": ("found",),
    "switches": ("found",),
    "networks": ("vlan", "prefix", "gateway", "found"),
    "servers": ("image", "found"),
}


def dangling(kind: str, key: str, path: Path_, target: str, value: str, written: Provenance) -> list[Fault]:
    """The fault of `kind`/`key` whose value at `path` names no item of the section `target`."""
    keys = written.known.get(target, set())
    if value in keys:
        return []
    what = {"host_models": "model", "switches": "switch"}.get(target, target.rstrip("s").replace("_", " "))
    return [written.sources[kind, key].fault(path, "DANGLING", f"no {what} {value}; {nearest(value, keys)}")]


def references(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every reference of one item to another names something that is there."""
    for section, fields in _REFERENCES.items():
        items: Mapping[str, object] = attrgetter(SECTIONS[section].into)(platform)
        for key, item in items.items():
            for field, target in fields.items():
                yield from dangling(section, key, (field,), target, getattr(item, field), written)
    for section, fields in _BY_GENERATION.items():
        items = attrgetter(SECTIONS[section].into)(platform)
        for key, item in items.items():
            for field in fields:
                for generation in getattr(item, field):
                    yield from dangling(section, key, (field, generation), "generations", generation, written)


RULES = (
    Rule(
        "references",
        "A name that nothing answers to is a misspelt one, or what it named has gone.",
        ("DANGLING",),
        references,
    ),
)
