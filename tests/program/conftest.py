"""Platforms and runs that several tests read, and the rule that a test of Outputs awaits them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import mocks

import model
from model import Platform
from tests.program import program
from tests.program.program import Program, run
from tests.support import zone
from tests.support.lilleby import changed
from tests.support.paths import STACKS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Refuses a test that makes an Output and is not decorated: whatever it asserts in `apply`, it passes."""
    made: list[pulumi.Output[object]] = []
    # Every way of making an Output ends here, and not every one in __init__ (pulumi 3.250.0, output.py).
    track = pulumi.Output._track

    def counted(self: pulumi.Output[object]) -> None:
        if not program.running():
            made.append(self)
        track(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulumi.Output, "_track", counted)
        result = yield
    decorated = getattr(getattr(item, "function", None), "__globals__", None) is vars(mocks)
    if made and not decorated:
        pytest.fail(f"{item.nodeid} touches an Output; decorate it with pulumi.runtime.test, or it cannot fail")
    return result


@pytest.fixture
def lilleby(tmp_path: Path) -> Callable[..., Platform]:
    """Lilleby, edited."""
    return lambda *edits: changed(tmp_path, *edits)


@pytest.fixture(scope="session")
def building(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Lilleby as it stands: g22 observed, g26 being built."""
    return run(changed(tmp_path_factory.mktemp("building")))


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Lilleby as it stands, with a landing zone in Azure."""
    return run(model.load(str(zone.lilleby(tmp_path_factory.mktemp("landed")))))


@pytest.fixture(scope="session")
def havneby() -> Program:
    """Havneby: servers, one of them with its disks, and a pool in Azure."""
    return run(model.load(str(STACKS / "havneby")))


@pytest.fixture(scope="session")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Lilleby with g22 adopted and g26 not begun."""
    edits = {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "planned"}}
    return run(changed(tmp_path_factory.mktemp("adopted"), edits))
