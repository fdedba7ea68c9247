"""Refuses a plan that replaces or deletes anything that a live or standby generation, or a wave that has moved, rests
on, and says why.

Read from the JSON of `pulumi preview`, which holds every step even where the engine itself stopped at what is
protected. What rests on what is the engine's own record: parents, providers and dependencies. A resource that carries
no generation and that nothing rests on, such as an alias, is there for people and counts as rested on. Left out: roles
of people, which turn by being given and taken; updates in place; what a program only looks up, such as a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from model import Platform
from model.types.lifecycle import STATES
from refresh import adoption

DESTROYS = frozenset(
    {"delete", "delete-replaced", "replace", "create-replacement", "import-replacement", "read-replacement"}
)
"""Operations after which what was there is gone (pulumi 3.250.0, pkg/resource/deploy/step.go)."""


_ROLE = "azure-native:authorization:RoleAssignment"


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

    def rests_on(self) -> set[str]:
        """The URNs of what it needs."""
        found = {self.parent, self.provider.rpartition("::")[0], self.deleted_with, *(self.dependencies or ())}
        found |= {urn for urns in (self.by_property or {}).values() for urn in urns or ()}
        return found - {""}


class Step(BaseModel):
    """A step of a preview."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    op: str
    urn: str
    old: State | None = Field(default=None, alias="oldState")
    new: State | None = Field(default=None, alias="newState")
    replaces_for: list[str] | None = Field(default=None, alias="replaceReasons")


class Diagnostic(BaseModel):
    """A message of the engine or of a provider."""

    model_config = ConfigDict(extra="ignore")
    severity: str = ""
    message: str = ""


class Plan(BaseModel):
    """What `pulumi preview --json` prints."""

    model_config = ConfigDict(extra="ignore")
    config: dict[str, str] = {}
    steps: list[Step]
    diagnostics: list[Diagnostic] = []

    def errors(self) -> list[str]:
        """The messages of errors, a line each."""
        return [" ".join(d.message.split()) for d in self.diagnostics if d.severity == "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A resource that the plan would replace or delete. `leave` is the override that allows it, or None."""

    resource: str
    type: str
    urn: str
    op: str
    why: str
    instead: str
    leave: str | None

    def __str__(self) -> str:
        verdict = "allowed" if self.leave is not None else "refused"
        end = f"override: {self.leave}" if self.leave is not None else self.instead
        return f"{verdict}: {self.op} of {self.type} {self.resource}: {self.why}; {end}"


def guard(platform: Platform, plan: Plan, today: date) -> list[Finding]:
    """Every resource that the plan would destroy and must not, in the order of the plan, each once."""
    states = {step.urn: state for step in plan.steps if (state := step.new or step.old) is not None}
    keepers = _keepers(platform, states)
    befores = [step.old for step in plan.steps if step.old is not None]
    needed = {urn for state in befores for urn in state.rests_on()}
    found: dict[str, Finding] = {}
    for step in plan.steps:
        state = step.old or step.new
        if step.op not in DESTROYS or step.urn in found or state is None or not state.custom or turns(step.urn):
            continue
        why = _why(platform, step, state, keepers, needed)
        if why is not None:
            causes = sorted({c for s in plan.steps if s.urn == step.urn for c in s.replaces_for or ()})
            found[step.urn] = _finding(platform, step, state, causes, why=why, today=today)
    return [*found.values(), *(_of_adoption(mixed) for mixed in adoption.mixed(plan.steps) if mixed.urn not in found)]


def _of_adoption(mixed: adoption.Mixed) -> Finding:
    instead = "take what is found into the data by refresh import, or adopt first and change in the next update"
    type_ = mixed.urn.rsplit("::", 2)[1].rpartition(":")[2]
    return Finding(_name(mixed.urn), type_, mixed.urn, "adoption", str(mixed), instead, None)


def turns(urn: str) -> bool:
    """Whether a resource is a role of people, which a cutover takes away at a host pool, and a person at any time."""
    return _ROLE in urn and "-user-" in _name(urn)


def generations_in(name: str, generations: Iterable[str]) -> list[str]:
    """The generations that a resource's name carries: `g26` of `folders-g26-root`."""
    parts = set(re.split(r"[^a-z0-9]+", name.lower()))
    return [generation for generation in generations if generation in parts]


def _keepers(platform: Platform, states: Mapping[str, State]) -> dict[str, str]:
    """The URN of everything that must stay, with the name of what rests on it: its own, for a generation's resource."""
    keepers: dict[str, str] = {}
    for urn in states:
        if _serves(platform, _name(urn)) is not None:
            keepers[urn] = _name(urn)
    todo = list(keepers)
    while todo:
        urn = todo.pop()
        state = states.get(urn)
        for below in state.rests_on() if state is not None else ():
            if below not in keepers:
                keepers[below] = keepers[urn]
                todo.append(below)
    return keepers


def _serves(platform: Platform, name: str) -> str | None:
    """Why a resource of that name must stay: its generation serves or is the way back, or its wave has moved."""
    for generation in generations_in(name, platform.generations):
        state = platform.generations[generation].state
        if STATES[state].protected:
            return f"{generation} is {state}"
    for instance in platform.instances:
        # A part of a server is named `<identity>-<what>-<generation>`.
        generation = instance.generation.name
        if instance.moved and name.startswith(f"{instance.server.identity}-") and name.endswith(f"-{generation}"):
            return f"wave {instance.wave.name if instance.wave is not None else ''} has moved to {generation}"
    return None


def _why(platform: Platform, step: Step, state: State, keepers: Mapping[str, str], needed: set[str]) -> str | None:
    name = _name(step.urn)
    serves = _serves(platform, name)
    if serves is not None:
        return f"{serves} and this is a part of it"
    if step.urn in keepers:
        rests = keepers[step.urn]
        return f"{rests} rests on it and {_serves(platform, rests)}"
    if state.protect:
        return "it is protected since the last update"
    if not generations_in(name, platform.generations) and step.urn not in needed:
        return "it belongs to no generation, so whoever is served rests on it"
    return None


def _finding(platform: Platform, step: Step, state: State, causes: Sequence[str], *, why: str, today: date) -> Finding:
    name = _name(step.urn)
    if step.op == "delete":
        instead = "declare it again, or advance its generation to retiring and update before it goes"
    else:
        what = ", ".join(causes) or "what the preview marks as forcing replacement"
        instead = f"take back the change of {what}, or make it in the generation that is being built"
    leave: str | None = None
    override = platform.overrides.get(name)
    if override is not None:
        leave = f"{override.reason} ({override.role}, until {override.expires})"
        if override.expires < today:
            instead, leave = f"{instead}; its override expired on {override.expires}", None
    op = "deletion" if step.op == "delete" else "replacement"
    return Finding(name, state.type.rpartition(":")[2], step.urn, op, why, instead, leave)


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
