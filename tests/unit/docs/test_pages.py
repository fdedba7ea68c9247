"""What Markdown pages name is there: links and headings, files, `refresh` commands with their options, `make` targets.

Commands are taken from code spans and from code blocks of a shell. What follows `--` in `refresh twin run -- ...` is
another program's. Whether an argument exists, such as a platform's name, is not looked at: pages may make one up.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from cli.main import app
from tests.support.paths import ROOT

MADE_BY_TOOLS = {
    ".git",
    ".venv",
    ".tools",
    ".twin",
    ".ruff_cache",
    ".pytest_cache",
    "__pycache__",
    "out",
    "node_modules",
}
NOT_HERE = ("mykommune", "/gis/", "test_gis", "NNNN", "citrixorchestration/")
"""Parts of paths that an example makes (a municipality, a target, a page) or that stand in another project."""
WRITTEN = {
    "S014.html",
    "S014.json",
    "board.json",
    "certificate.json",
    "manifest.json",
    "plan.json",
    "report.json",
    "room.json",
    "systems/misc.yaml",
}
"""Files that a command writes and this repository has not."""
REFRESH = typer.main.get_command(app)
ENDINGS = "csv|in|ini|j2|json|lock|md|py|sh|svg|toml|yaml|yml"


@cache
def repository() -> tuple[str, ...]:
    """Every file and, with a slash at its end, every folder."""
    found: list[str] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS and not name.endswith(".egg-info")]
        here = Path(folder).relative_to(ROOT).as_posix()
        found += [f"/{here}/{name}" for name in files] + [f"/{here}/{name}/" for name in folders]
    return tuple(path.replace("/./", "/") for path in found)


PAGES = [ROOT / path[1:] for path in repository() if path.endswith(".md")]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def blocks_and_prose(page: Path) -> tuple[list[str], str]:
    """The shell's code blocks, and the text without any code block."""
    text = page.read_text(encoding="utf-8")
    fence = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
    return [block for kind, block in fence.findall(text) if kind in ("", "sh", "console")], fence.sub("", text)


def anchors(page: Path) -> set[str]:
    """The names by which a link reaches a heading, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", blocks_and_prose(page)[1], re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(page: Path, program: str) -> Iterator[list[str]]:
    """The words of each command of a program that the page shows."""
    blocks, prose = blocks_and_prose(page)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    spans = [span.replace("\n", " ") for span in re.findall(r"`([^`]+)`", prose)]
    for line in (*lines, *spans):
        if line.startswith(f"{program} "):
            yield shlex.split(line.split(" | ")[0], comments=True)[1:]


@every_page
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    wrong: list[str] = []
    prose = re.sub(r"`[^`]*`", "", blocks_and_prose(page)[1])
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    assert wrong == []


@every_page
def test_every_file_that_is_named_is_there(page: Path) -> None:
    """A path from the top or from the page's folder; a bare name is anywhere below that folder or below the top."""
    tops = "|".join(path[1:-1] for path in repository() if re.fullmatch(r"/\w+/", path))
    path = re.compile(rf"(?:{tops})/[\w./-]*|[\w./-]*\w\.(?:{ENDINGS})")
    wrong: list[str] = []
    for name in re.findall(r"`([^`\s]+)`", blocks_and_prose(page)[1]):
        known = any(part in name for part in NOT_HERE) or name in WRITTEN or name.startswith("/")
        if known or not path.fullmatch(name):
            continue
        if not (ROOT / name).exists() and not any(file.endswith(f"/{name}") for file in repository()):
            wrong.append(name)
    assert wrong == []


@every_page
def test_every_refresh_command_and_option_is_there(page: Path) -> None:
    wrong: list[str] = []
    for words in commands(page, "refresh"):
        command, rest = REFRESH, list(words)
        while isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
            verb = rest.pop(0)
            command = command.commands.get(verb)
            if command is None:
                wrong.append(f"refresh {verb}: no such verb")
        if command is None:
            continue
        rest = rest[: rest.index("--")] if "--" in rest else rest
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        wrong += [f"{shlex.join(words)}: {word}" for word in rest if word[0] == "-" and word.split("=")[0] not in known]
    assert wrong == []


@every_page
def test_every_make_target_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert [words for words in commands(page, "make") if not {w for w in words if "=" not in w} <= targets] == []


def test_there_are_pages_commands_and_verbs_to_look_at() -> None:
    shown = {words[0] for page in PAGES for words in commands(page, "refresh")}
    assert isinstance(REFRESH, TyperGroup)
    assert set(REFRESH.commands) <= shown
