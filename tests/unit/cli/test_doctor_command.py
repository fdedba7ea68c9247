"""What refresh doctor says of a machine and a platform, and that it shows no secret."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import model
from cli import doctor_machine, doctor_platform
from cli.main import app
from tests.support.paths import LILLEBY, ROOT, STACKS

PLAIN = "Hunter2-in-plain-text"
PROJECT = "name: p\nruntime: python\nstackConfigDir: stacks\n"
STACK = f"""config:
  p:platform: lilleby
  p:layer: base
  p:vspherePassword: {{secure: 'v1:abc'}}
  citrix:password: {PLAIN}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one stack of lilleby, in which one secret is set, one stands in plain text and one is missing."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "stacks" / "Pulumi.lilleby-base.yaml").write_text(STACK)
    (tmp_path / "stacks" / "Pulumi.other.yaml").write_text("config:\n  p:platform: other\n")
    for name in ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_OPTION_CWD", "VSPHERE_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TWIN_HOME", str(tmp_path / "twin"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_it_says_what_to_do_and_shows_no_secret() -> None:
    done = CliRunner().invoke(app, ["doctor", str(LILLEBY)])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert all(re.match(r"(ok |do |may) [^:]+: .", line) for line in lines), lines
    told = [line for line in lines if line.startswith("do  stack lilleby-base")]
    assert len(told) == 3, lines
    assert "citrix:password stands in plain text; change it" in told[0]
    assert "pulumi config set --secret citrixVcenterPassword -s lilleby-base" in told[1]
    assert "pulumi config set citrixVcenterUser ACCOUNT -s lilleby-base" in told[2]
    assert PLAIN not in done.output
    assert "v1:abc" not in done.output
    assert "other" not in done.output
    assert any(line.startswith("do  backend: nobody has chosen one") for line in lines)
    as_json = CliRunner().invoke(app, ["doctor", str(LILLEBY), "--json"])
    assert [entry["state"] for entry in json.loads(as_json.stdout)] == [line[:3].strip() for line in lines]
    assert PLAIN not in as_json.output


def test_a_variable_does_where_the_provider_takes_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = project / "stacks" / "Pulumi.lilleby-base.yaml"
    file.write_text(file.read_text().replace("  p:vspherePassword: {secure: 'v1:abc'}\n", ""))
    missing = CliRunner().invoke(app, ["doctor", str(LILLEBY)]).stdout
    assert "vspherePassword for vCenter is missing" in missing
    monkeypatch.setenv("VSPHERE_PASSWORD", PLAIN)
    given = CliRunner().invoke(app, ["doctor", str(LILLEBY)]).stdout
    assert "vspherePassword" not in given
    assert PLAIN not in given


def test_a_window_is_ahead_open_or_over() -> None:
    platform = model.load(str(STACKS / "havneby"))
    wave = next(w for pool in platform.desktops.pools.values() if pool.avd for w in pool.avd.registration.values())
    moments = (wave.opens - dt.timedelta(hours=1), wave.opens, wave.expires)
    told = [next(doctor_platform.windows(platform, moment)) for moment in moments]
    assert [line.state for line in told] == ["may", "ok", "do"]
    assert "take pools." in told[2].text


def test_the_validators_are_those_that_proofs_run() -> None:
    run = set[str]()
    for file in (ROOT / "templates").glob("*/verify.py"):
        text = file.read_text(encoding="utf-8")
        run |= set(re.findall(r'native\.(?:run|find)\(\s*"([a-z0-9-]+)"', text))
    assert {*doctor_machine.VALIDATORS} >= run - {"named-checkzone", "unshare"}
    assert len(run) >= 5


def test_a_backends_address_is_shown_without_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.dumps({"user": "drift", "url": f"postgres://drift:{PLAIN}@db.example/state?password={PLAIN}"})
    monkeypatch.setattr(doctor_platform, "asked", lambda *_: answer)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "postgres://x")
    line = next(doctor_platform.lines(model.load(str(LILLEBY)), dt.datetime.now(dt.UTC)))
    assert str(line) == "ok  backend: postgres://db.example/state, as drift"


def test_a_stack_file_that_is_no_yaml_is_one_line(project: Path) -> None:
    (project / "stacks" / "Pulumi.other.yaml").write_text("config: {")
    done = CliRunner().invoke(app, ["doctor", str(LILLEBY)])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "Pulumi.other.yaml: " in done.stderr


def test_options_that_do_not_go_together_are_refused() -> None:
    assert CliRunner().invoke(app, ["doctor", "--stack", "x"]).exit_code == 2
    assert CliRunner().invoke(app, ["doctor", "lilleby", "--mend"]).exit_code == 2
