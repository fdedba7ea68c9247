"""Plants what is there before any stack: the observed estate, its templates, the racked hardware, its Citrix pools.

An object to plant is `{"type": token, "id": ..., "properties": {...}, "facts": {...}}` in the SDK's terms. Properties
may be inputs and outputs of the type (a datastore's `capacity`, a machine's `guestIpAddresses`), and none is
required but what the platform needs to place it. `id` may be left out where the platform forms it. `facts` are
what the SDK does not say; see FACTS. Of `citrix:` types the properties are a request's body (citrix/plant.py). Objects
stand in the order of what rests on what. Planting the same again changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from twin.citrix import plant as citrix
from twin.engine import schema
from twin.engine.check import Fault, check, mark_secrets
from twin.engine.platform import Kind, Platform, RefusedError, Site
from twin.engine.wire import Properties
from twin.vsphere.naming import HOST, HOST_PORT_GROUP, MACHINE, NAS, SNAPSHOT, VMFS
from twin.world import rack
from twin.world.store import Object, World

FACTS: Final[dict[str, dict[str, type]]] = {
    MACHINE: {"template": bool},
    HOST: {"cores": int, "memoryMb": int},
    VMFS: {"datacenter": str},
    NAS: {"datacenter": str},
    HOST_PORT_GROUP: {"datacenter": str},
    SNAPSHOT: {"path": str},
}
"""Facts by type: that a machine is a template, a host's cores and memory, the name of the datacenter that a
datastore or a standard port group stands in when no host says so, the snapshots that a snapshot came after."""
_KEYS: Final = ("type", "id", "properties", "facts")


class PlantError(Exception):
    """Objects can not be planted; `problems` holds every fault, and nothing was planted."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def plant(world: World, platforms: Sequence[Platform], objects: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Plants objects, all or none; how many are new, and how many were there and have changed. Raises PlantError."""
    problems: list[str] = []
    new = changed = 0
    by_package = {platform.package: platform for platform in platforms}
    for index, entry in enumerate(objects):
        problems.extend(f"{_label(index, entry)}: {fault}" for fault in _faults(entry))
    if problems:
        raise PlantError(problems)
    with world.transaction():
        for index, entry in enumerate(objects):
            try:
                outcome = _plant_any(world, by_package, entry)
            except RefusedError as refusal:
                problems.append(f"{_label(index, entry)}: {refusal}")
                continue
            new += outcome == "new"
            changed += outcome == "changed"
        if problems:
            raise PlantError(problems)
    return new, changed


def _plant_any(world: World, platforms: Mapping[str, Platform], entry: Mapping[str, Any]) -> str:
    token = str(entry["type"])
    if token in citrix.TYPES:
        return "new" if citrix.plant(world, token, dict(entry["properties"])) else "same"
    return _plant(world, _kind(platforms, token), entry)


def _kind(platforms: Mapping[str, Platform], token: str) -> Kind:
    if token in rack.SHAPES:
        return rack.RACKED
    return platforms[token.split(":", maxsplit=1)[0]].kind(token)


def _plant(world: World, kind: Kind, entry: Mapping[str, Any]) -> str:
    token, id_ = str(entry["type"]), str(entry.get("id") or "")
    properties = dict(cast(Properties, entry["properties"]))
    facts = dict(cast(Properties, entry.get("facts") or {}))
    # Names are taken as soon as an object is there: what was planted before is found by what it was planted from.
    holders = ("categoryId", "datacenterId", "virtualMachineUuid")
    key = "|".join((id_, _name(properties), *(str(properties.get(holder, "")) for holder in holders)))
    present = world.holder(f"seed:{token}", key)
    text = json.dumps(world.seal({"properties": properties, "facts": facts}), sort_keys=True)
    if present is not None and present.facts.get("seed") == text:
        return "same"
    before = present.properties if present else None
    item = present or world.add(Object(token, "", "", {}, {}, given=True))
    item.facts |= facts
    item.properties = properties
    item.id = item.id or id_
    if before is not None:
        world.release(item)
    site = Site(world, item, properties, before=before)
    try:
        kind.place(site)
        _own_id(world, item)
    except RefusedError:
        if before is None:
            world.remove(item)
        raise
    item.facts["seed"] = text
    shaped = mark_secrets(schema.resource(token).inputs, properties) if token not in rack.SHAPES else properties
    merged: Properties = {key: value for key, value in site.outputs.items() if isinstance(value, dict | list)}
    item.properties = {**site.outputs, **shaped, **merged}
    world.claim(f"seed:{token}", key, item)
    world.save(item)
    return "changed" if before is not None else "new"


def _own_id(world: World, item: Object) -> None:
    other = world.get(item.type, item.id)
    if other is not None and other.seq != item.seq:
        raise RefusedError(f"its id {item.id} is that of {other.name!r}")


def _faults(entry: Mapping[str, Any]) -> list[Fault]:
    found = [Fault(key, f"unknown key; use {', '.join(_KEYS)}") for key in entry if key not in _KEYS]
    token = str(entry.get("type", ""))
    properties = cast(Properties, entry.get("properties") or {})
    if token in rack.SHAPES:
        return found + rack.faults(token, properties)
    if token in citrix.TYPES:
        return found
    try:
        resource = schema.resource(token)
    except schema.UnknownTokenError as error:
        return [*found, Fault("type", str(error))]
    shape = schema.Object({**resource.outputs, **resource.inputs.properties}, resource.inputs.python_names)
    found += check(shape, properties, partial=True)
    allowed = FACTS.get(token, {})
    facts = cast(Properties, entry.get("facts") or {})
    for key, value in facts.items():
        if not isinstance(value, allowed.get(key, ())):
            found.append(Fault(f"facts.{key}", f"not allowed; use {allowed or 'none'}"))
    if token == HOST:
        found += [Fault(f"facts.{key}", "missing") for key in allowed if key not in facts]
    if token in {VMFS, NAS} and not isinstance(properties.get("capacity"), int):
        found.append(Fault("capacity", "missing; MB"))
    return found


def _label(index: int, entry: Mapping[str, Any]) -> str:
    name = _name(cast(Properties, entry.get("properties") or {}))
    return f"objects[{index}] {entry.get('type')} {name!r}"


def _name(properties: Properties) -> str:
    for key in ("name", "Name", "path", "hostname", "snapshotName", "remotePath"):
        if key in properties:
            return str(properties[key])
    return ""
