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
    from model.provenance import Provenance
    from model.types.desktops import DesktopImage, Pool
    from model.types.infrastructure import Generation

RESERVED = 5
"""Azure keeps the first four addresses of a subnet and the last (Microsoft, "Virtual networks FAQ")."""
TEMPLATE = 800
"""Resources of a template at most (Microsoft, "Azure Resource Manager template limits")."""


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every fault of the pools that are placed in an area."""
    for pool in platform.desktops.pools.values():
        placed = [
            g
            for g in generations_of(pool, platform.refresh.generations)
            if g.name in pool.placement and g.name not in pool.found
        ]
        yield from _placed(platform, written, pool)
        for generation in placed:
            yield from _stands(platform, pool, generation, written)
            yield from _image(platform, pool, generation, written)
        if placed:
            yield from _people(platform, written, pool)
            yield from _access(platform, written, pool, placed)
            yield from _machines(platform, written, pool)
            yield from _rdp(written, pool)
            yield from _scaling(written, pool)
            yield from _registration(platform, written, pool, placed)
    yield from _room(platform, written)
    yield from _names(platform, written)


def _placed(platform: Platform, written: Provenance, pool: Pool) -> Iterator[Fault]:
    """Only what we build goes anywhere, and as a pool it is made anew."""
    source = written.sources["pools", pool.name]
    for name, placement in pool.placement.items():
        generation = platform.refresh.generations.get(name)
        if generation is None:
            continue
        if generation.origin != "managed" or name in pool.found:
            message = f"{name} has the pool as it was found; name a generation with `origin: managed`"
            yield source.fault(("placement", name), "AVD-POOL", message)
        if placement.by != "rebuild":
            message = "a pool has no disks that could be copied; set `by: rebuild`"
            yield source.fault(("placement", name, "by"), "AVD-POOL", message)


def _stands(platform: Platform, pool: Pool, generation: Generation, written: Provenance) -> Iterator[Fault]:
    """The area, its subnets and a size of machine are there."""
    source, name = written.sources["pools", pool.name], generation.name
    if platform.azure.settings is None:
        yield source.fault(
            ("placement", name), "MISSING-KEY", "no azure.yaml; write it with what holds for all of Azure"
        )
        return
    key = pool.placement[name].area
    area = platform.azure.areas.get(key)
    if area is None:
        if key not in written.known.get("areas", set()):
            message = f"no area {key}; {nearest(key, platform.azure.areas)}"
            yield source.fault(("placement", name, "area"), "DANGLING", message)
        return
    subnet = area.subnets.get(pool.network)
    if subnet is None:
        message = f"{key} has no subnet {pool.network}; {nearest(pool.network, area.subnets)}"
        yield source.fault(("network",), "DANGLING", message)
    elif subnet.purpose != "desktops":
        message = f"subnet {pool.network} of {key} is for {subnet.purpose}; name one with `purpose: desktops`"
        yield source.fault(("network",), "AVD-POOL", message)
    zones = {private.zone for private in platform.landing_zone.private_zones.values()}
    for zone in sorted({*avd.PRIVATE_ZONES.values()} - zones):
        message = f"no private zone {zone}, in which {pool.name} has its names; add it to landing_zone.yaml"
        yield source.fault(("placement", name), "MISSING-KEY", message)
    if not any(subnet.purpose == "endpoints" for subnet in area.subnets.values()):
        message = "no subnet for endpoints, by which hosts and people reach the pool; add one with `purpose: endpoints`"
        yield written.sources["areas", key].fault(("subnets",), "MISSING-KEY", message)
    gpu, location = pool.gpu.get(name), platform.azure.settings.location
    if avd.size_for(platform.azure.sizes, location, pool.cpus, pool.memory_gib, gpu) is None:
        wanted = f"{pool.cpus} CPUs, {pool.memory_gib} GiB" + (" and graphics" if gpu else "")
        message = f"no size sold in {location} has {wanted}; add one to sizes.yaml, or ask for less"
        yield source.fault(("cpus",), "AVD-SIZE", message)


def _image(platform: Platform, pool: Pool, generation: Generation, written: Provenance) -> Iterator[Fault]:
    """The image is in a gallery of one of our subscriptions."""
    name = pool.image[generation.name]
    image = platform.desktops.images.get(name)
    if image is None:
        return
    source = written.sources["desktop_images", name]
    if image.gallery is None:
        message = f"desktop image {name} has no gallery; add `gallery:`, which {pool.name} is made from in Azure"
        yield source.fault(("gallery",), "MISSING-KEY", message)
    elif image.gallery.subscription not in written.known.get("subscriptions", set()):
        wanted = image.gallery.subscription
        message = f"no subscription {wanted}; {nearest(wanted, platform.azure.subscriptions)}"
        yield source.fault(("gallery", "subscription"), "DANGLING", message)
    yield from _rollout(platform, written, name, image)


def _rollout(platform: Platform, written: Provenance, name: str, image: DesktopImage) -> Iterator[Fault]:
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
            f"the hosts of {', '.join(serving)} keep the image that they were made from; remove the rollout, and "
            "have hosts made anew one by one"
        )
        yield written.sources["desktop_images", name].fault(("rollout",), "ROLLOUT", message)


def _people(platform: Platform, written: Provenance, pool: Pool) -> Iterator[Fault]:
    """Who is given a role in Azure is known there by an object id."""
    if platform.azure.settings is None:
        return
    known = platform.azure.settings.principals
    for index, group in enumerate(pool.users):
        if group not in known:
            message = f"no principal {group} in azure.yaml; add its object id in Entra ID to `principals`"
            yield written.sources["pools", pool.name].fault(("users", index), "DANGLING", message)
    if platform.azure.settings.avd_principal is None:
        message = "avd_principal is missing; set it to the object id of the service that starts and stops session hosts"
        yield written.sources["file", "azure.yaml"].fault(("avd_principal",), "MISSING-KEY", message)


def _access(platform: Platform, written: Provenance, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """A role is given to groups and withheld from none, so nobody is kept out by an exception."""
    source = written.sources["pools", pool.name]
    if pool.access == "Everyone":
        yield source.fault(("access",), "AVD-ACCESS", "Azure has no role for everyone; add `users:` with their groups")
    served = [g.name for g in placed]
    if sum(g.state == "live" for g in platform.refresh.generations.values()) != 1:
        return
    here = pool_served_by(platform, pool.name)
    if here not in served:
        return
    for entry in named(platform):
        for group in reached(pool, entry) if entry.generation != here else ():
            if group not in pool.users:
                message = (
                    f"{group} is served by {entry.generation} and can not be kept out of {pool.name}, which {here} "
                    f"serves in Azure; name one of the pool's users"
                )
                section = "serving" if isinstance(entry, Serving) else "waves"
                yield written.sources[section, entry.name].fault(("groups",), "AVD-ACCESS", message)


def _machines(platform: Platform, written: Provenance, pool: Pool) -> Iterator[Fault]:
    """A host is shared and Intune or Active Directory has a place for it."""
    source = written.sources["pools", pool.name]
    if pool.allocation == "Static":
        yield source.fault(
            ("allocation",), "AVD-POOL", "Static makes desktops of one person each; set `allocation: Random`"
        )
    if pool.avd.join == "ad" and pool.ou is None:
        yield source.fault(
            ("ou",), "MISSING-KEY", "ou is missing; add `ou:`, where hosts are joined to Active Directory"
        )
    machines = {i.generation.name: i.machines for i in platform.pool_instances if i.pool is pool}
    for name, numbers in pool.avd.draining.items():
        if name not in pool.placement:
            yield source.fault(
                ("avd", "draining", name), "DANGLING", f"no placement in {name}; {nearest(name, pool.placement)}"
            )
            continue
        for index, number in enumerate(numbers):
            if name in machines and number > machines[name]:
                message = f"no host {number} in {name}; give one from 1 to {machines[name]}"
                yield source.fault(("avd", "draining", name, index), "DANGLING", message)


def _rdp(written: Provenance, pool: Pool) -> Iterator[Fault]:
    taken = set(rdp.properties(pool.avd.rdp, pool.settings, pool.avd.join))
    for index, entry in enumerate(pool.avd.rdp.more):
        wrong = rdp.wrong(entry, taken)
        if wrong is not None:
            yield written.sources["pools", pool.name].fault(("avd", "rdp", "more", index), "RDP-PROPERTY", wrong)
        taken.add(entry.partition(":")[0])
    if pool.avd.join == "ad":
        for index, entry in enumerate(pool.avd.rdp.more):
            if entry.partition(":")[0] in ("enablerdsaadauth", "targetisaadjoined"):
                message = "the hosts are joined to Active Directory, not to Entra ID; set `join: entra`, or remove it"
                path = ("avd", "rdp", "more", index)
                yield written.sources["pools", pool.name].fault(path, "RDP-PROPERTY", message)


def _scaling(written: Provenance, pool: Pool) -> Iterator[Fault]:
    """A day has one schedule, and the hours of a schedule follow each other within the day."""
    source, scaling = written.sources["pools", pool.name], pool.avd.scaling
    if scaling is None:
        return
    seen: dict[str, str] = {}
    for key, schedule in scaling.schedules.items():
        path = ("avd", "scaling", "schedules", key)
        for day in schedule.days:
            first = seen.setdefault(day, key)
            if first != key:
                yield source.fault((*path, "days"), "AVD-SCALING", f"{day} is in {first} already; name each day once")
        hours = ("ramp_up", "peak", "ramp_down", "off_peak")
        for before, after in pairwise(hours):
            if getattr(schedule, before) >= getattr(schedule, after):
                message = (
                    f"{after} {getattr(schedule, after)} is not after {before} {getattr(schedule, before)}; "
                    f"write {', '.join(hours)} in that order"
                )
                yield source.fault((*path, after), "AVD-SCALING", message)
    years = scaling.holidays
    if years is not None and years.last < years.first:
        message = f"{years.last} is before {years.first}; give the same year, or a later one"
        yield source.fault(("avd", "scaling", "holidays", "last"), "AVD-SCALING", message)


def _registration(platform: Platform, written: Provenance, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """Hosts that are being built register while a wave is open; a wave belongs to a generation that has hosts."""
    source = written.sources["pools", pool.name]
    for generation in placed:
        wave = waves.of_pool(platform, pool.name, generation.name)
        begun = wave.state == "building" if wave is not None else generation.state == "building"
        if begun and generation.name not in pool.avd.registration:
            message = (
                f"no wave is open in which the hosts of {generation.name} register; "
                f"add `registration: {{{generation.name}: {{opens: ...}}}}`"
            )
            yield source.fault(("avd", "registration"), "MISSING-KEY", message)
    for name in pool.avd.registration:
        if name not in pool.placement:
            message = f"no placement in {name}; {nearest(name, pool.placement)}"
            yield source.fault(("avd", "registration", name), "DANGLING", message)


def _room(platform: Platform, written: Provenance) -> Iterator[Fault]:
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
                f"{taken[place]} machines in {azure.prefix} of {azure.area}, which has room for {free}; "
                "give it a larger subnet, or name another"
            )
            yield written.sources["pools", instance.pool.name].fault(("network",), "POOL-SIZE", message)
        if instance.machines > TEMPLATE:
            message = f"{instance.machines} machines, and one template can drain {TEMPLATE}; make two pools of it"
            yield written.sources["pools", instance.pool.name].fault((), "POOL-SIZE", message)


def _names(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Names keep Azure's limits, and that of a storage account is one pool's."""
    seen: dict[str, str] = {}
    for instance in platform.pool_instances:
        azure, pool = instance.avd, instance.pool
        if azure is None:
            continue
        source = written.sources["pools", pool.name]
        every = {
            "rg": azure.resource_group, "vdpool": azure.host_pool, "vdag": azure.application_group,
            "vdws": azure.workspace, "vdscaling": azure.scaling_plan, "st": azure.storage or "",
        }  # fmt: skip
        for kind, value in every.items():
            wrong = azure_names.fault(kind, value)
            if wrong is not None:
                yield source.fault((), "BAD-NAME", wrong)
        if azure.storage is not None and seen.setdefault(azure.storage, pool.name) != pool.name:
            message = f"storage account {azure.storage} is that of {seen[azure.storage]}; give it another `short`"
            yield source.fault(("short",), "DUPLICATE-NAME", message)
