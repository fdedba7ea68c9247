"""A platform as the objects that the twin plants: the estate as found, the templates, and the hardware in the racks.

This is what is there before a stack is built. The sizes of single disks, where the export does
not tell them, are equal shares of the machine's total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from model import Platform
from model.platform import Hardware, Observed, Refresh
from model.types.guests import guest_id
from model.types.infrastructure import Settings
from model.types.observed import Adapter, ObservedVm
from refresh.seed import azure as seed_azure
from refresh.seed import citrix as seed_citrix

Object = dict[str, Any]
T = TypeVar("T")

DATACENTER_ID = "datacenter-2"
TEMPLATE_FOLDER = "Templates"
TEMPLATE_DISK_GIB = 40


class SeedError(Exception):
    """A platform that cannot be planted; the text says what its data lack."""


def objects(platform: Platform) -> list[Object]:
    """The objects of the platform in the order of what rests on what. Raises SeedError."""
    return [
        _object("Datacenter", {"name": platform.vmware.settings.datacenter, "moid": DATACENTER_ID}),
        *_zones(platform.settings),
        *_racks(platform.refresh, platform.hardware),
        *_folders(platform.refresh, platform.observed),
        *_estates(platform),
        *_templates(platform),
        *seed_citrix.snapshots(platform.settings, platform.desktops),
        *seed_citrix.pools(platform),
        *seed_azure.objects(platform.desktops, platform.azure),
    ]


def _object(kind: str, properties: Object, **more: Any) -> Object:
    token = kind if ":" in kind else f"vsphere:index/{kind[0].lower()}{kind[1:]}:{kind}"
    return {"type": token, "properties": properties} | more


def _machines(observed: Observed, generation: str) -> list[ObservedVm]:
    tables = (observed.servers.get(generation, {}), observed.vdas.get(generation, {}))
    return [machine for table in tables for machine in table.values()]


def _zones(settings: Settings) -> Iterator[Object]:
    if settings.alias_zone is not None:
        yield _object("dns:Zone", {"name": f"{settings.alias_zone}."})


def _racks(refresh: Refresh, hardware: Hardware) -> Iterator[Object]:
    for name, host in hardware.hosts.items():
        if refresh.generations[host.generation].origin == "managed":
            model = hardware.models[host.model]
            facts = {"hostname": name, "cores": model.cores, "memoryMb": model.memory_gib * 1024}
            yield _object("twin:rack:Host", facts)
    for store in hardware.datastores.values():
        if refresh.generations[store.generation].origin == "managed":
            yield _object("twin:rack:Lun", {"name": store.lun, "sizeMb": store.capacity_gib * 1024})


def _folders(refresh: Refresh, observed: Observed) -> Iterator[Object]:
    paths = {TEMPLATE_FOLDER} | {m.folder for g in refresh.generations for m in _machines(observed, g) if m.folder}
    parents = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 2)}
    for path in sorted(parents):
        yield _object("Folder", {"path": path, "type": "vm", "datacenterId": DATACENTER_ID})


def _estates(platform: Platform) -> Iterator[Object]:
    for generation in platform.refresh.generations.values():
        machines = _machines(platform.observed, generation.name)
        if generation.origin != "managed" and machines:
            yield from _estate(platform, generation.name, machines)


def _estate(platform: Platform, generation: str, machines: list[ObservedVm]) -> Iterator[Object]:
    """The clusters, hosts, datastores and networks of a generation as found, and its machines."""
    stores = [s for s in platform.hardware.datastores.values() if s.generation == generation]
    if not stores:
        raise SeedError(f"{platform.name}: hardware.yaml has no datastore of {generation}; declare one")
    clusters = {name: f"domain-c{n}" for n, name in enumerate(_once(m.cluster for m in machines), 10)}
    for number, (name, id_) in enumerate(clusters.items(), 10):
        facts = {"name": name, "datacenterId": DATACENTER_ID, "resourcePoolId": f"resgroup-{number}"}
        yield _object("ComputeCluster", facts, id=id_)
    for name, host in platform.hardware.hosts.items():
        cluster = platform.vmware.clusters[host.cluster].found.get(generation)
        if host.generation == generation and cluster in clusters:
            model = platform.hardware.models[host.model]
            facts = {"cores": model.cores, "memoryMb": model.memory_gib * 1024}
            yield _object("Host", {"hostname": name, "cluster": clusters[cluster]}, facts=facts)
    free = {store.name: store.capacity_gib * 1024 for store in stores}
    ids = {name: f"datastore-{n}" for n, name in enumerate(free, 10)}
    for name, capacity in free.items():
        facts = {"datacenter": platform.vmware.settings.datacenter}
        yield _object("VmfsDatastore", {"name": name, "capacity": capacity}, id=ids[name], facts=facts)
    networks = _once(
        place for m in machines for place in ((m.switch, m.network), *((a.switch, a.network) for a in m.other_adapters))
    )
    names = _once(switch for switch, _ in networks)
    switches = {name: f"50 00 00 00 00 00 00 00-00 00 00 00 00 00 00 {n:02x}" for n, name in enumerate(names, 10)}
    for name, id_ in switches.items():
        yield _object("DistributedVirtualSwitch", {"name": name, "datacenterId": DATACENTER_ID}, id=id_)
    groups = {network: f"dvportgroup-{n}" for n, network in enumerate(networks, 10)}
    for (switch, name), id_ in groups.items():
        facts = {"name": name, "distributedVirtualSwitchUuid": switches[switch]}
        yield _object("DistributedPortGroup", facts, id=id_)
    pools = {name: id_.replace("domain-c", "resgroup-") for name, id_ in clusters.items()}
    for machine in machines:
        store = max(free, key=lambda name: free[name])
        free[store] -= machine.disk_mib
        yield _machine(machine, pools[machine.cluster], ids[store], groups)


def _adapter(adapter: Adapter | ObservedVm, groups: Mapping[tuple[str, str], str]) -> Object:
    planted: Object = {
        "networkId": groups[adapter.switch, adapter.network],
        "adapterType": adapter.adapter or "vmxnet3",
    }
    return planted | ({"macAddress": adapter.mac.lower()} if adapter.mac else {})


def _disks(machine: ObservedVm) -> list[Object]:
    share = machine.disk_mib // max(machine.disks, 1)
    sizes = machine.each_disk_mib or [share] * machine.disks
    return [{"label": f"disk{n}", "size": max(1, mib // 1024), "unitNumber": n} for n, mib in enumerate(sizes)]


def _machine(machine: ObservedVm, pool: str, store: str, groups: Mapping[tuple[str, str], str]) -> Object:
    properties: Object = {
        "name": machine.name,
        "moid": machine.moref,
        "resourcePoolId": pool,
        "datastoreId": store,
        "folder": machine.folder,
        "numCpus": machine.cpus,
        "memory": machine.memory_mib,
        "guestId": machine.guest_id or guest_id(machine.guest_os) or "otherGuest64",
        "firmware": machine.firmware,
        "hardwareVersion": machine.hw_version,
        "annotation": machine.annotation,
        "powerState": machine.power,
        "networkInterfaces": [_adapter(each, groups) for each in (machine, *machine.other_adapters)],
        "disks": _disks(machine),
    }
    if machine.address is not None:
        properties["guestIpAddresses"] = [str(machine.address)]
    return _object("VirtualMachine", properties, id=machine.known_by)


def _templates(platform: Platform) -> Iterator[Object]:
    """The templates that images name, and the masters of desktops, where the estate as found has its first machine."""
    host = next((m for g in platform.refresh.generations for m in _machines(platform.observed, g)), None)
    if host is None:
        return
    masters = {name: platform.estate.images[base] for name, base in seed_citrix.masters(platform.desktops)}
    templates = {image.template: image for image in platform.estate.images.values() if image.template}
    for name, image in sorted((masters | templates).items()):
        properties: Object = {
            "name": name,
            "resourcePoolId": "resgroup-10",
            "datastoreId": "datastore-10",
            "folder": TEMPLATE_FOLDER,
            "guestId": image.guest_id,
            "firmware": "efi",
            "scsiType": "pvscsi",
            "numCpus": 2,
            "memory": 4096,
            "networkInterfaces": [{"networkId": "dvportgroup-10", "adapterType": "vmxnet3"}],
            "disks": [{"label": "disk0", "size": TEMPLATE_DISK_GIB, "unitNumber": 0}],
        }
        facts = {"template": name in templates}
        yield _object("VirtualMachine", properties, id=seed_citrix.uuid_of(platform.settings, name), facts=facts)


def _once(items: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(items))
