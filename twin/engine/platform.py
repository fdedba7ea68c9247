"""What a platform behind an SDK has to say about its resources: the seam between the engine's side and the world's.

A `Kind` is the behaviour of one resource type. It states rules that need no world (`faults`), what a plan already
refuses (`plan`), and what happens when the resource is placed in the world (`place`): its id and computed
outputs, the names it claims, the capacity it takes, what it rests on. The same `place` serves create, update
and seeding, so there is one statement of each rule.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

from twin.engine import schema
from twin.engine.check import Fault
from twin.engine.rules import Rules
from twin.engine.wire import Properties
from twin.world.store import Object, World


class RefusedError(Exception):
    """The platform refuses; the text is what its error would say, and never holds a secret."""


@dataclass(slots=True)
class Site:
    """One resource on its way into the world.

    `inputs` have their secrets opened: they may be compared but never stored or shown. What `place` puts in
    `outputs` is stored beside the inputs. `settings` are the configuration of the provider that asks.
    """

    world: World
    item: Object
    inputs: Properties
    before: Properties | None = None
    outputs: Properties = field(default_factory=dict[str, Any])
    settings: Properties = field(default_factory=dict[str, Any])
    changed: frozenset[str] = frozenset()
    """Inputs that somebody changes by hand."""

    @property
    def planted(self) -> bool:
        return self.item.given

    def refuse(self, message: str) -> NoReturn:
        raise RefusedError(message)

    def require(self, types: str | Sequence[str], id_: str, message: str, *, rest: bool = True) -> Object:
        """The object that an input refers to; with `rest` it can not be removed while this one stands."""
        found = self.world.get(types, id_) or self.world.holder("moid", id_)
        if found is None or found.type not in ([types] if isinstance(types, str) else types):
            raise RefusedError(message)
        if rest:
            self.world.link(self.item, found)
        return found

    def claim(self, scope: str, key: str, message: str) -> None:
        """Takes a name that only one may have; `{holder}` in the message is the one that has it."""
        holder = self.world.claim(scope, key, self.item)
        if holder is not None:
            raise RefusedError(message.format(holder=holder.name))

    def use(self, resource: str, amount: int, capacity: int, message: str) -> None:
        """Takes capacity; `{free}` in the message is what is left before."""
        used = self.world.used(resource)
        if used + amount > capacity and not self.planted:
            raise RefusedError(message.format(free=max(capacity - used, 0)))
        self.world.use(resource, self.item, amount)

    def kept(self, name: str, value: Any) -> Any:
        """Sets an output that stays as it was once it is there, unless it is what somebody changes."""
        if name in self.changed:
            value = self.inputs.get(name, value)
        elif self.before is not None and self.before.get(name) is not None:
            value = self.before[name]
        elif self.item.properties.get(name) is not None:
            value = self.item.properties[name]
        self.outputs[name] = value
        return value


class Kind(ABC):
    """A resource type of which nothing particular is known: it has an id, and that is all."""

    def faults(self, inputs: Properties) -> list[Fault]:
        """Rules within the inputs themselves; unknown values are absent."""
        del inputs
        return []

    def plan(self, site: Site) -> None:
        """What the real provider refuses when it plans a new resource. Raises RefusedError."""
        del site

    @abstractmethod
    def place(self, site: Site) -> None:
        """Puts the resource in the world or changes it there. Raises RefusedError."""

    def leave(self, world: World, item: Object) -> None:
        """Says no, or what stays behind, before the resource is removed. Raises RefusedError."""
        resting = world.resting_on(item)
        if resting:
            names = ", ".join(f"{other.type.rsplit(':', maxsplit=1)[-1]} {other.name!r}" for other in resting[:3])
            more = f" and {len(resting) - 3} more" if len(resting) > 3 else ""
            raise RefusedError(f"The resource {item.name!r} is in use by {names}{more}.")

    def find(self, world: World, token: str, id_: str) -> Object | None:
        """What an id given to an import names."""
        return world.get(token, id_)

    def adopted(self, item: Object, inputs: Properties) -> Properties:
        """Inputs that an import reports, from those that the world holds."""
        del item
        return inputs

    def seen(self, held: Properties, inputs: Properties) -> Properties:
        """What the world holds, with the labels that only the engine's state gives to its parts."""
        del inputs
        return held

    def foreseen(self, inputs: Properties, known: Properties) -> Properties:
        """The inputs as outputs of a preview; `known` are the outputs so far, if there are any."""
        del known
        return inputs

    def carried(self, state: Properties, inputs: Properties) -> Properties:
        """Outputs that live in the engine's state and not in the world."""
        del state, inputs
        return {}

    def restless(self, inputs: Properties) -> list[str]:
        """Properties that the real provider wants to change on every run when they are not given."""
        del inputs
        return []

    def veto(self, held: Properties, inputs: Properties) -> None:
        """What the real provider refuses of a change in its plan already. Raises RefusedError."""
        del held, inputs

    def replaces(self, path: str, state: Properties, rules: Rules) -> bool:
        """Whether a change at this path makes a new resource."""
        del state
        return rules.forces_replacement(path)


class Platform(Protocol):
    """Everything the engine's side needs of a platform."""

    package: str
    retries: int
    """How often the provider asks again by itself when it is told to come later."""
    unnamed_first: bool
    """Whether what has no name of the program's choice is deleted before it is replaced, too."""

    def kind(self, token: str) -> Kind:
        """The behaviour of a type that the SDK has."""
        ...

    def rules(self, token: str) -> Rules | None:
        """Replacement rules and defaults of a type, None if they are not known."""
        ...

    def automatic_name(self, resource: schema.Resource) -> str | None:
        """The input that gets a name of the provider's making when the program gives none."""
        ...

    def invoke(self, world: World, token: str, arguments: Properties, settings: Properties) -> Properties:
        """Answers a function from the world, for a provider of this configuration. Raises RefusedError."""
        ...
