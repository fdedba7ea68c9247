"""What `pulumi preview --json` prints, as far as the guard reads it, and what each operation of the engine does.

An ordinary preview leaves out what stays the same and every step of a replacement but one; an import that replaces is
not in it at all, nor what is deleted because it rests on what is replaced (pulumi 3.250.0, backend/display/display.go,
shouldShow). So the guard asks for both, by FLAGS, and finds by `missing` that a plan was made without. Left out: what
the engine reports of policies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FLAGS = ("--show-sames", "--show-replacement-steps")
"""What makes a preview print every step."""

Effect = Literal["keeps", "makes", "changes", "ends"]
OPERATIONS: Mapping[str, Effect] = {
    "same": "keeps",
    "create": "makes",
    "update": "changes",
    "delete": "ends",
    "replace": "ends",
    "create-replacement": "ends",
    "delete-replaced": "ends",
    "read": "keeps",
    # What was ours and is only read from now on is deleted (step_generator.go, GenerateReadSteps).
    "read-replacement": "ends",
    "refresh": "keeps",
    # What was only read leaves the state and stays in the world.
    "discard": "keeps",
    "discard-replaced": "keeps",
    # A replacement that was cut off after its deletion is forgotten: nothing takes the place of what went.
    "remove-pending-replace": "ends",
    "import": "makes",
    # Deletes what the state held, protected or not (step_generator.go, generateSteps; pulumi/pulumi#14836).
    "import-replacement": "ends",
    "diff": "keeps",
    "extend-parameterize": "keeps",
}
"""What becomes, by each operation, of what was there (pulumi 3.250.0, pkg/resource/deploy/step.go, StepOps). The guard
refuses a plan with any other.
"""

_DEFAULT = re.compile(r"::pulumi:providers:[^:]+::default[^:]*$")


class State(BaseModel):
    """A resource before or after a step, as far as the guard reads it."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    urn: str
    type: str
    custom: bool = False
    protect: bool = False
    parent: str = ""
    provider: str = ""
    dependencies: list[str] | None = None
    by_property: dict[str, list[str] | None] | None = Field(default=None, alias="propertyDependencies")
    deleted_with: str = Field(default="", alias="deletedWith")
    inputs: dict[str, Any] = {}
    outputs: dict[str, Any] = {}

    def rests_on(self) -> set[str]:
        """The URNs of what it needs."""
        found = {self.parent, self.provider.rpartition("::")[0], self.deleted_with, *(self.dependencies or ())}
        found |= {urn for urns in (self.by_property or {}).values() for urn in urns or ()}
        return found - {""}


class Difference(BaseModel):
    """How a property differs. `inputs`: between what was and is declared, and not from what is found in the world."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    kind: str
    inputs: bool = Field(default=False, alias="inputDiff")


class Step(BaseModel):
    """A step of a preview."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    op: str
    urn: str
    old: State | None = Field(default=None, alias="oldState")
    new: State | None = Field(default=None, alias="newState")
    replaces_for: list[str] | None = Field(default=None, alias="replaceReasons")
    differs: dict[str, Difference] | None = Field(default=None, alias="detailedDiff")

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def effect(self) -> Effect | None:
        """What becomes of what was there; None for an operation that nobody here knows."""
        return OPERATIONS.get(self.op)


class Diagnostic(BaseModel):
    """A message of the engine or of a provider."""

    model_config = ConfigDict(extra="ignore")
    severity: str = ""
    message: str = ""


class Plan(BaseModel):
    """A whole preview."""

    model_config = ConfigDict(extra="ignore")
    config: dict[str, str] = {}
    steps: list[Step]
    diagnostics: list[Diagnostic] = []
    outputs: dict[str, Any] = {}
    """The stack's outputs as its last update left them, which no preview prints: `pulumi stack output --json`."""

    def errors(self) -> list[str]:
        """The messages of errors, a line each."""
        return [" ".join(d.message.split()) for d in self.diagnostics if d.severity == "error"]

    def missing(self) -> set[str]:
        """What steps rest on and no step tells of: the plan is not whole.

        A provider that the engine makes by itself is in no plan.
        """
        befores = [state for step in self.steps for state in (step.old, step.new) if state is not None]
        needed = {urn for state in befores for urn in state.rests_on() if not _DEFAULT.search(urn)}
        return needed - {step.urn for step in self.steps}
