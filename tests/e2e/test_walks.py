"""A random legal walk on the real engine, with careless edits of the data on the way, each at least once.

Whatever the guard lets through, the servers of a generation that is live or on standby are the same machines
afterwards. Walks on the model alone, thousands of them, are in tests/unit/model/test_generation_walks.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import model
from model import Platform
from model.types.lifecycle import STEPS
from tests.support.edit import edit
from tests.support.engine import Engine
from tests.support.lilleby import TRIED

pytestmark = pytest.mark.e2e
STEPS_OF_THE_WALK = 6
SEED = 1
CARELESS = (
    ("systems/drift.yaml", {"servers.drift-lnx02.generations": ["g22"]}),
    ("images.yaml", {"images.ws2025.build": 2}),
    ("systems/sbsys.yaml", {"servers.sbsys-app02.host": 19}),
    ("desktops.yaml", {"pools.office.short": "ktr"}),
)
"""A file, and what somebody writes there without a thought of what rests on it."""


@pytest.fixture
def engine(make_engine: Callable[[], Engine]) -> Iterator[Engine]:
    made = make_engine()
    edit(made.platform, TRIED)
    try:
        made.start()
        made.up()
        yield made
    finally:
        made.stop()


def machines(engine: Engine, platform: Platform) -> dict[str, str]:
    """The ids of the servers of generations that must stay, by name; of those that are there."""
    keep = {g.name for g in platform.refresh.generations.values() if g.state.protected}
    names = {i.vm_name for i in platform.instances if i.generation.name in keep}
    found = [item for item in engine.objects() if item.type.endswith(":VirtualMachine") and item.name in names]
    return {item.name: item.id for item in found}


def legal(platform: Platform) -> list[tuple[str, str]]:
    return [
        (g.name, step.after) for g in platform.refresh.generations.values() for step in STEPS if step.before == g.state
    ]


def test_whatever_the_guard_lets_through_leaves_what_must_stay(engine: Engine, tmp_path: Path) -> None:
    chance, plan = random.Random(SEED), tmp_path / "plan.json"  # noqa: S311 a walk that can be repeated
    edits = [*chance.sample(CARELESS, len(CARELESS)), *chance.sample(CARELESS, STEPS_OF_THE_WALK - len(CARELESS))]
    refused = updated = 0
    for file, careless in edits:
        before = model.load(str(engine.platform))
        stay = machines(engine, before)
        assert stay
        generation, to = chance.choice(legal(before))
        text = (engine.platform / "refresh.yaml").read_bytes()
        step = engine.refresh("advance", str(engine.platform), generation, "--to", to, check=False)
        kept = (engine.platform / file).read_bytes()
        edit(engine.platform, {file: careless})
        engine.preview(keep=plan)
        said = engine.refresh(
            "guard", engine.stack, "--plan", str(plan), "--today", "2026-11-21", "--json", check=False
        )
        if said.returncode == 0:
            engine.up()
            updated += 1
        else:
            refused += 1
            (engine.platform / file).write_bytes(kept)
            (engine.platform / "refresh.yaml").write_bytes(text)
        now = model.load(str(engine.platform))
        keep = {g.name for g in now.refresh.generations.values() if g.state.protected}
        still = {i.vm_name for i in before.instances if i.generation.name in keep} & stay.keys()
        there = {item.name: item.id for item in engine.objects() if item.type.endswith(":VirtualMachine")}
        lost = {name for name in still if there.get(name) != stay[name]}
        assert not lost, f"{step.args[-3:]}, {file}: {said.stdout}"
    assert refused
    assert updated
