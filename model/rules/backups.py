"""Rules over backup at home: data are copied, a copy survives whoever breaks in, and a restore has been tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.backups import at_home, restore_tests
from model.faults import Fault
from model.rules.rule import Rule, Severity

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance


def data_without(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A server at home that holds data has a backup policy."""
    seen: set[str] = set()
    for instance in at_home(platform):
        server = instance.server
        if server.holds_data and server.backup_policy is None and server.identity not in seen:
            seen.add(server.identity)
            message = f"{instance.logical_name} holds data and nothing copies it; set `backup_policy` on it or its role"
            yield written.sources["servers", server.identity].fault((), "BACKUP", message)


def immutable(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Copies of data cannot be deleted for some days, and no copy for longer than it is kept."""
    used: dict[str, str] = {}
    for instance in at_home(platform):
        if instance.server.holds_data and instance.server.backup_policy is not None:
            used.setdefault(instance.server.backup_policy, instance.logical_name)
    for key, policy in platform.backups.policies.items():
        fault = written.sources["backup_policies", key].fault
        if key in used and not policy.immutable_days:
            message = f"copies {used[key]}, and whoever breaks in may delete the copies; set `immutable_days`"
            yield fault(("immutable_days",), "BACKUP", message)
        if policy.immutable_days > policy.keep_days:
            message = (
                f"a copy is kept for {policy.keep_days} days and cannot be deleted for {policy.immutable_days}; lower "
                "`immutable_days`, or raise `keep_days`"
            )
            yield fault(("immutable_days",), "BACKUP", message)


def restores(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Each system that has data at home was restored once in the days before the cutover that its policies ask for, and
    no slower than they allow.

    Limit: `restore_test_days` and `rto_minutes` of the policies.
    """
    for due in restore_tests(platform):
        if due.since is None:
            continue
        where = written.sources["systems", due.system]
        if due.test is None:
            message = (
                f"no restore of {due.system}'s data was tried; try one after {due.since} and write it in "
                f"`restore_tests` of backup.yaml"
            )
            yield where.fault((), "RESTORE-TEST", message)
            continue
        fault = written.sources["restore_tests", due.system].fault
        if due.test.tested < due.since:
            message = (
                f"{due.test.tested} is before {due.since}, the earliest that counts at the cutover; try it again and "
                "set `tested`"
            )
            yield fault(("tested",), "RESTORE-TEST", message)
        if due.test.minutes > due.rto_minutes:
            message = (
                f"{due.test.minutes} minutes, and its policy allows {due.rto_minutes}; restore it faster, or set "
                "another `backup_policy`"
            )
            yield fault(("minutes",), "RESTORE-TEST", message)


RULES = (
    Rule(
        "backups.data",
        "What is not copied is lost with its disk (ISO 27001:2022, 8.13).",
        ("BACKUP",),
        data_without,
    ),
    Rule(
        "backups.immutable",
        "Whoever encrypts servers looks for their copies first (NIST SP 1800-25, Data Integrity).",
        ("BACKUP",),
        immutable,
    ),
    Rule(
        "backups.restores",
        "A copy that nobody has restored is a hope: the way back of a cutover rests on it.",
        ("RESTORE-TEST",),
        restores,
        Severity.CHECKED,
    ),
)
