"""`refresh check --baseline`: exit status, what is printed, and the reports, read by others' readers and schema."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from model.security.baseline import CONTROLS
from tests.support.edit import edit
from tests.support.paths import SHARED, STACKS

SCHEMA = SHARED / "schemas" / "sarif-schema-2.1.0.json"
"""OASIS' own: sarif-2.1/schema/ of oasis-tcs/sarif-spec."""
TODAY = ("--today", "2026-12-01")


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STACKS, tmp_path / "stacks")) / "lilleby"


@pytest.fixture
def broken(lilleby: Path) -> Path:
    """A platform with three findings to mend, one of them in a text that a spreadsheet would run."""
    changes = {"title": "=cmd|'/c calc'!A1", "recovery": {"rto_hours": 1, "rpo_hours": 1}}
    devices = {"sources": ["devices"], "targets": ["sbsys"], "ports": ["tcp/1883", "tcp/1-65535"]}
    added = devices | {"owner": "IT", "reason": "R"}
    return edit(lilleby, {"systems/sbsys.yaml": changes, "flows.yaml": {"flows.added": added}})


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments), *TODAY])


def test_nothing_to_mend_is_status_0(lilleby: Path) -> None:
    done = check(lilleby, "--baseline")
    assert done.exit_code == 0, done.output
    assert f"lilleby: 0 to mend, 5 to look at, 4 excepted (4 active), {len(CONTROLS)} controls" in done.output


def test_what_is_enforced_and_not_excepted_is_status_1_and_told_with_its_line(broken: Path) -> None:
    done = check(broken, "--baseline")
    assert done.exit_code == 1
    lines = [line for line in done.output.splitlines() if "flows.yaml:" in line or "sbsys.yaml:" in line]
    assert [line.split(": ")[1].split()[0] for line in lines] == ["NET-03", "SEG-01", "NIS2-04"]
    assert check(broken).exit_code == 0, "what the baseline finds is no fault of the data"


def test_an_exception_that_ended_is_a_fault_with_or_without_the_baseline(lilleby: Path) -> None:
    edit(lilleby, {"exceptions.yaml": {"exceptions.ubuntu.expires": "2026-11-30"}})
    for asked in ((), ("--baseline",)):
        done = check(lilleby, *asked)
        assert done.exit_code == 2
        assert "EXPIRED exceptions.ubuntu.expires: expired on 2026-11-30; mend images.ubuntu2404.g26" in done.output


def test_the_findings_as_json(broken: Path) -> None:
    done = check(broken, "--baseline", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (told["stopping"], len(told["findings"]), len(told["exceptions"])) == (3, 12, 4)
    found = next(f for f in told["findings"] if f["scope"] == "flows.added" and f["control"] == "SEG-01")
    assert (found["severity"], found["level"], found["exception"]) == ("high", "enforce", "")
    assert "ISO 27001:2022 A.8.22" in found["references"]


def reports(platform: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    files = (tmp_path / "b.sarif", tmp_path / "b.md", tmp_path / "b.csv")
    done = check(platform, *(part for file in files for part in ("--report", file)))
    assert done.exit_code == 1, done.output
    return files


def test_sarif_keeps_what_is_excepted_with_its_reason(broken: Path, tmp_path: Path) -> None:
    run = json.loads(reports(broken, tmp_path)[0].read_text())["runs"][0]
    excepted = [result for result in run["results"] if "suppressions" in result]
    assert {result["ruleId"] for result in excepted} == {"EOL-01", "LOG-01", "MGT-01", "TIER-01"}
    assert "Four servers have one network (IT-afdelingen, until 2028-12-31)" in str(excepted)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert len({str(result["partialFingerprints"]) for result in run["results"]}) == len(run["results"]) == 12


def test_a_finding_is_the_same_when_its_line_moves(broken: Path, tmp_path: Path) -> None:
    def prints() -> list[Any]:
        run = json.loads(reports(broken, tmp_path)[0].read_text())["runs"][0]
        return sorted(result["partialFingerprints"]["controlAndScope/v1"] for result in run["results"])

    before, flows = prints(), broken / "flows.yaml"
    flows.write_text("# A line more.\n" + flows.read_text())
    assert prints() == before


@pytest.mark.skipif(not SCHEMA.is_file(), reason="OASIS' schema of SARIF is not beside the project")
def test_sarif_is_what_its_schema_says(broken: Path, tmp_path: Path) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft4Validator(schema).validate(json.loads(reports(broken, tmp_path)[0].read_text()))


def test_the_page_says_first_what_is_to_mend_and_a_title_can_not_change_it(broken: Path, tmp_path: Path) -> None:
    text = reports(broken, tmp_path)[1].read_text()
    assert "\n3 findings to mend on 2026-12-01, 5 findings more to look at, 4 findings excepted.\n" in text
    assert (
        text.index("## To mend") < text.index("### SEG-01") < text.index("## To look at") < text.index("## Exceptions")
    )
    assert "=cmd\\|'/c calc'!A1" in text


def test_no_spreadsheet_runs_what_stands_in_the_table(broken: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(reports(broken, tmp_path)[2].read_text().splitlines()))
    assert len(rows) == 12
    assert [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@", "-"))] == []
    assert next(row["message"] for row in rows if row["control"] == "NIS2-04").startswith("'=cmd")


def test_a_report_ends_in_what_it_is(lilleby: Path, tmp_path: Path) -> None:
    done = check(lilleby, "--report", tmp_path / "b.pdf")
    assert (done.exit_code, (tmp_path / "b.pdf").exists()) == (2, False)
    assert "no report ends like this; end it in .csv, .md, .sarif" in done.output


def test_the_controls_are_printed_with_who_answers(lilleby: Path) -> None:
    told = json.loads(check(lilleby, "--controls", "--json").stdout)
    assert [control["id"] for control in told] == list(CONTROLS)
    printed = check(lilleby, "--controls").stdout
    assert "  Owner: network team\n  References: NIS2-loven section 6, number 5, ISO 27001:2022 A.8.22" in printed
