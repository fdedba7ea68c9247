"""A first import of untidy exports: every row accounted for, and a platform folder that loads."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import model
from importers import CODES
from model.derive.services import resolvers
from tests.support.paths import ROOT
from tests.unit.importers.helpers import EXPORTS, OPTIONS, Done, call, files, rows, run, write

ERRORS_MD = ROOT / "docs" / "errors.md"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    out = tmp_path_factory.mktemp("stacks") / "lilleby"
    return out, run(out)


@pytest.fixture(scope="module")
def platform(first: tuple[Path, Done]) -> model.Platform:
    return model.load(str(first[0]))


REPORTED = {
    "rvtools": [
        (18, "TMPL-W2019", "TEMPLATE"),
        (19, "GAMMEL-SQL2008", "POWERED-OFF"),
        (20, "lilapp01", "DUPLICATE"),
        (21, "vCLS (1)", "VCLS"),
        (22, "LILAPP04", "NO-ADDRESS"),
        (23, "LILAPP05", "ADDRESS-TWICE"),
        (24, "LILAPP06", "MISSING-FIELD"),
        (25, "=HYPERLINK(1)", "BAD-NAME"),
        (26, "LILAPP07", "BAD-VALUE"),
    ],
    "rvtools_network": [
        (17, "TMPL-W2019", "TEMPLATE"),
        (18, "GAMMEL-SQL2008", "POWERED-OFF"),
        (19, "lilapp01", "DUPLICATE"),
        (20, "vCLS (1)", "VCLS"),
        (21, "LILAPP04", "NO-ADDRESS"),
        (22, "LILAPP05", "ADDRESS-TWICE"),
        (23, "LILAPP06", "MISSING-FIELD"),
        (24, "=HYPERLINK(1)", "BAD-NAME"),
        (25, "LILAPP07", "BAD-VALUE"),
        (27, "UKENDT01", "UNKNOWN-VM"),
    ],
    "sites": [
        (5, "S003", "DUPLICATE"),
        (6, "S004", "BAD-VALUE"),
        (7, "S005", "BAD-VALUE"),
        (8, "S006", "MISSING-FIELD"),
    ],
    "workplaces": [
        (8, "TK00001", "DUPLICATE"),
        (9, "TK00007", "DUPLICATE"),
        (10, "TK99998", "MISSING-FIELD"),
        (11, "TK99999", "UNKNOWN-SITE"),
        (12, "TK00008", "BAD-VALUE"),
        (13, "TK00009", "BAD-VALUE"),
        (14, "TK 10", "BAD-NAME"),
    ],
    "systems": [(6, "Aula", "MISSING-FIELD"), (7, "sbsys", "DUPLICATE"), (8, "TOPdesk", "BAD-VALUE")],
}


@pytest.mark.parametrize("option", OPTIONS)
def test_every_row_is_imported_or_reported(first: tuple[Path, Done], option: str) -> None:
    account = first[1].report["files"][option]
    assert account["rows"] == len(rows(OPTIONS[option]))
    assert account["rows"] == account["imported"] + len(account["reported"])
    assert first[1].reported(option) == REPORTED[option]
    assert all(r["reason"] and r["code"] in CODES for r in account["reported"])


def test_what_a_person_should_look_at_is_noted(first: tuple[Path, Done]) -> None:
    notes = {(note["code"], note["name"]) for note in first[1].report["notes"]}
    assert notes == {
        ("DATACENTER-NAME", "DC-Lilleby"),
        ("HOST-IN-TWO-CLUSTERS", "esx02.lilleby.example"),
        ("NO-SYSTEM", "LILRÅDHUS1"),
        ("SYSTEM-NOT-LISTED", "Vintertjeneste"),
        ("WORKPLACE-COUNT", "S003"),
    }


def test_the_folder_loads_without_a_fault(first: tuple[Path, Done], platform: model.Platform) -> None:
    assert first[1].status == 0
    assert first[1].report["faults"] == []
    assert (len(platform.estate.servers), len(platform.observed.vdas["g22"])) == (13, 2)
    assert (len(platform.places.sites), len(platform.places.workplaces)) == (4, 6)
    assert (platform.refresh.generations["g22"].origin, platform.refresh.generations["g22"].state) == (
        "observed",
        "live",
    )
    assert [str(address) for address in resolvers(platform)] == ["10.40.10.12", "10.40.10.13"]


def test_a_server_has_the_role_and_the_system_that_its_notes_name(platform: model.Platform) -> None:
    found = {
        s.found["g22"]: (s.identity, s.role, platform.estate.systems[s.system].title)
        for s in platform.estate.servers.values()
    }
    assert found["LILSQL01"] == ("sbsys-sql01", "sql", "SBSYS")
    assert found["LILSQL02"] == ("cura-sql01", "sql", "Cura")
    assert found["LILCTXDDC01"] == ("ctx-ddc01", "ddc", "Citrix-kontrolplan")
    assert found["LILRÅDHUS1"] == ("misc-app01", "app", "Uden system")
    assert found["LILAPP03"] == ("vinte-app01", "app", "Vintertjeneste")


def test_a_server_says_only_what_deviates_from_its_role(first: tuple[Path, Done], platform: model.Platform) -> None:
    text = (first[0] / "systems" / "sbsys.yaml").read_text(encoding="utf-8")
    assert "  sbsys-app01: {role: app, host: 30, found: {g22: LILAPP01}}\n" in text
    assert "  sbsys-app02: {role: app, host: 31, found: {g22: LILAPP02}, cpus: 8}\n" in text
    server = platform.estate.servers["sbsys-sql01"]
    assert (server.cpus, server.memory_gib, sum(server.disks.values())) == (16, 64, 600)


def test_session_machines_stand_apart_from_the_servers(first: tuple[Path, Done], platform: model.Platform) -> None:
    assert set(platform.observed.vdas["g22"]) == {"LILXA001", "LILXA002"}
    assert first[1].report["files"]["rvtools"]["kept_apart"] == 2
    assert not any("LILXA" in found for server in platform.estate.servers.values() for found in server.found.values())


def test_facts_are_kept_as_found_in_the_notation_of_the_model(platform: model.Platform) -> None:
    machine = platform.observed.servers["g22"]["LILFIL01"]
    assert machine.annotation == 'Filserver service ons, "kl. 4"'
    assert (machine.folder, machine.datacenter) == ("Filservere", "DC-Lilleby")
    assert (machine.mac, machine.adapter, machine.switch) == ("00:50:56:B4:00:0A", "e1000e", "dvSwitch-Prod")
    assert platform.observed.servers["g22"]["LILDC01"].memory_mib == 8192


def test_active_memory_is_kept_where_the_export_tells_it(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    shutil.copytree(EXPORTS, exports)
    vinfo = exports / "vinfo.csv"
    head, *rows = vinfo.read_text(encoding="utf-8").splitlines()
    cells = ["6.144", "", *["0"] * (len(rows) - 2)]
    lines = [f"{head},Active Memory", *(f"{row},{cell}" for row, cell in zip(rows, cells, strict=True))]
    vinfo.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run(tmp_path / "out", exports=exports).status == 0
    observed = model.load(str(tmp_path / "out")).observed.servers["g22"]
    assert [observed[name].active_memory_mib for name in ("LILDC01", "lildc02", "LILDHCP01")] == [6144, None, 0]


def test_sites_and_workplaces_in_every_spelling(platform: model.Platform) -> None:
    assert [(s.code, s.wan_mbit, s.hours) for s in platform.places.sites.values()] == [
        ("S001", 1000, "weekday"),
        ("S002", 1000, "weekday"),
        ("S003", 300, "24x7"),
        ("S007", 500, "weekend"),
    ]
    assert {w.name: (w.mac, w.kind, w.profile) for w in platform.places.workplaces.values()}["PC00003"] == (
        "3C:52:82:BA:64:C8",
        "laptop",
        "graphics",
    )
    assert "TK00002" in platform.places.workplaces


def test_a_system_has_the_ports_that_workplaces_need(platform: model.Platform) -> None:
    (flow,) = platform.estate.systems["opus"].flows
    assert (flow.source, flow.ports) == ("workplaces", ("tcp/443", "udp/3478-3481"))


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "cp1252"), ("\t", "utf-16"), (",", "utf-8-sig"), (";", "utf-8")]
)
def test_the_same_export_in_another_dress_gives_the_same_folder(
    first: tuple[Path, Done], tmp_path: Path, delimiter: str, encoding: str
) -> None:
    for export in OPTIONS.values():
        table = [{f" {k.upper()} ": v for k, v in reversed(row.items())} for row in rows(export)]
        write(tmp_path / export, table, delimiter=delimiter, encoding=encoding)
    done = run(tmp_path / "stacks" / "lilleby", exports=tmp_path)
    assert done.status == 0
    assert files(tmp_path / "stacks" / "lilleby") == files(first[0])


def test_machines_alone_make_a_folder_that_loads(tmp_path: Path) -> None:
    done = run(tmp_path / "lilleby", only=["rvtools"])
    assert done.status == 0
    platform = model.load(str(tmp_path / "lilleby"))
    assert len(platform.estate.servers) == 13
    assert platform.estate.systems["sbsys"].owner == "Ukendt"
    assert "SYSTEM-NOT-LISTED" not in {note["code"] for note in done.report["notes"]}


def test_a_new_folder_gets_the_generation_of_four_years_ago(tmp_path: Path) -> None:
    from datetime import date

    from cli.import_ import _four_years_ago

    assert _four_years_ago(date(2026, 11, 21)) == "g22"
    done = call(["--rvtools", str(EXPORTS / "vinfo.csv"), "--generation", "g18"], tmp_path / "lilleby")
    assert done.report["generation"] == "g18"
    assert set(model.load(str(tmp_path / "lilleby")).refresh.generations) == {"g18"}


def test_the_command_as_a_person_runs_it(tmp_path: Path) -> None:
    code = "from cli.main import main; main()"
    vinfo, out, report = EXPORTS / "vinfo.csv", tmp_path / "lilleby", tmp_path / "report.json"
    arguments = ["import", "--rvtools", str(vinfo), "--out", str(out), "--report", str(report)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "rvtools: 24 rows, 15 imported, 2 of them session machines, 9 reported" in done.stdout
    assert report.stat().st_mode & 0o044, "others may read the report"


def test_every_code_is_explained_once() -> None:
    section = ERRORS_MD.read_text(encoding="utf-8").split("\n## Import report codes\n")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^### (.+)$", section, re.MULTILINE)) == sorted(CODES)


BAD = {
    "no such file": (None, "1: NOT-FOUND"),
    "empty": (b"", "1: BAD-CSV .: no header"),
    "header alone": ((EXPORTS / "vinfo.csv").read_bytes().split(b"\n")[0] + b"\n", "1: BAD-CSV .: no machine"),
    "a column missing": (
        b"VM,Powerstate\nA,poweredOn\n",
        "1: BAD-CSV cpus: vInfo of no known RVTools without the column CPUs, Memory",
    ),
    "no encoding": (b"VM,Powerstate\nR\x81dhus,poweredOn\n", "2: NOT-UTF8"),
    "a quote that never closes": ((EXPORTS / "vinfo.csv").read_bytes() + b'"open,', "BAD-CSV"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_cannot_be_used_is_one_clear_fault(tmp_path: Path, case: str) -> None:
    content, expected = BAD[case]
    if content is not None:
        (tmp_path / "vinfo.csv").write_bytes(content)
    done = run(tmp_path / "stacks" / "lilleby", exports=tmp_path, only=["rvtools"])
    assert done.status == 2
    assert f"{tmp_path / 'vinfo.csv'}:" in done.stderr
    assert expected in done.stderr
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "stacks").exists()


def test_a_report_inside_the_folder_is_refused_for_nothing_reads_it_there(tmp_path: Path) -> None:
    vinfo = str(EXPORTS / "vinfo.csv")
    done = call(["--rvtools", vinfo, "--report", str(tmp_path / "lilleby" / "report.json")], tmp_path / "lilleby")
    assert done.status == 2
    assert "lies in the platform folder" in done.stderr


USAGE = {
    "no source": [],
    "two sources": ["--rvtools", "a.csv", "--vcenter", "https://vcenter.example"],
    "adapters of a vCenter": ["--vcenter", "https://vcenter.example", "--rvtools-network", "a.csv"],
    "no generation's name": ["--rvtools", str(EXPORTS / "vinfo.csv"), "--generation", "2022"],
}


@pytest.mark.parametrize("case", USAGE)
def test_wrong_usage_says_what_is_allowed(tmp_path: Path, case: str) -> None:
    done = call(USAGE[case], tmp_path / "lilleby")
    assert done.status == 2
    assert done.stderr.startswith("refresh import: ")
    assert not (tmp_path / "lilleby").exists()
