"""What is heavy is imported by what uses it: not by `refresh --help`, and not by a preview."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.paths import ROOT

HEAVY = ("icalendar", "matplotlib", "numpy", "ortools", "pandas", "pyvrp", "segno", "starlette", "uvicorn")

SAYS = f"""
print(*sorted(set({HEAVY!r}) & sys.modules.keys()))
"""

PROGRAMS = {
    "the help": """
import contextlib, io, sys
from cli.main import app
with contextlib.redirect_stdout(io.StringIO()):
    app(["--help"], standalone_mode=False)
    app(["plan", "--help"], standalone_mode=False)
""",
    "what a preview declares and renders": """
import sys
import model, rendering
from components import layers, sources
platform = model.load("holstebro")
rendering.digests(platform)
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_nothing_heavy_is_loaded_by(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program + SAYS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_is_heavy_is_there_to_be_loaded() -> None:
    program = "import sys\n" + "\n".join(f"import {name}" for name in HEAVY) + SAYS
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(HEAVY)
