"""docs/getting-started.md from the import to `building`: run on the sample exports, its commands print what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.paths import DATA, ROOT
from tests.support.saying import say

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
NAME, FOLDER = "mykommune", "./stacks/mykommune"


def refresh(folder: Path, command: str) -> str:
    """What a command of the page prints. The platform's name stands for one of this folder."""
    arguments = [FOLDER if word == NAME else word for word in command.split()]
    code = "from cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr).replace(FOLDER, NAME)


def matches(said: str, printed: str) -> bool:
    """Whether the page's words are what was printed, where a line `...` stands for some that are left out."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", said, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*?".join(parts), printed) is not None


def test_from_an_import_to_building_as_the_page_prints_it(tmp_path: Path) -> None:
    shutil.copytree(DATA / "exports", tmp_path, dirs_exist_ok=True)
    (tmp_path / "stacks").mkdir()
    blocks = _BLOCK.findall(PAGE)
    assert len(blocks) == 3
    ran: list[str] = []
    for number, block in enumerate(blocks):
        if number == 2:
            say(tmp_path / "stacks" / NAME)
        for part in re.split(r"^\$ refresh ", block, flags=re.MULTILINE)[1:]:
            command, _, said = part.partition("\n")
            printed = refresh(tmp_path, command)
            assert matches(said, printed), f"refresh {command} prints\n{printed}"
            ran.append(command.split()[0])
    assert ran == ["import", "check", "new-generation", "check", "check", "advance"]
    assert not matches("one\n", "two\n")
