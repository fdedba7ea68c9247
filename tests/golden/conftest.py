"""The two platforms, loaded once."""

from __future__ import annotations

import pytest

import model
from model import Platform
from tests.golden.trees import HOLSTEBRO, LILLEBY


@pytest.fixture(scope="session")
def lilleby() -> Platform:
    return model.load(str(LILLEBY))


@pytest.fixture(scope="session")
def holstebro() -> Platform:
    return model.load(str(HOLSTEBRO))
