"""Changes the world behind Pulumi's back, as an administrator does in the vSphere client or in Citrix Studio, for drift
to be found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from twin.engine import schema
from twin.engine.check import check
from twin.engine.diff import Differ
from twin.engine.platform import Platform, RefusedError, Site
from twin.engine.wire import Properties
from twin.vsphere.naming import at
from twin.world.store import Object, World

_STEP: Final = re.compile(r"([A-Za-z_][\w-]*)|\[(\d+)\]")
_SHORT: Final = {"vm": "VirtualMachine", "cluster": "ComputeCluster", "portgroup": "DistributedPortGroup"}


class DriftError(Exception):
    """The change can not be made; `problems` holds every fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def find(world: World, kind: str, name: str) -> Object:
    """The object of a kind (`vm`, a class name as `Folder`, or a type token) by name, inventory path or id.

    Raises DriftError if there is none, or more than one.
    """
    types = sorted({type_ for type_, _, _ in world.count() if _is(type_, kind)})
    if not types:
        present = ", ".join(sorted({type_.rsplit(":", maxsplit=1)[-1] for type_, _, _ in world.count()}))
        raise DriftError([f"the world holds no {kind!r}; name one of {present or 'nothing'}"])
    path = at(world, name)
    found = [path] if path and path.type in types else [item for type_ in types for item in world.named(type_, name)]
    found = found or [item for type_ in types if (item := world.get(type_, name))]
    if not found:
        names = [item.name for type_ in types for item in world.all(type_)]
        near = schema.nearest(name, names)
        raise DriftError([f"there is no {kind} {name!r}" + (f"; did you mean {near!r}" if near else "")])
    if len(found) > 1:
        choices = ", ".join(str(item.facts.get("path", item.id)) for item in found)
        raise DriftError([f"{kind} {name!r} is ambiguous; give one of {choices}"])
    return found[0]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did: the object's name, and each property as it was and as it is.

    `unseen` are those that the platform keeps as they are where no stack gives them: there a preview shows nothing.
    """

    name: str
    steps: list[str]
    unseen: list[str] = field(default_factory=list[str])


def change(world: World, platforms: Sequence[Platform], kind: str, name: str, assignments: Sequence[str]) -> Changed:
    """Sets properties, each as `memory=8192` or `disks[0].size=200`; an empty value removes.

    Raises DriftError, also for what would change nothing: a value that is there already, and one that the platform
    computes.
    """
    with world.transaction():
        item = find(world, kind, name)
        if item.type.startswith("citrix:"):
            return _change_answer(world, item, assignments)
        platform = _platform(platforms, item)
        resource = schema.resource(item.type)
        before = json.loads(json.dumps(item.properties))
        parts = list(map(_parts, assignments))
        heads = frozenset([_assign(item.properties, path, text) for path, text in parts])
        _refuse_computed(resource, item, heads)
        changed = {key: value for key, value in item.properties.items() if key in heads}
        faults = check(resource.inputs, changed, partial=True)
        if faults:
            raise DriftError([str(fault) for fault in faults])
        site = Site(world, item, item.properties, before=before, changed=heads)
        world.release(item)
        try:
            platform.kind(item.type).place(site)
        except RefusedError as refusal:
            raise DriftError([str(refusal)]) from None
        wanted, item.properties = item.properties, {**item.properties, **site.outputs}
        _refuse_nothing(item.name, before, wanted, item.properties, parts)
        item.facts["touched"] = sorted(heads.union(cast("list[str]", item.facts.get("touched", []))))
        world.save(item)
        seen = Differ(resource, platform.rules(item.type)).compare({key: item.properties.get(key) for key in heads}, {})
        return Changed(item.name, _steps(before, item.properties, parts), sorted(heads - seen.keys()))


def _refuse_computed(resource: schema.Resource, item: Object, heads: frozenset[str]) -> None:
    """Refuses what no stack can give: the platform computes it, and nobody would see the change."""
    given = sorted(key for key in item.properties if key in resource.inputs.properties)
    problems = [
        f"{head} is computed and not changed by hand; change of {item.name!r} one of {', '.join(given)}"
        for head in sorted(heads)
        if head in resource.outputs and head not in resource.inputs.properties
    ]
    if problems:
        raise DriftError(problems)


def _refuse_nothing(
    name: str, before: Properties, wanted: Properties, after: Properties, parts: Sequence[tuple[str, str]]
) -> None:
    """Refuses an assignment after which the object is as it was."""
    problems: list[str] = []
    for path, text in parts:
        old, asked, new = (_value(held, path) for held in (before, wanted, after))
        if old == new:
            why = "is so already" if asked == old else f"stays {_text(new)}, which follows from its other properties"
            problems.append(f"{name!r} can not take {path}={text}: it {why}; give another value or property")
    if problems:
        raise DriftError(problems)


def _value(properties: Properties, path: str) -> Any:
    """What a path names, None if nothing."""
    value: Any = properties
    for name, index in _STEP.findall(path):
        try:
            value = value[name or int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _text(value: Any) -> str:
    return "unset" if value is None else json.dumps(value, ensure_ascii=False)


def _steps(before: Properties, after: Properties, parts: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{path} {_text(_value(before, path))} => {_text(_value(after, path))}" for path, _ in parts]


def _change_answer(world: World, item: Object, assignments: Sequence[str]) -> Changed:
    """Changes what the API answers of an object: a property that it has, to a value of the same kind."""
    parts = list(map(_parts, assignments))
    first = json.loads(json.dumps(item.properties))
    for path, text in parts:
        before = json.loads(json.dumps(item.properties))
        head = _assign(item.properties, path, text)
        if _of_other_kind(before, item.properties) or not text:
            near = schema.nearest(head, before) if head not in before else None
            hint = f"; did you mean {near!r}" if near else "; give a property that is there a value of the same kind"
            raise DriftError([f"{item.type} {item.name!r} can not take {path}={text}{hint}"])
    _refuse_nothing(item.name, first, item.properties, item.properties, parts)
    item.name = str(item.properties.get("Name", item.name))
    world.save(item)
    return Changed(item.name, _steps(first, item.properties, parts))


def _of_other_kind(before: object, after: object) -> bool:
    """Whether two values are of different kinds, or are maps with other keys."""
    other = type(before) is not type(after)
    if other or not isinstance(before, dict) or not isinstance(after, dict):
        return other
    old, new = cast("dict[str, object]", before), cast("dict[str, object]", after)
    return old.keys() != new.keys() or any(_of_other_kind(old[key], new[key]) for key in old)


def remove(world: World, kind: str, name: str) -> Object:
    """Deletes an object and leaves what rests on it to find out. Raises DriftError."""
    with world.transaction():
        item = find(world, kind, name)
        world.remove(item)
        return item


def _is(token: str, kind: str) -> bool:
    name = _SHORT.get(kind.lower(), kind)
    return token == name or token.rsplit(":", maxsplit=1)[-1].lower() == name.lower()


def _platform(platforms: Sequence[Platform], item: Object) -> Platform:
    package = item.type.split(":", maxsplit=1)[0]
    for platform in platforms:
        if platform.package == package:
            return platform
    raise DriftError([f"{item.type} is not changed by hand; remove it, or seed it anew"])


def _assign(properties: Properties, path: str, text: str) -> str:
    """Sets what a path names; the name of the property at its head."""
    steps: list[str | int] = [name or int(index) for name, index in _STEP.findall(path)]
    if not steps or "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps) != f".{path}":
        raise DriftError([f"{path!r} is no path; write one such as memory or disks[0].size"])
    target: Any = properties
    for step in steps[:-1]:
        try:
            target = target[step]
        except (KeyError, IndexError, TypeError):
            raise DriftError([f"{path}: nothing at {step!r}"]) from None
    last = steps[-1]
    try:
        if text:
            target[last] = _parse(text)
        else:
            del target[last]
    except (KeyError, IndexError, TypeError):
        raise DriftError([f"{path}: nothing at {last!r}"]) from None
    return str(steps[0])


def _parts(assignment: str) -> tuple[str, str]:
    path, equals, text = assignment.partition("=")
    if not equals:
        raise DriftError([f"{assignment!r} is no assignment; give property=value"])
    return path, text


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
