"""`refresh render` as a person runs it: what it prints, what it leaves with, and what it does not touch."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from cli.render import REQUIRED
from rendering import native
from rendering.target import Finding, Missing, Target
from tests.golden.trees import LILLEBY
from tests.support.paths import ROOT

Render = Callable[..., Result]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    def run(*options: str) -> Result:
        arguments = ["render", str(LILLEBY), "--out", str(tmp_path / "out"), "--target", "prometheus", *options]
        return CliRunner().invoke(app, arguments)

    return run


def proving(monkeypatch: pytest.MonkeyPatch, verify: Callable[..., list[Finding]]) -> None:
    """Lets every target be proved by `verify`."""
    monkeypatch.setattr(Target, "verify", property(lambda _: verify), raising=True)


def test_it_says_what_was_written_and_then_that_nothing_was(render: Render) -> None:
    first, second = render(), render()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.endswith("9 files: 9 written, 0 as they were, 0 removed\n")
    assert second.stdout.endswith("9 files: 0 written, 9 as they were, 0 removed\n")


def test_json_lists_what_was_done(render: Render) -> None:
    done: dict[str, Any] = json.loads(render("--json").stdout)
    assert "prometheus/alerts.yml" in done["written"]
    assert (done["removed"], done["unchanged"], done["findings"], done["missing"]) == ([], 0, {}, {})


def test_an_edited_file_is_named_and_left_until_told_otherwise(render: Render, tmp_path: Path) -> None:
    render()
    path = tmp_path / "out" / "prometheus" / "blackbox.yml"
    path.write_text("modules: {}\n")
    refused = render()
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"{path}: edited;")
    assert path.read_text() == "modules: {}\n"
    assert render("--force").exit_code == 0
    assert path.read_text() != "modules: {}\n"


def test_an_unknown_target_names_the_nearest(render: Render) -> None:
    left = render("--target", "promotheus")
    assert left.exit_code == 2
    assert "no such target; did you mean prometheus" in left.stderr


def test_a_folder_that_cannot_be_written_is_one_line(render: Render, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    left = render()
    assert (left.exit_code, left.stderr.count("\n")) == (2, 1)


def test_nothing_is_rendered_among_the_data(tmp_path: Path) -> None:
    stacks = tmp_path / "stacks"
    shutil.copytree(LILLEBY.parent, stacks)
    before = sorted(stacks.rglob("*"))
    (tmp_path / "link").symlink_to(stacks / "lilleby")
    (stacks / "neighbour").mkdir()
    (stacks / "neighbour" / "platform.yaml").touch()
    outs = [stacks / "lilleby", stacks / "lilleby" / "out", stacks / "catalog", stacks, stacks / "lilleby" / "systems"]
    outs += [tmp_path / "link", tmp_path / "link" / "out", stacks / "neighbour" / "out", ROOT / "stacks" / "out"]
    for out in outs:
        left = CliRunner().invoke(app, ["render", str(stacks / "lilleby"), "--out", str(out), "--target", "prometheus"])
        assert (left.exit_code, left.stderr.count("\n")) == (2, 1), out
        assert f"--out {out} lies among the data" in left.stderr
    assert sorted(path for path in stacks.rglob("*") if "neighbour" not in str(path)) == before
    assert not (ROOT / "stacks" / "out").exists()


def test_a_diff_makes_one_folder_the_other(render: Render, tmp_path: Path) -> None:
    """Git is the judge: the old folder and the diff give the new one, with files added, changed and removed."""
    out, held = tmp_path / "out", tmp_path / "held"
    new = render("--diff")
    assert (new.exit_code, out.exists()) == (1, False)
    assert new.stderr == "9 files would change: 9 added, 0 changed, 0 removed\n"
    render()
    assert [(again.exit_code, again.stdout) for again in (render("--diff"),)] == [(0, "")]
    manifest = json.loads((out / "manifest.json").read_text())
    shutil.copytree(out, held)
    (held / "prometheus" / "alerts.yml").write_text("old: æ\nlast line without its end")
    (held / "prometheus" / "blackbox.yml").unlink()
    (held / "prometheus" / "once.yml").write_text("once: true\n")
    for name in ("alerts.yml", "once.yml"):
        content = (held / "prometheus" / name).read_bytes()
        manifest["files"][f"prometheus/{name}"] = {"sha256": hashlib.sha256(content).hexdigest(), "source": ""}
    del manifest["files"]["prometheus/blackbox.yml"]
    (held / "manifest.json").write_text(json.dumps(manifest))
    told = render("--diff", "--out", str(held))
    assert told.exit_code == 1
    assert told.stderr == "3 files would change: 1 added, 1 changed, 1 removed\n"
    assert not (held / "prometheus" / "blackbox.yml").exists(), "nothing is written"
    done = subprocess.run(
        ["git", "apply", "-"], cwd=held, input=told.stdout, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    wanted, made = (
        {path.relative_to(at): path.read_bytes() for path in (at / "prometheus").rglob("*") if path.is_file()}
        for at in (out, held)
    )
    assert made == wanted


def test_a_diff_shows_nothing_of_what_a_person_wrote(render: Render, tmp_path: Path) -> None:
    render()
    (tmp_path / "out" / "prometheus" / "blackbox.yml").write_text("password: hunter2-never-shown\n")
    for told in (render("--diff"), render("--diff", "--json")):
        assert told.exit_code == 1
        assert "hunter2" not in told.output
        assert "prometheus/blackbox.yml" in told.output
    (difference,) = json.loads(told.stdout)
    assert difference == {"path": "prometheus/blackbox.yml", "kind": "changed", "edited": True, "diff": ""}
    assert render("--diff", "--force").exit_code == 2


@pytest.mark.parametrize("where", ["out", "out/manifest.json", "out/prometheus/alerts.yml", "out/prometheus"])
def test_a_fifo_is_not_waited_for(render: Render, tmp_path: Path, where: str) -> None:
    path = tmp_path / where
    if where != "out":
        render()
        path.rename(tmp_path / "aside")
    os.mkfifo(path)
    left = render()
    assert left.exit_code in {1, 2}
    assert len(left.stderr.splitlines()) <= 8, "one line for each file that is not as it was left"
    assert "Traceback" not in left.stderr
    if where.endswith("alerts.yml"):
        assert render("--force").exit_code == 0
        assert path.is_file()


def test_what_a_proof_finds_fails(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    proving(monkeypatch, lambda *_: [Finding("alerts.yml", "no rule")])
    done = render("--verify")
    assert done.exit_code == 1
    assert done.stderr.endswith("prometheus/alerts.yml: no rule\n")


def test_a_missing_validator_is_named_and_fails_only_where_it_must_be_there(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> list[Finding]:
        raise Missing("promtool")

    proving(monkeypatch, missing)
    monkeypatch.delenv(REQUIRED, raising=False)
    done = render("--verify")
    assert done.exit_code == 0
    assert "skipped: prometheus without its validator, for promtool is not installed" in done.stdout
    monkeypatch.setenv(REQUIRED, "1")
    assert render("--verify").exit_code == 1


def test_a_round_trip_counts_although_the_validator_is_missing(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> list[Finding]:
        raise Missing("promtool", [Finding("targets", "site S001 is not watched")])

    proving(monkeypatch, missing)
    assert render("--verify").exit_code == 1


def test_a_program_that_is_nowhere_is_missing() -> None:
    with pytest.raises(Missing, match="no-such-program"):
        native.run("no-such-program", "--version")


def test_each_check_finds_what_it_is_there_for(render: Render, tmp_path: Path) -> None:
    """A proof that passes everything proves nothing."""
    import model
    from templates.prometheus.verify import verify
    from tests.support.validators import program

    program("promtool")
    program("prometheus-blackbox-exporter")
    render()
    folder = tmp_path / "out" / "prometheus"
    platform = model.load(str(LILLEBY))
    assert verify(platform, folder) == []
    for path, old, new, told in (
        ("targets/servers.json", '"instance": "ad-dc01-g22"', '"instance": "ad-dc91-g22"', "server ad-dc01-g22"),
        ("prometheus.yml", "scrape_configs", "scrape_confgs", "promtool"),
        ("alerts.yml", 'probe_success{about="site"} == 0', 'probe_success{about="site"} == 1', "promtool"),
        ("blackbox.yml", "timeout: 5s", "timeot: 5s", "prometheus-blackbox-exporter"),
        ("blackbox.yml", "prober: icmp", "prober: ping", "no prober ping"),
        ("blackbox.yml", "  tcp:\n    prober", "  telnet:\n    prober", "no module tcp"),
    ):
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new))
        assert any(told in finding.message for finding in verify(platform, folder)), path
        (folder / path).write_text(text)
