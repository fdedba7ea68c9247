"""Whether a generation's hardware holds it, and how long building it takes. No figure is better than what it rests on.

CPU, memory and disk as declared, of servers and of session machines, are compared with the hosts that remain when the
cluster has lost as many as it must bear, and with the datastores less what is kept free. Left out: what other machines
on the same hosts use, and graphics cards.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.platform import Hardware, Platform, VmwareEstate
    from model.types.infrastructure import Cluster, Datastore, Host
    from model.types.pools import PoolInstance

CLONES_PER_HOST = 4
"""A host copies four full clones at a time: 16 units, 4 each (VMware vSphere blog, 2021-02)."""
CLONE_MINUTES = 20
"""Assumed, from the field: what a clone takes with its customisation while the host makes three others."""

IMAGE_GIB = 100
"""Assumed: what a desktop image takes on a datastore. Machine Creation Services copies it to each datastore of the
hosting unit, and keeps the one before beside it for the way back (`StoreOldImage`).
"""


@dataclass(frozen=True, slots=True)
class Headroom:
    """What is needed of something and what there is, in `unit`. `how` says what the latter is made of."""

    section: str
    key: str
    what: str
    needed: int
    available: int
    unit: str
    how: str

    @property
    def short(self) -> bool:
        return self.needed > self.available


@dataclass(frozen=True, slots=True)
class Demand:
    """What a machine, or several alike, needs of a cluster and its datastores. `clones` are full ones: a session
    machine is linked to its image and waits for no copy. `sessions`: they are session machines.
    """

    cluster: str
    clones: int
    cpus: int
    memory_gib: int
    disk_gib: int
    sessions: bool = False


@dataclass(frozen=True, slots=True)
class Capacity:
    """A generation's headroom, the minutes that its clones take in the slowest cluster, and what all of it assumes."""

    headroom: tuple[Headroom, ...]
    clones: int
    build_minutes: int
    assumed: tuple[str, ...]


def demands(platform: Platform, generation: str) -> Iterator[Demand]:
    """What the generation's servers need, and the session machines of each pool that it builds."""
    for instance in platform.instances_of(generation):
        server = instance.server
        if instance.azure is not None or server.cluster not in platform.vmware.clusters:
            continue
        yield Demand(server.cluster, 1, server.cpus, server.memory_gib, sum(server.disks.values()))
    for desktops in platform.pool_instances:
        pool, machines = desktops.pool, desktops.machines
        cluster = pool.cluster if desktops.attachment is not None else None
        if desktops.generation.name == generation and cluster is not None and cluster in platform.vmware.clusters:
            group = platform.vmware.clusters[cluster].datastores
            images = 2 * len(_stores(platform.hardware, generation, group)) * IMAGE_GIB
            disk = machines * pool.cache_disk_gib + images
            yield Demand(cluster, 0, machines * pool.cpus, machines * pool.memory_gib, disk, sessions=True)


def capacity(platform: Platform, generation: str) -> Capacity:
    """The capacity of a managed generation."""
    wanted = list(demands(platform, generation))
    headroom: list[Headroom] = []
    minutes = 0
    for key in platform.vmware.clusters:
        here = [d for d in wanted if d.cluster == key]
        hosts = platform.hardware.hosts_of(generation, key)
        if here:
            headroom += _hosts(platform.vmware, platform.hardware, key, hosts, here)
            minutes = max(minutes, build_minutes(sum(d.clones for d in here), len(hosts)))
    for key, group in platform.vmware.datastore_clusters.items():
        stores = _stores(platform.hardware, generation, key)
        needed = sum(d.disk_gib for d in wanted if platform.vmware.clusters[d.cluster].datastores == key)
        if needed:
            whole = sum(s.capacity_gib for s in stores)
            how = f"{len(stores)} datastores of {whole} GiB in all, {group.free_percent} % kept free"
            available = whole * (100 - group.free_percent) // 100
            headroom.append(Headroom("datastore_clusters", key, "disk", needed, available, "GiB", how))
    return Capacity(
        tuple(headroom),
        sum(d.clones for d in wanted),
        minutes,
        tuple(_assumed(platform.hardware, platform.pool_instances, generation)),
    )


def _stores(hardware: Hardware, generation: str, group: str) -> list[Datastore]:
    return [s for s in hardware.datastores.values() if s.generation == generation and s.group == group]


def _hosts(
    vmware: VmwareEstate, hardware: Hardware, key: str, hosts: tuple[Host, ...], here: list[Demand]
) -> Iterator[Headroom]:
    cluster = vmware.clusters[key]
    models = [hardware.models[h.model] for h in hosts if h.model in hardware.models]
    left = max(len(models) - cluster.host_failures, 0)
    # What is lost may be the largest: the smallest are sure to remain.
    cores = sum(sorted(m.cores for m in models)[:left])
    memory = sum(sorted(m.memory_gib for m in models)[:left])
    how = f"{left} of {len(models)} hosts"
    yield from _cores(cluster, key, cores, how, here)
    yield Headroom("clusters", key, "memory", sum(d.memory_gib for d in here), memory, "GiB", how)


def _cores(cluster: Cluster, key: str, cores: int, how: str, here: list[Demand]) -> Iterator[Headroom]:
    """The CPU of servers, and that of session machines by their own ratio on the cores that servers leave."""
    of_servers, of_sessions = (sum(d.cpus for d in here if d.sessions is which) for which in (False, True))
    if of_servers or not of_sessions:
        told = f"{how}, {cores} cores, {cluster.cpu_overcommit:g} vCPU each"
        yield Headroom("clusters", key, "CPU", of_servers, math.floor(cores * cluster.cpu_overcommit), "vCPU", told)
    if of_sessions:
        left = max(cores - of_servers / cluster.cpu_overcommit, 0.0)
        told = f"{how}, {left:g} cores, {cluster.session_overcommit:g} vCPU each"
        what = "CPU of session machines"
        yield Headroom("clusters", key, what, of_sessions, math.floor(left * cluster.session_overcommit), "vCPU", told)


def build_minutes(machines: int, hosts: int) -> int:
    """Minutes until that many clones are made on that many hosts, in rounds of CLONES_PER_HOST; 0 without a host."""
    return math.ceil(machines / (CLONES_PER_HOST * hosts)) * CLONE_MINUTES if hosts else 0


def _assumed(hardware: Hardware, pool_instances: tuple[PoolInstance, ...], generation: str) -> Iterator[str]:
    hosts = [h for h in hardware.hosts.values() if h.generation == generation]
    for key in sorted({h.model for h in hosts}):
        model = hardware.models.get(key)
        if model is not None and model.assumed:
            yield f"{key}: {model.cores} cores, {model.memory_gib} GiB ({model.assumed})"
    yield from sorted({f"{h.name} ({h.assumed})" for h in hosts if h.assumed})
    stores = [s for s in hardware.datastores.values() if s.generation == generation and s.assumed]
    for why in sorted({str(s.assumed) for s in stores}):
        these = [s for s in stores if s.assumed == why]
        yield f"{len(these)} datastores of {sum(s.capacity_gib for s in these)} GiB ({why})"
    yield f"a clone takes {CLONE_MINUTES} minutes, {CLONES_PER_HOST} at a time on a host"
    yield "disks take their declared size, though they are thin"
    for desktops in pool_instances:
        if desktops.generation.name == generation and desktops.attachment is not None:
            yield from _lost(hardware, desktops)
    if any(i.generation.name == generation and i.attachment is not None for i in pool_instances):
        yield f"a desktop image takes {IMAGE_GIB} GiB on each datastore, and the one before it as much"


def _lost(hardware: Hardware, desktops: PoolInstance) -> Iterator[str]:
    """What a lost host takes from a pool on a Monday morning, where its spare machines are fewer than those on it."""
    hosts = len(hardware.hosts_of(desktops.generation.name, desktops.pool.cluster or ""))
    sizing, pool = desktops.sizing, desktops.pool
    if sizing is None or not hosts:
        return
    gone = math.ceil(desktops.machines / hosts)
    room = (desktops.machines - gone) * pool.sessions_per_host
    if sizing.sessions > room:
        yield (
            f"{pool.name}: a lost host takes {gone} of {desktops.machines} machines, and {sizing.sessions - room} of "
            f"{sizing.sessions} people have none until it has restarted them elsewhere"
        )
