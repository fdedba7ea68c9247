"""The same estate out of every form of file: the same folder, and every row accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import workbook
from tests.support.paths import ROOT
from tests.unit.importers import forms, helpers
from tests.unit.importers.forms import FORMS
from tests.unit.importers.helpers import Done, call, files


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    out = tmp_path_factory.mktemp("plain") / "lilleby"
    return out, helpers.run(out, only=["rvtools", "rvtools_network"])


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_folder(plain: tuple[Path, Done], tmp_path: Path, form: str) -> None:
    out = tmp_path / "stacks" / "lilleby"
    done = call(FORMS[form].make(tmp_path), out)
    assert done.status == 0, done.stderr
    assert files(out) == files(plain[0])
    names = {option: [r[1:] for r in plain[1].reported(option)] for option in plain[1].report["files"]}
    assert {option: [r[1:] for r in done.reported(option)] for option in done.report["files"]} == names
    notes = {(n["code"], n["name"]) for n in done.report["notes"]} - {
        (n["code"], n["name"]) for n in plain[1].report["notes"]
    }
    expected = {"three": {"DISKS-ASSUMED"}, "attributes": {"COLUMN-TWICE"}}.get(form, set())
    assert {code for code, _ in notes} == expected


def test_the_page_lists_every_form() -> None:
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert forms.page() in text, f"docs/exports.md: write this table:\n{forms.page()}"


def test_every_row_of_the_page_has_its_test() -> None:
    for row in forms.BESIDE:
        module, _, name = row.test.partition(":")
        assert f"\ndef {name}(" in (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"), row.test


def test_lists_may_be_workbooks(tmp_path: Path) -> None:
    books: list[str] = []
    for option, export in list(helpers.OPTIONS.items())[2:]:
        table = helpers.rows(export)
        rows = [list(table[0]), *(list(row.values()) for row in table)]
        workbook.write(tmp_path / f"{option}.xlsx", {"Forside": [["Udtræk 2026"]], "Ark1": rows})
        books += [f"--{option}", str(tmp_path / f"{option}.xlsx")]
    done = call([*forms.FORMS["comma"].make(tmp_path), *books], tmp_path / "a" / "lilleby")
    helpers.run(tmp_path / "b" / "lilleby")
    assert done.status == 0
    assert files(tmp_path / "a" / "lilleby") == files(tmp_path / "b" / "lilleby")


def test_a_workbook_tells_the_vlans_of_both_kinds_of_switch(tmp_path: Path) -> None:
    import model

    (_, book) = FORMS["workbook"].make(tmp_path)
    sheets = {
        name: [list(t[0]), *(list(r.values()) for r in t)]
        for name, t in (("vInfo", helpers.rows("vinfo.csv")), ("vNetwork", helpers.rows("vnetwork.csv")))
    }
    sheets["vPort"] = [["Host", "Port Group", "Switch", "VLAN"], ["esx01", "VLAN20_Servere", "vSwitch0", "0"]]
    sheets["dvPort"] = [
        ["Port", "Switch", "VLAN"],
        ["VLAN10_Servere", "dvSwitch-Prod", "110"],
        ["trunk", "x", "0-4094"],
    ]
    workbook.write(Path(book), sheets)
    done = call(["--rvtools", book], tmp_path / "lilleby")
    assert (done.status, [n for n in done.report["notes"] if n["code"] == "NO-VLAN"]) == (0, [])
    found = {n.found["g22"]: dict(n.vlan) for n in model.load(str(tmp_path / "lilleby")).network.networks.values()}
    assert (found["VLAN10_Servere"], found["VLAN20_Servere"]) == ({"g22": 110}, {})


BROKEN = {
    "no workbook": (b"PK\x03\x04nothing", "is no workbook that can be read"),
    "an old one that is cut off": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is no workbook that can be read"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_workbook_that_cannot_be_read_is_one_clear_fault(tmp_path: Path, case: str) -> None:
    content, expected = BROKEN[case]
    (tmp_path / "RVTools.xlsx").write_bytes(content)
    done = call(["--rvtools", str(tmp_path / "RVTools.xlsx")], tmp_path / "lilleby")
    assert (done.status, done.stderr.count("BAD-CSV")) == (2, 1)
    assert expected in done.stderr


def test_the_version_and_the_missing_columns_are_told_in_one_line(tmp_path: Path) -> None:
    for form, version in (
        ("comma", "RVTools 4"),
        ("three", "RVTools 3"),
        ("database", "RVTools with the names of its database"),
    ):
        FORMS[form].make(tmp_path)
        text = (tmp_path / "vinfo.csv").read_text(encoding="utf-8")
        head, rest = text.split("\n", 1)
        (tmp_path / "cut.csv").write_text(
            head.replace("VM UUID", "x").replace("vInfoUUID", "x").replace("Host", "y") + "\n" + rest, encoding="utf-8"
        )
        done = call(["--rvtools", str(tmp_path / "cut.csv")], tmp_path / "lilleby")
        assert (
            done.stderr.splitlines()[0]
            .partition("BAD-CSV ")[2]
            .startswith(("host: vInfo of " + version, "uuid: vInfo of " + version))
        )
        assert len(done.stderr.splitlines()) == 2, done.stderr
