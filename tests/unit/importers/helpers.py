"""Runs `refresh import` in this process over the sample exports, or over changed copies of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from cli.import_ import import_command
from tests.support.paths import DATA

EXPORTS = DATA / "exports"
OPTIONS = {
    "rvtools": "vinfo.csv",
    "rvtools_network": "vnetwork.csv",
    "sites": "sites.csv",
    "workplaces": "workplaces.csv",
    "systems": "systems.csv",
}
_APP = typer.Typer()
_APP.command()(import_command)


@dataclass(frozen=True)
class Done:
    """What a run left: its exit status, what it printed, its report when it wrote one."""

    status: int
    stdout: str
    stderr: str
    report: dict[str, Any]

    def reported(self, option: str) -> list[tuple[int, str, str]]:
        return [(r["row"], r["name"], r["code"]) for r in self.report["files"][option]["reported"]]


def run(out: Path, *, exports: Path = EXPORTS, only: Sequence[str] = tuple(OPTIONS), extra: Sequence[str] = ()) -> Done:
    """Imports the files of `exports` that `only` names into `out` as g22."""
    arguments = [part for option in only for part in (f"--{option.replace('_', '-')}", str(exports / OPTIONS[option]))]
    return call([*arguments, *extra], out)


def call(arguments: Sequence[str], out: Path) -> Done:
    report = out.parent / "report.json"
    report.unlink(missing_ok=True)
    usual = {"--out": str(out), "--report": str(report), "--generation": "g22"}
    rest = [part for option, value in usual.items() if option not in arguments for part in (option, value)]
    done = CliRunner().invoke(_APP, [*arguments, *rest], catch_exceptions=False)
    text = report.read_text(encoding="utf-8") if report.is_file() else "{}"
    return Done(done.exit_code, done.stdout, done.stderr, json.loads(text))


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows(export: str) -> list[dict[str, str]]:
    """A sample export as rows by header."""
    text = (EXPORTS / export).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(keepends=True), delimiter=";" if ";" in text.splitlines()[0] else ","))


def write(path: Path, table: Sequence[Mapping[str, str]], *, delimiter: str = ",", encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(table)


def changed(exports: Path, export: str, name: str, column: str = "VM", **cells: str) -> None:
    """Writes `export` into the folder `exports` with some cells of one row changed."""
    source = exports / export if (exports / export).is_file() else EXPORTS / export
    text = source.read_text(encoding="utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    table = list(csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter))
    (row,) = [row for row in table if row[column] == name and row.get("Powerstate") != "poweredOff"]
    assert set(cells) <= set(row), "no such column"
    row.update(cells)
    write(exports / export, table, delimiter=delimiter)
