"""What a refresh costs: a cutover of all of Holstebro, and a stack of two generations beside a stack of one."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import in_turn, ratio, seconds
from tests.support.edit import Edits, edit
from tests.support.engine import ROOT, Engine
from tests.support.layered import Layered
from tests.support.lilleby import TRIED

ROUNDS = 3
ALONE: Edits = {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "planned"}}


def figures(folder: Path) -> Iterator[tuple[str, str, str]]:
    """What was measured, the figure, and the target."""
    yield _cutover(_ready(engine(folder / "cutover", "holstebro", TRIED)))
    yield _two_generations(
        _ready(engine(folder / "one", "holstebro", ALONE)), _ready(engine(folder / "two", "holstebro", TRIED))
    )


def engine(folder: Path, name: str, edits: Edits) -> Engine:
    """An engine for a copy of a platform's data with other states."""
    shutil.copytree(ROOT / "stacks" / "catalog", folder / "stacks" / "catalog")
    platform = Path(shutil.copytree(ROOT / "stacks" / name, folder / "stacks" / name))
    return Engine(folder / "twin", edit(platform, edits), stack="bench")


def _ready(engine: Engine) -> Engine:
    """Its twin with the platform's estate."""
    engine.refresh("twin", "up")
    engine.refresh("twin", "seed", str(engine.platform))
    return engine


def _cutover(engine: Engine) -> tuple[str, str, str]:
    """Cutover and rollback in turn against updates that change nothing, of the stack that turns."""
    try:
        life = Layered.of(engine, split=True)
        for each in life.engines:
            each.up(disposable=True)
        turning: list[float] = []
        nothing: list[float] = []
        for _ in range(ROUNDS):
            for generation in ("g26", "g22"):
                life.advance(generation, "live")
                turning.append(seconds(life.last.up))
                nothing.append(seconds(life.last.up))
        figure = f"{ratio(turning, nothing):.2f} x ({statistics.median(turning):.1f} s)"
        return "cutover of holstebro, stack access, against an update without changes", figure, "1.3 x"
    finally:
        engine.stop()


def _two_generations(one: Engine, two: Engine) -> tuple[str, str, str]:
    """Previews of what is adopted, and of that beside what is new: the time against the number of resources."""
    try:
        one.configure()
        two.configure()
        few, many = len(one.preview()), len(two.preview())
        times = in_turn([two.preview, one.preview], ROUNDS)
        figure = f"{ratio(*times):.1f} x for {many / few:.1f} x the resources"
        return "preview of two generations against one", figure, "as many times as resources"
    finally:
        one.stop()
        two.stop()
