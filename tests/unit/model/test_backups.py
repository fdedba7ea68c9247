"""Backup at home: each fault by changing one thing of a platform that has none, and what follows from a policy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import model
from model.derive.backups import copied, restore_tests
from model.rules.registry import due
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import written
from tests.support.paths import ROOT
from tests.unit.model.test_site_faults import faults_after, lilleby

__all__ = ["lilleby"]

SBSYS = "systems/sbsys.yaml"
HOLDS: Edits = {
    SBSYS: {
        "servers.sbsys-sql01.holds_data": True,
        "servers.sbsys-sql01.data": {
            "way": "backup-restore", "window_minutes": 240, "across_minutes": 60, "back_minutes": 60
        },
        "aliases.sbsys-sql01": "sbsys-sql01",
    }
}  # fmt: skip
TESTED: Edits = {"backup.yaml": {"restore_tests": {"sbsys": {"tested": "2027-01-10", "minutes": 100}}}}

CASES: dict[str, tuple[tuple[Edits, ...], tuple[str, str, str]]] = {
    "data that nothing copies": (
        ({"roles.yaml": {"roles.sql.backup_policy": REMOVE}},),
        ("BACKUP", "servers.sbsys-sql01", "holds data and nothing copies it"),
    ),
    "copies that may be deleted": (
        ({"backup.yaml": {"backup_policies.database.immutable_days": 0}}, TESTED),
        ("BACKUP", "backup_policies.database.immutable_days", "whoever breaks in may delete"),
    ),
    "copies that are locked for longer than they are kept": (
        ({"backup.yaml": {"backup_policies.machine.immutable_days": 60}}, TESTED),
        ("BACKUP", "backup_policies.machine.immutable_days", "kept for 35 days"),
    ),
    "a policy that there is not": (
        ({"roles.yaml": {"roles.sql.backup_policy": "databse"}}, TESTED),
        ("DANGLING", "roles.sql.backup_policy", "did you mean database"),
    ),
}

RESTORES: dict[str, tuple[Edits, str]] = {
    "nobody tried": ({}, "no restore of sbsys's data was tried"),
    "long ago": ({"backup.yaml": {"restore_tests.sbsys.tested": "2026-06-01"}}, "is before"),
    "too slow": ({"backup.yaml": {"restore_tests.sbsys.minutes": 241}}, "its policy allows 240"),
}


@pytest.mark.parametrize(("edits", "fault"), CASES.values(), ids=CASES)
def test_one_fault(lilleby: Path, edits: tuple[Edits, ...], fault: tuple[str, str, str]) -> None:
    found = faults_after(lilleby, HOLDS, *edits)
    assert [(f.code, f.path) for f in found] == [fault[:2]]
    assert fault[2] in found[0].message


@pytest.mark.parametrize(("edits", "message"), RESTORES.values(), ids=RESTORES)
def test_a_restore_is_tried_before_the_cutover(tmp_path: Path, edits: Edits, message: str) -> None:
    platform, provenance = model.trace(str(written(tmp_path, HOLDS, *((TESTED, edits) if edits else ()))))
    (fault,) = (f for f in due(platform, provenance, date(2026, 12, 1)) if f.code == "RESTORE-TEST")
    assert message in fault.message


def test_data_that_are_copied_and_were_restored_are_no_fault(lilleby: Path) -> None:
    assert faults_after(lilleby, HOLDS, TESTED) == []
    platform, provenance = model.trace(str(lilleby))
    assert [f for f in due(platform, provenance, date(2026, 12, 1)) if f.code == "RESTORE-TEST"] == []


def test_what_was_there_before_us_keeps_its_backup(tmp_path: Path) -> None:
    platform = model.load(str(written(tmp_path)))
    assert [(c.instance.logical_name, c.key) for c in copied(platform)] == [("sbsys-sql01-g26", "database")]


def test_every_machine_that_holds_holstebros_data_is_copied_and_was_restored() -> None:
    platform = model.load(str(ROOT / "stacks/holstebro"))
    by_policy = {one.key for one in copied(platform) if one.instance.server.holds_data}
    assert by_policy == {"database", "files", "machine"}
    assert all(one.test is not None for one in restore_tests(platform))
