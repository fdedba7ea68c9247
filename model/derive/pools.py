"""What a pool becomes in one generation: names, number of machines, image version, and how many people it must hold.

Computed, never written down. A pool's instance whose parts do not exist is left out, and rules/desktops.py says which.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from model import azure_names, names
from model.derive import waves
from model.derive.instances import attach
from model.derive.serving import naming_pool
from model.types import avd
from model.types.avd import AvdNames, SessionHostName
from model.types.desktops import DesktopImage, ObservedPool, Pool
from model.types.infrastructure import Generation
from model.types.instances import Attachment
from model.types.pools import CitrixNames, PoolInstance, Sizing

if TYPE_CHECKING:
    from model.platform import Declared, Desktops, Networks, Observed


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


def machines_in(observed: Observed, generation: str, folder: str) -> int:
    """How many session machines were found in a VM folder."""
    return sum(vm.folder == folder for vm in observed.vdas.get(generation, {}).values())


def build(platform: Declared) -> Iterator[PoolInstance]:
    """The instances of every pool, in the order of the file."""
    for pool in platform.desktops.pools.values():
        for generation in generations_of(pool, platform.refresh.generations):
            instance = _instance(platform, pool, generation)
            if instance is not None:
                yield instance


def behind_lines(desktops: Desktops, pool_instances: tuple[PoolInstance, ...]) -> list[str]:
    """A line for each image with pools that a newer version has not reached."""
    lines: list[str] = []
    for name, image in desktops.images.items():
        behind = [i.logical_name for i in pool_instances if i.image is image and i.behind]
        if behind and image.rollout is not None:
            rollout = image.rollout
            what = f"{', '.join(behind)} {'is' if len(behind) == 1 else 'are'} behind {rollout.to}"
            lines.append(f"desktop image {name}: {what}, and wave {rollout.wave} of {len(rollout.waves)} has it")
    return lines


def registration_lines(pool_instances: tuple[PoolInstance, ...]) -> list[str]:
    """A line for each pool whose hosts register: when an update may run."""
    lines: list[str] = []
    for i in pool_instances:
        wave = i.pool.avd.registration.get(i.generation.name)
        if i.avd is not None and i.there and wave is not None:
            window = f"from {wave.from_:%Y-%m-%d %H:%M} to {wave.until:%Y-%m-%d %H:%M} UTC"
            lines.append(f"{i.logical_name}: its hosts register in an update {window}")
    return lines


def _instance(platform: Declared, pool: Pool, generation: Generation) -> PoolInstance | None:
    name = generation.name
    image = platform.desktops.images.get(pool.image.get(name, ""))
    settings = platform.desktops.settings
    if settings is None or image is None:
        return None
    version_name = version_of(image, pool.name)
    version = image.versions.get(version_name)
    if version is None:
        return None
    found = pool.found.get(name)
    sizing = None if found is not None else _sizing(platform, pool, name)
    if found is not None:
        machines = machines_in(platform.observed, name, found.folder)
    else:
        machines = sizing.machines if sizing is not None else pool.machines.get(name, 0)
    placed = found is None and name in pool.placement
    azure = _avd(platform, pool, name, image, version_name, machines) if placed else None
    attachment = _attachment(platform.network, pool, name) if found is None and not placed else None
    citrix = None if placed else _citrix(pool, name, found)
    if (placed and azure is None) or (found is None and not placed and (attachment is None or citrix is None)):
        return None
    joins = found is None and pool.ou is not None and (not placed or pool.avd.join == "ad")
    return PoolInstance(
        pool=pool,
        generation=generation,
        logical_name=names.logical_name(pool.name, name),
        citrix=citrix,
        avd=azure,
        naming_scheme=None if found else names.naming_scheme(settings.system, pool.short, name),
        ou=names.ou(pool.ou or "", name, settings.ou, platform.settings.domain) if joins else None,
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
        wave=waves.of_pool(platform.refresh, pool.name, name),
        serving=naming_pool(platform, pool.name, name),
    )


def _attachment(networks: Networks, pool: Pool, generation: str) -> Attachment | None:
    network = networks.networks.get(pool.network)
    return attach(pool.network, network, generation) if network is not None else None


def _citrix(pool: Pool, generation: str, found: ObservedPool | None) -> CitrixNames | None:
    if found is None and pool.cluster is None:
        return None
    return CitrixNames(
        catalog=found.catalog if found else names.machine_catalog(pool.name, generation),
        delivery_group=found.delivery_group if found else names.delivery_group(pool.name, generation),
        policy_set=names.policy_set(pool.name, generation),
        hosting_unit=names.hosting_unit(pool.cluster, pool.network, generation) if pool.cluster else None,
    )


def _avd(
    platform: Declared, pool: Pool, generation: str, image: DesktopImage, version: str, machines: int
) -> AvdNames | None:
    """The pool's names in Azure; None where its area, subnets, size or image are not there, as rules/avd.py says."""
    azure, settings = platform.azure.settings, platform.desktops.settings
    area = platform.azure.areas.get(pool.placement[generation].area)
    if azure is None or settings is None or area is None or image.gallery is None:
        return None
    subscription = platform.azure.subscriptions.get(area.subscription)
    gallery_in = platform.azure.subscriptions.get(image.gallery.subscription)
    subnet = area.subnets.get(pool.network)
    endpoints = next((key for key, subnet in area.subnets.items() if subnet.purpose == "endpoints"), None)
    size = avd.size_for(platform.azure.sizes, azure.location, pool.cpus, pool.memory_gib, pool.gpu.get(generation))
    if subscription is None or gallery_in is None or subnet is None or endpoints is None or size is None:
        return None
    computers = [names.session_host(settings.system, pool.short, n, generation) for n in range(1, machines + 1)]
    domain = f".{platform.settings.domain}" if pool.avd.join == "ad" else ""
    profiles = pool.avd.fslogix is not None
    gallery = image.gallery
    return AvdNames(
        area=area.name,
        subscription=area.subscription,
        location=azure.location,
        metadata_location=azure.avd_location or azure.location,
        resource_group=azure_names.pool_resource_group(pool.name, generation),
        host_pool=azure_names.host_pool(pool.name, generation),
        application_group=azure_names.application_group(pool.name, generation),
        kind="Desktop" if pool.desktop is not None else "RemoteApp",
        workspace=azure_names.desktop_workspace(pool.name, generation),
        scaling_plan=azure_names.scaling_plan(pool.name, generation),
        hosts=tuple(SessionHostName(n, name, f"{name}{domain}") for n, name in enumerate(computers, 1)),
        subnet=pool.network,
        prefix=subnet.prefix,
        endpoints=endpoints,
        size=size,
        image_id=azure_names.gallery_image_version(
            gallery_in.id, gallery.resource_group, gallery.name, gallery.image, version
        ),
        profiles_group=azure_names.pool_resource_group(pool.name) if profiles else None,
        storage=azure_names.profile_storage(azure.code, pool.short) if profiles else None,
        share="profiles" if profiles else None,
        multi_session=(base := platform.estate.images.get(image.versions[version].base)) is None or base.multi_session,
    )


def _sizing(platform: Declared, pool: Pool, generation: str) -> Sizing | None:
    if pool.workplaces is None or generation in pool.machines:
        return None
    workplaces = sum(w.profile == pool.workplaces for w in platform.places.workplaces.values())
    sizing = size(workplaces, pool.peak, pool.sessions_per_host, pool.spare)
    cluster = platform.vmware.clusters.get(pool.cluster or "")
    if pool.host_loss == "wait" or cluster is None or generation in pool.placement:
        return sizing
    hosts = len(platform.hardware.hosts_of(generation, pool.cluster or ""))
    return replace(sizing, machines=bearing(sizing, hosts, cluster.host_failures))


def bearing(sizing: Sizing, hosts: int, lost: int) -> int:
    """As many machines that those which are not on the lost hosts hold the peak, spread as evenly as they go."""
    needed = math.ceil(sizing.sessions / sizing.sessions_per_host)
    machines = sizing.machines
    while hosts > lost and machines - math.ceil(machines / hosts) * lost < needed:
        machines += 1
    return machines
