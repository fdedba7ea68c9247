"""Adoptions in a plan that are more than imports: what the guard refuses, whatever program made the plan.

The engine may import a resource and change it in one update. Then the state loses the import id, the next plan is an
`import-replacement`, and that deletes what was imported, protected or not (pulumi/pulumi#14836, pulumi 3.250.0,
pkg/resource/deploy/step_generator.go). Left out: values that differ deep inside a property; the property is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from refresh.guard.plan import Step


def mixed(steps: Sequence[Step]) -> Iterator[tuple[Step, str]]:
    """The first step that changes what the plan also imports, of each resource, and what it changes."""
    imported = {step.urn for step in steps if step.op == "import"}
    for step in steps:
        if step.urn in imported and step.op != "import" and step.effect != "keeps":
            imported.remove(step.urn)
            told = [f"{key} is {found!r} and is declared {wanted!r}" for key, found, wanted in _differences(step)]
            yield step, "it is imported and changed in one update: " + (", ".join(told) or "no property is named")


def _differences(step: Step) -> Iterator[tuple[str, Any, Any]]:
    found: Mapping[str, Any] = step.old.inputs if step.old is not None else {}
    wanted: Mapping[str, Any] = step.new.inputs if step.new is not None else {}
    for key in sorted({*found, *wanted}):
        if not key.startswith("__") and found.get(key) != wanted.get(key):
            yield key, found.get(key), wanted.get(key)
