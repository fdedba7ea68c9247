"""What `refresh explain` says of a Citrix pool: how its machines follow from its people, its image, who is let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model import Platform
    from model.pools import PoolInstance


def rows(platform: Platform, instance: PoolInstance) -> Iterator[tuple[str, Any, str]]:
    """A path, its value and what it rests on."""
    from model.access import access

    name, generation, pool = instance.logical_name, instance.generation.name, instance.pool
    layers = platform.sources["pools", pool.name]
    sizing, found = instance.sizing, instance.found
    rule = "computed by model/names.py"
    if found is not None:
        rule = _place(layers.origin(("found", generation)))
    yield f"{name}.catalog", instance.catalog, rule
    yield f"{name}.delivery_group", instance.delivery_group, rule
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
    yield f"{name}.access", str(access(platform, instance)), "computed by model/access.py"


def _place(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}"
