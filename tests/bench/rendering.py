"""What rendering costs: all of holstebro, nothing changed, ten times the sites, and beside a loop over plain Jinja."""

from __future__ import annotations

import gc
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

import model
from model import Platform
from rendering.engine import FOLDER, OWNED
from rendering.escape import FILTERS
from rendering.manifest import MANIFEST
from rendering.plain import plain as plain_data
from rendering.target import targets
from rendering.writer import write
from tests.bench.measure import Command, in_turn, ratio
from tests.support import sites

TIMES = 10
_MEMORY = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def figures(folder: Path, refresh: str) -> Iterator[tuple[str, str, str]]:
    """What was measured, the figure, and the target."""
    gc.set_threshold(50_000)  # as `refresh render` does
    out = folder / "command"
    command = Command([refresh, "render", "holstebro", "--out", str(out)], os.environ, FOLDER.parent)

    def anew() -> None:
        shutil.rmtree(out, ignore_errors=True)
        command.run()

    anew()
    every, unchanged = in_turn([anew, command.run], 5)
    yield "refresh render holstebro, every file", f"{statistics.median(every):.2f} s", "3 s"
    yield "refresh render holstebro, nothing changed", f"{statistics.median(unchanged):.2f} s", "0.5 s"
    platform = model.load("holstebro")
    ours, loop = folder / "ours", folder / "plain"

    def carefully() -> None:
        shutil.rmtree(ours, ignore_errors=True)
        _write(platform, ours)

    def plainly() -> None:
        shutil.rmtree(loop, ignore_errors=True)
        plain(platform, loop)

    carefully()
    plainly()
    assert _tree(ours) == _tree(loop), "the loop writes the same bytes"
    yield "the same bytes by a loop over plain Jinja", f"{ratio(*in_turn([carefully, plainly], 5)):.2f} x", "1.5 x"
    yield _growth(platform, folder)
    watched = [sys.executable, "-c", _MEMORY, refresh, "render", "holstebro", "--out", str(folder / "memory")]
    used = subprocess.run(watched, capture_output=True, text=True, check=True).stdout.strip()
    yield "memory of refresh render holstebro", f"{used} MB", "400 MB"


def _growth(platform: Platform, folder: Path) -> tuple[str, str, str]:
    large = sites.many(platform, TIMES)
    out = [folder / "large", folder / "small"]

    def run(which: Platform, where: Path) -> None:
        shutil.rmtree(where, ignore_errors=True)
        _write(which, where)

    times = in_turn([lambda: run(large, out[0]), lambda: run(platform, out[1])], 2)
    return f"render {TIMES} times the sites and workplaces", f"{ratio(*times):.1f} x", "11 x"


def _write(platform: Platform, folder: Path) -> list[str]:
    return write(platform, targets(), folder, whole=True).written


def plain(platform: Platform, folder: Path) -> None:
    """The shortest program that renders the same: contexts into templates into files, and no care taken."""
    environment = _environment()
    for target in targets():
        for file in target.files(platform):
            template = environment.get_template(f"{target.name}/{file.template}")
            path = folder / target.name / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.encode(template.render(plain_data(file.context), owned=OWNED.format(target.name))))


@cache
def _environment() -> Environment:
    made = Environment(  # noqa: S701 as the engine's
        loader=FileSystemLoader(FOLDER), trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    made.filters.update(FILTERS)
    return made


def _tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
