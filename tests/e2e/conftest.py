"""Engines on twins of their own, each with its own copy of the small platform."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.support.engine import ROOT, Engine


@pytest.fixture(scope="session")
def make_engine(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Engine]:
    """Makes an engine; its twin runs from `start` to `stop`."""

    def make() -> Engine:
        folder = tmp_path_factory.mktemp("engine")
        shutil.copytree(ROOT / "tests" / "data" / "stacks", folder / "stacks")
        return Engine(folder / "twin", folder / "stacks" / "lilleby")

    return make
