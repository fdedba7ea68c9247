"""Runs the real Pulumi engine against a twin of a test's own, and reads what it did."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
REFRESH = [sys.executable, "-c", "from scripts.refresh import main; main()"]
STACK = "e2e"


@dataclass(frozen=True)
class Step:
    """One step of a preview: what is done to which resource, and the properties that differ."""

    op: str
    type: str
    name: str
    differs: frozenset[str] = frozenset()


@dataclass
class Engine:
    """A twin in `home` and a stack on it. `platform` is the folder that the program loads."""

    home: Path
    platform: Path
    stack: str = STACK
    environment: dict[str, str] = field(default_factory=dict)

    def refresh(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """The `refresh` command with this twin."""
        return self._run([*REFRESH, *arguments], check=check)

    def pulumi(self, *arguments: str, check: bool = True, disposable: bool = False) -> subprocess.CompletedProcess[str]:
        """`pulumi` against this twin, through `refresh twin run`."""
        how = ["--disposable"] if disposable else []
        command = ["twin", "run", *how, "--", "pulumi", *arguments, "--stack", self.stack, "--non-interactive"]
        return self._run([*REFRESH, *command], check=check)

    def start(self, *, seed: bool = True) -> None:
        """Starts the twin, seeds it with the platform's estate, and makes the stack with its configuration."""
        self.refresh("twin", "up")
        if seed:
            self.refresh("twin", "seed", str(self.platform))
        self.pulumi("config", "set", "platform", str(self.platform))
        self.pulumi("config", "set", "vsphereServer", "vcenter.example")

    def stop(self) -> None:
        """Ends the twin's process."""
        self.refresh("twin", "down", check=False)

    def preview(self, *arguments: str, check: bool = True) -> list[Step]:
        """The steps of a preview that change something, components and the stack itself left out."""
        done = self.pulumi("preview", "--json", *arguments, check=check)
        document = json.loads(done.stdout[done.stdout.index("{") :])
        changing = [step for step in document.get("steps", []) if step["op"] not in {"same", "read", "refresh"}]
        return [_step(step) for step in changing if _custom(step)]

    def up(self, *arguments: str, disposable: bool = False) -> subprocess.CompletedProcess[str]:
        """`pulumi up` without a question."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, disposable=disposable)

    def destroy(self) -> None:
        """`pulumi destroy` without a question."""
        self.pulumi("destroy", "--yes", "--skip-preview")

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return json.loads(self.pulumi("stack", "output", "--json").stdout)

    def state(self) -> dict[str, Any]:
        """The exported stack."""
        return json.loads(self.pulumi("stack", "export").stdout)

    def resources(self) -> list[dict[str, Any]]:
        """The resources in the state that a provider of an SDK holds."""
        found = self.state()["deployment"].get("resources", [])
        return [r for r in found if r.get("custom") and not r["type"].startswith("pulumi:")]

    def world(self) -> dict[str, dict[str, int]]:
        """How many objects of each type the twin's world holds: given and created."""
        return json.loads(self.refresh("twin", "status", "--json").stdout)["objects"]

    def created(self) -> int:
        """How many objects in the twin's world a stack has made."""
        return sum(numbers["created"] for numbers in self.world().values())

    def _run(self, command: Sequence[str], *, check: bool) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"TWIN_HOME": str(self.home)} | self.environment
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command[3:])} left with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done


def _custom(step: dict[str, Any]) -> bool:
    state = step.get("newState") or step.get("oldState") or {}
    return bool(state.get("custom")) and not state.get("type", "").startswith("pulumi:")


def _step(step: dict[str, Any]) -> Step:
    state = step.get("newState") or step.get("oldState") or {}
    differs = frozenset(step.get("diffReasons") or step.get("detailedDiff") or ())
    return Step(step["op"], state["type"].rpartition(":")[2], step["urn"].rpartition("::")[2], differs)


def counts(steps: Sequence[Step]) -> dict[str, int]:
    """How many steps of each kind."""
    return dict(Counter(step.op for step in steps))
