"""The record of processing activities and the list of suppliers: what they say; the proof finds what is lost."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import model
from model import Platform
from tests.support.edit import REMOVE, Edits, edit
from tests.support.paths import STACKS
from tests.support.targets import findings, rendered


def lilleby(tmp_path: Path, *edits: Edits) -> Platform:
    folder = Path(shutil.copytree(STACKS, tmp_path / "stacks")) / "lilleby"
    return model.load(str(edit(folder, *edits)))


def rows(folder: Path, name: str) -> dict[str, dict[str, str]]:
    text = (folder / f"{name}.csv").read_text(encoding="utf-8")
    return {row["Kode"]: row for row in csv.DictReader(text.splitlines(), strict=True)}


def test_the_record_has_all_that_article_30_asks(tmp_path: Path) -> None:
    transfer = {"to": "USA", "ground": "Kommissionens afgørelse 2023/1795"}
    platform = lilleby(tmp_path, {"systems/nexus.yaml": {"processing.transfers": [transfer]}})
    found = rows(rendered(platform, "records", tmp_path / "out"), "fortegnelse")
    assert found.keys() == {"ad", "nexus", "sbsys"}
    nexus = found["nexus"]
    assert nexus["Formål"] == "Pleje og sundhed planlægges og dokumenteres"
    assert nexus["Hjemmel"].split("; ")[0] == "GDPR art. 6, stk. 1, litra e"
    assert nexus["Klasse"] == "følsomme (artikel 9)"
    assert nexus["Overførsler til tredjelande"] == "USA (Kommissionens afgørelse 2023/1795)"
    assert (nexus["Databehandler"], nexus["Databehandleraftale"]) == ("KMD", "2024-05-01")
    assert nexus["Usikkert"].startswith("et udkast med opdigtede datoer")
    assert (found["ad"]["Modtagere"], found["ad"]["Databehandler"]) == ("ingen", "")


def test_a_page_names_who_answers_and_leaves_out_what_is_empty(tmp_path: Path) -> None:
    page = (rendered(lilleby(tmp_path), "records", tmp_path / "out") / "fortegnelse.html").read_text(encoding="utf-8")
    assert "<p>Dataansvarlig: Lilleby Kommune.</p>" in page
    assert "<p>Databeskyttelsesrådgiver: databeskyttelse@lilleby.example.</p>" in page
    assert "<h2>SBSYS: sager og dokumenter journaliseres</h2>" in page
    assert "OS2kitos" not in page


def test_a_dependency_stands_on_both_sides(tmp_path: Path) -> None:
    found = rows(rendered(lilleby(tmp_path), "records", tmp_path / "out"), "leverandoerer")
    assert found["sbsys"]["Hviler på"] == "Active Directory"
    assert found["ad"]["Bærer"] == "SBSYS"
    assert found["sbsys"]["Sikkerhedskontakt"] == "Leverandørens sikkerhedsvagt"
    assert found["ad"]["Leverandør"] == ""


def test_what_nobody_has_written_is_no_paper(tmp_path: Path) -> None:
    bare = dict.fromkeys(("processing", "supplier", "recovery"), REMOVE)
    systems = {f"systems/{code}.yaml": bare for code in ("nexus", "sbsys")}
    own = {"systems/ad.yaml": {"processing": REMOVE, "recovery": REMOVE}}
    folder = rendered(lilleby(tmp_path, systems, own), "records", tmp_path / "out")
    assert not list(folder.rglob("*.csv"))


def test_a_record_that_is_lost_is_found(tmp_path: Path) -> None:
    platform = lilleby(tmp_path)
    folder = rendered(platform, "records", tmp_path / "out")
    table = folder / "fortegnelse.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(line for line in lines if not line.startswith("sbsys")), encoding="utf-8")
    assert any("sbsys: Sager og dokumenter" in finding.message for finding in findings(platform, "records", folder))
