"""Rules over the session hosts of Azure Virtual Desktop: how they are joined, reached, started and registered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from model.derive import waves
from model.faults import Fault, nearest
from model.rules.avd import of_placed_pools
from model.rules.rule import DayRule, Rule
from model.types import rdp
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance
    from model.types.desktops import Pool
    from model.types.infrastructure import Generation


@of_placed_pools
def machines(_platform: Platform, written: Provenance, pool: Pool, _placed: list[Generation]) -> Iterator[Fault]:
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


@of_placed_pools
def rdp_properties(_platform: Platform, written: Provenance, pool: Pool, _placed: list[Generation]) -> Iterator[Fault]:
    """A property is one that Azure knows, stands once, and fits how the hosts are joined."""
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


@of_placed_pools
def scaling(_platform: Platform, written: Provenance, pool: Pool, _placed: list[Generation]) -> Iterator[Fault]:
    """A day has one schedule, and the hours of a schedule follow each other within the day."""
    source, plan = written.sources["pools", pool.name], pool.avd.scaling
    if plan is None:
        return
    seen: dict[str, str] = {}
    for key, schedule in plan.schedules.items():
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
    years = plan.holidays
    if years is not None and years.last < years.first:
        message = f"{years.last} is before {years.first}; give the same year, or a later one"
        yield source.fault(("avd", "scaling", "holidays", "last"), "AVD-SCALING", message)


@of_placed_pools
def registration(platform: Platform, written: Provenance, pool: Pool, placed: list[Generation]) -> Iterator[Fault]:
    """Hosts that are being built register while a wave is open; a wave belongs to a generation that has hosts."""
    source = written.sources["pools", pool.name]
    for generation in placed:
        wave = waves.of_pool(platform.refresh, pool.name, generation.name)
        begun = wave.state == "building" if wave is not None else generation.state == State.BUILDING
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


def too_early(platform: Platform, written: Provenance, today: date) -> Iterator[Fault]:
    """A pool's token ends 27 days after an update at most, so an update waits for its window.

    Limit: `MAX_HOURS` in model/types/avd.py. A pool that is not built yet may have its window far ahead.
    """
    for instance in platform.pool_instances:
        name, wave = instance.generation.name, instance.pool.avd.registration.get(instance.generation.name)
        if instance.avd is not None and instance.there and wave is not None and wave.from_.date() > today:
            message = (
                f"until {wave.from_:%Y-%m-%d %H:%M} UTC a token that ends on {wave.expires.date()} fails in Azure, and "
                "the update with it; end it earlier by `opens` or `hours`, or wait"
            )
            path = ("avd", "registration", name, "opens")
            yield written.sources["pools", instance.pool.name].fault(path, "EXPIRED", message)


RULES = (
    Rule(
        "avd_hosts.machines",
        "Whoever is given a desktop of their own keeps it; hosts that nothing joins to a domain let nobody log on.",
        ("AVD-POOL", "MISSING-KEY"),
        machines,
    ),
    Rule(
        "avd_hosts.rdp",
        'Azure takes any text as a property and ignores what it does not know (Microsoft, "Supported RDP properties").',
        ("RDP-PROPERTY",),
        rdp_properties,
    ),
    Rule(
        "avd_hosts.scaling",
        'A plan with two schedules for a day, or hours out of order, is refused (Microsoft, "Create and assign an '
        'autoscale scaling plan").',
        ("AVD-SCALING",),
        scaling,
    ),
    Rule(
        "avd_hosts.registration",
        "A host registers with a token; without a wave there is none, and a host without one serves nobody.",
        ("DANGLING", "MISSING-KEY"),
        registration,
    ),
)

DAY_RULES = (
    DayRule(
        "avd_hosts.too-early",
        'Azure counts from the update: "ExpirationTime value must be between one hour and 30 days from now" '
        "(Azure/AVDSessionHostReplacer issue 38).",
        ("EXPIRED",),
        too_early,
    ),
)
