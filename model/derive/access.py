r"""Who may use a pool, in each generation: what a cutover of desktops changes, and nothing else.

In Citrix a user needs permission of the delivery group and of the desktop. The desktop's list is the pool's own and
stays as it is; the delivery group's follows from who is served by the generation. In Azure Virtual Desktop a group of
people has a role on the pool's application groups or has none: there is no second list and no exception, so whole
groups of the pool's users move and nobody else is given anything. A site is served by the AD group of the people there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model import names
from model.derive.serving import named, pool_served_by
from model.types.serving import Serving

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.avd import SessionHostName
    from model.types.desktops import Pool
    from model.types.infrastructure import Settings
    from model.types.pools import PoolInstance
    from model.types.waves import Wave


@dataclass(frozen=True, slots=True)
class Access:
    r"""The access rule of a delivery group or a host pool. Accounts in Citrix carry their domain,
    `HOLSTEBRO\GG-Citrix-Kontor`; groups in Azure go by their names, and none is excluded.
    """

    kind: Literal["Restricted", "Everyone"]
    included: tuple[str, ...]
    excluded: tuple[str, ...]

    @property
    def closed(self) -> bool:
        """Whether nobody is let in; then its machines take no new session either."""
        return self.kind == "Restricted" and not self.included

    def __str__(self) -> str:
        if self.closed:
            return "closed"
        who = "everyone" if self.kind == "Everyone" else ", ".join(self.included)
        return f"{who} without {', '.join(self.excluded)}" if self.excluded else who


def users_of(settings: Settings, instance: PoolInstance) -> tuple[str, ...]:
    """The accounts that a pool is for, in every generation."""
    return tuple(_account(settings, group) for group in instance.pool.users)


def access(platform: Platform, instance: PoolInstance) -> Access:
    """The rule of a pool: all its users where its generation serves it, else those who are named.

    Who is named for another generation is kept out of the first, so that nobody is offered both.
    """
    pool, generation = instance.pool, instance.generation.name
    here = named(platform.refresh)
    if pool_served_by(platform, pool.name) != generation:
        ours = {group for s in here if s.generation == generation for group in reached(pool, s)}
        return Access("Restricted", _accounts(platform.settings, instance, ours), ())
    others = {group for s in here if s.generation != generation for group in reached(pool, s)}
    if instance.avd is not None:
        return Access("Restricted", _accounts(platform.settings, instance, set(pool.users) - others), ())
    return Access(pool.access, users_of(platform.settings, instance), _accounts(platform.settings, instance, others))


def reached(pool: Pool, serving: Serving | Wave) -> tuple[str, ...]:
    """The groups of an entry that meet the pool in the entry's generation: all of them in Citrix, where the desktop
    has a list of its own; in Azure those that are the pool's.
    """
    groups = (*serving.groups, *map(names.site_group, serving.sites))
    return tuple(group for group in groups if serving.generation not in pool.placement or group in pool.users)


def draining(platform: Platform, instance: PoolInstance) -> tuple[SessionHostName, ...]:
    """The session hosts that take no new session: all of a pool that is closed, else those that its data name."""
    if instance.avd is None:
        return ()
    if access(platform, instance).closed:
        return instance.avd.hosts
    numbers = instance.pool.draining.get(instance.generation.name, ())
    return tuple(host for host in instance.avd.hosts if host.number in numbers)


def _accounts(settings: Settings, instance: PoolInstance, groups: set[str]) -> tuple[str, ...]:
    if instance.avd is not None:
        return tuple(sorted(groups))
    return tuple(sorted(_account(settings, group) for group in groups))


def _account(settings: Settings, group: str) -> str:
    return f"{settings.netbios_domain}\\{group}"
