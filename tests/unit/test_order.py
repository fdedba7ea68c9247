"""The order of the tests (tests/conftest.py): what is told of the longest is told of tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import LONG, NATIVE

TESTS = Path(__file__).resolve().parents[1]


def test_the_longest_tests_are_there() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in TESTS.rglob("test_*.py"))
    defined = set(re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE))
    assert LONG.keys() - defined == set()


def test_every_folder_of_native_tests_is_there() -> None:
    assert [folder for folder in NATIVE if not (TESTS.parent / folder).is_dir()] == []
