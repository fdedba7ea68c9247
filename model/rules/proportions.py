"""What is out of all proportion: machines larger than any host, a pool for a hundredth of its people, one LUN twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.pools import size
from model.faults import Fault
from model.reading.layers import Layers
from model.reading.source import Path_, as_map
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Hardware, Platform
    from model.provenance import Provenance


def machines(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A machine is no larger than the largest host of its cluster, or nothing can start it.

    Limit: the cores and the memory of that host. vSphere itself stops at the logical processors, twice the cores, and
    advises against more than the cores (VMware, "Performance Best Practices for vSphere 8.0", ESXi CPU considerations).
    """
    seen: set[tuple[str, str]] = set()
    for instance in platform.instances:
        server = instance.server
        source = written.sources["servers", server.identity]
        if (
            instance.azure is None
            and instance.found is None
            and (server.identity, instance.generation.name) not in seen
        ):
            seen.add((server.identity, instance.generation.name))
            yield from _fits(
                platform.hardware, source, instance.generation.name, server.cluster, server.cpus, server.memory_gib
            )
    for desktops in platform.pool_instances:
        pool, source = desktops.pool, written.sources["pools", desktops.pool.name]
        if desktops.attachment is not None and pool.cluster is not None:
            yield from _fits(
                platform.hardware, source, desktops.generation.name, pool.cluster, pool.cpus, pool.memory_gib
            )


def _fits(
    hardware: Hardware, source: Layers, generation: str, cluster: str, cpus: int, memory_gib: int
) -> Iterator[Fault]:
    hosts = [h.model for h in hardware.hosts_of(generation, cluster) if h.model in hardware.models]
    if not hosts:
        return
    models = [hardware.models[key] for key in hosts]
    for field, wanted, largest in (
        ("cpus", cpus, max(m.cores for m in models)),
        ("memory_gib", memory_gib, max(m.memory_gib for m in models)),
    ):
        if wanted > largest:
            message = f"{wanted}, and the largest host of {cluster} in {generation} has {largest}; ask for no more"
            yield source.fault((field,), "CAPACITY", message)


def luns(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A LUN holds one datastore: the second VMFS on it would overwrite the first."""
    seen: dict[str, str] = {}
    for name, datastore in platform.hardware.datastores.items():
        first = seen.setdefault(datastore.lun, name)
        if first != name:
            message = f"{datastore.lun} is that of {first}; name another LUN"
            yield written.sources["datastores", name].fault(("lun",), "ADDRESS-TWICE", message)


def pools(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A number of machines that somebody wrote holds the people whom the pool is for, on a Monday morning.

    Limit: what the pool's own `peak` and `sessions_per_host` give, without a machine to spare.
    """
    for instance in platform.pool_instances:
        pool, generation = instance.pool, instance.generation.name
        if pool.workplaces is None or instance.found is not None or generation not in pool.machines:
            continue
        people = sum(w.profile == pool.workplaces for w in platform.places.workplaces.values())
        needed = size(people, pool.peak, pool.sessions_per_host, 0).machines
        if pool.machines[generation] < needed:
            message = f"{pool.machines[generation]} machines for {people} workplaces; give it {needed}, or leave it out"
            yield written.sources["pools", pool.name].fault(("machines", generation), "POOL-SIZE", message)


def data_holders(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What a role says holds data holds data: how it moves, whether it may flip and its backup rest on that."""
    for section, items in (("roles", platform.estate.roles), ("servers", platform.estate.servers)):
        for key, item in items.items():
            source = written.sources[section, key]
            below = [part for part in source.parts[:-1] if (as_map(part.data) or {}).get("holds_data") is True]
            if below and not item.holds_data:
                path: Path_ = ("holds_data",)
                message = f"{key} holds no data and its role does; delete holds_data, or give it another role"
                yield source.fault(path, "DATA", message)


RULES = (
    Rule(
        "proportions.machines",
        'vSphere starts no machine that no host can hold (VMware, "Performance Best Practices for vSphere 8.0").',
        ("CAPACITY",),
        machines,
    ),
    Rule("proportions.luns", "The second VMFS on a LUN overwrites the first.", ("ADDRESS-TWICE",), luns),
    Rule("proportions.pools", "On Monday morning people wait for a session that never comes.", ("POOL-SIZE",), pools),
    Rule(
        "proportions.data-holders",
        "What is thought to hold no data is made anew, flipped and not backed up.",
        ("DATA",),
        data_holders,
    ),
)
