"""Reads the lists back: every machine that is copied once and with its policy, every policy in use, every test."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive.backups import copied, restore_tests
from rendering.proof import differences
from rendering.target import Finding
from templates.backup.context import MACHINES, POLICIES, TAG, TESTS

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip finds."""
    machines = copied(platform)
    used = {one.key: one.policy for one in machines}
    due = [f"{TAG}: {key}, {p.rpo_minutes}, {p.rto_minutes}, {p.immutable_days}" for key, p in used.items()]
    told = [
        f"{row['Tag']}, {row['Kopi hver (min)']}, {row['Tilbage inden (min)']}, {row['Kan ikke slettes (dage)']}"
        for row in _read(folder / POLICIES)
    ]
    wanted = [f"{one.instance.fqdn} by {TAG}: {one.key}" for one in machines]
    shown = [f"{row['DNS-navn']} by {row['Tag']}" for row in _read(folder / MACHINES)]
    tests = [f"{d.system} {d.test.tested if d.test is not None else ''}" for d in restore_tests(platform)]
    tried = [f"{row['System']} {row['Sidst prøvet']}" for row in _read(folder / TESTS)]
    return [
        *differences(POLICIES, "policy", due, told),
        *differences(MACHINES, "machine", wanted, shown),
        *differences(TESTS, "test", tests, tried),
    ]


def _read(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, strict=True)
