"""That conftest refuses a test of an Output which could not fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TESTS = """
import pulumi

def compare(value):
    assert value == 2

def test_forgotten():
    pulumi.Output.from_input(1).apply(compare)

@pulumi.runtime.test
def test_decorated():
    return pulumi.Output.from_input(2).apply(compare)

@pulumi.runtime.test
def test_decorated_and_wrong():
    return pulumi.Output.from_input(1).apply(compare)

def test_plain():
    assert compare(2) is None
"""


def test_an_undecorated_test_of_an_output_is_refused(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text((HERE / "conftest.py").read_text())
    (tmp_path / "test_sample.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rA", "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [*command, str(tmp_path)], cwd=HERE.parent.parent, capture_output=True, text=True, check=False
    )
    results = {line.split("::")[1].split()[0]: line.split()[0] for line in done.stdout.splitlines() if "py::" in line}
    assert results == {
        "test_forgotten": "FAILED",
        "test_decorated": "PASSED",
        "test_decorated_and_wrong": "FAILED",
        "test_plain": "PASSED",
    }
    assert "touches an Output; decorate it" in done.stdout
