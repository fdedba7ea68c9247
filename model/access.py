r"""Whom a pool's delivery group lets in, in each generation: what a cutover of desktops turns, and nothing else.

A user needs leave of the delivery group and of the desktop. The desktop's list is the pool's own and stays as it is;
the delivery group's follows from whom the generation serves. A site is served by the AD group of the people there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model import names
from model.serving import Serving, named, pool_served_by

if TYPE_CHECKING:
    from model.platform import Platform
    from model.pools import PoolInstance
    from model.waves import Wave


@dataclass(frozen=True, slots=True)
class Access:
    r"""The access rule of a delivery group. Accounts carry their domain: `HOLSTEBRO\GG-Citrix-Kontor`."""

    kind: Literal["Restricted", "Everyone"]
    included: tuple[str, ...]
    excluded: tuple[str, ...]

    @property
    def closed(self) -> bool:
        """Whether nobody is let in; then the group is in maintenance mode too, so that no session is brokered."""
        return self.kind == "Restricted" and not self.included

    def __str__(self) -> str:
        if self.closed:
            return "closed"
        who = "everyone" if self.kind == "Everyone" else ", ".join(self.included)
        return f"{who} without {', '.join(self.excluded)}" if self.excluded else who


def users_of(platform: Platform, instance: PoolInstance) -> tuple[str, ...]:
    """The accounts that a pool is for, in every generation."""
    return tuple(_account(platform, group) for group in instance.pool.users)


def access(platform: Platform, instance: PoolInstance) -> Access:
    """The rule of a pool's delivery group: all its users where its generation serves it, else those who are named.

    Who is named for another generation is kept out of the first, so that nobody is offered both.
    """
    here, generation = named(platform), instance.generation.name
    if pool_served_by(platform, instance.pool.name) != generation:
        ours = {group for s in here if s.generation == generation for group in _groups(s)}
        return Access("Restricted", tuple(sorted(_account(platform, group) for group in ours)), ())
    others = {group for s in here if s.generation != generation for group in _groups(s)}
    excluded = tuple(sorted(_account(platform, group) for group in others))
    return Access(instance.pool.access, users_of(platform, instance), excluded)


def _groups(serving: Serving | Wave) -> tuple[str, ...]:
    return (*serving.groups, *map(names.site_group, serving.sites))


def _account(platform: Platform, group: str) -> str:
    return f"{platform.settings.netbios_domain}\\{group}"
