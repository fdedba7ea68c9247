"""Exports that something has spoiled: every row is imported or reported, and what is written loads without a fault."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

import model
from tests.unit.importers import helpers

SPOILED = (
    "", "=1+1", "\x00", "æøå", "4.000", "1e9", "-1", "%2f", "A" * 300, "10.0.0.999", "fe80::1", "True", "0", "None",
    "172.17.0.1", "\u202e", "#N/A", "vm-101", "; , \t", "2026-11-01",
)  # fmt: skip
IN_THE_SUITE = 15


def spoil(path: Path, chance: random.Random) -> None:
    """Changes, moves, doubles or removes some cells and rows, and now and then a byte of the file."""
    table = helpers.rows(path.name)
    for _ in range(chance.randint(1, 6)):
        row = chance.choice(table)
        header = chance.choice(list(row))
        kind = chance.randrange(6)
        if kind < 3:
            row[header] = chance.choice(SPOILED)
        elif kind == 3:
            row[header] = chance.choice(table)[header]
        elif kind == 4:
            table.append(dict(row))
        elif len(table) > 3:
            table.remove(row)
    helpers.write(path, table)
    if chance.random() < 0.15:
        raw = bytearray(path.read_bytes())
        raw[chance.randrange(len(raw))] = chance.randrange(256)
        path.write_bytes(raw)


def one(folder: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - cases, not secrets
    folder.mkdir()
    for export in helpers.OPTIONS.values():
        spoil(folder / export, chance)
    done = helpers.run(folder / "stacks" / "lilleby", exports=folder)
    if done.status == 2:
        assert "nothing was written" in done.stderr, seed
        return
    assert done.report["faults"] == [], seed
    for option, account in done.report["files"].items():
        assert account["rows"] == account["imported"] + len(account["reported"]), (seed, option)
    platform = model.load(str(folder / "stacks" / "lilleby"))
    found = (*platform.observed.servers["g22"], *platform.observed.vdas.get("g22", {}))
    told = {"rvtools": len(found), "sites": len(platform.places.sites), "workplaces": len(platform.places.workplaces)}
    assert {option: done.report["files"][option]["imported"] for option in told} == told, seed
    assert done.report["files"]["systems"]["imported"] <= len(platform.estate.systems), seed


def test_spoiled_exports(tmp_path: Path) -> None:
    for seed in range(IN_THE_SUITE):
        one(tmp_path / str(seed), seed)


@pytest.mark.fuzz
def test_many_spoiled_exports(tmp_path: Path) -> None:
    for seed in range(1000, 1000 + min(int(os.environ.get("PLATFORM_REFRESH_FUZZ", "1")), 2000)):
        one(tmp_path / str(seed), seed)
