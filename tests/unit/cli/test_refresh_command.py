"""The verbs that read the model, as a person runs them: exit status, output, errors."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import pytest

from cli.common import fail_with
from model.faults import Fault
from tests.support.paths import ROOT

LILLEBY = "tests/data/stacks/lilleby"


def refresh(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_version_is_that_of_the_project() -> None:
    done = refresh("--version")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (done.returncode, done.stdout) == (0, f"refresh {project['version']}\n")


def test_check_counts_a_platform_that_has_no_fault() -> None:
    done = refresh("check", LILLEBY, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "platform": "lilleby",
        "faults": 0,
        "sites": 2,
        "workplaces": 4,
        "systems": 4,
        "servers": 7,
        "instances": {"g22": 6, "g26": 7},
        "session machines": {"g22": 1},
    }


def test_check_gives_faults_on_standard_error_and_status_2() -> None:
    done = refresh("check", "lillebye")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "NOT-FOUND" in done.stderr
    assert "Traceback" not in done.stderr


def test_many_faults_are_counted_by_code_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    faults = [Fault("a.yaml", line, "DANGLING", "x", "no x; name one") for line in range(9)]
    for more, end in ((1, "10 faults; see docs"), (2, "11 faults (9 DANGLING, 2 BAD-VALUE); see docs")):
        with pytest.raises(SystemExit):
            fail_with([*faults, *[Fault("b.yaml", line, "BAD-VALUE", "y", "1; name two") for line in range(more)]])
        assert capsys.readouterr().err.splitlines()[-1].startswith(end)


def test_a_cutover_in_the_past_is_told_by_check_alone() -> None:
    done = refresh("check", LILLEBY, "--today", "2027-02-09")
    assert done.returncode == 2
    assert "cutover.yaml:3: EXPIRED opens.day: the cutover to g26 ended on 2027-02-08" in done.stderr


def test_explain_gives_every_value_its_place() -> None:
    done = refresh("explain", LILLEBY, "sbsys-sql01", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["path"]: row for row in json.loads(done.stdout)}
    catalog = "tests/data/stacks/catalog/roles.yaml"
    assert rows["servers.cpus"] == {"path": "servers.cpus", "value": 16, "origin": f"{LILLEBY}/systems/sbsys.yaml:11"}
    assert rows["servers.memory_gib"]["origin"] == f"{catalog}:3"
    assert rows["servers.image.g26"]["origin"] == f"{LILLEBY}/roles.yaml:3"
    assert rows["sbsys-sql01-g22.address"]["origin"] == f"{LILLEBY}/observed/g22.csv:4"
    assert rows["sbsys-sql01-g26.vlan"] == {
        "path": "sbsys-sql01-g26.vlan",
        "value": 220,
        "origin": f"{LILLEBY}/networks.yaml:5",
    }
    for row in rows.values():
        file, _, line = row["origin"].removeprefix("host 14 in the prefix of ").rpartition(":")
        if line.isdigit():
            assert len((ROOT / file).read_text().splitlines()) >= int(line)


@pytest.mark.parametrize("item", ["S001", "TK00003", "LILSQL01", "ad", "esx01.lilleby.example", "ws2025", "g26"])
def test_explain_finds_items_of_every_kind(item: str) -> None:
    done = refresh("explain", LILLEBY, item)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") >= 2


def test_explain_names_the_nearest_item() -> None:
    done = refresh("explain", LILLEBY, "sbsys-sql02")
    assert done.returncode == 2
    assert "did you mean sbsys-sql01" in done.stderr
