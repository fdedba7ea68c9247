"""Adoptions in a plan that are more than imports: what the guard refuses whatever program made the plan.

The engine may import a resource and change it in one update. Then the state loses the import id, the next plan is an
`import-replacement`, and that deletes what was imported, protected or not (pulumi/pulumi#14836, pulumi 3.250.0,
pkg/resource/deploy/step_generator.go). Left out: values that differ deep inside a property; the property is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

_MAKES_NO_DIFFERENCE = frozenset({"import", "same", "read", "refresh"})


class _State(Protocol):
    @property
    def inputs(self) -> Mapping[str, Any]: ...


class _Step(Protocol):
    @property
    def op(self) -> str: ...
    @property
    def urn(self) -> str: ...
    @property
    def old(self) -> _State | None: ...
    @property
    def new(self) -> _State | None: ...


@dataclass(frozen=True, slots=True)
class Mixed:
    """A resource that the plan imports and changes by `op`. `differences`: what is found and declared, by property."""

    urn: str
    op: str
    differences: Mapping[str, tuple[Any, Any]]

    def __str__(self) -> str:
        told = [f"{key} is {found!r} and is declared {wanted!r}" for key, (found, wanted) in self.differences.items()]
        return "it is imported and changed in one update: " + (", ".join(told) or "the plan names no property")


def mixed(steps: Iterable[_Step]) -> Iterator[Mixed]:
    """Every resource that the plan imports and changes too, each once."""
    steps = list(steps)
    imported = {step.urn for step in steps if step.op == "import"}
    for step in steps:
        if step.urn in imported and step.op not in _MAKES_NO_DIFFERENCE:
            imported.remove(step.urn)
            yield Mixed(step.urn, step.op, _differences(step))


def _differences(step: _Step) -> dict[str, tuple[Any, Any]]:
    found: Mapping[str, Any] = step.old.inputs if step.old is not None else {}
    wanted: Mapping[str, Any] = step.new.inputs if step.new is not None else {}
    keys = [key for key in sorted({*found, *wanted}) if not key.startswith("__")]
    return {key: (found.get(key), wanted.get(key)) for key in keys if found.get(key) != wanted.get(key)}
