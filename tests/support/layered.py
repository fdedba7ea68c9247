"""A platform on a twin in one stack, or split into layers: the same questions for both."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.support.engine import Engine, Step

LAYERS = ("base", "g22", "g26", "access")


@dataclass(frozen=True)
class Layered:
    """The stacks of a platform, in the order in which they are built."""

    engines: tuple[Engine, ...]

    @classmethod
    def of(cls, engine: Engine, *, split: bool) -> Layered:
        """Makes the stacks of a platform whose twin is up and seeded."""
        if not split:
            engine.configure()
            return cls((engine,))
        engines = tuple(replace(engine, stack=f"{engine.stack}-{layer}") for layer in LAYERS)
        for layer, each in zip(LAYERS, engines, strict=True):
            each.configure(layer)
        return cls(engines)

    @property
    def first(self) -> Engine:
        return self.engines[0]

    @property
    def last(self) -> Engine:
        """The stack that holds what turns."""
        return self.engines[-1]

    @property
    def refresh_yaml(self) -> Path:
        return self.first.platform / "refresh.yaml"

    def advance(self, generation: str, to: str) -> None:
        self.first.refresh("advance", str(self.first.platform), generation, "--to", to)

    def preview(self, *layers: str, refresh: bool = False) -> list[Step]:
        """The steps that change something, of the stacks of these layers or of all. Keeps the plans."""
        asked = ["--refresh"] if refresh else []
        return [step for engine in self._those(layers) for step in engine.preview(*asked, keep=self._plan(engine))]

    def change(self, *layers: str) -> list[Step]:
        """Updates these stacks, or all; the steps that changed something."""
        return [step for engine in self._those(layers) for step in engine.change()]

    def up(self, *layers: str) -> None:
        for engine in self._those(layers):
            engine.up()

    def guard(self, *layers: str) -> tuple[int, str]:
        """The guard on the plans of the last preview: the worst status, and all it says."""
        status, said = 0, ""
        for engine in self._those(layers):
            plan, kept = str(self._plan(engine)), engine.home / f"{engine.stack}.outputs.json"
            kept.write_text(json.dumps(engine.outputs()))
            given = ("--plan", plan, "--outputs", str(kept), "--today", "2026-11-21")
            done = engine.refresh("guard", engine.stack, *given, check=False)
            status, said = max(status, done.returncode), said + done.stdout + done.stderr
        return status, said

    def _those(self, layers: tuple[str, ...]) -> list[Engine]:
        named = [engine for engine in self.engines if engine.stack.rpartition("-")[2] in layers]
        return named if layers and len(self.engines) > 1 else list(self.engines)

    def _plan(self, engine: Engine) -> Path:
        return engine.home / f"{engine.stack}.plan.json"

    def protected(self) -> set[str]:
        """The servers that Pulumi refuses to delete."""
        found = [r for engine in self.engines for r in engine.resources()]
        held = [r for r in found if r.get("protect") and r["type"].endswith(":VirtualMachine")]
        return {r["urn"].rpartition("::")[2] for r in held}

    def stacks(self, *layers: str) -> object:
        """The exported stacks without what every update writes anew, secrets in the clear so that they compare."""
        exported = [json.loads(e.pulumi("stack", "export", "--show-secrets").stdout) for e in self._those(layers)]
        return [sorted(map(_comparable, state["deployment"]["resources"])) for state in exported]

    def things(self) -> list[str]:
        """The twin's world, as it compares."""
        found = self.first.objects()
        return sorted(json.dumps([o.type, o.id, o.name, o.properties, o.facts], sort_keys=True) for o in found)


def _comparable(resource: dict[str, Any]) -> str:
    """The engine writes what a resource depends on in any order."""
    kept = {key: value for key, value in resource.items() if key not in ("modified", "created")}
    kept["dependencies"] = sorted(kept.get("dependencies") or [])
    by_property = kept.get("propertyDependencies") or {}
    kept["propertyDependencies"] = {key: sorted(urns or []) for key, urns in by_property.items()}
    return json.dumps(kept, sort_keys=True)
