"""The life cycle of a generation and of a wave: which steps lead from one state (states.py) to the next.

One table for everybody: `refresh advance` asks it which step is legal, the guard which one was taken, and
docs/lifecycle.md prints it. Left out: whether the platform is fit for a step, which the checks of the changed platform
say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from model.faults import nearest
from model.types.infrastructure import Generation, Origin
from model.types.states import State, WaveState
from model.types.waves import Wave


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one generation. `other` is the step that another one takes in the same edit, as (before, after)."""

    before: State
    after: State
    what: str
    other: tuple[State, State] | None = None


STEPS: tuple[Step, ...] = (
    Step(State.PLANNED, State.BUILDING, "makes its hardware, networks and servers"),
    Step(State.BUILDING, State.PLANNED, "deletes what was built"),
    Step(State.BUILDING, State.PILOT, "fixes its servers as they are; those that `serving:` names may use it"),
    Step(State.PILOT, State.BUILDING, "lets its servers be made anew; nobody may use it"),
    Step(State.PILOT, State.LIVE, "cutover: changes the flip set to it and protects it", (State.LIVE, State.STANDBY)),
    Step(State.STANDBY, State.LIVE, "rollback: changes the flip set back", (State.LIVE, State.PILOT)),
    Step(State.STANDBY, State.RETIRING, "unprotects it; nothing asks its machines any more"),
    Step(State.RETIRING, State.STANDBY, "protects it again; it is the way back once more"),
    Step(State.RETIRING, State.RETIRED, "deletes it"),
)

ORIGINS: Mapping[tuple[Origin, Origin], str] = {
    ("observed", "adopted"): "takes its servers under control, as found: the preview imports them and changes nothing. "
    "What it creates is in Pulumi alone: a component a system, and the note of who is adopted"
}
"""The one step of an origin. The way back would delete what was adopted, and what was found never becomes our build."""


@dataclass(frozen=True, slots=True)
class WaveStep:
    """A step of one wave."""

    before: WaveState
    after: WaveState
    what: str


WAVE_STEPS: tuple[WaveStep, ...] = (
    WaveStep("planned", "building", "makes its systems' servers and its pools"),
    WaveStep("building", "planned", "deletes what was built"),
    WaveStep("building", "moved", "changes its part of the flip set to the generation and protects its servers"),
    WaveStep("moved", "building", "changes that part back"),
)


class StepError(Exception):
    """A step that the life cycle does not allow. The text says which are."""


@dataclass(frozen=True, slots=True)
class Change:
    """One word that a step changes in refresh.yaml, of the generation or wave `name`."""

    kind: Literal["generation", "wave"]
    name: str
    field: Literal["state", "origin"]
    before: str
    after: str


def advance(generations: Mapping[str, Generation], name: str, to: str) -> tuple[Change, ...]:
    """What changes when the generation `name` goes to the state or origin `to`. Raises StepError, changing nothing."""
    if name not in generations:
        raise StepError(f"no generation {name}; {nearest(name, generations)}")
    generation = generations[name]
    for before, after in ORIGINS:
        if to == after:
            if generation.origin != before:
                raise StepError(
                    f"{name} is {generation.origin} and only what is {before} becomes {after}; leave its origin"
                )
            if not generation.state.protected:
                raise StepError(f"{name} is {generation.state}; adopt it while it is live or standby")
            return (Change("generation", name, "origin", before, after),)
    steps = {str(step.after): step for step in STEPS if step.before == generation.state}
    if to not in steps:
        raise StepError(f"{name} is {generation.state} and can not go to {to}; {_allowed(steps)}")
    step = steps[to]
    changes = [Change("generation", name, "state", step.before, step.after)]
    if step.other is not None:
        before, after = step.other
        others = [g.name for g in generations.values() if g.state == before and g.name != name]
        if len(others) != 1:
            raise StepError(
                f"{len(others)} generations are {before} and one must go to {after}; make one {before} first"
            )
        changes.append(Change("generation", others[0], "state", before, after))
    return tuple(changes)


def advance_wave(waves: Mapping[str, Wave], name: str, to: str) -> tuple[Change, ...]:
    """What changes when the wave `name` goes to the state `to`. Raises StepError, changing nothing."""
    wave = waves[name]
    steps = {str(step.after): step for step in WAVE_STEPS if step.before == wave.state}
    if to not in steps:
        raise StepError(f"{name} is {wave.state} and can not go to {to}; {_allowed(steps)}")
    return (Change("wave", name, "state", wave.state, to),)


def _allowed(steps: Iterable[str]) -> str:
    return f"take it to {' or '.join(steps)}" if steps else "leave it there, for no step leads on"
