"""The native validators, for tests: the path of each, or the test is skipped and says which one is missing.

Where all of them are installed, as in CI, a missing one fails instead.
"""

from __future__ import annotations

import os

import pytest

from cli.render import REQUIRED
from rendering import native
from rendering.target import Missing


def program(name: str) -> str:
    """Where the validator is."""
    try:
        return native.find(name)
    except Missing:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
