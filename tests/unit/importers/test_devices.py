"""The list of devices: from a supplier's table to devices.csv, at any time, and what it refuses."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

import model
from tests.support.paths import STACKS
from tests.unit.importers.helpers import Done, call, files, write

ORDERED = {"Generation": "G26", "Model": "HP t640", "Status": "Bestilt", "Plads": "tk00002", "MAC": ""}
SPARE = {"Generation": "g26", "Model": "HP t640", "Status": "Modtaget", "Plads": "", "MAC": "e073.e700.00b2"}
ROWS = [{"Serienummer": "czc6471b01", **ORDERED}, {"Serienummer": "CZC6471B02", **SPARE}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(STACKS, tmp_path / "stacks")
    (tmp_path / "stacks" / "lilleby" / "devices.csv").unlink()
    return tmp_path / "stacks" / "lilleby"


def imported(folder: Path, *table: dict[str, str]) -> Done:
    write(folder.parent / "supplier.csv", table, delimiter=";", encoding="cp1252")
    return call(["--devices", str(folder.parent / "supplier.csv")], folder)


def held(folder: Path) -> list[dict[str, Any]]:
    return list(csv.DictReader((folder / "devices.csv").read_text(encoding="utf-8").splitlines()))


def test_a_supplier_list_becomes_devices_and_touches_nothing_else(folder: Path) -> None:
    before = files(folder)
    done = imported(folder, *ROWS)
    assert (done.status, done.report["added"]) == (0, {"devices": 2}), done.stderr
    assert {n for n, text in files(folder).items() if before.get(n) != text} == {"devices.csv", "observed/import.json"}
    first, second = held(folder)
    assert (first["serial"], first["workplace"], first["state"], first["host"]) == (
        "CZC6471B01",
        "TK00002",
        "ordered",
        "",
    )
    assert (second["mac"], second["state"], second["host"]) == ("E0:73:E7:00:00:B2", "received", "")


def test_a_later_list_fills_what_was_empty_and_numbers_what_is_known_then(folder: Path) -> None:
    imported(folder, *ROWS)
    done = imported(folder, ROWS[0] | {"Status": "modtaget", "MAC": "E0-73-E7-00-00-B1"}, ROWS[1])
    assert (done.status, done.report["conflicts"]) == (0, []), done.stderr
    first = held(folder)[0]
    assert (first["mac"], first["state"], first["host"]) == ("E0:73:E7:00:00:B1", "received", "12")
    assert model.load(str(folder)).places.workplace_devices["CZC6471B01"].host == 12
    again = imported(folder, ROWS[0] | {"Status": "modtaget", "MAC": "E0-73-E7-00-00-B1"}, ROWS[1])
    assert (again.status, again.report["updated"]) == (0, [])


def test_a_list_without_a_column_leaves_what_people_wrote(folder: Path) -> None:
    short = [{k: v for k, v in row.items() if k != "Plads"} for row in ROWS]
    imported(folder, *short)
    path = folder / "devices.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("ordered,,", "ordered,TK00002,"), encoding="utf-8")
    done = imported(folder, *short)
    assert (done.status, held(folder)[0]["workplace"]) == (0, "TK00002"), done.stderr


def test_our_own_table_reads_back_and_gives_the_numbers_that_lack(folder: Path) -> None:
    shutil.copy(STACKS / "lilleby" / "devices.csv", folder)
    text = (folder / "devices.csv").read_text(encoding="utf-8")
    (folder / "devices.csv").write_text(text.replace(",K1,100", ",K1,"), encoding="utf-8")
    done = call(["--devices", str(folder / "devices.csv")], folder)
    assert (done.status, done.report["faults"]) == (0, []), done.stderr
    assert (folder / "devices.csv").read_text(encoding="utf-8") == text.replace(",K1,100", ",K1,12")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Plads": "TK09999"}, "UNKNOWN-WORKPLACE"),
        ({"Generation": "g30"}, "BAD-VALUE"),
        ({"Status": "tabt"}, "BAD-VALUE"),
        ({"MAC": "E0:73"}, "BAD-VALUE"),
        ({"Serienummer": "x"}, "BAD-NAME"),
        ({"Serienummer": "CZC6471B02"}, "DUPLICATE"),
        ({"MAC": "e073.e700.00b2"}, "DUPLICATE"),
    ],
)
def test_a_row_that_cannot_be_meant_is_reported(folder: Path, cells: dict[str, str], code: str) -> None:
    done = imported(folder, ROWS[1], ROWS[0] | cells)
    assert [c for _, _, c in done.reported("devices")] == [code]
    assert len(held(folder)) == 1


def test_rooms_and_ports_outlive_an_import_of_workplaces(folder: Path) -> None:
    path = folder / "workplaces.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{head},room", *(f"{line},1.04" for line in lines)]) + "\n", encoding="utf-8")
    row = {"Navn": "TK00099", "MAC": "00:E0:C5:00:00:99", "Lokation": "S001", "Slags": "Tynd klient"}
    row |= {"Model": "HP t640", "Profil": "Kontor", "Afdeling": "Rådhus"}
    write(folder.parent / "people.csv", [row])
    assert call(["--workplaces", str(folder.parent / "people.csv")], folder).status == 0
    assert {w.room for w in model.load(str(folder)).places.workplaces.values()} == {"1.04", None}
