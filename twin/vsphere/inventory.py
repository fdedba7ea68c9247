"""Datacenters, folders, tags and custom attributes."""

from __future__ import annotations

import json
from typing import Any, Final, cast

from twin.engine.check import Fault
from twin.engine.platform import Kind, RefusedError, Site
from twin.engine.wire import Properties
from twin.vsphere.naming import (
    CATEGORY,
    DATACENTER,
    FOLDER,
    TAG,
    Inventory,
    Named,
    at,
    datacenter,
    enter,
    identifier,
    moref,
    moref_id,
    token,
)
from twin.world.store import Object, World

FOLDER_ROOTS: Final = {"vm": "vm", "host": "host", "datastore": "datastore", "network": "network"}
_FOLDER_PREFIXES: Final = {
    "vm": "group-v",
    "host": "group-h",
    "datastore": "group-s",
    "network": "group-n",
    "datacenter": "group-d",
}


class Plain(Kind):
    """A type whose rules the twin does not know: it is kept as given, under an id of its own."""

    def place(self, site: Site) -> None:
        site.item.name = str(site.inputs.get("name", ""))
        site.item.id = site.item.id or identifier(site)


PLAIN: Final = Plain()


class Datacenter(Inventory):
    """A datacenter; its id is its name and `moid` the managed object id."""

    def place(self, site: Site) -> None:
        name = str(site.inputs["name"])
        folder = str(site.inputs.get("folder", "")).strip("/")
        if folder and at(site.world, folder) is None:
            site.refuse(f"folder {folder!r} not found")
        site.outputs["moid"] = moref(site, "datacenter-")
        enter(site, f"/{folder}" if folder else "", name)
        site.item.id = name


class Folder(Inventory):
    """A folder of a datacenter: `path` is relative to the root for its type, and its parents must exist."""

    def faults(self, inputs: Properties) -> list[Fault]:
        kind = inputs.get("type")
        faults: list[Fault] = []
        if kind is not None and kind not in _FOLDER_PREFIXES:
            faults.append(Fault("type", f"{kind!r} is not allowed; use {', '.join(_FOLDER_PREFIXES)}"))
        for part in str(inputs.get("path", "x")).strip("/").split("/"):
            if not part:
                faults.append(Fault("path", "has an empty part"))
            elif len(part) > 80:
                faults.append(Fault("path", f"{part!r} has {len(part)} characters; use 80 at most"))
        return faults

    def place(self, site: Site) -> None:
        kind = str(site.inputs["type"])
        path = str(site.inputs["path"]).strip("/")
        root = ""
        if kind != "datacenter":
            if "datacenterId" not in site.inputs:
                site.refuse(f"datacenter_id cannot be empty when creating a folder of type {kind}")
            home = datacenter(site, str(site.inputs["datacenterId"]))
            root = f"/{home.name}/{FOLDER_ROOTS[kind]}"
        parent, _, name = path.rpartition("/")
        if parent:
            above = at(site.world, f"{root}/{parent}")
            if above is None or above.type != FOLDER:
                site.refuse(f"error trying to determine parent folder: folder {root}/{parent} not found")
            site.world.link(site.item, above)
        old = site.item.facts.get("path")
        moref_id(site, _FOLDER_PREFIXES[kind])
        enter(site, f"{root}/{parent}" if parent else root, name)
        if old is not None and old != site.item.facts["path"]:
            _move(site.world, str(old), str(site.item.facts["path"]))


def _move(world: World, old: str, new: str) -> None:
    """Moves what is below a folder along with it."""
    for key, item in world.holders("path"):
        if key.startswith(f"{old.lower()}/"):
            path = new + str(item.facts["path"])[len(old) :]
            item.facts["path"] = path
            world.rename_claim("path", key, path.lower())
            relative = "/".join(path.split("/")[3:])
            if item.type == FOLDER:
                item.properties["path"] = relative
            elif "folder" in item.properties:
                item.properties["folder"] = relative.rpartition("/")[0]
            world.save(item)


class TagCategory(Named):
    """A tag category."""

    what = "tag category"

    def faults(self, inputs: Properties) -> list[Fault]:
        cardinality = inputs.get("cardinality")
        if cardinality in {None, "SINGLE", "MULTIPLE"}:
            return []
        return [Fault("cardinality", f"{cardinality!r} is not allowed; use SINGLE, MULTIPLE")]

    def place(self, site: Site) -> None:
        self.take(site)
        site.item.id = site.item.id or f"urn:vmomi:InventoryServiceCategory:{identifier(site)}:GLOBAL"


class Tag(Kind):
    """A tag; its name is unique in its category."""

    def place(self, site: Site) -> None:
        name, category_id = str(site.inputs["name"]), str(site.inputs["categoryId"])
        category = site.require(CATEGORY, category_id, f"category with ID {category_id!r} not found", rest=False)
        site.item.name = name
        site.claim(f"tag:{category.id}", name.lower(), f"tag {name!r} already exists in category {category.name!r}")
        site.item.id = site.item.id or f"urn:vmomi:InventoryServiceTag:{identifier(site)}:GLOBAL"

    def find(self, world: World, token: str, id_: str) -> Object | None:
        if not id_.lstrip().startswith("{"):
            return world.get(token, id_)
        try:
            keys = cast("dict[str, Any]", json.loads(id_))
            category = world.holder(CATEGORY, str(keys["category_name"]).lower())
            name = str(keys["tag_name"]).lower()
        except (ValueError, KeyError):
            raise RefusedError('a tag is imported as {"category_name": ..., "tag_name": ...}') from None
        return world.holder(f"tag:{category.id}", name) if category else None


class CustomAttribute(Named):
    """A custom attribute; its id is a number."""

    what = "custom attribute"

    def place(self, site: Site) -> None:
        self.take(site)
        site.item.id = site.item.id or str(site.world.number("attribute") + 100)


def require_tags(site: Site) -> None:
    """Every tag and custom attribute that the inputs attach must exist."""
    for tag in cast("list[str]", site.inputs.get("tags") or []):
        site.require(TAG, tag, f"tag {tag!r} not found", rest=False)
    for attribute in cast(Properties, site.inputs.get("customAttributes") or {}):
        site.require(token("CustomAttribute"), attribute, f"custom attribute {attribute!r} not found", rest=False)


KINDS: Final[dict[str, Kind]] = {
    DATACENTER: Datacenter(),
    FOLDER: Folder(),
    CATEGORY: TagCategory(),
    TAG: Tag(),
    token("CustomAttribute"): CustomAttribute(),
}
