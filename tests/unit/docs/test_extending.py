"""docs/extending.md is a whole example: its files are put in place, rendered, proved and tested as the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.golden.trees import LILLEBY, ROOT
from tests.support.validators import program

PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
_FILE = re.compile(r"^`([^`\s]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_example_of_a_target_works_as_it_stands(tmp_path: Path) -> None:
    program("xmllint")
    for folder in ("rendering", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    files = dict(_FILE.findall(PAGE))
    assert len(files) == 5
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    refresh = "from cli.main import main; main()"
    done = run(tmp_path, "-c", refresh, "render", str(LILLEBY), "--out", "out", "--target", "gis", "--verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert "verified: gis" in done.stdout
    assert (tmp_path / "out" / "gis" / "sites.xml").read_text(encoding="utf-8").count("<site ") == 2
    done = run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/templates/test_gis.py")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_the_table_of_filters_names_them_all() -> None:
    from rendering.escape import FILTERS

    table = PAGE[PAGE.index("| filter | for |") : PAGE.index("Another language is")]
    first = [row.split("|")[1] for row in table.splitlines() if row.startswith("|")]
    assert {name for cell in first for name in re.findall(r"`(\w+)`", cell)} == set(FILTERS)
