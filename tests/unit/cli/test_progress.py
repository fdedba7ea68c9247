"""What a long command is at: a line a step for whoever watches on a terminal, and nothing for anybody else."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from cli.main import main
from tests.support.paths import LILLEBY
from tests.unit.importers.helpers import EXPORTS


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(monkeypatch: pytest.MonkeyPatch, errors: io.StringIO, *arguments: str) -> list[str]:
    """What a command says on standard error; its work is done here, so a shell's own terminal has no part in it."""
    monkeypatch.setattr(sys, "stderr", errors)
    monkeypatch.setattr(sys, "argv", ["refresh", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code in (0, None), errors.getvalue()
    return errors.getvalue().splitlines()


def test_a_render_says_each_target_on_a_terminal_and_nothing_in_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("render", str(LILLEBY), "--target", "switches", "--target", "report", "--verify", "--out")
    first, *steps = told(monkeypatch, Terminal(), *arguments, str(tmp_path / "one"))
    assert first == f"  reading {LILLEBY}"
    assert steps[:2] == ["  rendering report", "  rendering switches"]
    assert sorted(steps[2:]) == ["  proved report", "  proved switches"]
    assert told(monkeypatch, io.StringIO(), *arguments, str(tmp_path / "two")) == []


def test_an_import_says_its_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["import", "--rvtools", str(EXPORTS / "vinfo.csv"), "--report", str(tmp_path / "report.json"), "--out"]
    steps = told(monkeypatch, Terminal(), *arguments, str(tmp_path / "lilleby"))
    assert steps == ["  merging, and checking the folder as it will be", "  writing"]
