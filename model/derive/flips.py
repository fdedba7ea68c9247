"""The flip set: what a step changes, as data, computed by comparing the points before it with the points after it.

Everything that a cutover changes is a point; a step's flips are the points that differ. What must not flip is listed
beside them, so that a reader sees that it was thought of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Literal

from model import names
from model.derive.access import access, draining
from model.derive.serving import alias_addresses, system_served_by

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.pools import PoolInstance

Kind = Literal["delivery-group", "host-pool", "record"]
Points = Mapping[tuple[Kind, str], str]
"""What everyone is led by: the value of each point by kind and name."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A stable name as it stands now: a record set of type A."""

    label: str
    fqdn: str
    system: str
    generation: str
    addresses: tuple[IPv4Address, ...]
    ttl: int


@dataclass(frozen=True, slots=True)
class Flip:
    """One point that changes. `before` is None for one that is made, `after` for one that goes."""

    kind: Kind
    name: str
    before: str | None
    after: str | None


def aliases(platform: Platform) -> tuple[Alias, ...]:
    """Every stable name that somebody answers to. A system that is new with the next generation has none yet."""
    zone = platform.settings.alias_zone
    if zone is None:
        return ()
    found = (
        Alias(
            label=label,
            fqdn=names.alias(label, zone),
            system=code,
            generation=system_served_by(platform, code),
            addresses=alias_addresses(platform, code, label),
            ttl=platform.settings.alias_ttl,
        )
        for code, system in platform.estate.systems.items()
        for label in system.aliases
    )
    return tuple(alias for alias in found if alias.addresses)


def flipped_pools(pool_instances: tuple[PoolInstance, ...]) -> tuple[PoolInstance, ...]:
    """The pools whose delivery groups and host pools a cutover changes: those under our control, of every generation
    but the one being built, which are born closed. What retires keeps its point until it goes, for it is protected
    until then.
    """
    return tuple(i for i in pool_instances if i.generation.origin != "observed" and i.there and not i.rebuilds)


def points(platform: Platform) -> Points:
    """Every point as it stands."""
    found: dict[tuple[Kind, str], str] = {}
    for alias in aliases(platform):
        found["record", alias.fqdn] = ", ".join(map(str, alias.addresses))
    for pool in flipped_pools(platform.pool_instances):
        if pool.avd is not None:
            found["host-pool", pool.avd.host_pool] = _host_pool(platform, pool)
        else:
            found["delivery-group", pool.in_citrix.delivery_group] = str(access(platform, pool))
    return found


def _host_pool(platform: Platform, pool: PoolInstance) -> str:
    """Who has a role on its applications, and which of its hosts take no new session while others do."""
    rule, drained = access(platform, pool), draining(platform, pool)
    if rule.closed or not drained:
        return str(rule)
    return f"{rule}; no new session on {', '.join(host.computer for host in drained)}"


def flips(before: Platform, after: Platform) -> tuple[Flip, ...]:
    """What changes between two states of a platform, sorted by kind and name."""
    old, new = points(before), points(after)
    return tuple(
        Flip(kind, name, old.get((kind, name)), new.get((kind, name)))
        for kind, name in sorted(old.keys() | new.keys())
        if old.get((kind, name)) != new.get((kind, name))
    )
