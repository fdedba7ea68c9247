"""The forms in which people have an export, each made from the sample exports. docs/exports.md lists them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from importers.headers import VINFO, VNETWORK
from importers.table import Columns
from tests.support import workbook
from tests.unit.importers import helpers

Table = list[dict[str, str]]


@dataclass(frozen=True)
class Form:
    """How a file is dressed. `make` writes it into a folder and returns the options of the import; `same`: what is
    imported is the same as from plain CSV.
    """

    title: str
    by: str
    make: Callable[[Path], list[str]]
    same: str = "all"


def _options(vinfo: Path, vnetwork: Path | None) -> list[str]:
    return ["--rvtools", str(vinfo), *(["--rvtools-network", str(vnetwork)] if vnetwork else [])]


def _csv(
    folder: Path,
    change: Callable[[Table], Table] = lambda table: table,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    text: Callable[[str], str] = lambda text: text,
) -> list[str]:
    paths = [folder / "vinfo.csv", folder / "vnetwork.csv"]
    for path in paths:
        table = change(helpers.rows(path.name))
        out = io.StringIO()
        writer = csv.DictWriter(out, list(table[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(table)
        path.write_bytes(text(out.getvalue()).encode(encoding))
    return _options(*paths)


def _book(folder: Path, change: Callable[[Table], Table] = lambda table: table) -> list[str]:
    sheets: dict[str, list[list[str]]] = {"vMetaData": [["RVTools major version"], ["4.7"]]}
    for name, export in (("vInfo", "vinfo.csv"), ("vNetwork", "vnetwork.csv")):
        table = change(helpers.rows(export))
        sheets[name] = [list(table[0]), *(list(row.values()) for row in table)]
    workbook.write(folder / "RVTools_export_all.xlsx", sheets)
    return _options(folder / "RVTools_export_all.xlsx", None)


def _database(table: Table) -> Table:
    """With the names that `-DBColumnNames` writes: the second spelling of each."""
    columns: Columns = VNETWORK if "NIC label" in table[0] else VINFO
    spelled = {s[0]: s[1] for s in {**columns.required, **columns.optional}.values()}
    return [{spelled.get(header, f"vInfo{header}"): cell for header, cell in row.items()} for row in table]


def _three(table: Table) -> Table:
    """As RVTools 3 wrote it: no address and no size of disks in vInfo, MB for MiB."""
    renamed = {"Provisioned MiB": "Provisioned MB", "In Use MiB": "In Use MB", "IPv4 Address": "IP Address"}
    gone = {"Total disk capacity MiB", "Primary IP Address"}
    return [{renamed.get(h, h): _swap(h, row) for h, c in row.items() if h not in gone} for row in table]


def _swap(header: str, row: dict[str, str]) -> str:
    """Provisioned is disks and the swap file of the memory."""
    memory = row.get("Memory", "").replace(".", "")
    if header == "Provisioned MiB" and memory.isdigit():
        return str(int(row["Total disk capacity MiB"]) + int(memory))
    return row[header]


def _attributes(table: Table) -> Table:
    """With attributes of people's own called as columns are, which RVTools writes between Annotation and Datacenter."""
    rows: Table = []
    for row in table:
        wide: dict[str, str] = {}
        for header, cell in row.items():
            wide[header] = cell
            if header == "Annotation":
                wide |= {" Host ": "rack 7", " Name": "x", "Folder ": "mappe", "UUID": "none", "Owner": "It"}
        rows.append(wide)
    return rows


def _thousands(table: Table) -> Table:
    return [
        {h: f"{int(c):,}".replace(",", ".") if c.isdigit() and int(c) % 1000 else c for h, c in row.items()}
        for row in table
    ]


def _blank_tail(table: Table) -> Table:
    return [{**row, "Cluster rule(s)": "", "Boot delay": ""} for row in table]


FORMS = {
    "comma": Form("CSV with commas, UTF-8", "RVTools, PowerShell 7", _csv),
    "semicolon": Form(
        "CSV with semicolons, Windows-1252",
        "Excel, Danish",
        lambda folder: _csv(folder, delimiter=";", encoding="cp1252"),
    ),
    "unicode": Form(
        "text with tabs, UTF-16", "Excel: Unicode text", lambda f: _csv(f, delimiter="\t", encoding="utf-16")
    ),
    "sep": Form(
        "CSV with a line `sep=;`",
        "what is meant for Excel",
        lambda f: _csv(f, delimiter=";", text=lambda t: "sep=;\n" + t),
    ),
    "type": Form(
        "CSV with a line `#TYPE`",
        "Windows PowerShell 5, Export-Csv",
        lambda f: _csv(f, text=lambda t: "#TYPE System.Management.Automation.PSCustomObject\n" + t),
    ),
    "tail": Form(
        "CSV without the separators of empty cells at the end",
        "Excel",
        lambda f: _csv(f, _blank_tail, text=lambda t: "\n".join(line.rstrip(",\r") for line in t.split("\n"))),
    ),
    "thousands": Form("numbers with a point between thousands", "Excel, Danish", lambda f: _csv(f, _thousands)),
    "database": Form(
        "CSV with the database's names (`vInfoVMName`)", "RVTools 4, `-DBColumnNames`", lambda f: _csv(f, _database)
    ),
    "attributes": Form(
        "attributes of people's own that are called as columns are", "RVTools 3 and 4", lambda f: _csv(f, _attributes)
    ),
    "workbook": Form("workbook with vInfo and vNetwork", "RVTools 4, Excel", _book),
    "workbook-database": Form(
        "workbook with the database's names", "RVTools 4, `-DBColumnNames`", lambda f: _book(f, _database)
    ),
    "three": Form("tables in MB, addresses in vNetwork alone", "RVTools 3", lambda f: _csv(f, _three)),
}


@dataclass(frozen=True)
class Beside:
    """What is imported and is no dress of the sample machines: `test` is the one that imports it, `module:function`."""

    title: str
    by: str
    test: str


BESIDE = (
    Beside(
        "`--vcenter`: the same machines, and hosts, datastores and VLANs",
        "vCenter",
        "test_vcenter:test_the_platform_has_what_only_a_vcenter_tells",
    ),
    Beside(
        "our own table, into the folder that it came from",
        "`refresh inventory --format rvtools`",
        "test_round_trip:test_our_own_export_changes_nothing",
    ),
    Beside(
        "sites, workplaces and systems: CSV of any kind above",
        "registers, Excel",
        "test_import:test_the_same_export_in_another_dress_gives_the_same_folder",
    ),
    Beside(
        "sites, workplaces and systems: workbook, the table on any sheet",
        "Excel",
        "test_forms:test_lists_may_be_workbooks",
    ),
)


def page() -> str:
    """The table of docs/exports.md."""
    rows = [f"| {form.title} | {form.by} |" for form in (*FORMS.values(), *BESIDE)]
    return "\n".join(["| form | written by |", "|---|---|", *rows])
