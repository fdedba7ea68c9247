r"""Whom a pool's delivery group lets in, in each generation: what a cutover of desktops turns, and nothing else.

A user needs leave of the delivery group and of the desktop. The desktop's list is the pool's own and stays as it is;
the delivery group's follows from whom the generation serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from model.platform import Platform
    from model.pools import PoolInstance


@dataclass(frozen=True, slots=True)
class Access:
    r"""The access rule of a delivery group. Accounts carry their domain: `HOLSTEBRO\GG-Citrix-Kontor`."""

    kind: Literal["Restricted", "Everyone"]
    included: tuple[str, ...]

    @property
    def closed(self) -> bool:
        """Whether nobody is let in; then the group is in maintenance mode too, so that no session is brokered."""
        return self.kind == "Restricted" and not self.included


def users_of(platform: Platform, instance: PoolInstance) -> tuple[str, ...]:
    """The accounts that a pool is for, in every generation."""
    return tuple(f"{platform.settings.netbios_domain}\\{group}" for group in instance.pool.users)


def access(platform: Platform, instance: PoolInstance) -> Access:
    """The rule of a pool's delivery group: all its users in the generation that is live, nobody in any other."""
    if instance.generation.state != "live":
        return Access("Restricted", ())
    return Access(instance.pool.access, users_of(platform, instance))
