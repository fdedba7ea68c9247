"""A provider's operations over the world, in plain Python values: what the gRPC server calls.

It joins the SDK's schema, the platform's behaviours and rules, and the world. It knows nothing of protobuf.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, cast

from twin.engine import schema
from twin.engine.check import INTERNAL, Fault, check, mark_secrets
from twin.engine.diff import Change, Differ
from twin.engine.platform import Platform, RefusedError, Site
from twin.engine.wire import UNKNOWN, Properties, Unknown, reveal
from twin.world.store import SEALED, Object, World

_UNHEARD = "unheard"
"""Scope of the URNs whose creation may not have been answered."""
DEFAULTS = "__defaults"
"""Input that lists the names which the provider made up, as the Terraform bridge keeps it."""


@dataclass(slots=True)
class Difference:
    """What a diff found: changes by path, those that replace, those of which that is not known, and whether the old
    resource has to go first.
    """

    changes: dict[str, Change]
    replaces: list[str] = field(default_factory=list[str])
    delete_first: bool = False
    unsure: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class State:
    """A resource as the engine keeps it."""

    id: str
    outputs: Properties
    inputs: Properties = field(default_factory=dict[str, Any])


class Provider:
    """The operations of one package, for one provider of a program and its configuration. Each changes the world in one
    transaction of the caller's.
    """

    def __init__(self, world: World, platform: Platform, settings: Properties | None = None) -> None:
        self.world = world
        self.platform = platform
        self.settings = settings or {}

    def check(
        self, token: str, name: str, old: Properties, new: Properties, seed: bytes
    ) -> tuple[Properties, list[Fault]]:
        """Inputs with secrets marked and a name made up where none is given, and all faults."""
        resource = schema.resource(token)
        faults = check(resource.inputs, new)
        inputs = mark_secrets(resource.inputs, new)
        automatic = self.platform.automatic_name(resource)
        if automatic is not None and automatic not in inputs:
            made_up = automatic in cast("list[str]", old.get(DEFAULTS, []))
            suffix = hashlib.sha256(seed + name.encode()).hexdigest()[:7]
            inputs[automatic] = old[automatic] if made_up else f"{name}-{suffix}"
            inputs[DEFAULTS] = [automatic]
        if not faults:
            faults = self.platform.kind(token).faults(_known(cast(Properties, reveal(inputs))))
        return inputs, faults

    def diff(self, token: str, state: State, new: Properties, ignored: list[str]) -> Difference:
        """What has to change so that a resource is as its inputs say."""
        resource = schema.resource(token)
        rules = self.platform.rules(token)
        kind = self.platform.kind(token)
        kind.veto(state.inputs, _open(new))
        found_changes = Differ(resource, rules).compare(state.inputs, new)
        for path in kind.restless(new):
            found_changes.setdefault(path, "update")
        changes = dict[str, Change](
            (path, change) for path, change in found_changes.items() if not _below(path, ignored)
        )
        found = Difference(changes)
        if rules is not None:
            found.replaces = [path for path in changes if kind.replaces(path, state.outputs, rules)]
        if rules is None or not rules.complete:
            found.unsure = [path for path in changes if path not in found.replaces]
        automatic = self.platform.automatic_name(resource)
        made_up = automatic in cast("list[str]", new.get(DEFAULTS, []))
        named = automatic in new and not made_up
        found.delete_first = bool(found.replaces) and (named or (self.platform.unnamed_first and not made_up))
        return found

    def preview_create(self, token: str, inputs: Properties) -> Properties:
        """Outputs that a new resource would have, as far as they can be known."""
        resource = schema.resource(token)
        item = Object(token, "", "", {})
        kind = self.platform.kind(token)
        kind.plan(Site(self.world, item, cast(Properties, reveal(inputs)), settings=self.settings))
        unknown = {
            key: UNKNOWN
            for key, output in resource.outputs.items()
            if output.required or key not in resource.inputs.properties
        }
        return {**unknown, **kind.foreseen(_visible(inputs), {})}

    def create(self, token: str, inputs: Properties, urn: str = "") -> State:
        """Makes a new resource. Raises RefusedError.

        An engine that was killed, or whose twin was, asks again for what it has not heard the answer to. What was made
        for the same URN with the same inputs, and of which no engine has spoken since, is that answer.
        """
        inputs = _visible(inputs)
        text = json.dumps(self.world.seal(inputs), sort_keys=True)
        asked = hashlib.sha256(text.encode()).hexdigest()
        unheard = self.world.holder(_UNHEARD, urn) if urn else None
        if unheard is not None and unheard.facts["asked"] == asked:
            return self._state(unheard, inputs)
        item = self._make(token, inputs, asked)
        if urn:
            self.world.forget(_UNHEARD, urn)
            self.world.claim(_UNHEARD, urn, item)
        return self._state(item, inputs)

    def heard(self, urn: str) -> None:
        """The engine knows what was made for a URN: from now on the same request is for another resource."""
        if self.world.holder(_UNHEARD, urn) is not None:
            self.world.forget(_UNHEARD, urn)

    def _make(self, token: str, inputs: Properties, asked: str) -> Object:
        item = self.world.add(Object(token, "", "", {}, {"asked": asked}))
        item.properties = inputs
        site = Site(self.world, item, cast(Properties, reveal(inputs)), settings=self.settings)
        self.platform.kind(token).place(site)
        item.properties = {**site.outputs, **inputs, **_merged(site, inputs)}
        self.world.save(item)
        return item

    def read(self, token: str, state: State) -> State | None:
        """A resource as it is in the world; for an import, where there are no inputs, found by the id given.

        None if it does not exist.
        """
        kind = self.platform.kind(token)
        if state.inputs or state.outputs:
            item = self.world.get(token, state.id)
            return self._refreshed(token, item, state) if item else None
        item = kind.find(self.world, token, state.id)
        if item is None:
            return None
        resource = schema.resource(token)
        inputs = _pruned(resource.inputs, item.properties)
        if DEFAULTS in inputs:
            del inputs[DEFAULTS]
        inputs = kind.adopted(item, inputs)
        outputs = cast(Properties, self.world.unseal({**item.properties, **inputs}))
        return State(item.id, outputs, inputs)

    def update(self, token: str, state: State, new: Properties) -> Properties:
        """Changes a resource; its outputs afterwards. Raises RefusedError."""
        item = self.world.get(token, state.id)
        if item is None:
            raise RefusedError(f"{token} {state.id!r} does not exist; run `pulumi refresh`")
        resource = schema.resource(token)
        new = _visible(new)
        dropped = {
            key
            for key in state.inputs
            if key not in new and not (key in resource.outputs and resource.outputs[key].required)
        }
        before = {key: value for key, value in item.properties.items() if key not in dropped}
        site = Site(self.world, item, cast(Properties, reveal(new)), before=item.properties, settings=self.settings)
        self.world.release(item)
        self.platform.kind(token).place(site)
        item.properties = {**before, **site.outputs, **new, **_merged(site, new)}
        item.facts.pop("touched", None)
        self.world.save(item)
        return {**self._state(item, new).outputs, **self.platform.kind(token).carried(state.outputs, new)}

    def preview_update(self, token: str, state: State, new: Properties) -> Properties:
        """Outputs that a changed resource would have."""
        schema.resource(token)
        return {**state.outputs, **self.platform.kind(token).foreseen(_visible(new), state.outputs)}

    def delete(self, token: str, state: State) -> None:
        """Removes a resource; one that is already gone is no fault. Raises RefusedError."""
        item = self.world.get(token, state.id)
        if item is None:
            return
        self.platform.kind(token).leave(self.world, item)
        self.world.remove(item)

    def invoke(self, token: str, arguments: Properties) -> tuple[Properties, list[Fault]]:
        """Answers a function, or says what is wrong with its arguments. Raises RefusedError."""
        shape = schema.function(token).arguments
        faults = check(shape, arguments)
        return ({}, faults) if faults else (self.platform.invoke(self.world, token, arguments, self.settings), [])

    def _state(self, item: Object, inputs: Properties) -> State:
        return State(item.id, cast(Properties, self.world.unseal(item.properties, inputs)))

    def _refreshed(self, token: str, item: Object, state: State) -> State:
        held = cast(Properties, self.world.unseal(item.properties, state.inputs, state.outputs))
        held = self.platform.kind(token).seen(held, state.inputs)
        inputs: Properties = {
            key: value if key.startswith(INTERNAL) else _overlay(value, held[key])
            for key, value in state.inputs.items()
            if key.startswith(INTERNAL) or key in held
        }
        shape = schema.resource(token).inputs.properties
        for key in cast("list[str]", item.facts.get("touched", [])):
            if key not in inputs and key in held and key in shape:
                inputs[key] = held[key]
        return State(item.id, {**held, **self.platform.kind(token).carried(state.outputs, inputs)}, inputs)


def _visible(inputs: Properties) -> Properties:
    return {key: value for key, value in inputs.items() if not key.startswith(INTERNAL)}


def _open(properties: Properties) -> Properties:
    return cast(Properties, reveal(properties))


def _known(value: Any) -> Any:
    """The value without what is not known yet."""
    if isinstance(value, dict):
        return {
            key: _known(item)
            for key, item in cast(Properties, value).items()
            if not isinstance(item, Unknown) and item is not None
        }
    if isinstance(value, list):
        return [_known(item) for item in cast("list[Any]", value)]
    return value


def _merged(site: Site, inputs: Properties) -> Properties:
    """Outputs that complete an input (the address of a disk, the key of an adapter): they win over the input's
    own form.
    """
    return {key: value for key, value in site.outputs.items() if key in inputs and isinstance(value, list | dict)}


def _overlay(old: Any, held: Any) -> Any:
    """What the program gave, with the values that the world now has; parts that it did not give stay out."""
    if isinstance(old, dict) and isinstance(held, dict):
        known, now = cast(Properties, old), cast(Properties, held)
        return {key: _overlay(value, now[key]) for key, value in known.items() if key in now}
    if isinstance(old, list) and isinstance(held, list):
        items, present = cast("list[Any]", old), cast("list[Any]", held)
        if len(items) == len(present):
            return [_overlay(item, other) for item, other in zip(items, present, strict=True)]
        keys = {key for item in items if isinstance(item, dict) for key in cast(Properties, item)}
        return [
            {key: value for key, value in cast(Properties, item).items() if key in keys}
            if isinstance(item, dict)
            else item
            for item in present
        ]
    return held


def _pruned(shape: schema.Object, held: Properties) -> Properties:
    """What of the held properties are inputs, at any depth; sealed values stay out."""
    return {
        key: _pruned_value(shape.properties[key].type, value)
        for key, value in held.items()
        if key in shape.properties and not _is_sealed(value) and value not in (None, "", [], {})
    }


def _pruned_value(kind: schema.Type, value: Any) -> Any:
    if kind.kind == "object" and isinstance(value, dict):
        return _pruned(kind.object, cast(Properties, value))
    if kind.items is not None and isinstance(value, list):
        return [_pruned_value(kind.items, item) for item in cast("list[Any]", value)]
    return value


def _is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and SEALED in value


def _below(path: str, patterns: list[str]) -> bool:
    return any(path == pattern or path.startswith((pattern + ".", pattern + "[")) for pattern in patterns)
