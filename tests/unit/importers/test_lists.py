"""Lists as registers write them, and what the notes of machines call a system."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import model
from importers import lists
from tests.support import workbook
from tests.support.paths import ROOT
from tests.unit.importers import helpers
from tests.unit.importers.helpers import Done, call

COLUMNS = {
    "sites": lists.SITES,
    "workplaces": lists.WORKPLACES,
    "systems": lists.SYSTEMS,
    "devices": lists.DEVICES,
}
WORDS = {
    "Slags": lists.KINDS,
    "Profil": lists.PROFILES,
    "Åbningstid": lists.HOURS,
    "Hosting": lists.HOSTING,
    "Kritikalitet": lists.CRITICALITY,
    "Persondata": lists.PERSONAL,
}


def estate(folder: Path, notes: dict[str, str], systems: str = "", sites: str = "") -> tuple[Path, Done]:
    """Imports the sample machines with other notes, and lists given as text."""
    out = folder / "stacks" / "lilleby"
    table = [row | {"Annotation": notes.get(row["VM"], row["Annotation"])} for row in helpers.rows("vinfo.csv")]
    helpers.write(folder / "vinfo.csv", table)
    options = ["--rvtools", str(folder / "vinfo.csv")]
    for name, text in (("systems", systems), ("sites", sites)):
        if text:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
            options += [f"--{name}", str(folder / f"{name}.csv")]
    return out, call(options, out)


SYSTEMS = """\
Kode;Navn;Drift;Systemejer;Kritikalitet;Persondata
SBSYS;Sager og breve;egen;Borgerservice;høj;almindelige
GIS;Kort;egen;;normal;ingen
EXCHANGE;Post;egen;;vital;almindelige
"""


def test_a_system_has_its_own_code_and_owner_and_notes_may_call_it_by_either_name(tmp_path: Path) -> None:
    notes = {"LILAPP01": "System: SBSYS", "LILAPP02": "Kort, IIS", "LILAPP03": "Register, logistik"}
    out, done = estate(tmp_path, notes, SYSTEMS)
    assert done.status == 0, done.stderr
    platform = model.load(str(out))
    found = {server.found["g22"]: server.system for server in platform.estate.servers.values()}
    assert (found["LILAPP01"], found["LILAPP02"], found["LILAPP03"]) == ("sbsys", "gis", "misc")
    systems = platform.estate.systems
    assert (systems["sbsys"].title, systems["sbsys"].owner) == ("Sager og breve", "Borgerservice")
    assert {systems["gis"].owner, systems["post"].title} == {"Ukendt", "Post"}
    again = call(["--rvtools", str(tmp_path / "vinfo.csv")], out)
    assert (again.status, again.report["updated"], again.report["conflicts"]) == (0, [], []), "notes are read alike"


def test_only_a_server_that_is_imported_is_said_to_stand_in_misc(tmp_path: Path) -> None:
    _, done = estate(tmp_path, {})
    reported = {name for _, name, _ in done.reported("rvtools")}
    assert reported
    assert not reported & {note["name"] for note in done.report["notes"] if note["code"] == "NO-SYSTEM"}


SITES = """\
Lokationsnr.;Navn;Type;Adresse;Postnr.;By;Linje (Mbit);Antal arbejdspladser
S001;Rådhuset;Rådhus;Torvet 1;7500;Lilleby;;4
S002;Lunden;Plejecenter;Lundvej 2;7500;Lilleby;50;
"""


def test_hours_and_line_come_from_the_type_where_a_list_of_sites_is_silent(tmp_path: Path) -> None:
    out, done = estate(tmp_path, {}, sites=SITES)
    assert (done.status, done.reported("sites")) == (0, []), done.stderr
    sites = model.load(str(out)).places.sites
    assert {code: (site.hours, site.wan_mbit) for code, site in sites.items()} == {
        "S001": ("weekday", 10000),
        "S002": ("24x7", 50),
    }


def test_hosts_have_what_a_workbook_tells_of_them(tmp_path: Path) -> None:
    table = helpers.rows("vinfo.csv")
    hosts = [["Host", "Cluster", "# Cores", "# Memory"], ["esx01.lilleby.example", "CL01", "32", "523894"]]
    hosts += [["esx77.lilleby.example", "ELSEWHERE", "32", "523894"], ["esx02.lilleby.example", "CL01", "", ""]]
    sheets = {"vInfo": [list(table[0]), *(list(row.values()) for row in table)], "vHost": hosts}
    workbook.write(tmp_path / "all.xlsx", sheets)
    out = tmp_path / "stacks" / "lilleby"
    done = call(["--rvtools", str(tmp_path / "all.xlsx")], out)
    assert done.status == 0, done.stderr
    hardware = model.load(str(out)).hardware
    told = hardware.models[hardware.hosts["esx01.lilleby.example"].model]
    assert (told.cores, told.memory_gib, told.assumed) == (32, 512, None)
    assert hardware.models[hardware.hosts["esx02.lilleby.example"].model].assumed
    assert "esx77.lilleby.example" not in hardware.hosts


def columns_page() -> str:
    """The table of columns in docs/exports.md: a column by its first spelling, the others in brackets."""
    rows = ["| list | must have | may have |", "|---|---|---|"]
    for title, columns in COLUMNS.items():
        cells = (", ".join(map(_spelled, part.values())) for part in (columns.required, columns.optional))
        rows.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _spelled(spellings: tuple[str, ...]) -> str:
    first, *others = spellings
    return f"{first} ({', '.join(others)})" if others else first


def words_page() -> str:
    """The table of words in docs/exports.md: what a cell may say, by what it means here."""
    rows = ["| column | what a cell may say |", "|---|---|"]
    for column, words in WORDS.items():
        means = {meant: [word for word in words if words[word] == meant] for meant in words.values()}
        cells = (f"`{meant}`: {', '.join(dict.fromkeys([*said]))}" for meant, said in means.items())
        rows.append(f"| {column} | {'; '.join(cells)} |")
    return "\n".join(rows)


@pytest.mark.parametrize("page", [columns_page, words_page])
def test_the_page_lists_every_column_and_word(page: Callable[[], str]) -> None:
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert page() in text, f"docs/exports.md: write this table:\n{page()}"
