"""Which size of virtual machine and which types of disk a server gets in Azure, and why.

A server gets the smallest size of the catalog that holds it and is sold where the platform stands. What holds it is
what it is declared with; where that is what was found, and the export told how much memory was active, less memory may
do. Left out: prices, which no data here have, so the smallest is the one with the fewest CPUs and then the least
memory, and the catalog's order decides between equals; and CPU, of which a list of machines tells no use.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.types.observed import ObservedVm

if TYPE_CHECKING:
    from model.base import Criticality
    from model.types.azure import DiskType, Size
    from model.types.estate import Server

COMFORT = 1.3
"""How much more than what is used a machine gets: the comfort factor that Azure Migrate starts from."""
LEAST = 0.5
"""A list shows one moment and no peak: never less than this part of the memory that the machine had."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a size must hold. `data_disks` are those beside the system disk; `why` says where the figures come from."""

    cpus: int
    memory_gib: int
    data_disks: int
    why: str


def need(server: Server, found: ObservedVm | None) -> Need:
    """What a server needs, by its declaration and by its machine of a generation before as it was `found`."""
    cpus, memory, disks = server.cpus, server.memory_gib, len(server.disks) - 1
    declared = f"{cpus} vCPU, {memory} GiB"
    if found is None:
        return Need(cpus, memory, disks, f"{declared} as declared")
    if (found.cpus, math.ceil(found.memory_mib / 1024)) != (cpus, memory):
        had = f"{found.cpus} vCPU, {math.ceil(found.memory_mib / 1024)} GiB"
        return Need(cpus, memory, disks, f"{declared} as declared, found with {had}")
    if found.active_memory_mib is None:
        return Need(cpus, memory, disks, f"{declared} as found, memory in use not told")
    used = found.active_memory_mib / 1024
    wanted = min(memory, math.ceil(max(used * COMFORT, memory * LEAST)))
    why = f"{declared} as found, {used:.1f} GiB active: {wanted} GiB with {COMFORT:g} times that, at least half"
    return Need(cpus, wanted, disks, why)


def choose(wanted: Need, sizes: Mapping[str, Size], location: str, *, as_it_is: bool) -> str | None:
    """The smallest size that holds it and is sold there; `as_it_is`: a machine without a driver for NVMe."""
    fits = [name for name, size in sizes.items() if holds(size, wanted, location, as_it_is=as_it_is)]
    return min(fits, key=lambda name: (sizes[name].cpus, sizes[name].memory_gib), default=None)


def holds(size: Size, wanted: Need, location: str, *, as_it_is: bool) -> bool:
    """Whether a size may be given to a server; graphics cards are for pools."""
    return (
        size.use != "graphics"
        and location in size.locations
        and size.cpus >= wanted.cpus
        and size.memory_gib >= wanted.memory_gib
        and size.max_disks >= wanted.data_disks
        and not (as_it_is and size.controller == "NVMe")
    )


def disk_type(
    types: Mapping[str, DiskType], location: str, criticality: Criticality, gib: int, *, data: bool
) -> str | None:
    """The type of a disk of `gib` GiB; `data`: a data disk of a server that holds data. The first that fits."""
    fits = [
        name
        for name, kind in types.items()
        if criticality in kind.criticality
        and location in kind.locations
        and gib <= kind.max_gib
        and (data or not kind.only_data)
    ]
    return min(fits, key=lambda name: not types[name].only_data, default=None)
