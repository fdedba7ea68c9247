"""The lists of the backup product: a row a policy, a machine, and a system whose data were restored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive.backups import Copied, Due, copied, restore_tests
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform

POLICIES, MACHINES, TESTS = "politikker.csv", "maskiner.csv", "gendannelser.csv"
TAG = "backup"
"""The category of the tags in vCenter."""

_POLICY = (
    "Tag", "Navn", "Maskiner", "Kopi hver (min)", "Tilbage inden (min)", "Gemmes (dage)", "Gemmes (måneder)",
    "Kan ikke slettes (dage)", "Programmer i ro",
)  # fmt: skip
_MACHINE = ("Maskine", "DNS-navn", "System", "Rolle", "Generation", "Tag", "Data", "Disk (GB)")
_TEST = ("System", "Navn", "Systemejer", "Sidst prøvet", "Minutter", "Må tage (min)", "Tidligst gyldig")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the header, and what follows."""

    rows: list[list[str | int]]


def files(platform: Platform) -> Iterator[File]:
    """The three lists; nothing where nothing is copied."""
    machines = copied(platform)
    if not machines:
        return
    counted = Counter(one.key for one in machines)
    policies = [_policy(platform, key, counted[key]) for key in sorted(counted)]
    tests = [_test(platform, due) for due in restore_tests(platform)]
    yield File(POLICIES, "table.csv.j2", Table([[*_POLICY], *policies]))
    yield File(MACHINES, "table.csv.j2", Table([[*_MACHINE], *map(_machine, machines)]))
    yield File(TESTS, "table.csv.j2", Table([[*_TEST], *tests]))


def _yes(value: bool) -> str:
    return "ja" if value else "nej"


def _policy(platform: Platform, key: str, machines: int) -> list[str | int]:
    policy = platform.backups.policies[key]
    return [
        f"{TAG}: {key}",
        policy.title,
        machines,
        policy.rpo_minutes,
        policy.rto_minutes,
        policy.keep_days,
        policy.keep_months,
        policy.immutable_days,
        _yes(policy.application),
    ]


def _machine(one: Copied) -> list[str | int]:
    instance = one.instance
    return [
        instance.vm_name,
        instance.fqdn,
        instance.system.code,
        instance.server.role,
        instance.generation.name,
        f"{TAG}: {one.key}",
        _yes(instance.server.holds_data),
        sum(instance.server.disks.values()),
    ]


def _test(platform: Platform, due: Due) -> list[str | int]:
    system, test = platform.estate.systems[due.system], due.test
    return [
        due.system,
        system.title,
        system.owner,
        test.tested.isoformat() if test is not None else "",
        test.minutes if test is not None else "",
        due.rto_minutes,
        due.since.isoformat() if due.since is not None else "",
    ]
