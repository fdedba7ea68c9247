"""What a pool becomes in one generation: names, number of machines, image version, and how many people it must hold.

Computed, never written down. A pool's instance whose parts do not exist is left out, and desktop_checks.py says which.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model import names
from model.desktops import DesktopImage, FoundPool, ImageVersion, Pool
from model.infrastructure import Generation
from model.instances import Attachment, attach

if TYPE_CHECKING:
    from model.platform import Platform


@dataclass(frozen=True, slots=True)
class Sizing:
    """How a number of machines follows from the people: `machines` hold `sessions` with `spare` machines down."""

    workplaces: int
    peak: float
    sessions: int
    sessions_per_host: int
    spare: int
    machines: int


@dataclass(frozen=True, slots=True)
class PoolInstance:
    """A pool in one generation.

    `logical_name` names its Pulumi resources. `naming_scheme`, `ou` and `attachment` are None for what was found, and
    `sizing` where a number of machines is given or found. `behind`: a newer version is rolling out and not here yet.
    """

    pool: Pool
    generation: Generation
    logical_name: str
    catalog: str
    delivery_group: str
    policy_set: str
    hosting_unit: str
    naming_scheme: str | None
    ou: str | None
    attachment: Attachment | None
    machines: int
    sizing: Sizing | None
    image_name: str
    image: DesktopImage
    version_name: str
    version: ImageVersion
    behind: bool
    gpu: str | None
    found: FoundPool | None


def size(workplaces: int, peak: float, sessions_per_host: int, spare: int) -> Sizing:
    """The machines for a Monday morning: sessions at the peak by sessions a machine, and `spare` more."""
    # A share such as 0.07 of 100 is a little more than 7 in floating point, and one more session is one machine more.
    sessions = math.ceil(round(workplaces * peak, 6))
    machines = math.ceil(sessions / sessions_per_host) + spare
    return Sizing(workplaces, peak, sessions, sessions_per_host, spare, machines)


def version_of(image: DesktopImage, pool: str) -> str:
    """The name of the version that a pool has: that of the rollout when its wave has come, else the current one."""
    rollout = image.rollout
    if rollout is not None and any(pool in wave for wave in rollout.waves[: rollout.wave]):
        return rollout.to
    return image.current


def generations_of(pool: Pool, generations: Mapping[str, Generation]) -> list[Generation]:
    """The generations that have an instance of `pool`: where it was found, every managed one with an image of it."""
    return [
        generation
        for generation in generations.values()
        if generation.name in pool.found or (generation.origin == "managed" and generation.name in pool.image)
    ]


def machines_in(platform: Platform, generation: str, folder: str) -> int:
    """How many session machines were found in a VM folder."""
    return sum(vm.folder == folder for vm in platform.vdas.get(generation, {}).values())


def build(platform: Platform) -> Iterator[PoolInstance]:
    """The instances of every pool, in the order of the file."""
    for pool in platform.pools.values():
        for generation in generations_of(pool, platform.generations):
            instance = _instance(platform, pool, generation)
            if instance is not None:
                yield instance


def behind_lines(platform: Platform) -> list[str]:
    """A line for each image with pools that a newer version has not reached."""
    lines: list[str] = []
    for name, image in platform.desktop_images.items():
        behind = [i.logical_name for i in platform.pool_instances if i.image is image and i.behind]
        if behind and image.rollout is not None:
            rollout = image.rollout
            what = f"{', '.join(behind)} {'is' if len(behind) == 1 else 'are'} behind {rollout.to}"
            lines.append(f"desktop image {name}: {what}; wave {rollout.wave} of {len(rollout.waves)} has it")
    return lines


def _instance(platform: Platform, pool: Pool, generation: Generation) -> PoolInstance | None:
    site, name = platform.citrix, generation.name
    image = platform.desktop_images.get(pool.image.get(name, ""))
    network = platform.networks.get(pool.network)
    if site is None or image is None or network is None:
        return None
    version_name = version_of(image, pool.name)
    version = image.versions.get(version_name)
    found = pool.found.get(name)
    attachment = attach(pool.network, network, name) if found is None else None
    if version is None or (found is None and attachment is None):
        return None
    sizing = None if found is not None else _sizing(platform, pool, name)
    if found is not None:
        machines = machines_in(platform, name, found.folder)
    else:
        machines = sizing.machines if sizing is not None else pool.machines.get(name, 0)
    return PoolInstance(
        pool=pool,
        generation=generation,
        logical_name=names.logical_name(pool.name, name),
        catalog=found.catalog if found else names.machine_catalog(pool.name, name),
        delivery_group=found.delivery_group if found else names.delivery_group(pool.name, name),
        policy_set=names.policy_set(pool.name, name),
        hosting_unit=names.hosting_unit(pool.cluster, pool.network, name),
        naming_scheme=None if found else names.naming_scheme(site.system, pool.short, name),
        ou=None if found else names.ou(pool.ou, name, site.ou, platform.settings.domain),
        attachment=attachment,
        machines=machines,
        sizing=sizing,
        image_name=pool.image[name],
        image=image,
        version_name=version_name,
        version=version,
        behind=image.rollout is not None and version_name != image.rollout.to,
        gpu=pool.gpu.get(name),
        found=found,
    )


def _sizing(platform: Platform, pool: Pool, generation: str) -> Sizing | None:
    if pool.workplaces is None or generation in pool.machines:
        return None
    workplaces = sum(w.profile == pool.workplaces for w in platform.workplaces.values())
    return size(workplaces, pool.peak, pool.sessions_per_host, pool.spare)
