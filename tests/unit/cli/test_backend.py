"""A command whose backend nobody has chosen says so on one line, and asks for no login."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.engine import PULUMI, REFRESH, ROOT

FILE = "name: x\nruntime: python\n"


def _run(command: list[str], folder: Path, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    environment |= {"PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true", "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("verb", [["guard", "holstebro"], ["inventory", "holstebro", "--format", "ssh", "--out", "x"]])
@pytest.mark.parametrize("folder", ["project", "without"])
def test_a_verb_without_a_backend_says_so(tmp_path: Path, verb: list[str], folder: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(FILE)
    done = _run([*REFRESH, *verb], ROOT if folder == "project" else tmp_path, tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"refresh {verb[0]} holstebro: no backend is chosen; set `backend: {{url: ...}}` in ")
    assert f"`refresh twin run -- refresh {verb[0]} holstebro`" in line


@pytest.mark.parametrize("how", ["file", "variable", "login"])
def test_a_backend_that_was_chosen_is_asked(tmp_path: Path, how: str) -> None:
    url = f"file://{tmp_path}"
    (tmp_path / "Pulumi.yaml").write_text(FILE + (f"backend: {{url: '{url}'}}\n" if how == "file" else ""))
    if how == "login":
        (tmp_path / "credentials.json").write_text(f'{{"current": "{url}", "accounts": {{"{url}": {{}}}}}}')
    variables = {"PULUMI_BACKEND_URL": url} if how == "variable" else {}
    path = os.pathsep.join([str(PULUMI.parent), os.environ["PATH"]])
    done = _run(
        [*REFRESH, "inventory", "nobody", "--format", "ssh", "--out", "x"], tmp_path, tmp_path, PATH=path, **variables
    )
    assert done.returncode == 2
    assert "no stack named 'nobody' found" in done.stderr


def test_pulumi_itself_stops_on_one_line(tmp_path: Path) -> None:
    done = _run([str(PULUMI), "preview", "-s", "holstebro-base"], ROOT, tmp_path)
    assert done.returncode != 0
    (line,) = (done.stdout + done.stderr).strip().splitlines()
    assert "set-backend-url-in-Pulumi.yaml-or-use-refresh-twin-run" in line
    assert "login" not in line
