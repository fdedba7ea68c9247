"""Ids, inventory paths and lookups that all of vCenter's objects share."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final, cast

from twin.engine.platform import Kind, RefusedError, Site
from twin.world.store import Object, World

_NAMESPACE: Final = uuid.UUID("5f0c2a52-5d0b-4f0e-9f0a-6f1f5f9a7d11")


def token(name: str) -> str:
    """The type token of a resource class, as `VirtualMachine`."""
    return f"vsphere:index/{name[0].lower()}{name[1:]}:{name}"


DATACENTER: Final = token("Datacenter")
FOLDER: Final = token("Folder")
POOL: Final = token("ResourcePool")
CLUSTER: Final = token("ComputeCluster")
HOST: Final = token("Host")
SWITCH: Final = token("DistributedVirtualSwitch")
PORT_GROUP: Final = token("DistributedPortGroup")
HOST_PORT_GROUP: Final = token("HostPortGroup")
POD: Final = token("DatastoreCluster")
VMFS: Final = token("VmfsDatastore")
NAS: Final = token("NasDatastore")
MACHINE: Final = token("VirtualMachine")
SNAPSHOT: Final = token("VirtualMachineSnapshot")
TAG: Final = token("Tag")
CATEGORY: Final = token("TagCategory")
LIBRARY: Final = token("ContentLibrary")
LIBRARY_ITEM: Final = token("ContentLibraryItem")
STORAGE_POLICY: Final = token("VmStoragePolicy")
ROLE: Final = token("Role")
DATASTORES: Final = (VMFS, NAS)
NETWORKS: Final = (PORT_GROUP, HOST_PORT_GROUP)

RACK: Final = "twin:rack:Host"
LUN: Final = "twin:rack:Lun"
EXPORT: Final = "twin:rack:Export"


def moref(site: Site, prefix: str) -> str:
    """The managed object id of the site's object: kept, or a new one such as `vm-1042`."""
    given = site.inputs.get("moid") if site.planted else None
    moid = str(site.item.facts.get("moid") or given or _free(site.world, prefix))
    site.item.facts["moid"] = moid
    site.claim("moid", moid, f"the managed object id {moid!r} is taken by {{holder!r}}")
    return moid


def _free(world: World, prefix: str) -> str:
    """The next managed object id that no planted object brought with it."""
    while world.holder("moid", found := f"{prefix}{world.number('moref') + 1000}") is not None:
        continue
    return found


def moref_id(site: Site, prefix: str) -> str:
    """The same where the managed object id is the resource's id."""
    if site.item.id:
        site.item.facts["moid"] = site.item.id
    site.item.id = moref(site, prefix)
    return site.item.id


def identifier(site: Site) -> str:
    """A UUID for the site's object that is the same from run to run in the same world."""
    return str(uuid.uuid5(_NAMESPACE, f"{site.item.type}#{site.item.seq}"))


def moid(item: Object) -> str:
    """The managed object id of an object."""
    return str(item.facts.get("moid", item.id))


def enter(site: Site, folder: str, name: str) -> None:
    """Takes a place in the inventory: the object's name and its path, which only one object may have."""
    site.item.name = name
    path = f"{folder}/{name}"
    site.item.facts["path"] = path
    site.claim("path", path.lower(), f"The name {name!r} already exists in {folder!r}.")


def at(world: World, path: str) -> Object | None:
    """The object at an inventory path, in any letter case."""
    return world.holder("path", "/" + path.strip("/").lower())


def datacenter(site: Site, id_: str) -> Object:
    """The datacenter that a managed object id names; its Terraform id, which is its name, will not do."""
    return site.require(DATACENTER, id_, f"cannot locate datacenter: no managed object {id_!r}")


def datacenter_of(site: Site, item: Object) -> Object:
    """The datacenter that a cluster, host, datastore or switch stands in."""
    return datacenter_in(site.world, item)


def datacenter_in(world: World, item: Object) -> Object:
    """The datacenter of an object, by its inventory path."""
    root = "/" + str(item.facts["path"]).split("/")[1]
    found = at(world, root)
    if found is None:
        raise RefusedError(f"{item.name!r} stands in no datacenter")
    return found


class Inventory(Kind):
    """A kind whose objects are imported by inventory path or by id."""

    def find(self, world: World, token: str, id_: str) -> Object | None:
        found = world.get(token, id_) or at(world, id_) or world.holder("moid", id_)
        return found if found is not None and found.type == token else None


class Named(Kind):
    """A kind whose objects have a name that is unique among all of their type."""

    what = "object"

    def take(self, site: Site) -> str:
        """Takes the name; it is returned."""
        name = str(site.inputs["name"])
        site.item.name = name
        site.claim(site.item.type, name.lower(), f"{self.what} {name!r} already exists")
        return name

    def find(self, world: World, token: str, id_: str) -> Object | None:
        return world.get(token, id_) or world.holder(token, id_.lower())


class InCluster(Kind):
    """A kind that belongs to a compute or datastore cluster, imported by a JSON object of paths, as the
    provider documents: the cluster's path, and a name or a machine's path.
    """

    def find(self, world: World, token: str, id_: str) -> Object | None:
        known = world.get(token, id_)
        if known is not None or not id_.lstrip().startswith("{"):
            return known
        try:
            keys = cast("dict[str, Any]", json.loads(id_))
        except ValueError:
            raise RefusedError(f"the import id is no JSON: {id_!r}") from None
        cluster = at(world, str(keys.get("compute_cluster_path", keys.get("datastore_cluster_path", ""))))
        if cluster is None:
            raise RefusedError(f"no cluster at the path in {id_!r}")
        if "virtual_machine_path" in keys:
            machine = at(world, str(keys["virtual_machine_path"]))
            return world.get(token, f"{cluster.id}:{moid(machine)}") if machine else None
        return world.holder(f"{token}@{cluster.id}", str(keys.get("name", "")).lower())
