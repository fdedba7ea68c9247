"""What must stay, and why: what somebody is served by or what holds data, and whatever that rests on.

What rests on what is the engine's own record: parents, providers and dependencies. A resource that carries no
generation and that nothing rests on, such as an alias, is there for people and counts as rested on. Left out: roles of
people, which change by being given and taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from model import Platform
from model.types.instances import Instance
from model.types.pools import PoolInstance
from refresh.guard.plan import Plan, State, Step

_ROLE = "azure-native:authorization:RoleAssignment"
_NOTE = "pulumi:index:Stash"
"""Stands in the state and on no platform, so nobody rests on it."""


class Stays:
    """What of a plan must stay."""

    def __init__(self, platform: Platform, plan: Plan) -> None:
        self._generations = list(platform.refresh.generations)
        self._whole = {
            name: f"{name} is {g.state}" for name, g in platform.refresh.generations.items() if g.state.protected
        }
        self._parts = list(_parts(platform.instances, platform.pool_instances))
        states = {step.urn: state for step in plan.steps if (state := step.new or step.old) is not None}
        self._needed = {urn for step in plan.steps if step.old is not None for urn in step.old.rests_on()}
        self._keepers = self._kept(states)

    def why(self, step: Step) -> str | None:
        """Why what a step is about must stay; None where it may go."""
        state = step.old or step.new
        if state is None or not state.custom or state.type == _NOTE or is_flip(step.urn):
            return None
        held = self._held(step.name)
        if held is not None:
            return f"{held} and this is a part of it"
        if step.urn in self._keepers:
            rests = self._keepers[step.urn]
            return f"{rests} rests on it and {self._held(rests)}"
        if state.protect:
            return "it is protected since the last update"
        if not generations_in(step.name, self._generations) and step.urn not in self._needed:
            return "it belongs to no generation, so whoever is served rests on it"
        return None

    def _held(self, name: str) -> str | None:
        """Why a resource of that name must stay by itself."""
        for generation in generations_in(name, self._generations):
            if generation in self._whole:
                return self._whole[generation]
        return next((why for head, tail, why in self._parts if name.startswith(head) and name.endswith(tail)), None)

    def _kept(self, states: dict[str, State]) -> dict[str, str]:
        """The URN of everything that must stay, with the name of what rests on it: its own, for a generation's."""
        keepers = {urn: name for urn in states if self._held(name := urn.rpartition("::")[2]) is not None}
        todo = list(keepers)
        while todo:
            urn = todo.pop()
            state = states.get(urn)
            for below in state.rests_on() if state is not None else ():
                if below not in keepers:
                    keepers[below] = keepers[urn]
                    todo.append(below)
        return keepers


def is_flip(urn: str) -> bool:
    """Whether a resource is a role of people, which a cutover takes away at a host pool, and a person at any time."""
    return _ROLE in urn and "-user-" in urn.rpartition("::")[2]


def generations_in(name: str, generations: Iterable[str]) -> list[str]:
    """The generations that a resource's name carries: `g26` of `folders-g26-root`."""
    parts = set(re.split(r"[^a-z0-9]+", name.lower()))
    return [generation for generation in generations if generation in parts]


def _parts(instances: tuple[Instance, ...], pool_instances: tuple[PoolInstance, ...]) -> Iterator[tuple[str, str, str]]:
    """How the names of what must stay begin and end, and why, where a generation as a whole may go: a part of a server
    is named `<identity>-<what>-<generation>`, one of a pool `<logical name>-<what>`, its access policy
    `access-<logical name>`.
    """
    for instance in instances:
        if instance.held is not None:
            yield f"{instance.server.identity}-", f"-{instance.generation.name}", instance.held
    for pool in pool_instances:
        if pool.held is not None:
            yield pool.logical_name, "", pool.held
            yield f"access-{pool.logical_name}", "", pool.held
