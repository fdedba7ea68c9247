"""vCenter's functions (`get_*`), answered from the world.

A function that the world holds nothing for is refused by name; no answer is made up. Not found reads as the real
provider's error does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final, NoReturn, cast

from twin.engine import schema
from twin.engine.platform import RefusedError
from twin.engine.wire import Properties
from twin.vsphere.naming import (
    CATEGORY,
    CLUSTER,
    DATACENTER,
    FOLDER,
    HOST,
    LIBRARY,
    LUN,
    MACHINE,
    NETWORKS,
    POD,
    POOL,
    RACK,
    ROLE,
    STORAGE_POLICY,
    SWITCH,
    TAG,
    at,
    moid,
    token,
)
from twin.vsphere.policy import BUILT_IN_ROLES
from twin.vsphere.storage import free, members
from twin.world.store import SEALED, Object, World

Answer = Callable[[World, Properties], Properties]


def answer(world: World, function: str, arguments: Properties) -> Properties:
    """The result of a function. Raises RefusedError if there is no such thing, or nothing of the kind."""
    found = ANSWERS.get(function)
    if found is None:
        raise RefusedError(f"the twin cannot answer {function}: its world holds nothing of the kind")
    return found(world, arguments)


def _shown(function: str, item: Object, **more: Any) -> Properties:
    """The object's properties that the function's result has, and more."""
    results = schema.function(token_of(function)).results
    held: Properties = {
        key: value
        for key, value in item.properties.items()
        if key in results and not (isinstance(value, dict) and SEALED in value)
    }
    return {**held, "id": item.id, **more}


def token_of(function: str) -> str:
    """The invoke token of a function, as `getTag`."""
    return f"vsphere:index/{function}:{function}"


def _fail(message: str) -> NoReturn:
    raise RefusedError(message)


def _home(world: World, arguments: Properties) -> Object:
    """The datacenter that the arguments name, or the only one."""
    id_ = arguments.get("datacenterId")
    if id_:
        found = world.holder("moid", str(id_))
        if found is None or found.type != DATACENTER:
            _fail(f"cannot locate datacenter: no managed object {id_!r}")
        return found
    all_ = world.all(DATACENTER)
    if len(all_) != 1:
        _fail(f"default datacenter resolves to {len(all_)} instances, please specify")
    return all_[0]


def _placed(world: World, arguments: Properties, root: str, types: tuple[str, ...], what: str) -> Object:
    """The object that `name` names: a path, or a name below one of the roots of a datacenter."""
    name = str(arguments.get("name") or "").strip("/")
    home = str(_home(world, arguments).facts["path"])
    exact = at(world, name if "/" in name else f"{home}/{root}/{name}") or at(world, f"{home}/{root}/{name}")
    if exact is not None and exact.type in types:
        return exact
    prefix = f"{home}/{root}/".lower()
    found = [
        item
        for type_ in types
        for item in world.named(type_, name)
        if str(item.facts.get("path", "")).lower().startswith(prefix)
    ]
    if len(found) > 1:
        _fail(f"path '{name}' resolves to multiple {what}s")
    return found[0] if found else _fail(f"{what} '{name}' not found")


def _datacenter(world: World, arguments: Properties) -> Properties:
    name = arguments.get("name")
    found = at(world, str(name)) if name else _home(world, {})
    if found is None or found.type != DATACENTER:
        _fail(f"datacenter '{name}' not found")
    machines = [
        item.name for item in world.all(MACHINE) if str(item.facts["path"]).startswith(f"{found.facts['path']}/")
    ]
    return _shown("getDatacenter", found, id=moid(found), virtualMachines=sorted(machines))


def _cluster(world: World, arguments: Properties) -> Properties:
    return _shown("getComputeCluster", _placed(world, arguments, "host", (CLUSTER,), "cluster"))


def _host(world: World, arguments: Properties) -> Properties:
    home = _home(world, arguments)
    name = arguments.get("name")
    found = world.holder("host", str(name).lower()) if name else None
    if name is None:
        all_ = world.all(HOST)
        found = all_[0] if len(all_) == 1 else _fail("default host resolves to multiple instances, please specify")
    if found is None or not str(found.facts["path"]).startswith(f"{home.facts['path']}/"):
        _fail(f"host '{name}' not found")
    cluster = world.get(CLUSTER, str(found.properties.get("cluster", "")))
    pool = cluster.properties["resourcePoolId"] if cluster else ""
    return _shown("getHost", found, resourcePoolId=pool)


def _thumbprint(world: World, arguments: Properties) -> Properties:
    address = str(arguments["address"])
    racked = world.holder(RACK, address.lower()) or world.holder("host", address.lower())
    if racked is None:
        _fail(f"dial tcp: lookup {address}: no such host")
    digest = hashlib.sha1(address.lower().encode(), usedforsecurity=False).hexdigest().upper()
    pairs = ":".join(digest[i : i + 2] for i in range(0, 40, 2))
    return {"id": pairs, "address": address}


def _vmfs_disks(world: World, arguments: Properties) -> Properties:
    host = world.get(HOST, str(arguments["hostSystemId"]))
    if host is None:
        _fail(f"host {arguments['hostSystemId']!r} not found")
    wanted = str(arguments.get("filter") or "")
    names = sorted(item.name for item in world.all(LUN) if wanted in item.name)
    return {"id": host.id, "hostSystemId": host.id, "disks": names, **_given(arguments, "filter", "rescan")}


def _datastore(world: World, arguments: Properties) -> Properties:
    found = _any_datastore(world, arguments)
    stats = {"capacity": str(found.properties["capacity"]), "freeSpace": str(free(world, found))}
    return {"id": found.id, "name": found.name, "stats": stats, **_given(arguments, "datacenterId")}


def _any_datastore(world: World, arguments: Properties) -> Object:
    home = _home(world, arguments)
    name = str(arguments["name"]).rstrip("/").rsplit("/", maxsplit=1)[-1]
    found = world.holder(f"datastore@{home.name}", name.lower())
    return found or _fail(f"datastore '{name}' not found")


def _datastore_stats(world: World, arguments: Properties) -> Properties:
    home = _home(world, arguments)
    all_ = [item for _, item in world.holders(f"datastore@{home.name}")]
    return {
        "id": moid(home),
        "datacenterId": moid(home),
        "capacity": {item.name: str(item.properties["capacity"]) for item in all_},
        "freeSpace": {item.name: str(free(world, item)) for item in all_},
    }


def _pod(world: World, arguments: Properties) -> Properties:
    found = _placed(world, arguments, "datastore", (POD,), "datastore cluster")
    return {
        "id": found.id,
        "name": found.name,
        "datastores": [item.id for item in members(world, found)],
        **_given(arguments, "datacenterId"),
    }


def _switch(world: World, arguments: Properties) -> Properties:
    found = _placed(world, arguments, "network", (SWITCH,), "distributed virtual switch")
    uplinks = cast("list[str]", found.properties.get("uplinks") or ["uplink1", "uplink2", "uplink3", "uplink4"])
    return {"id": found.id, "name": found.name, "uplinks": uplinks, **_given(arguments, "datacenterId")}


def _network(world: World, arguments: Properties) -> Properties:
    found = _placed(world, arguments, "network", NETWORKS, "network")
    switch = arguments.get("distributedVirtualSwitchUuid")
    if switch and found.properties.get("distributedVirtualSwitchUuid") != switch:
        _fail(f"network '{arguments['name']}' not found on switch {switch!r}")
    portgroup = found.type == NETWORKS[0]
    return {
        "id": found.id,
        "name": found.name,
        "type": "DistributedVirtualPortgroup" if portgroup else "Network",
        **_given(arguments, "datacenterId", "distributedVirtualSwitchUuid"),
    }


def _machine(world: World, arguments: Properties) -> Properties:
    by_id = arguments.get("uuid") or arguments.get("moid")
    if by_id:
        found = world.get(MACHINE, str(by_id)) or world.holder("moid", str(by_id))
        if found is None:
            _fail(f"virtual machine with UUID {by_id!r} not found")
    else:
        folder = str(arguments.get("folder") or "").strip("/")
        name = f"{folder}/{arguments['name']}" if folder else arguments["name"]
        found = _placed(world, {**arguments, "name": name}, "vm", (MACHINE,), "vm")
    held = found.properties
    adapters = cast("list[Properties]", held.get("networkInterfaces") or [])
    disks = cast("list[Properties]", held.get("disks") or [])
    return _shown(
        "getVirtualMachine",
        found,
        uuid=found.id,
        moid=moid(found),
        name=found.name,
        instanceUuid=found.id,
        networkInterfaces=[{key: value for key, value in adapter.items() if key != "key"} for adapter in adapters],
        networkInterfaceTypes=[str(adapter.get("adapterType", "vmxnet3")) for adapter in adapters],
        disks=[_seen_disk(index, disk) for index, disk in enumerate(disks)],
        scsiType=str(held.get("scsiType", "pvscsi")),
        scsiBusSharing=str(held.get("scsiBusSharing", "noSharing")),
        firmware=str(held.get("firmware", "bios")),
        numCpus=int(held.get("numCpus", 1)),
        memory=int(held.get("memory", 1024)),
        vtpm=bool(held.get("vtpm")),
        **_given(arguments, "datacenterId", "folder"),
    )


def _seen_disk(index: int, disk: Properties) -> Properties:
    return {
        "label": str(disk.get("label", f"disk{index}")),
        "size": int(disk.get("size") or 0),
        "unitNumber": int(disk.get("unitNumber", index)),
        "thinProvisioned": bool(disk.get("thinProvisioned", True)),
        "eagerlyScrub": bool(disk.get("eagerlyScrub", False)),
    }


def _pool(world: World, arguments: Properties) -> Properties:
    parent, name = arguments.get("parentResourcePoolId"), str(arguments.get("name") or "")
    if parent:
        found = next(
            (item for item in world.named(POOL, name) if item.properties["parentResourcePoolId"] == parent), None
        )
    else:
        home = str(_home(world, arguments).facts["path"])
        found = at(world, f"{home}/host/{name}") or at(world, name)
        found = found or next(iter(world.named(POOL, name)), None)
    if found is None or found.type not in {POOL, CLUSTER}:
        _fail(f"resource pool '{name}' not found")
    id_ = str(found.properties["resourcePoolId"]) if found.type == CLUSTER else found.id
    return {"id": id_, **_given(arguments, "name", "datacenterId", "parentResourcePoolId")}


def _folder(world: World, arguments: Properties) -> Properties:
    path = str(arguments["path"])
    found = at(world, path)
    if found is None or found.type != FOLDER:
        _fail(f"folder '{path}' not found")
    return {"id": found.id, "path": path}


def _category(world: World, arguments: Properties) -> Properties:
    found = world.holder(CATEGORY, str(arguments["name"]).lower())
    return _shown("getTagCategory", found) if found else _fail(f"category name {arguments['name']!r} not found")


def _tag(world: World, arguments: Properties) -> Properties:
    if "id" in arguments:
        found = world.get(TAG, str(arguments["id"]))
    else:
        found = world.holder(f"tag:{arguments.get('categoryId')}", str(arguments.get("name", "")).lower())
    return _shown("getTag", found) if found else _fail(f"tag name {arguments.get('name')!r} not found")


def _by_name(function: str, type_: str, what: str) -> Answer:
    def found(world: World, arguments: Properties) -> Properties:
        item = world.holder(type_, str(arguments["name"]).lower())
        return _shown(function, item) if item else _fail(f"{what} '{arguments['name']}' not found")

    return found


def _role(world: World, arguments: Properties) -> Properties:
    label = str(arguments["label"])
    built_in = {name.lower(): id_ for id_, name in BUILT_IN_ROLES.items()}
    if label.lower() in built_in:
        return {"id": built_in[label.lower()], "label": label, "name": label, "rolePrivileges": []}
    item = world.holder(ROLE, label.lower())
    return _shown("getRole", item, label=item.name) if item else _fail(f"role with label {label!r} not found")


def _library_item(world: World, arguments: Properties) -> Properties:
    library, name = str(arguments["libraryId"]), str(arguments["name"])
    found = world.holder(f"item:{library}", name.lower())
    return _shown("getContentLibraryItem", found) if found else _fail(f"content library item '{name}' not found")


def _policy(world: World, arguments: Properties) -> Properties:
    name = str(arguments["name"])
    found = world.holder(STORAGE_POLICY, name.lower())
    return {"id": found.id, "name": name} if found else _fail(f"no policy found with name '{name}'")


def _host_group(world: World, arguments: Properties) -> Properties:
    cluster, name = str(arguments["computeClusterId"]), str(arguments["name"])
    found = world.holder(f"{token('ComputeClusterHostGroup')}@{cluster}", name.lower())
    if found is None:
        _fail(f"host group '{name}' not found in cluster {cluster!r}")
    return _shown("getComputeClusterHostGroup", found)


def _given(arguments: Properties, *keys: str) -> Properties:
    return {key: arguments[key] for key in keys if key in arguments}


ANSWERS: Final[dict[str, Answer]] = {
    token_of("getDatacenter"): _datacenter,
    token_of("getComputeCluster"): _cluster,
    token_of("getComputeClusterHostGroup"): _host_group,
    token_of("getHost"): _host,
    token_of("getHostThumbprint"): _thumbprint,
    token_of("getVmfsDisks"): _vmfs_disks,
    token_of("getDatastore"): _datastore,
    token_of("getDatastoreStats"): _datastore_stats,
    token_of("getDatastoreCluster"): _pod,
    token_of("getDistributedVirtualSwitch"): _switch,
    token_of("getNetwork"): _network,
    token_of("getVirtualMachine"): _machine,
    token_of("getResourcePool"): _pool,
    token_of("getFolder"): _folder,
    token_of("getTagCategory"): _category,
    token_of("getTag"): _tag,
    token_of("getCustomAttribute"): _by_name("getCustomAttribute", token("CustomAttribute"), "custom attribute"),
    token_of("getContentLibrary"): _by_name("getContentLibrary", LIBRARY, "content library"),
    token_of("getContentLibraryItem"): _library_item,
    token_of("getGuestOsCustomization"): _by_name(
        "getGuestOsCustomization", token("GuestOsCustomization"), "customization specification"
    ),
    token_of("getPolicy"): _policy,
    token_of("getRole"): _role,
}
