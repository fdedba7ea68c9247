"""`refresh advance` as a person runs it: the legal steps, what it prints, and a file whose other bytes stay."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.edit import REMOVE, edit
from tests.support.lilleby import CUT_OVER
from tests.support.paths import ROOT
from tests.support.targets import DATABASES

PILOT = ("g26", "pilot")


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "data" / "stacks", tmp_path / "stacks")
    return tmp_path / "stacks" / "lilleby"


def refresh(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def step(folder: Path, generation: str, state: str, *more: str) -> subprocess.CompletedProcess[str]:
    return refresh("advance", str(folder), generation, "--to", state, *more)


def adopt(folder: Path) -> None:
    """Takes g22 under control, so that another generation may be tried."""
    assert step(folder, "g22", "adopted").returncode == 0


def flip(name: str, before: str, after: str) -> dict[str, str]:
    return {"kind": "delivery-group", "name": name, "before": before, "after": after}


def test_a_cutover_prints_what_turns_and_a_rollback_gives_the_file_back(lilleby: Path) -> None:
    adopt(lilleby)
    file = lilleby / "refresh.yaml"
    file.write_text("# Kommentar øverst\n" + file.read_text().replace("live,", "live,  ").replace("\n", "  # bagved\n"))
    file.chmod(0o640)
    assert step(lilleby, *PILOT).returncode == 0
    before = file.read_bytes()
    done = step(lilleby, "g26", "live", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "platform": "lilleby",
        "changes": [
            {"generation": "g26", "field": "state", "before": "pilot", "after": "live"},
            {"generation": "g22", "field": "state", "before": "live", "after": "standby"},
        ],
        "data": [],
        "flips": [
            flip("DG-G26-GRAPHICS", "closed", "LILLEBY\\GG-Citrix-Grafik"),
            flip("DG-G26-OFFICE", "closed", "LILLEBY\\GG-Citrix-Kontor"),
            flip("Kontor", "LILLEBY\\GG-Citrix-Kontor", "closed"),
            {
                "kind": "record",
                "name": "sbsys.access.lilleby.example",
                "before": "10.20.20.15, 10.20.20.16",
                "after": "10.26.20.15, 10.26.20.16",
            },
        ],
        "stays": {
            "sbsys-service": {"kind": "service-account", "points_at": "LILLEBY\\svc-sbsys"},
            "portal": {"kind": "storefront-farm", "points_at": "sbsys.access.lilleby.example"},
        },
        "written": True,
    }
    text = file.read_text()
    assert "g22: {origin: adopted, state: standby}  # bagved" in text
    assert text.count("# bagved") == before.decode().count("# bagved")
    done = step(lilleby, "g22", "live")
    assert done.returncode == 0, done.stderr
    assert "record sbsys.access.lilleby.example: 10.26.20.15, 10.26.20.16 -> 10.20.20.15, 10.20.20.16" in done.stdout
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in lilleby.iterdir() if p.name.startswith(".")] == [], "no partial file stays behind"


def test_a_step_says_which_databases_close_and_which_open(lilleby: Path) -> None:
    edit(lilleby, DATABASES, {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "pilot"}})
    done = step(lilleby, "g26", "live")
    there = (
        "  sbsys-sql01: close lilsql01.lilleby.example to writing by sql-server, backup-restore in 150 minutes, "
        "open sbsyssql01g26.lilleby.example"
    )
    assert [line.lower() for line in done.stdout.splitlines()[2:4]] == ["data, before the flips: 1", there], done.stderr
    (turn,) = json.loads(step(lilleby, "g22", "live", "--dry-run", "--json").stdout)["data"]
    assert (turn["closes"].lower(), turn["minutes"]) == ("sbsyssql01g26.lilleby.example", 180)


def test_a_dry_run_leaves_the_file_alone(lilleby: Path) -> None:
    adopt(lilleby)
    before = (lilleby / "refresh.yaml").read_bytes()
    done = step(lilleby, *PILOT, "--dry-run")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "g26: building to pilot")
    assert (lilleby / "refresh.yaml").read_bytes() == before


def test_a_cutover_that_turns_nothing_warns(lilleby: Path) -> None:
    for file in ("desktops.yaml", "observed/g22-vdas.csv"):
        (lilleby / file).unlink()
    edit(
        lilleby,
        {
            "systems/sbsys.yaml": {"aliases": REMOVE},
            "refresh.yaml": {"stable.portal": REMOVE, "generations.g26.state": "pilot"},
        },
    )
    done = step(lilleby, "g26", "live", "--dry-run")
    assert (done.returncode, done.stdout.splitlines()[2]) == (0, "flips: nothing"), done.stderr
    assert done.stderr == (
        "warning: the step turns nothing, so nobody is led to another generation (no pool of it is in desktops.yaml, "
        "no system has aliases); add what leads people first\n"
    )
    assert step(lilleby, "g26", "building", "--dry-run").stderr == ""


def test_pilots_are_named_once_the_generation_is_a_pilot(lilleby: Path) -> None:
    """The order of docs/running-a-refresh.md; the other way round the fault says so."""
    adopt(lilleby)
    pilots = {"generation": "g26", "groups": ["GG-Pilot"], "reason": "Tries g26", "expires": "2027-01-31"}
    edit(lilleby, {"refresh.yaml": {"serving": {"pilot": pilots}}})
    done = step(lilleby, *PILOT)
    assert done.returncode == 2
    assert "g26 is building and serves nobody; take the entry out until it is pilot" in done.stderr
    edit(lilleby, {"refresh.yaml": {"serving": REMOVE}})
    assert step(lilleby, *PILOT).returncode == 0
    edit(lilleby, {"refresh.yaml": {"serving": {"pilot": pilots}}})
    done = step(lilleby, "g26", "live", "--dry-run")
    assert "delivery-group DG-G26-OFFICE: LILLEBY\\GG-Pilot -> LILLEBY\\GG-Citrix-Kontor" in done.stdout, done.stderr


def test_an_illegal_step_is_bad_usage_and_changes_nothing(lilleby: Path) -> None:
    before = (lilleby / "refresh.yaml").read_bytes()
    done = step(lilleby, "g26", "live")
    assert done.returncode == 2
    assert "refresh.yaml:3: LIFECYCLE generations.g26.state: g26 is building and can not go to live" in done.stderr
    assert "Traceback" not in done.stderr
    assert step(lilleby, "g27", "live").returncode == 2
    assert (lilleby / "refresh.yaml").read_bytes() == before


def test_a_step_after_which_the_platform_has_a_fault_is_refused(lilleby: Path) -> None:
    file = lilleby / "refresh.yaml"
    lag = {"generation": "g22", "systems": ["sbsys"], "reason": "Vendor", "expires": "2027-01-31"}
    edit(lilleby, CUT_OVER, {"refresh.yaml": {"serving.lag": lag}})
    before = file.read_bytes()
    done = step(lilleby, "g22", "retiring")
    assert done.returncode == 1
    assert f"{lilleby}/refresh.yaml:8: SERVING serving.lag.generation: g22 is retiring" in done.stderr
    assert file.read_bytes() == before


def test_adoption_is_a_step_of_the_origin(lilleby: Path) -> None:
    done = step(lilleby, "g22", "adopted")
    assert done.returncode == 0, done.stderr
    assert "g22: observed to adopted" in done.stdout
    assert "g22: {origin: adopted, state: live" in (lilleby / "refresh.yaml").read_text()


def test_check_knows_the_day(lilleby: Path) -> None:
    lag = {"generation": "g22", "systems": ["sbsys"], "reason": "Vendor", "expires": "2027-01-31"}
    edit(lilleby, {"refresh.yaml": {"serving.lag": lag}})
    assert refresh("check", str(lilleby), "--today", "2027-01-31").returncode == 0
    done = refresh("check", str(lilleby), "--today", "2027-02-01")
    assert done.returncode == 2
    assert f"{lilleby}/refresh.yaml:8: EXPIRED serving.lag.expires: expired on 2027-01-31" in done.stderr


def test_explain_shows_what_a_generation_needs_and_assumes(lilleby: Path) -> None:
    done = refresh("explain", str(lilleby), "g26", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["path"]: row["value"] for row in json.loads(done.stdout)}
    assert rows["generations.state"] == "building"
    assert rows["g26.serves.systems"] == 0
    assert rows["g26.capacity.servers.CPU"] == "32 of 512 vCPU"
    assert rows["g26.capacity.servers.CPU of session machines"] == "32 of 240 vCPU"
    assert rows["g26.build_minutes"] == 20
    assert rows["g26.assumed[0]"] == "a clone takes 20 minutes, 4 at a time on a host"
