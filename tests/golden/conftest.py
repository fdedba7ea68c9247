"""The two platforms, loaded once."""

from __future__ import annotations

import pytest

import model
from model import Platform
from tests.golden.trees import HOLSTEBRO, LILLEBY
from tests.support.lilleby import changed
from tests.support.targets import VARIED


@pytest.fixture(scope="session")
def lilleby() -> Platform:
    return model.load(str(LILLEBY))


@pytest.fixture(scope="session")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """Lilleby with a thin client of each maker, and Kea on several servers."""
    return changed(tmp_path_factory.mktemp("varied"), VARIED)


@pytest.fixture(scope="session")
def holstebro() -> Platform:
    return model.load(str(HOLSTEBRO))
