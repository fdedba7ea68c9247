"""Decision pages have one form, a number of their own, and a row in the table of docs/decisions/README.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.paths import ROOT

FOLDER = ROOT / "docs" / "decisions"
PARTS = ["Situation", "Decision", "Costs", "Considered"]
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")
UNNUMBERED = {"thin-client-formats.md": "0008"}  # rendered files name it


def number(page: Path) -> str:
    return UNNUMBERED.get(page.name) or page.name[:4]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_number_date_and_parts(page: Path) -> None:
    name = re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name) or page.name in UNNUMBERED
    highest = max(name for name in map(number, PAGES) if name.isdecimal())
    assert name, f"{page.name}: name it NNNN-title.md with the number after {highest}; see docs/decisions/README.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {number(page)}: ")
    assert re.fullmatch(r"\*20\d\d-[01]\d-[0-3]\d\*", lines[2]), "the third line is the date: *2026-11-30*"
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert [heading for heading in headings if heading in PARTS] == PARTS


def test_the_table_has_a_row_for_each_page_and_no_number_twice() -> None:
    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \| (\S+) \|$", table, re.MULTILINE)
    said = []
    for page in PAGES:
        lines = page.read_text(encoding="utf-8").splitlines()
        said.append((number(page), page.name, lines[0].split(": ", 1)[1], lines[2].strip("*")))
    assert rows == sorted(said)
    assert len({row[0] for row in rows}) == len(rows)
