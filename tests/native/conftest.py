"""What the tests of what was rendered start from: the two platforms, and a way to change one and render it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import model
from model import Platform
from rendering.target import targets
from rendering.writer import write
from tests.golden.trees import HOLSTEBRO, LILLEBY

Render = Callable[[Platform, str], Path]


@pytest.fixture(scope="session")
def holstebro() -> Platform:
    return model.load(str(HOLSTEBRO))


@pytest.fixture(scope="session")
def lilleby() -> Platform:
    return model.load(str(LILLEBY))


@pytest.fixture
def lilleby_folder(tmp_path: Path) -> Path:
    """A copy of the small platform's data, to change."""
    return Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"


@pytest.fixture(scope="session")
def render(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Renders one target of a platform into a folder of its own, and gives the target's folder."""

    def rendered(platform: Platform, name: str) -> Path:
        out = tmp_path_factory.mktemp(f"{platform.name}-{name}")
        write(platform, [target for target in targets() if target.name == name], out, whole=False)
        return out / name

    return rendered
