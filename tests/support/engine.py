"""Runs the real Pulumi engine against a twin of a test's own, and reads what it did."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from refresh.guard import FLAGS
from tests.support.paths import ROOT
from twin.host.overlay import Overlay
from twin.host.process import Home, up
from twin.world.store import Object, World

REFRESH = [sys.executable, "-c", "from cli.main import main; main()"]
PULUMI = Path(sys.executable).parent / "pulumi"
STACK = "e2e"
_CHANGE_NOTHING = {"same", "read", "refresh"}


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
        environment = os.environ | {"TWIN_HOME": str(self.home)} | self.environment
        return self._run([*REFRESH, *arguments], environment, check=check)

    def pulumi(self, *arguments: str, check: bool = True, disposable: bool = False) -> subprocess.CompletedProcess[str]:
        """`pulumi` against this twin, as `refresh twin run` has it but for a process of its own."""
        return self._run(self._command(*arguments), self._surroundings(disposable=disposable), check=check)

    def killed(self, after: float, *arguments: str) -> bool:
        """Starts `pulumi`, kills it with all that it has started after so many seconds; whether it was still there."""
        started = subprocess.Popen(
            self._command(*arguments),
            cwd=ROOT,
            env=self._surroundings(disposable=False),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            started.wait(after)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
            return True
        return False

    def _command(self, *arguments: str) -> list[str]:
        return [str(PULUMI), *arguments, "--stack", self.stack, "--non-interactive"]

    def _surroundings(self, *, disposable: bool) -> dict[str, str]:
        """The environment of a `pulumi` on this twin, whose stack is there."""
        overlay = Overlay(Home(self.home))
        overlay.prepare()
        # Without it the engine hides `--event-log`.
        shown = {"PULUMI_DEBUG_COMMANDS": "true"}
        environment = overlay.environment(up(overlay.home), disposable=disposable) | shown | self.environment
        overlay.stack(self.stack, environment)
        return environment

    def start(self, *, seed: bool = True) -> None:
        """Starts the twin, seeds it with the platform's estate, and makes the stack with its configuration."""
        self.refresh("twin", "up")
        if seed:
            self.refresh("twin", "seed", str(self.platform))
        self.configure()

    def configure(self, layer: str = "all") -> None:
        """Makes the stack if it is missing, with its configuration."""
        config = {
            "platform": str(self.platform),
            "layer": layer,
            "vsphereServer": "vcenter.example",
            "citrixVcenterUser": "svc-citrix",
        }
        pairs = [part for key, value in config.items() for part in ("--plaintext", f"{key}={value}")]
        self.pulumi("config", "set-all", *pairs)

    def stop(self) -> None:
        """Ends the twin's process."""
        self.refresh("twin", "down", check=False)

    def preview(self, *arguments: str, check: bool = True, keep: Path | None = None) -> list[Step]:
        """The steps of a preview that change something, components and the stack itself left out.

        With `keep` the plan stays in that file as the guard wants it, also of a preview that the engine refuses.
        """
        shown = FLAGS if keep is not None else ()
        done = self.pulumi("preview", "--json", *shown, *arguments, check=check and keep is None)
        if keep is not None:
            keep.write_text(done.stdout)
        document = json.loads(done.stdout[done.stdout.index("{") :])
        changing = [step for step in document.get("steps", []) if step["op"] not in _CHANGE_NOTHING]
        return [_step(step) for step in changing if _custom(step)]

    def up(self, *arguments: str, disposable: bool = True) -> subprocess.CompletedProcess[str]:
        """`pulumi up` without a question. A test's state is disposable: unless told otherwise it is written at the end,
        and not again after every step.
        """
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, disposable=disposable)

    def change(self, *arguments: str) -> list[Step]:
        """`pulumi up`, and the steps it took that changed something, as the engine logged them."""
        log = self.home / f"{self.stack}.events"
        self.up("--event-log", str(log), *arguments)
        events = [json.loads(line) for line in log.read_text().splitlines()]
        log.unlink()
        taken = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
        steps = [
            {**step, "oldState": step["old"], "newState": step["new"], "diffReasons": step.get("diffs")}
            for step in taken
        ]
        return [_step(step) for step in steps if step["op"] not in _CHANGE_NOTHING and _custom(step)]

    def destroy(self) -> None:
        """`pulumi destroy` without a question."""
        self.pulumi("destroy", "--yes", "--skip-preview", disposable=True)

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

    def objects(self) -> list[Object]:
        """Everything in the twin's world but the accounts of work done, oldest first."""
        world = World(Home(self.home).world)
        try:
            with world.transaction(keep=False):
                return [item for item in world.all() if item.type != "citrix:Job"]
        finally:
            world.close()

    def world(self) -> dict[str, dict[str, int]]:
        """How many objects of each type the twin's world holds: given and created."""
        return json.loads(self.refresh("twin", "status", "--json").stdout)["objects"]

    def created(self, package: str = "") -> int:
        """How many objects in the twin's world, of a package such as `vsphere:`, a stack has made."""
        return sum(numbers["created"] for type_, numbers in self.world().items() if type_.startswith(package))

    def _run(
        self, command: Sequence[str], environment: Mapping[str, str], *, check: bool
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)} left with {done.returncode}\n{done.stdout}\n{done.stderr}")
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
