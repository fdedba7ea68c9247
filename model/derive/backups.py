"""Which servers are copied by which policy, and what restore tests are due before the cutover.

At home alone: a server in Azure is copied by the class of its system (landing_zone.yaml). What was there before us
keeps the backup that it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.backups import BackupPolicy, RestoreTest
    from model.types.instances import Instance


@dataclass(frozen=True, slots=True)
class Copied:
    """A machine that a policy copies."""

    instance: Instance
    key: str
    policy: BackupPolicy


@dataclass(frozen=True, slots=True)
class Due:
    """The restore test of a system that holds data: the one that there is, and the first day on which one counts.

    `since` is None where no day of a cutover is known. `rto_minutes` is the shortest that its servers' policies allow.
    """

    system: str
    test: RestoreTest | None
    since: date | None
    rto_minutes: int


def at_home(platform: Platform) -> Iterator[Instance]:
    """The machines that we build and that stay, outside Azure."""
    return (i for i in platform.instances if i.found is None and i.azure is None and i.stays)


def copied(platform: Platform) -> tuple[Copied, ...]:
    """The machines that are copied, by name."""
    policies = platform.backups.policies
    found = [
        Copied(i, key, policies[key])
        for i in at_home(platform)
        if (key := i.server.backup_policy) is not None and key in policies
    ]
    return tuple(sorted(found, key=lambda c: c.instance.logical_name))


def restore_tests(platform: Platform) -> tuple[Due, ...]:
    """The restore test of each system that has data at home, by system."""
    cutover = platform.weekend.cutover
    closes = cutover.closes.day if cutover is not None else None
    held: dict[str, list[BackupPolicy]] = {}
    for one in copied(platform):
        if one.instance.server.holds_data:
            held.setdefault(one.instance.system.code, []).append(one.policy)
    return tuple(
        Due(
            code,
            platform.backups.tests.get(code),
            closes - timedelta(days=min(p.restore_test_days for p in policies)) if closes is not None else None,
            min(p.rto_minutes for p in policies),
        )
        for code, policies in sorted(held.items())
    )
