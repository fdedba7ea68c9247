"""Waves on the real engine: servers built in Azure, moved and brought back, and nothing else touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import zone
from tests.support.engine import Engine
from tests.support.waves import MOVING

pytestmark = pytest.mark.e2e
BUILT = {f"sbsys-{what}-g26" for what in ("sql01", "app01", "app02")}


@pytest.fixture(scope="module")
def moving(make_engine: Callable[[], Engine], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Lilleby with g26 a pilot and its first wave being built in Azure."""
    engine = make_engine()
    own = zone.lilleby(tmp_path_factory.mktemp("moving"))
    for file, replacements in MOVING.items():
        text = (own / file).read_text()
        for old, new in replacements.items():
            text = text.replace(old, new)
        (own / file).write_text(text)
    engine.platform = own
    engine.start()
    engine.up(disposable=True)
    yield engine
    engine.stop()


def machines(engine: Engine) -> set[str]:
    """The virtual machines in Azure that the stack holds."""
    found = [r for r in engine.resources() if r["type"] == "azure-native:compute:VirtualMachine"]
    return {r["urn"].rpartition("::")[2] for r in found}


def test_the_wave_that_is_built_is_there_and_a_second_preview_shows_nothing(moving: Engine) -> None:
    assert machines(moving) == BUILT
    assert moving.preview("--expect-no-changes") == []


def test_moving_the_wave_turns_its_name_and_touches_no_server(moving: Engine, tmp_path: Path) -> None:
    done = moving.refresh("advance", str(moving.platform), "first", "--to", "moved")
    assert "record sbsys.access.lilleby.example: 10.20.20.15, 10.20.20.16 -> 10.40.8.15, 10.40.8.16" in done.stdout
    plan = tmp_path / "plan.json"
    steps = moving.preview(keep=plan)
    assert [(s.op, s.name) for s in steps] == [("update", "access-sbsys")]
    moving.up(disposable=True)
    protected = {r["urn"].rpartition("::")[2] for r in moving.resources() if r.get("protect")}
    assert protected >= BUILT
    moving.refresh("advance", str(moving.platform), "first", "--to", "building")
    assert [(s.op, s.name) for s in moving.preview()] == [("update", "access-sbsys")]
    moving.up(disposable=True)
    assert moving.preview("--expect-no-changes") == []


def test_a_wave_that_is_taken_back_leaves_nothing_of_it(moving: Engine) -> None:
    moving.refresh("advance", str(moving.platform), "first", "--to", "planned")
    steps = moving.preview()
    assert {s.op for s in steps} == {"delete"}
    assert {s.name for s in steps} >= BUILT
    moving.up(disposable=True)
    assert machines(moving) == set()
