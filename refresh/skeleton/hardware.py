"""The hosts and datastores of a new generation: as many as the old had, and more where what stands on them asks for it.

Models of host and devices of datastores are facts that a person must say; a name is proposed where the old ones carry
their year.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from model.derive.capacity import IMAGE_GIB, Demand
from model.derive.pools import size
from model.reading.source import TODO
from model.types.sites import FIRST_HOST
from refresh.skeleton.case import Case

if TYPE_CHECKING:
    from model.types.desktops import PoolTraits

_STORE_GIB = 16_384
"""The size of a datastore where the old generation has none: what the importer assumes too."""

_NICS = ["vmnic2", "vmnic3"]
"""Proposed: the cards beside those that carry the management."""


def write(case: Case) -> None:
    """The hardware of each cluster that something of the new generation stands in."""
    hosts = [entry for key in case.platform.vmware.clusters for entry in _hosts(case, key)]
    stores = [entry for key in case.platform.vmware.clusters for entry in _stores(case, key)]
    for number, (_, value) in enumerate(hosts, FIRST_HOST):
        value["number"] = number
    for section, entries in (("hosts", hosts), ("datastores", stores)):
        for name, value in _named(entries):
            case.put("hardware.yaml", section, name, value)
    if hosts:
        _licence(case)
    case.propose("hosts", _counted(hosts))
    case.propose("datastores", _counted(stores))


def _licence(case: Case) -> None:
    """The hosts' licence goes on: that of the old generation, or the first where nobody gave that one any."""
    held = case.platform.vmware.licences
    key = next((key for key, licence in held.items() if case.old.name in licence.generations), next(iter(held), None))
    if key is not None:
        case.put("vmware.yaml", "licences", key, "generations", [*held[key].generations, case.new])
        case.propose("licence", [f"{key} ({held[key].title})"])


def _counted(entries: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    for cluster in dict.fromkeys(value["cluster"] for _, value in entries):
        yield f"{sum(value['cluster'] == cluster for _, value in entries)} in {cluster}"


def _named(entries: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries, those whose name is to be said numbered."""
    number = 0
    for name, value in entries:
        number += name == TODO
        yield (f"{TODO}-{number}" if name == TODO else name), value


def _hosts(case: Case, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    here = [demand for demand in case.demands if demand.cluster == key]
    if not here:
        return
    cluster, hardware = case.platform.vmware.clusters[key], case.platform.hardware
    old = hardware.hosts_of(case.old.name, key)
    count = max(len(old), cluster.host_failures + 1, _apart(case, key) + 1)
    left = count - cluster.host_failures
    shares = (d.cpus / (cluster.session_overcommit if d.sessions else cluster.cpu_overcommit) for d in here)
    cores = math.ceil(sum(shares) / left)
    memory = math.ceil(sum(d.memory_gib for d in here) / left)
    model = f"{case.new}-{key}"
    least = {"cores": f"{TODO} at least {cores}", "memory_gib": f"{TODO} at least {memory}", "nics": _NICS}
    case.put("hardware.yaml", "models", model, least, comment=f"for {count} hosts of which {left} must do")
    names = [*case.renamed(host.name for host in old), *[TODO] * count][:count]
    for index, name in enumerate(names):
        nics = {"nics": list(old[index].nics)} if index < len(old) and old[index].nics else {}
        yield _free(name, hardware.hosts), {"generation": case.new, "cluster": key, "model": model, **nics}


def _free(name: str, taken: Any) -> str:
    return TODO if name in taken else name


def _apart(case: Case, cluster: str) -> int:
    """The most servers that must not share a host of the cluster."""
    groups: dict[tuple[str, str], int] = {}
    for server in case.platform.estate.servers.values():
        if server.spread and server.cluster == cluster:
            groups[server.system, server.role] = groups.get((server.system, server.role), 0) + 1
    return max(groups.values(), default=0)


def _stores(case: Case, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The datastores of a cluster. Those of a group that several clusters share carry what all of them ask for."""
    clusters = case.platform.vmware.clusters
    here = [demand for demand in case.demands if demand.cluster == key]
    if not here:
        return
    group = clusters[key].datastores
    stores = case.platform.hardware.datastores
    old = [s for s in stores.values() if s.generation == case.old.name and s.cluster == key]
    size = max((store.capacity_gib for store in old), default=_STORE_GIB)
    room = size * (100 - case.platform.vmware.datastore_clusters[group].free_percent) // 100
    if any(d.clones == 0 for d in here):
        room = max(room - 2 * IMAGE_GIB, 1)
    count = max(len(old), math.ceil(sum(d.disk_gib for d in here) / room), 1)
    names = [*case.renamed(store.name for store in old), *[TODO] * count][:count]
    for name in names:
        value = {"generation": case.new, "group": group, "cluster": key, "capacity_gib": size, "lun": TODO}
        yield _free(name, stores), value


def demand(cluster: str, traits: PoolTraits, workplaces: int, machines: int) -> Demand:
    """What a pool asks for: sized for its workplaces, or as many machines as there are."""
    if workplaces:
        machines = size(workplaces, traits.peak, traits.sessions_per_host, traits.spare).machines
    disk = machines * traits.cache_disk_gib
    return Demand(cluster, 0, machines * traits.cpus, machines * traits.memory_gib, disk, sessions=True)
