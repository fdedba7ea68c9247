from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.language_host.support import Project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a stack and no program yet."""
    made = Project(tmp_path)
    answer = made.pulumi("stack", "init", "dev")
    assert answer.returncode == 0, answer.stdout
    return made
