"""Rules over the images of desktops: their versions, what they are made from, and how a new one comes to its pools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.faults import Fault, nearest
from model.rules.rule import Rule
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Desktops, Platform
    from model.provenance import Provenance
    from model.types.desktops import DesktopImage
    from model.types.pools import PoolInstance

_SERVES = frozenset({State.PILOT, State.LIVE})


def images(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """An image's versions exist, and the base of each is Windows."""
    for name, image in platform.desktops.images.items():
        source = written.sources["desktop_images", name]
        wanted = [(("current",), image.current)]
        wanted += [(("rollout", "to"), image.rollout.to)] if image.rollout is not None else []
        for path, version in wanted:
            if version not in image.versions:
                yield source.fault(path, "DANGLING", f"no version {version}; {nearest(version, image.versions)}")
        for version, held in image.versions.items():
            path = ("versions", version, "base")
            base = platform.estate.images.get(held.base)
            if base is not None and base.os != "windows":
                yield source.fault(path, "BAD-VALUE", f"{held.base} is {base.os}; name one with `os: windows`")


def rollouts(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A rollout reaches each pool of its image once, brings another version, and ends no session without warning."""
    for name, image in platform.desktops.images.items():
        yield from _rollout(platform.desktops, platform.pool_instances, written, name, image)


def _rollout(
    desktops: Desktops, pool_instances: tuple[PoolInstance, ...], written: Provenance, name: str, image: DesktopImage
) -> Iterator[Fault]:
    rollout, source = image.rollout, written.sources["desktop_images", name]
    if rollout is None:
        return
    users = {p.name for p in desktops.pools.values() if name in p.image.values()}
    broken = written.known.get("pools", set()) - desktops.pools.keys()
    counted = Counter(pool for wave in rollout.waves for pool in wave)
    for number, wave in enumerate(rollout.waves):
        for index, pool in enumerate(wave):
            if pool not in users | broken:
                message = f"no pool {pool} has image {name}; {nearest(pool, users)}"
                yield source.fault(("rollout", "waves", number, index), "DANGLING", message)
    wrong = [f"{pool} is in {counted[pool]} waves" for pool in sorted(users) if counted[pool] != 1]
    if wrong:
        yield source.fault(
            ("rollout", "waves"), "ROLLOUT", f"{', '.join(wrong)}; name each pool of the image in one wave"
        )
    if rollout.wave > len(rollout.waves):
        message = (
            f"wave {rollout.wave} of {len(rollout.waves)}; give 0, which takes the version back, to "
            f"{len(rollout.waves)}, which is all"
        )
        yield source.fault(("rollout", "wave"), "ROLLOUT", message)
    if rollout.to == image.current:
        yield source.fault(
            ("rollout", "to"), "ROLLOUT", f"{rollout.to} is the current version; name another, or remove the rollout"
        )
    yield from _reboot(pool_instances, written, name, image)


def _reboot(
    pool_instances: tuple[PoolInstance, ...], written: Provenance, name: str, image: DesktopImage
) -> Iterator[Fault]:
    """A new image restarts the machines of a catalog, with 0 minutes all at once and with -1 never by itself.

    Source: citrix/terraform-provider-citrix, image_update_reboot_options.
    """
    rollout, source = image.rollout, written.sources["desktop_images", name]
    if rollout is None:
        return
    instances = [i for i in pool_instances if i.image is image and i.attachment is not None]
    serving = sorted({i.logical_name for i in instances if i.generation.state in _SERVES})
    if rollout.reboot == "at-once" and serving:
        message = (
            f"ends every session of {', '.join(serving)} at once; set `reboot: drain`, or `reboot: spread` with a "
            "warning"
        )
        yield source.fault(("rollout", "reboot"), "REBOOT-SESSIONS", message)
    never = sorted({i.pool.name for i in instances if i.pool.restart is None})
    if rollout.reboot == "drain" and never:
        message = (
            f"{', '.join(never)} never restarts, so the version never arrives; set `reboot: spread`, or a restart "
            "in the profile"
        )
        yield source.fault(("rollout", "reboot"), "REBOOT-SESSIONS", message)
    told = {"minutes": rollout.minutes, "warning_minutes": rollout.warning_minutes, "warning": rollout.warning}
    for field, value in told.items():
        if rollout.reboot == "spread" and value is None:
            yield source.fault(
                ("rollout", field), "MISSING-KEY", f"{field} is missing; set it, for spread warns before it restarts"
            )
        if rollout.reboot != "spread" and value is not None:
            yield source.fault(("rollout", field), "UNKNOWN-KEY", f"{rollout.reboot} has no {field}; leave it out")


RULES = (
    Rule(
        "desktop_images.images",
        "A version that is not there stops the catalog's update; a rollout that misses a pool leaves it on the "
        "old image.",
        ("BAD-VALUE", "DANGLING"),
        images,
    ),
    Rule(
        "desktop_images.rollouts",
        "A new image restarts machines at once, by and by or never, and people sit in them (citrix/terraform- "
        "provider-citrix, image_update_reboot_options).",
        ("DANGLING", "MISSING-KEY", "REBOOT-SESSIONS", "ROLLOUT", "UNKNOWN-KEY"),
        rollouts,
    ),
)
