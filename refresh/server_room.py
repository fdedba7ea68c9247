"""The server room as it empties: what each wave leaves behind, against the day on which the server room must be empty.

A server leaves with its system's wave, a retired one at the latest with the last; one that is retained leaves on the
day that its strategy says, for until then it stays with a reason. Hosts can be switched off as what runs on them
shrinks: those remain that hold the rest with as many lost as their cluster must bear. Left out: the work itself, and
storage by its size, which goes with its wave as equipment.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from model import names
from model.derive.waves import of_pool, of_system
from model.types.server_room import Left, Machine, Milestone, Plan

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Hardware, Observed, Refresh, VmwareEstate
    from model.types.infrastructure import Host, ServerRoom
    from model.types.instances import Instance
    from model.types.pools import PoolInstance


def plan(platform: Platform, room: ServerRoom) -> Plan:
    """How the room empties."""
    machines = (*_servers(platform, room), *_sessions(platform, room))
    steps = sorted({(day, name) for name, day in _days(platform.refresh, machines).items()})
    hosts = _hosts(platform.hardware, room)
    gone: set[str] = set()
    milestones: list[Milestone] = []
    empty_on: date | None = None
    for day, name in steps:
        gone.add(name)
        wave = platform.refresh.waves.get(name)
        left = _left(platform.vmware, platform.hardware, hosts, machines, gone)
        milestones.append(
            Milestone(
                name=name,
                title=wave.title if wave is not None else name,
                day=day,
                state=wave.state if wave is not None else None,
                servers=sum(m.leaves == name for m in machines),
                left=left,
                late=day > room.empty_by,
            )
        )
        if left.rack_units == 0 and left.servers == 0 and empty_on is None:
            empty_on = day
    return Plan(
        platform=platform.name,
        title=room.title,
        generation=room.generation,
        empty_by=room.empty_by,
        start=_left(platform.vmware, platform.hardware, hosts, machines, set()),
        milestones=tuple(milestones),
        stays=tuple(m for m in machines if m.leaves not in platform.refresh.waves),
        assumed=tuple(_assumed(platform.hardware, hosts)),
        empty_on=empty_on,
    )


def _hosts(hardware: Hardware, room: ServerRoom) -> list[Host]:
    return [host for host in hardware.hosts.values() if host.generation == room.generation]


def _days(refresh: Refresh, machines: Iterable[Machine]) -> dict[str, date]:
    """The day of each milestone by its name."""
    found = {name: wave.ends for name, wave in refresh.waves.items()}
    for machine in machines:
        if machine.leaves is not None and machine.leaves not in refresh.waves:
            found[machine.leaves] = date.fromisoformat(machine.leaves)
    return found


def _target(refresh: Refresh, room: ServerRoom) -> str | None:
    """The generation that everything moves to: that of the waves."""
    return next(
        (w.generation for w in refresh.waves.values() if names.year(w.generation) > names.year(room.generation)),
        None,
    )


def _servers(platform: Platform, room: ServerRoom) -> Iterator[Machine]:
    target = _target(platform.refresh, room)
    last = max(platform.refresh.waves.values(), key=lambda w: (w.ends, w.name), default=None)
    for instance in platform.instances_of(room.generation):
        if instance.azure is not None:
            continue
        leaves, why = _leaves(platform.refresh, instance, target)
        if leaves is None and why == "retire" and last is not None:
            leaves = last.name
        vm, server = instance.found, instance.server
        yield Machine(
            name=instance.vm_name,
            cluster=server.cluster,
            cpus=vm.cpus if vm is not None else server.cpus,
            memory_gib=vm.memory_mib / 1024 if vm is not None else server.memory_gib,
            disk_gib=vm.disk_mib / 1024 if vm is not None else sum(server.disks.values()),
            leaves=leaves,
            why=why,
        )


def _leaves(refresh: Refresh, instance: Instance, target: str | None) -> tuple[str | None, str]:
    """With which wave a server leaves or on which day, and why it stays until then."""
    server = instance.server
    strategy = server.strategy.get(target) if target is not None else None
    if strategy is not None and strategy.how == "retain":
        return (str(strategy.expires) if strategy.expires is not None else None), strategy.reason or "retain"
    if strategy is not None and strategy.how == "in-place":
        return None, strategy.reason or "in-place"
    wave = of_system(refresh, server.system, target) if target is not None else None
    if wave is not None:
        return wave.name, ""
    how = strategy.how if strategy is not None else ""
    return None, "retire" if how == "retire" else f"{server.system} is in no wave"


def _sessions(platform: Platform, room: ServerRoom) -> Iterator[Machine]:
    """The session machines of the pools in the room, with their pool's wave."""
    target = _target(platform.refresh, room)
    for pool in platform.pool_instances:
        if pool.generation.name == room.generation and pool.avd is None:
            wave = of_pool(platform.refresh, pool.pool.name, target) if target is not None else None
            why = "" if wave is not None else f"pool {pool.pool.name} is in no wave"
            yield from _of_pool(platform.observed, pool, wave.name if wave is not None else None, why)


def _of_pool(observed: Observed, pool: PoolInstance, leaves: str | None, why: str) -> Iterator[Machine]:
    cluster = pool.pool.cluster or ""
    if pool.found is None:
        memory, disk = float(pool.pool.memory_gib), float(pool.pool.cache_disk_gib)
        for number in range(1, pool.machines + 1):
            yield Machine(f"{pool.logical_name} {number}", cluster, pool.pool.cpus, memory, disk, leaves, why)
        return
    for vm in observed.vdas.get(pool.generation.name, {}).values():
        if vm.folder == pool.found.folder:
            yield Machine(vm.name, cluster, vm.cpus, vm.memory_mib / 1024, vm.disk_mib / 1024, leaves, why)


def _left(
    vmware: VmwareEstate, hardware: Hardware, hosts: Sequence[Host], machines: Sequence[Machine], gone: set[str]
) -> Left:
    """What is left when these waves have moved and these days are over."""
    here = [m for m in machines if m.leaves is None or m.leaves not in gone]
    kept = [host for key in vmware.clusters for host in _needed(vmware, hardware, key, hosts, here)]
    models = hardware.models
    return Left(
        servers=len(here),
        cpus=sum(m.cpus for m in here),
        memory_gib=math.ceil(sum(m.memory_gib for m in here)),
        disk_gib=math.ceil(sum(m.disk_gib for m in here)),
        hosts=len(kept),
        host_units=sum(models[host.model].rack_units or 0 for host in kept),
        equipment_units=sum(e.rack_units for e in hardware.equipment.values() if e.leaves not in gone),
    )


def _needed(
    vmware: VmwareEstate, hardware: Hardware, key: str, hosts: Sequence[Host], machines: Sequence[Machine]
) -> Sequence[Host]:
    """The hosts of a cluster that must stay: as few as hold its machines with as many lost as it must bear.

    All of them where even they do not: then the export's machines are more than the figures of hardware.yaml hold.
    """
    cluster, models = vmware.clusters[key], hardware.models
    here = [m for m in machines if m.cluster == key]
    mine = sorted(
        (h for h in hosts if h.cluster == key and h.model in models),
        key=lambda h: (-models[h.model].memory_gib, -models[h.model].cores, h.name),
    )
    if not here:
        return ()
    cpus, memory = sum(m.cpus for m in here), sum(m.memory_gib for m in here)
    for count in range(cluster.host_failures + 1, len(mine) + 1):
        # The largest come first and may be what is lost.
        rest = [models[h.model] for h in mine[cluster.host_failures : count]]
        cores = sum(m.cores for m in rest)
        if cores * cluster.cpu_overcommit >= cpus and sum(m.memory_gib for m in rest) >= memory:
            return mine[:count]
    return mine


def _assumed(hardware: Hardware, hosts: Iterable[Host]) -> Iterator[str]:
    for key in sorted({h.model for h in hosts}):
        model = hardware.models.get(key)
        if model is not None and model.assumed:
            yield f"{key}: {model.cores} CPU, {model.memory_gib} GiB, {model.rack_units} U ({model.assumed})"
    for key, entry in hardware.equipment.items():
        if entry.assumed:
            yield f"{key}: {entry.rack_units} U ({entry.assumed})"
