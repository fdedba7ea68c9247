"""Rules over pools of Azure Virtual Desktop: what Azure would refuse, and what it takes and nobody wants.

Beside it are avd_hosts.py, which asks how hosts are joined, reached and started, and desktops.py for pools of either
kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING

from model import azure_names
from model.derive.access import reached
from model.derive.pools import generations_of
from model.derive.serving import named, pool_served_by
from model.faults import Fault, nearest
from model.rules.rule import Check, Rule
from model.types import avd
from model.types.serving import Serving
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import AzureEstate, Desktops, LandingZone, Platform
    from model.provenance import Provenance
    from model.types.desktops import DesktopImage, Pool
    from model.types.infrastructure import Generation
    from model.types.pools import PoolInstance

RESERVED = 5
"""Azure keeps the first four addresses of a subnet and the last (Microsoft, "Virtual networks FAQ")."""
TEMPLATE = 800
"""Resources of a template at most (Microsoft, "Azure Resource Manager template limits")."""


def of_placed_pools(rule: Callable[[Platform, Provenance, Pool, list[Generation]], Iterator[Fault]]) -> Check:
    """A rule over every pool that is placed, of a rule over one and the generations in which it is built there."""

    @wraps(rule)
    def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
        for pool in platform.desktops.pools.values():
            generations = generations_of(pool, platform.refresh.generations)
            here = [g for g in generations if g.name in pool.placement and g.name not in pool.found]
            if here:
                yield from rule(platform, written, pool, here)

    return check


def placed(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Only what we build goes anywhere, and as a pool it is made anew."""
    every = ((pool, *entry) for pool in platform.desktops.pools.values() for entry in pool.placement.items())
    for pool, name, placement in every:
        source = written.sources["pools", pool.name]
        generation = platform.refresh.generations.get(name)
        if generation is None:
            continue
        if generation.origin != "managed" or name in pool.found:
            message = f"{name} has the pool as it was found; name a generation with `origin: managed`"
            yield source.fault(("placement", name), "AVD-POOL", message)
        if placement.by != "rebuild":
            message = "a pool has no disks that could be copied; set `by: rebuild`"
            yield source.fault(("placement", name, "by"), "AVD-POOL", message)


@of_placed_pools
def stands(platform: Platform, written: Provenance, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """The area, its subnets and a size of machine are there."""
    for generation in placed:
        yield from _has_place(platform.azure, platform.landing_zone, pool, generation, written)


def _has_place(
    azure: AzureEstate, landing_zone: LandingZone, pool: Pool, generation: Generation, written: Provenance
) -> Iterator[Fault]:
    source, name = written.sources["pools", pool.name], generation.name
    if azure.settings is None:
        yield source.fault(
            ("placement", name), "MISSING-KEY", "no azure.yaml; write it with what holds for all of Azure"
        )
        return
    key = pool.placement[name].area
    area = azure.areas.get(key)
    if area is None:
        return
    subnet = area.subnets.get(pool.network)
    if subnet is None:
        message = f"{key} has no subnet {pool.network}; {nearest(pool.network, area.subnets)}"
        yield source.fault(("network",), "DANGLING", message)
    elif subnet.purpose != "desktops":
        message = f"subnet {pool.network} of {key} is for {subnet.purpose}; name one with `purpose: desktops`"
        yield source.fault(("network",), "AVD-POOL", message)
    zones = {private.zone for private in landing_zone.private_zones.values()}
    for zone in sorted({*avd.PRIVATE_ZONES.values()} - zones):
        message = f"no private zone {zone}, in which {pool.name} has its names; add it to landing_zone.yaml"
        yield source.fault(("placement", name), "MISSING-KEY", message)
    if not any(subnet.purpose == "endpoints" for subnet in area.subnets.values()):
        message = "no subnet for endpoints, by which hosts and people reach the pool; add one with `purpose: endpoints`"
        yield written.sources["areas", key].fault(("subnets",), "MISSING-KEY", message)
    gpu, location = pool.gpu.get(name), azure.settings.location
    if avd.size_for(azure.sizes, location, pool.cpus, pool.memory_gib, gpu) is None:
        wanted = f"{pool.cpus} CPUs, {pool.memory_gib} GiB" + (" and graphics" if gpu else "")
        message = f"no size sold in {location} has {wanted}; add one to sizes.yaml, or ask for less"
        yield source.fault(("cpus",), "AVD-SIZE", message)


@of_placed_pools
def image(platform: Platform, written: Provenance, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """The image is in a gallery."""
    for generation in placed:
        yield from _image(platform.desktops, written, pool, pool.image[generation.name])


def _image(desktops: Desktops, written: Provenance, pool: Pool, name: str) -> Iterator[Fault]:
    image = desktops.images.get(name)
    if image is None:
        return
    source = written.sources["desktop_images", name]
    if image.gallery is None:
        message = f"desktop image {name} has no gallery; add `gallery:`, which {pool.name} is made from in Azure"
        yield source.fault(("gallery",), "MISSING-KEY", message)


@of_placed_pools
def rollout(platform: Platform, written: Provenance, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """A session host is born with its image and keeps it: a rollout would reach nobody and say that it had."""
    for name in dict.fromkeys(pool.image[generation.name] for generation in placed):
        image = platform.desktops.images.get(name)
        if image is not None and image.rollout is not None:
            yield from _rollout(platform.pool_instances, written, name, image)


def _rollout(
    pool_instances: tuple[PoolInstance, ...], written: Provenance, name: str, image: DesktopImage
) -> Iterator[Fault]:
    serving = sorted(
        i.logical_name
        for i in pool_instances
        if i.image is image and i.avd is not None and i.generation.state not in (State.PLANNED, State.BUILDING)
    )
    if serving:
        message = (
            f"the hosts of {', '.join(serving)} keep the image that they were made from; remove the rollout, and "
            "have hosts made anew one by one"
        )
        yield written.sources["desktop_images", name].fault(("rollout",), "ROLLOUT", message)


@of_placed_pools
def principals(platform: Platform, written: Provenance, pool: Pool, _placed: list[Generation]) -> Iterator[Fault]:
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


@of_placed_pools
def access(platform: Platform, written: Provenance, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """A role is given to groups and withheld from none, so nobody is kept out by an exception."""
    source = written.sources["pools", pool.name]
    if pool.access == "Everyone":
        yield source.fault(("access",), "AVD-ACCESS", "Azure has no role for everyone; add `users:` with their groups")
    served = [g.name for g in placed]
    if sum(g.state == State.LIVE for g in platform.refresh.generations.values()) != 1:
        return
    here = pool_served_by(platform, pool.name)
    if here not in served:
        return
    for entry in named(platform.refresh):
        for group in reached(pool, entry) if entry.generation != here else ():
            if group not in pool.users:
                message = (
                    f"{group} is served by {entry.generation} and can not be kept out of {pool.name}, which {here} "
                    f"serves in Azure; name one of the pool's users"
                )
                section = "serving" if isinstance(entry, Serving) else "waves"
                yield written.sources[section, entry.name].fault(("groups",), "AVD-ACCESS", message)


def room(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A subnet has an address for each session host, of all pools and generations beside each other."""
    taken: dict[tuple[str, str], int] = {}
    for instance in platform.pool_instances:
        azure = instance.avd
        if azure is None or not instance.generation.state.declared:
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


def pool_names(platform: Platform, written: Provenance) -> Iterator[Fault]:
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


RULES = (
    Rule("avd.placed", "A pool has no disks to copy: as it was found it stays where it is.", ("AVD-POOL",), placed),
    Rule(
        "avd.prerequisites",
        "Azure would find out while it builds, when half of the pool stands.",
        ("AVD-POOL", "AVD-SIZE", "DANGLING", "MISSING-KEY"),
        stands,
    ),
    Rule(
        "avd.image",
        "A session host is made from a version in a gallery, and from nothing else.",
        ("MISSING-KEY",),
        image,
    ),
    Rule(
        "avd.rollout",
        "A session host keeps the image that it was made from: a rollout would reach nobody and say that it had.",
        ("ROLLOUT",),
        rollout,
    ),
    Rule(
        "avd.principals",
        "Azure gives roles to object ids; it knows no group of Active Directory by its name.",
        ("DANGLING", "MISSING-KEY"),
        principals,
    ),
    Rule(
        "avd.access",
        'A role is given and never withheld from a part of a group (Microsoft, "Azure RBAC overview").',
        ("AVD-ACCESS",),
        access,
    ),
    Rule(
        "avd.room",
        'Azure keeps five addresses of a subnet (Microsoft, "Virtual networks FAQ"); a template has at most 800 '
        'resources (Microsoft, "Azure Resource Manager template limits").',
        ("POOL-SIZE",),
        room,
    ),
    Rule(
        "avd.names",
        "Azure refuses a name beyond its limit, and a storage account's is unique in the world.",
        ("BAD-NAME", "DUPLICATE-NAME"),
        pool_names,
    ),
)
