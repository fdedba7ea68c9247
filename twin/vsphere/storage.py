"""Datastores, datastore clusters and content libraries.

Space is what disks are sized to, in MB; thin provisioning does not make room.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Final, cast

from twin.engine.platform import Kind, Site
from twin.vsphere.inventory import require_tags
from twin.vsphere.naming import (
    DATASTORES,
    EXPORT,
    HOST,
    LIBRARY,
    LIBRARY_ITEM,
    LUN,
    NAS,
    POD,
    VMFS,
    Inventory,
    Named,
    datacenter,
    datacenter_in,
    enter,
    identifier,
    moref_id,
)
from twin.world.store import Object, World


def space(datastore_id: str) -> str:
    """The name under which disks take space on a datastore."""
    return f"space:{datastore_id}"


class DatastoreCluster(Inventory):
    """A datastore cluster; what it holds is what its members hold."""

    def place(self, site: Site) -> None:
        home = datacenter(site, str(site.inputs["datacenterId"]))
        folder = str(site.inputs.get("folder", "")).strip("/")
        moref_id(site, "group-p")
        root = f"/{home.name}/datastore" + (f"/{folder}" if folder else "")
        enter(site, root, str(site.inputs["name"]))
        require_tags(site)


class Datastore(Inventory):
    """A datastore on racked storage. A planted one states its `capacity` in MB instead."""

    def place(self, site: Site) -> None:
        hosts = [site.require(HOST, id_, f"host {id_!r} not found") for id_ in self.hosts(site)]
        pod_id = str(site.inputs.get("datastoreClusterId") or "")
        pod = site.require(POD, pod_id, f"datastore cluster {pod_id!r} not found") if pod_id else None
        anchor = hosts[0] if hosts else pod
        if anchor is None and not site.planted:
            site.refuse("a datastore needs a host")
        root = str(datacenter_in(site.world, anchor).facts["path"] if anchor else f"/{site.item.facts['datacenter']}")
        folder = str(site.inputs.get("folder", "")).strip("/")
        root += "/datastore" + (f"/{folder}" if folder else "")
        moref_id(site, "datastore-")
        enter(site, str(pod.facts["path"]) if pod else root, str(site.inputs["name"]))
        site.claim(
            f"datastore@{root.split('/')[1]}",
            site.item.name.lower(),
            f"The name {site.item.name!r} already exists in this datacenter.",
        )
        if pod is not None:
            site.claim(f"pod:{pod.id}", site.item.id, "{holder!r} is this datastore")
        capacity = int(site.inputs["capacity"]) if "capacity" in site.inputs else self.capacity(site)
        site.outputs.update(
            capacity=capacity,
            freeSpace=capacity - site.world.used(space(site.item.id)),
            accessible=True,
            maintenanceMode="normal",
            multipleHostAccess=len(hosts) > 1,
            uncommittedSpace=0,
            url=f"ds:///vmfs/volumes/{identifier(site)}/",
        )
        require_tags(site)

    @abstractmethod
    def hosts(self, site: Site) -> Sequence[str]:
        """Ids of the hosts that mount it."""

    @abstractmethod
    def capacity(self, site: Site) -> int:
        """Capacity in MB of the storage that it is made from."""


class Vmfs(Datastore):
    """A VMFS datastore on racked disks, each of which is in one datastore only."""

    def hosts(self, site: Site) -> Sequence[str]:
        id_ = site.inputs.get("hostSystemId")
        return [str(id_)] if id_ else []

    def capacity(self, site: Site) -> int:
        total = 0
        for disk in cast("list[str]", site.inputs["disks"]):
            lun = site.world.holder(LUN, disk.lower())
            if lun is None:
                site.refuse(f"disk {disk!r} is not among the disks that the host sees")
            site.claim("lun", disk.lower(), f"disk {disk!r} is in use by datastore {{holder!r}}")
            total += int(lun.properties["sizeMb"])
        return total


class Nas(Datastore):
    """An NFS datastore on a racked export."""

    def hosts(self, site: Site) -> Sequence[str]:
        return cast("list[str]", site.inputs.get("hostSystemIds") or [])

    def capacity(self, site: Site) -> int:
        remote = f"{site.inputs['remoteHosts'][0]}:{site.inputs['remotePath']}"
        export = site.world.holder(EXPORT, remote.lower())
        if export is None:
            site.refuse(f"cannot mount {remote!r}: no such export is racked")
        return int(export.properties["sizeMb"])


def members(world: World, pod: Object) -> list[Object]:
    """The datastores of a datastore cluster."""
    return [item for _, item in world.holders(f"pod:{pod.id}")]


def free(world: World, datastore: Object) -> int:
    """Free space of a datastore in MB."""
    return int(datastore.properties["capacity"]) - world.used(space(datastore.id))


class Library(Named):
    """A content library; its storage must exist."""

    what = "content library"

    def place(self, site: Site) -> None:
        self.take(site)
        for backing in cast("list[dict[str, str]]", site.inputs["storageBackings"]):
            id_ = backing.get("datastoreId", "")
            site.require(DATASTORES, id_, f"datastore {id_!r} not found")
        site.item.id = site.item.id or identifier(site)


class LibraryItem(Kind):
    """An item of a content library; its name is unique in the library."""

    def place(self, site: Site) -> None:
        library_id, name = str(site.inputs["libraryId"]), str(site.inputs["name"])
        library = site.require(LIBRARY, library_id, f"content library {library_id!r} not found")
        site.item.name = name
        site.claim(f"item:{library.id}", name.lower(), f"item {name!r} already exists in library {library.name!r}")
        site.item.id = site.item.id or identifier(site)


KINDS: Final[dict[str, Kind]] = {
    POD: DatastoreCluster(),
    VMFS: Vmfs(),
    NAS: Nas(),
    LIBRARY: Library(),
    LIBRARY_ITEM: LibraryItem(),
}
