"""A platform as the objects that the twin plants: the estate as found, the templates, and the hardware in the racks.

This is what is there before a stack is built. The sizes of single disks, where the export does
not tell them, are equal shares of the machine's total.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
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
Network = tuple[str, str, str]
"""A port group by datacenter, switch and name."""

TEMPLATE_FOLDER = "Templates"
TEMPLATE_DISK_GIB = 40


class SeedError(Exception):
    """A platform that cannot be planted; the text says what its data lack."""


def objects(platform: Platform) -> list[Object]:
    """The objects of the platform in the order of what rests on what. Raises SeedError."""
    return [
        *(_object("Datacenter", {"name": name, "moid": id_}) for name, id_ in _datacenters(platform).items()),
        *_zones(platform.settings),
        *_racks(platform.refresh, platform.hardware),
        *_folders(platform),
        *_estates(platform),
        *_templates(platform),
        *seed_citrix.snapshots(platform.settings, platform.desktops),
        *seed_citrix.pools(platform),
        *seed_azure.objects(platform.desktops, platform.azure, platform.landing_zone),
    ]


def _object(kind: str, properties: Object, **more: Any) -> Object:
    token = kind if ":" in kind else f"vsphere:index/{kind[0].lower()}{kind[1:]}:{kind}"
    return {"type": token, "properties": properties} | more


def _machines(observed: Observed, generation: str) -> list[ObservedVm]:
    tables = (observed.servers.get(generation, {}), observed.vdas.get(generation, {}))
    return [machine for table in tables for machine in table.values()]


def _datacenters(platform: Platform) -> dict[str, str]:
    """The id of each datacenter by its name: that where what comes is built, then those where more was found."""
    found = (m.datacenter for g in platform.refresh.generations for m in _machines(platform.observed, g))
    names = _once([platform.vmware.settings.datacenter, *found])
    return {name: f"datacenter-{number}" for number, name in enumerate(names, 2)}


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


def _folders(platform: Platform) -> Iterator[Object]:
    machines = (m for g in platform.refresh.generations for m in _machines(platform.observed, g))
    found = {(m.datacenter, m.folder) for m in machines if m.folder}
    places = found | {(platform.vmware.settings.datacenter, TEMPLATE_FOLDER)}
    for name, id_ in _datacenters(platform).items():
        paths = [path for datacenter, path in places if datacenter == name]
        parents = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 2)}
        for path in sorted(parents):
            yield _object("Folder", {"path": path, "type": "vm", "datacenterId": id_})


def _estates(platform: Platform) -> Iterator[Object]:
    for generation in platform.refresh.generations.values():
        machines = _machines(platform.observed, generation.name)
        if generation.origin != "managed" and machines:
            yield from _estate(platform, generation.name, machines)


def _estate(platform: Platform, generation: str, machines: list[ObservedVm]) -> Iterator[Object]:
    """The clusters, hosts, datastores and networks of a generation as found, and its machines.

    Those of the datacenter where the templates stand come first, for they stand in the first of each.
    """
    datacenters = _datacenters(platform)
    order = list(datacenters)
    machines = sorted(machines, key=lambda machine: order.index(machine.datacenter))
    homes = {machine.cluster: machine.datacenter for machine in machines}
    clusters = {name: f"domain-c{n}" for n, name in enumerate(homes, 10)}
    for number, (name, id_) in enumerate(clusters.items(), 10):
        facts = {"name": name, "datacenterId": datacenters[homes[name]], "resourcePoolId": f"resgroup-{number}"}
        yield _object("ComputeCluster", facts, id=id_)
    for name, host in platform.hardware.hosts.items():
        cluster = platform.vmware.clusters[host.cluster].found.get(generation)
        if host.generation == generation and cluster in clusters:
            model = platform.hardware.models[host.model]
            facts = {"cores": model.cores, "memoryMb": model.memory_gib * 1024}
            yield _object("Host", {"hostname": name, "cluster": clusters[cluster]}, facts=facts)
    stores = sorted(_stores(platform, generation, homes), key=lambda store: order.index(store[0]))
    ids = {name: f"datastore-{n}" for n, (_, name, _) in enumerate(stores, 10)}
    free: dict[str, dict[str, int]] = {}
    for home, name, mib in stores:
        free.setdefault(home, {})[name] = mib
        yield _object("VmfsDatastore", {"name": name, "capacity": mib}, id=ids[name], facts={"datacenter": home})
    groups = yield from _networks(machines, datacenters)
    pools = {name: id_.replace("domain-c", "resgroup-") for name, id_ in clusters.items()}
    for machine in machines:
        near = free.get(machine.datacenter)
        if not near:
            where = f"{generation} in datacenter {machine.datacenter}"
            raise SeedError(f"{platform.name}: hardware.yaml has no datastore of {where}; declare one")
        store = max(near, key=near.__getitem__)
        near[store] -= machine.disk_mib
        yield _machine(machine, pools[machine.cluster], ids[store], groups)


def _stores(platform: Platform, generation: str, homes: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """The datastores of a generation: the datacenter that their cluster is in, name, and MiB."""
    for store in platform.hardware.datastores.values():
        if store.generation == generation:
            cluster = platform.vmware.clusters[store.cluster].found.get(generation, "")
            yield homes.get(cluster, platform.vmware.settings.datacenter), store.name, store.capacity_gib * 1024


def _networks(
    machines: list[ObservedVm], datacenters: Mapping[str, str]
) -> Generator[Object, None, dict[Network, str]]:
    """The switches and port groups that the machines are on; returns the id of each port group."""
    networks = _once(network for machine in machines for network in _networks_of(machine))
    switches = {
        place: f"50 00 00 00 00 00 00 00-00 00 00 00 00 00 00 {n:02x}"
        for n, place in enumerate(_once((datacenter, switch) for datacenter, switch, _ in networks), 10)
    }
    for (datacenter, name), id_ in switches.items():
        facts = {"name": name, "datacenterId": datacenters[datacenter]}
        yield _object("DistributedVirtualSwitch", facts, id=id_)
    groups = {network: f"dvportgroup-{n}" for n, network in enumerate(networks, 10)}
    for (datacenter, switch, name), id_ in groups.items():
        facts = {"name": name, "distributedVirtualSwitchUuid": switches[datacenter, switch]}
        yield _object("DistributedPortGroup", facts, id=id_)
    return groups


def _networks_of(machine: ObservedVm) -> list[Network]:
    """Where its adapters are, by datacenter, switch and name."""
    return [(machine.datacenter, each.switch, each.network) for each in (machine, *machine.other_adapters)]


def _adapter(adapter: Adapter | ObservedVm, network: str) -> Object:
    planted: Object = {"networkId": network, "adapterType": adapter.adapter or "vmxnet3"}
    return planted | ({"macAddress": adapter.mac.lower()} if adapter.mac else {})


def _disks(machine: ObservedVm) -> list[Object]:
    share = machine.disk_mib // max(machine.disks, 1)
    sizes = machine.each_disk_mib or [share] * machine.disks
    return [{"label": f"disk{n}", "size": max(1, mib // 1024), "unitNumber": n} for n, mib in enumerate(sizes)]


def _machine(machine: ObservedVm, pool: str, store: str, groups: Mapping[Network, str]) -> Object:
    adapters = zip((machine, *machine.other_adapters), _networks_of(machine), strict=True)
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
        "networkInterfaces": [_adapter(each, groups[network]) for each, network in adapters],
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
