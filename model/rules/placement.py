"""Rules over servers in Azure: where they are placed, that what they need is sold there, and that quota holds them.

Each rule yields every offender. Left out: the landing zone itself, and pools.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import azure_servers, azure_sizes
from model.derive.instances import generations_of, placement_of
from model.faults import Fault, nearest
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import AzureEstate, Estate, Platform, Refresh
    from model.types.azure import Area
    from model.types.estate import Placement, Server, System
    from model.types.instances import Instance


def placements(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A system is placed in a generation that we build, and its servers can go there."""
    for code, system in platform.estate.systems.items():
        source = written.sources["systems", code]
        for name, placement in system.placement.items():
            path: Path_ = ("placement", name)
            generation = platform.refresh.generations.get(name)
            if generation is None:
                continue
            if generation.origin != "managed":
                message = (
                    f"{name} is {generation.origin} and stays where it was found; name a generation with `origin: "
                    "managed`"
                )
                yield source.fault(path, "PLACEMENT", message)
            if platform.azure.settings is None:
                yield source.fault(
                    path, "MISSING-KEY", "azure.yaml is missing; write it with what holds for all of Azure"
                )
            area = platform.azure.areas.get(placement.area)
            if area is None:
                continue
            for server in platform.estate.servers.values():
                if server.system == code and generation in generations_of(server, platform.refresh.generations):
                    yield from _server(platform.refresh, written, server, system, name, placement, area)


def _server(
    refresh: Refresh,
    written: Provenance,
    server: Server,
    system: System,
    generation: str,
    placement: Placement,
    area: Area,
) -> Iterator[Fault]:
    """A server has a subnet in its area, and one that migrates a machine that can be brought."""
    source = written.sources["servers", server.identity]
    if placement_of(server, system, generation) is None:
        return
    if server.network not in area.subnets:
        message = f"{area.name} has no subnet {server.network}; {nearest(server.network, area.subnets)}"
        yield source.fault(("network",), "DANGLING", message)
    if placement.by == "migrate":
        yield from _migrated(refresh, written, server, system, generation)


def _migrated(
    refresh: Refresh, written: Provenance, server: Server, system: System, generation: str
) -> Iterator[Fault]:
    """It has a machine before to bring, and a wave, whose end ends what its machine is exempt from."""
    place = written.sources["systems", system.code]
    before = [g.name for g in generations_of(server, refresh.generations) if g < refresh.generations[generation]]
    if not before:
        message = f"{server.identity} has no machine before {generation} to bring; set `by: rebuild`"
        yield place.fault(("placement", generation, "by"), "PLACEMENT", message)
    if not refresh.waves:
        message = f"{system.code} is in no wave to {generation}; name it in a wave's `systems`"
        yield place.fault(("placement", generation, "by"), "PLACEMENT", message)


def brought(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Nobody is served by a machine that Azure Migrate has yet to make, and only what migrates is brought."""
    for code, system in platform.estate.systems.items():
        for name, placement in system.placement.items():
            if placement.brought and placement.by != "migrate":
                message = f"{code} is built anew in {name}; set `by: migrate`, or take `brought` out"
                yield written.sources["systems", code].fault(("placement", name, "brought"), "PLACEMENT", message)
    told: set[str] = set()
    for instance in platform.instances:
        code, generation = instance.system.code, instance.generation
        serves = instance.moved or (instance.there and generation.state.serves == "everyone")
        if instance.awaited and serves and code not in told:
            told.add(code)
            message = (
                f"{generation.name} serves by {code}, whose machines are not there; let Azure Migrate make them, and "
                "set `brought: true`"
            )
            yield written.sources["systems", code].fault(("placement", generation.name), "PLACEMENT", message)


def _placed(refresh: Refresh, estate: Estate) -> Iterator[tuple[Server, System, str, Placement]]:
    """Every server with each generation in which it is in Azure."""
    for server in estate.servers.values():
        system = estate.systems.get(server.system)
        for generation in generations_of(server, refresh.generations) if system is not None else ():
            placement = placement_of(server, system, generation.name) if system is not None else None
            if system is not None and placement is not None:
                yield server, system, generation.name, placement


def sizes(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """There is a size and a type of disk for every server, sold where the platform stands."""
    azure = platform.azure.settings
    for server, system, generation, placement in (
        _placed(platform.refresh, platform.estate) if azure is not None else ()
    ):
        if azure is None:
            return
        source, location = written.sources["servers", server.identity], azure.location
        as_it_is = placement.by == "migrate"
        wanted = azure_sizes.need(server, azure_servers.measured(platform.observed, server, generation))
        if server.size is None:
            if azure_sizes.choose(wanted, platform.azure.sizes, location, as_it_is=as_it_is) is None:
                message = (
                    f"no size sold in {location} holds {wanted.cpus} vCPU, {wanted.memory_gib} GiB and "
                    f"{wanted.data_disks} data disks ({wanted.why}); add one to sizes.yaml, or ask for less"
                )
                yield source.fault((), "LOCATION", message)
        elif server.size in platform.azure.sizes:
            size = platform.azure.sizes[server.size]
            if location not in size.locations:
                message = (
                    f"{server.size} is not sold in {location}; {nearest(server.size, _sold(platform.azure, location))}"
                )
                yield source.fault(("size",), "LOCATION", message)
            if size.max_disks < wanted.data_disks or (as_it_is and size.controller == "NVMe"):
                message = f"{server.size} takes {size.max_disks} data disks by {size.controller}; name a size that fits"
                yield source.fault(("size",), "LOCATION", message)
        for index, (label, gib) in enumerate(server.disks.items()):
            data = server.holds_data and index > 0
            if azure_sizes.disk_type(platform.azure.disk_types, location, system.criticality, gib, data=data) is None:
                message = (
                    f"no type of disk sold in {location} holds {gib} GiB for {system.criticality}; add one to "
                    "sizes.yaml"
                )
                yield source.fault(("disks", label), "LOCATION", message)


def _sold(azure: AzureEstate, location: str) -> list[str]:
    return [name for name, size in azure.sizes.items() if location in size.locations]


def wanted_cpus(platform: Platform) -> dict[tuple[str, str], int]:
    """How many virtual CPUs are declared, by subscription and family: servers and session hosts of every generation."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for instance in platform.instances:
        if instance.azure is not None and instance.there:
            size = platform.azure.sizes[instance.azure.size]
            found[instance.azure.subscription, size.family] += size.cpus
    for pool in platform.pool_instances:
        if pool.avd is not None and pool.generation.state.declared:
            size = platform.azure.sizes[pool.avd.size]
            found[pool.avd.subscription, size.family] += size.cpus * len(pool.avd.hosts)
    return dict(found)


def quotas(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A subscription may have as many virtual CPUs of a family as are declared in it."""
    for key in platform.azure.quotas:
        if key not in written.known.get("subscriptions", set()):
            message = f"no subscription {key}; {nearest(key, platform.azure.subscriptions)}"
            yield written.sources["quotas", key].fault((), "DANGLING", message)
    for (subscription, family), cpus in sorted(wanted_cpus(platform).items()):
        quota = platform.azure.quotas.get(subscription)
        granted = quota.families.get(family, 0) if quota is not None else 0
        if cpus > granted:
            message = (
                f"{cpus} vCPU of {family} in {subscription}, which may have {granted}; ask for more, or other sizes"
            )
            path: Path_ = ("families", family)
            where = written.sources["quotas" if quota is not None else "subscriptions", subscription]
            yield where.fault(path if quota is not None else (), "QUOTA", message)


def zones(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Servers that must not share a host stand in as many zones as there are for them."""
    groups: dict[tuple[str, str, str], list[Instance]] = defaultdict(list)
    for instance in platform.instances:
        if instance.azure is not None and instance.server.spread:
            groups[instance.generation.name, instance.system.code, instance.server.role].append(instance)
    for (generation, code, role), members in groups.items():
        used = {i.azure.zone for i in members if i.azure is not None}
        if len(used) < min(len(members), azure_servers.ZONES):
            message = (
                f"{len(members)} servers of {code} with role {role} stand in {len(used)} of {azure_servers.ZONES} "
                f"zones in {generation}, by their numbers; give them numbers in a row, or set `spread: false`"
            )
            yield written.sources["servers", members[0].server.identity].fault(("spread",), "SPREAD", message)


RULES = (
    Rule(
        "placement.placements",
        "What stays where it was found cannot be built elsewhere, and a server needs a subnet and a way to get there.",
        ("DANGLING", "MISSING-KEY", "PLACEMENT"),
        placements,
    ),
    Rule(
        "placement.brought",
        "A cutover would lead people to an address at which nothing answers.",
        ("PLACEMENT",),
        brought,
    ),
    Rule(
        "placement.sizes",
        "Azure refuses a size that is not sold in its region, when the rest stands already.",
        ("LOCATION",),
        sizes,
    ),
    Rule(
        "placement.quotas",
        'Azure refuses the machine that goes beyond the quota; raising one takes days (Microsoft, "Azure '
        'subscription limits").',
        ("DANGLING", "QUOTA"),
        quotas,
    ),
    Rule("placement.zones", "Two of three domain controllers in one zone are gone with that zone.", ("SPREAD",), zones),
)
