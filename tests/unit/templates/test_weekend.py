"""The crews' papers: hours, boxes and loads as agreed, and a proof that finds what is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from templates.people.pdf import blocks
from tests.support.lilleby import changed
from tests.support.targets import findings, rendered


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weekend")
    return rendered(changed(folder), "weekend", folder / "out")


def rows(page: Path) -> list[tuple[str, ...]]:
    return [block.texts for block in blocks(page.read_text(encoding="utf-8")) if block.tag == "tr" and not block.head]


def test_a_route_sheet_has_the_visits_of_its_crew_in_order(papers: Path) -> None:
    assert [row[:4] for row in rows(papers / "hold-1/koereseddel.html")] == [
        ("8-12", "S001 Lilleby Rådhus", "Bøgevej 1, 7500 Lilleby", "2"),
        ("9.10-11.30", "S002 Søndre Skole", "Ærøvej 2, 7500 Lilleby", "2"),
    ]


def test_helpers_are_counted_on_their_shifts_alone(papers: Path) -> None:
    people = re.findall(r"<p>(\d \w+), \d pladser", (papers / "hold-1/koereseddel.html").read_text(encoding="utf-8"))
    assert people == ["2 teknikere", "1 tekniker"]


def test_a_packing_list_has_the_boxes_of_what_is_replaced(papers: Path) -> None:
    assert rows(papers / "hold-1/pakkeliste.html") == [
        ("K1", "CZC6471A01", "HP t640", "TK00001", "", ""),
        ("", "CZC6471A03", "HP t640", "TK00002", "", ""),
        ("K2", "CZC6471A02", "HP t640", "TK00003", "", ""),
    ]


def test_what_is_brought_ahead_is_no_load(tmp_path: Path) -> None:
    platform = changed(tmp_path, {"cutover.yaml": {"delivered_from": 1}})
    ahead = (rendered(platform, "weekend", tmp_path / "out") / "hold-1/pakkeliste.html").read_text(encoding="utf-8")
    assert "0 enheder med" in ahead
    assert "bragt ud på forhånd" in ahead


def test_a_gate_asks_what_it_has_to(papers: Path) -> None:
    assert rows(papers / "porte/sunday.html")[0] == ("Besøg er gjort", "alle", "refresh board lilleby", "", "")


def test_messages_name_the_hours_of_the_cutover(papers: Path) -> None:
    told = {path.stem: path.read_text(encoding="utf-8") for path in (papers / "beskeder").iterdir()}
    assert len(told) == 5
    for name in ("6-uger", "3-dage", "lukning"):
        assert "fredag den 5. februar 2027 kl. 16" in told[name]
        assert "mandag den 8. februar 2027 kl. 6.30" in told[name]


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("hold-1/koereseddel.html", "9.10-11.30", "9.20-11.30", "visit hold-1 9:10 S002 2 (1) is missing"),
        ("hold-1/pakkeliste.html", "CZC6471A02", "CZC6471A99", "device CZC6471A02 is missing"),
        ("etiketter.csv", "TK00002-G26", "TK00009-G26", "label TK00002-G26 is missing"),
    ],
)
def test_the_proof_finds_what_is_lost(tmp_path: Path, file: str, old: str, new: str, found: str) -> None:
    platform = changed(tmp_path)
    folder = rendered(platform, "weekend", tmp_path / "out")
    (folder / file).write_text((folder / file).read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert found in [finding.message for finding in findings(platform, "weekend", folder)]
