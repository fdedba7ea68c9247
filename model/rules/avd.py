"""Rules over pools of Azure Virtual Desktop: what Azure would refuse, and what it takes and nobody wants.

Left out: what holds for pools of either kind, in desktops.py, and the landing zone that they stand in.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from model import azure_names
from model.derive import waves
from model.derive.access import reached
from model.derive.pools import generations_of
from model.derive.serving import named, pool_served_by
from model.faults import Fault, nearest
from model.types import avd, rdp
from model.types.serving import Serving

if TYPE_CHECKING:
    from model.platform import Platform
    from model.rules.rule import Known
    from model.types.desktops import DesktopImage, Pool
    from model.types.infrastructure import Generation

RESERVED = 5
"""Azure keeps the first four addresses of a subnet and the last (Microsoft, "Virtual networks FAQ")."""
TEMPLATE = 800
"""Resources of a template at most (Microsoft, "Azure Resource Manager template limits")."""


def check(platform: Platform, known: Known) -> Iterator[Fault]:
    """Every fault of the pools that are placed in an area."""
    for pool in platform.pools.values():
        placed = [
            g
            for g in generations_of(pool, platform.generations)
            if g.name in pool.placement and g.name not in pool.found
        ]
        yield from _placed(platform, pool)
        for generation in placed:
            yield from _stands(platform, pool, generation, known)
            yield from _image(platform, pool, generation, known)
        if placed:
            yield from _people(platform, pool)
            yield from _access(platform, pool, placed)
            yield from _machines(platform, pool)
            yield from _rdp(platform, pool)
            yield from _scaling(platform, pool)
            yield from _registration(platform, pool, placed)
    yield from _room(platform)
    yield from _names(platform)


def _placed(platform: Platform, pool: Pool) -> Iterator[Fault]:
    """Only what we build goes anywhere, and as a pool it is made anew."""
    source = platform.sources["pools", pool.name]
    for name, placement in pool.placement.items():
        generation = platform.generations.get(name)
        if generation is None:
            continue
        if generation.origin != "managed" or name in pool.found:
            message = f"{name} has the pool as it was found; a generation that we build"
            yield source.fault(("placement", name), "AVD-POOL", message)
        if placement.by != "rebuild":
            message = "a pool has no disks that could be copied; rebuild"
            yield source.fault(("placement", name, "by"), "AVD-POOL", message)


def _stands(platform: Platform, pool: Pool, generation: Generation, known: Known) -> Iterator[Fault]:
    """The area, its subnets and a size of machine are there."""
    source, name = platform.sources["pools", pool.name], generation.name
    if platform.azure is None:
        yield source.fault(("placement", name), "MISSING-KEY", "no azure.yaml; what holds for all of Azure")
        return
    key = pool.placement[name].area
    area = platform.areas.get(key)
    if area is None:
        if key not in known.get("areas", set()):
            message = f"no area {key}; {nearest(key, platform.areas)}"
            yield source.fault(("placement", name, "area"), "DANGLING", message)
        return
    subnet = area.subnets.get(pool.network)
    if subnet is None:
        message = f"{key} has no subnet {pool.network}; {nearest(pool.network, area.subnets)}"
        yield source.fault(("network",), "DANGLING", message)
    elif subnet.purpose != "desktops":
        message = f"subnet {pool.network} of {key} is for {subnet.purpose}; one for desktops"
        yield source.fault(("network",), "AVD-POOL", message)
    zones = {private.zone for private in platform.private_zones.values()}
    for zone in sorted({*avd.PRIVATE_ZONES.values()} - zones):
        message = f"no private zone {zone}, in which {pool.name} has its names; one in landing_zone.yaml"
        yield source.fault(("placement", name), "MISSING-KEY", message)
    if not any(subnet.purpose == "endpoints" for subnet in area.subnets.values()):
        message = "no subnet for endpoints, by which hosts and people reach the pool; purpose: endpoints"
        yield platform.sources["areas", key].fault(("subnets",), "MISSING-KEY", message)
    gpu, location = pool.gpu.get(name), platform.azure.location
    if avd.size_for(platform.sizes, location, pool.cpus, pool.memory_gib, gpu) is None:
        wanted = f"{pool.cpus} CPUs, {pool.memory_gib} GiB" + (" and graphics" if gpu else "")
        message = f"no size sold in {location} has {wanted}; one in sizes.yaml, or less"
        yield source.fault(("cpus",), "AVD-SIZE", message)


def _image(platform: Platform, pool: Pool, generation: Generation, known: Known) -> Iterator[Fault]:
    """The image is in a gallery of one of our subscriptions."""
    name = pool.image[generation.name]
    image = platform.desktop_images.get(name)
    if image is None:
        return
    source = platform.sources["desktop_images", name]
    if image.gallery is None:
        message = f"desktop image {name} has no gallery; the one in Azure that {pool.name} is made from"
        yield source.fault(("gallery",), "MISSING-KEY", message)
    elif image.gallery.subscription not in known.get("subscriptions", set()):
        wanted = image.gallery.subscription
        message = f"no subscription {wanted}; {nearest(wanted, platform.subscriptions)}"
        yield source.fault(("gallery", "subscription"), "DANGLING", message)
    yield from _rollout(platform, name, image)


def _rollout(platform: Platform, name: str, image: DesktopImage) -> Iterator[Fault]:
    """A session host is born with its image and keeps it: a rollout would reach nobody and say that it had."""
    rollout = image.rollout
    if rollout is None:
        return
    serving = sorted(
        i.logical_name
        for i in platform.pool_instances
        if i.image is image and i.avd is not None and i.generation.state not in ("planned", "building")
    )
    if serving:
        message = (
            f"the hosts of {', '.join(serving)} keep the image that they were made from; no rollout, and hosts made "
            f"anew one by one"
        )
        yield platform.sources["desktop_images", name].fault(("rollout",), "ROLLOUT", message)


def _people(platform: Platform, pool: Pool) -> Iterator[Fault]:
    """Who is given a role in Azure is known there by an object id."""
    if platform.azure is None:
        return
    known = platform.azure.principals
    for index, group in enumerate(pool.users):
        if group not in known:
            message = f"no principal {group} in azure.yaml; its object id in Entra ID"
            yield platform.sources["pools", pool.name].fault(("users", index), "DANGLING", message)
    if platform.azure.avd_principal is None:
        message = "avd_principal is missing; whose service starts and stops session hosts"
        yield platform.sources["file", "azure.yaml"].fault(("avd_principal",), "MISSING-KEY", message)


def _access(platform: Platform, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """A role is given to groups and withheld from none, so nobody is kept out by an exception."""
    source = platform.sources["pools", pool.name]
    if pool.access == "Everyone":
        yield source.fault(("access",), "AVD-ACCESS", "Azure has no role for everyone; users, with their groups")
    served = [g.name for g in placed]
    if sum(g.state == "live" for g in platform.generations.values()) != 1:
        return
    here = pool_served_by(platform, pool.name)
    if here not in served:
        return
    for entry in named(platform):
        for group in reached(pool, entry) if entry.generation != here else ():
            if group not in pool.users:
                message = (
                    f"{group} is served by {entry.generation} and can not be kept out of {pool.name}, which {here} "
                    f"serves in Azure; one of the pool's users"
                )
                section = "serving" if isinstance(entry, Serving) else "waves"
                yield platform.sources[section, entry.name].fault(("groups",), "AVD-ACCESS", message)


def _machines(platform: Platform, pool: Pool) -> Iterator[Fault]:
    """A host is shared and Intune or Active Directory has a place for it."""
    source = platform.sources["pools", pool.name]
    if pool.allocation == "Static":
        yield source.fault(("allocation",), "AVD-POOL", "Static makes desktops of one person each; Random")
    if pool.avd.join == "ad" and pool.ou is None:
        yield source.fault(("ou",), "MISSING-KEY", "ou is missing; where hosts are joined to Active Directory")
    machines = {i.generation.name: i.machines for i in platform.pool_instances if i.pool is pool}
    for name, numbers in pool.avd.draining.items():
        if name not in pool.placement:
            yield source.fault(
                ("avd", "draining", name), "DANGLING", f"no placement in {name}; {nearest(name, pool.placement)}"
            )
            continue
        for index, number in enumerate(numbers):
            if name in machines and number > machines[name]:
                message = f"no host {number} in {name}; 1 to {machines[name]}"
                yield source.fault(("avd", "draining", name, index), "DANGLING", message)


def _rdp(platform: Platform, pool: Pool) -> Iterator[Fault]:
    taken = set(rdp.properties(pool.avd.rdp, pool.settings, pool.avd.join))
    for index, entry in enumerate(pool.avd.rdp.more):
        wrong = rdp.wrong(entry, taken)
        if wrong is not None:
            yield platform.sources["pools", pool.name].fault(("avd", "rdp", "more", index), "RDP-PROPERTY", wrong)
        taken.add(entry.partition(":")[0])
    if pool.avd.join == "ad":
        for index, entry in enumerate(pool.avd.rdp.more):
            if entry.partition(":")[0] in ("enablerdsaadauth", "targetisaadjoined"):
                message = "the hosts are joined to Active Directory, not to Entra ID; join: entra, or without it"
                path = ("avd", "rdp", "more", index)
                yield platform.sources["pools", pool.name].fault(path, "RDP-PROPERTY", message)


def _scaling(platform: Platform, pool: Pool) -> Iterator[Fault]:
    """A day has one schedule, and the hours of a schedule follow each other within the day."""
    source, scaling = platform.sources["pools", pool.name], pool.avd.scaling
    if scaling is None:
        return
    seen: dict[str, str] = {}
    for key, schedule in scaling.schedules.items():
        path = ("avd", "scaling", "schedules", key)
        for day in schedule.days:
            first = seen.setdefault(day, key)
            if first != key:
                yield source.fault((*path, "days"), "AVD-SCALING", f"{day} is in {first} already; each day once")
        hours = ("ramp_up", "peak", "ramp_down", "off_peak")
        for before, after in pairwise(hours):
            if getattr(schedule, before) >= getattr(schedule, after):
                message = (
                    f"{after} {getattr(schedule, after)} is not after {before} {getattr(schedule, before)}; "
                    f"{', '.join(hours)}, in that order"
                )
                yield source.fault((*path, after), "AVD-SCALING", message)
    years = scaling.holidays
    if years is not None and years.last < years.first:
        message = f"{years.last} is before {years.first}; the same year, or a later one"
        yield source.fault(("avd", "scaling", "holidays", "last"), "AVD-SCALING", message)


def _registration(platform: Platform, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """Hosts that are being built register while a wave is open; a wave belongs to a generation that has hosts."""
    source = platform.sources["pools", pool.name]
    for generation in placed:
        wave = waves.of_pool(platform, pool.name, generation.name)
        begun = wave.state == "building" if wave is not None else generation.state == "building"
        if begun and generation.name not in pool.avd.registration:
            message = (
                f"no wave is open in which the hosts of {generation.name} register; registration: {{{generation.name}: "
                f"{{opens: ...}}}}"
            )
            yield source.fault(("avd", "registration"), "MISSING-KEY", message)
    for name in pool.avd.registration:
        if name not in pool.placement:
            message = f"no placement in {name}; {nearest(name, pool.placement)}"
            yield source.fault(("avd", "registration", name), "DANGLING", message)


def _room(platform: Platform) -> Iterator[Fault]:
    """A subnet has an address for each session host, of all pools and generations beside each other."""
    taken: dict[tuple[str, str], int] = {}
    for instance in platform.pool_instances:
        azure = instance.avd
        if azure is None or instance.generation.state in ("planned", "retired"):
            continue
        place = (azure.area, azure.subnet)
        servers = sum(
            i.azure is not None and (i.azure.area, i.server.network) == (azure.area, azure.subnet)
            for i in platform.instances
        )
        taken[place] = taken.get(place, servers) + instance.machines
        free = azure.prefix.num_addresses - RESERVED
        if taken[place] > free:
            message = (
                f"{taken[place]} machines in {azure.prefix} of {azure.area}, which has room for {free}; a larger "
                f"subnet, or another"
            )
            yield platform.sources["pools", instance.pool.name].fault(("network",), "POOL-SIZE", message)
        if instance.machines > TEMPLATE:
            message = f"{instance.machines} machines; at most {TEMPLATE}, which one template can drain; two pools"
            yield platform.sources["pools", instance.pool.name].fault((), "POOL-SIZE", message)


def _names(platform: Platform) -> Iterator[Fault]:
    """Names keep Azure's limits, and that of a storage account is one pool's."""
    seen: dict[str, str] = {}
    for instance in platform.pool_instances:
        azure, pool = instance.avd, instance.pool
        if azure is None:
            continue
        source = platform.sources["pools", pool.name]
        every = {
            "rg": azure.resource_group, "vdpool": azure.host_pool, "vdag": azure.application_group,
            "vdws": azure.workspace, "vdscaling": azure.scaling_plan, "st": azure.storage or "",
        }  # fmt: skip
        for kind, value in every.items():
            wrong = azure_names.fault(kind, value)
            if wrong is not None:
                yield source.fault((), "BAD-NAME", wrong)
        if azure.storage is not None and seen.setdefault(azure.storage, pool.name) != pool.name:
            message = f"storage account {azure.storage} is that of {seen[azure.storage]}; another short"
            yield source.fault(("short",), "DUPLICATE-NAME", message)
