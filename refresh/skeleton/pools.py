"""The pools that there are, in a new generation: as they were where we built them, else from a new image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model.reading.source import TODO
from refresh.skeleton.case import Case
from refresh.skeleton.hardware import demand
from refresh.skeleton.servers import newest

if TYPE_CHECKING:
    from model.types.desktops import Pool
    from model.types.pools import PoolInstance


def write(case: Case) -> None:
    """Each pool that the old generation has."""
    instances = [i for i in case.platform.pool_instances if i.generation is case.old]
    for instance in instances:
        pool = instance.pool
        if case.old.origin == "managed":
            _as_it_was(case, pool)
        else:
            _made_anew(case, instance)
        if case.old.name not in pool.placement and pool.cluster is not None:
            case.networks.add(pool.network)
            workplaces = case.workplaces(pool.workplaces) if case.old.name not in pool.machines else 0
            case.demands.append(demand(pool.cluster, pool, workplaces, instance.machines))
    case.propose("pools", (i.pool.name for i in instances))


def _as_it_was(case: Case, pool: Pool) -> None:
    """What the pool has by generation, taken over."""
    old, place = case.old.name, ("pools", pool.name)
    for field in ("image", "gpu", "machines"):
        values = getattr(pool, field)
        if old in values:
            case.put("desktops.yaml", *place, field, case.new, values[old])
    if old in pool.placement:
        case.put("desktops.yaml", *place, "placement", case.new, pool.placement[old].model_dump(exclude={"by"}))
    if old in pool.avd.registration:
        window = {"opens": TODO, "hours": pool.avd.registration[old].hours}
        case.put("desktops.yaml", *place, "avd", "registration", case.new, window)


def _made_anew(case: Case, instance: PoolInstance) -> None:
    """What was found has no master: the pool gets an image of its own, and says what only its owner knew."""
    pool, old = instance.pool, case.old.name
    place = ("desktops.yaml", "pools", pool.name)
    version: dict[str, Any] = {}
    if old in pool.gpu:
        case.put(*place, "gpu", case.new, TODO)
        version["gpu"] = TODO
    case.put(*place, "image", case.new, new_image(case, pool.name, pool.desktop or pool.name, version))
    if pool.workplaces is None:
        case.put(*place, "machines", case.new, instance.machines)
    if pool.desktop is None and not pool.applications:
        case.put(*place, "desktop", TODO)
    for field in ("cluster", "ou"):
        if getattr(pool, field) is None:
            case.put(*place, field, TODO)
    site = case.platform.desktops.citrix
    if site is None or site.vcenter is None:
        case.put("desktops.yaml", "citrix", "vcenter", TODO)
    if site is None or site.licensing is None:
        case.put("desktops.yaml", "citrix", "licensing", {"method": "activation-service", "controllers": TODO})


def new_image(case: Case, pool: str, title: str, more: dict[str, Any]) -> str:
    """Puts a line of images for a pool in the new generation, and gives its key."""
    key, version = f"{pool}-{case.new}", f"{case.new[1:]}01.1"
    base = newest(case, None, "windows")
    held = {"base": base, "vda": TODO, "built": TODO, "snapshot": TODO, **more}
    line = {"title": title, "master": TODO, "current": version, "versions": {version: held}}
    case.put("desktops.yaml", "desktop_images", key, line)
    return key
