"""What `refresh explain` says of a pool: how its machines follow from its people, its image, who is let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model import Platform
    from model.types.avd import AvdNames
    from model.types.pools import PoolInstance

Row = tuple[str, Any, str]


def names_of(instance: PoolInstance) -> set[str]:
    """Every name that a pool in a generation goes by, lower case."""
    names = {instance.logical_name, instance.pool.name}
    if instance.citrix is not None:
        names |= {instance.citrix.catalog.lower(), instance.citrix.delivery_group.lower()}
    if instance.avd is not None:
        names |= {instance.avd.host_pool, instance.avd.workspace, instance.avd.application_group}
        names |= {host.computer.lower() for host in instance.avd.hosts}
    return names


def rows(platform: Platform, instance: PoolInstance) -> Iterator[Row]:
    """A path, its value and what it rests on."""
    from model.derive.access import access

    name, generation, pool = instance.logical_name, instance.generation.name, instance.pool
    layers = platform.sources["pools", pool.name]
    sizing, found = instance.sizing, instance.found
    rule = "computed by model/names.py"
    if found is not None:
        rule = _place(layers.origin(("found", generation)))
    if instance.citrix is not None:
        yield f"{name}.catalog", instance.citrix.catalog, rule
        yield f"{name}.delivery_group", instance.citrix.delivery_group, rule
    if sizing is not None:
        per = f"{sizing.sessions} sessions at {sizing.sessions_per_host} a machine, and {sizing.spare} to spare"
        yield f"{name}.machines", instance.machines, per
        peak = f"{sizing.peak:g} of {sizing.workplaces} workplaces with profile {pool.workplaces}"
        yield f"{name}.sessions", sizing.sessions, peak
    elif found is not None:
        yield f"{name}.machines", instance.machines, f"found in {found.folder}"
    else:
        yield f"{name}.machines", instance.machines, _place(layers.origin(("machines", generation)))
    if instance.naming_scheme is not None:
        yield f"{name}.naming_scheme", instance.naming_scheme, rule
    if instance.ou is not None:
        yield f"{name}.ou", instance.ou, rule
    image = platform.sources["desktop_images", instance.image_name]
    coming = instance.image.rollout is not None and instance.version_name == instance.image.rollout.to
    version = image.origin(("rollout", "wave") if coming else ("current",))
    yield f"{name}.image", f"{instance.image_name} {instance.version_name}", _place(version)
    yield f"{name}.behind", instance.behind, _place(version)
    if instance.avd is not None:
        yield from _azure(platform, instance, instance.avd)
    yield f"{name}.access", str(access(platform, instance)), "computed by model/derive/access.py"


def _azure(platform: Platform, instance: PoolInstance, names: AvdNames) -> Iterator[Row]:
    """Where the pool stands in Azure, what it is named there, and what follows from its profile."""
    from model.derive.access import draining
    from model.types import avd, rdp

    name, generation, pool = instance.logical_name, instance.generation.name, instance.pool
    layers, rule = platform.sources["pools", pool.name], "computed by model/azure_names.py"
    placed = _place(layers.origin(("placement", generation)))
    yield f"{name}.area", names.area, placed
    yield f"{name}.subnet", f"{names.subnet} {names.prefix}", f"network, in the subnets of {names.area}"
    for field in ("resource_group", "host_pool", "application_group", "kind", "workspace", "scaling_plan", "storage"):
        if getattr(names, field) is not None:
            yield f"{name}.{field}", getattr(names, field), rule
    needs = f"the smallest sold in {names.location} with {pool.cpus} CPUs and {pool.memory_gib} GiB"
    yield f"{name}.size", names.size, needs + (f" and graphics, for {instance.gpu}" if instance.gpu else "")
    yield f"{name}.image_id", names.image_id, rule
    properties = rdp.text(pool.avd.rdp, pool.settings, pool.avd.join)
    yield f"{name}.rdp", properties, "settings and avd.rdp, by model/types/rdp.py"
    wave = pool.avd.registration.get(generation)
    if wave is not None:
        origin = _place(layers.origin(("avd", "registration", generation)))
        yield f"{name}.token_expires", wave.expires.isoformat(), origin
    if pool.avd.scaling is not None:
        off = [day.isoformat() for day in avd.days_off(pool.avd.scaling)]
        yield f"{name}.days_off", off, "computed by model/holidays.py"
    drained = [host.computer for host in draining(platform, instance)]
    yield f"{name}.no_new_session", drained, "computed by model/derive/access.py"


def _place(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}"
