"""Routes of crews: Solomon's problems against the best known distances, with the best known number of vehicles, and how
long Holstebro's plan takes. Seconds are the processor's.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import model
from refresh.weekend import routes, verdict
from tests.support import solomon
from tests.support.paths import SHARED

FOLDER = SHARED / "data" / "solomon"
ITERATIONS = 12_000
TARGET = "none 2 % off, 30 s"


def holstebro() -> tuple[str, str, str]:
    """The whole plan of Holstebro's weekend."""
    started = time.process_time()
    found = verdict.plan(model.load("holstebro")).document
    seconds = time.process_time() - started
    return "the weekend of Holstebro, planned", f"{seconds:.1f} s, {found['verdict'][0]}", "60 s"


def figures() -> Iterator[tuple[str, str, str]]:
    """A row a problem and one for all: what, figure, target. None where the problems are not beside the project."""
    yield holstebro()
    gaps: list[float] = []
    times: list[float] = []
    platform = model.load("holstebro")
    for path in sorted(FOLDER.glob("*.txt")):
        vehicles, known = solomon.best(path)
        problem = solomon.read(path, vehicles, platform)
        started = time.process_time()
        found = routes.solve(problem, iterations=ITERATIONS, minute_cost=0)
        times.append(time.process_time() - started)
        if found is None:
            yield f"Solomon {path.stem}", f"no routes with {vehicles} vehicles, {times[-1]:.1f} s", TARGET
            continue
        gaps.append(solomon.distance(problem, found) / known - 1)
        figure = f"{len(found)} vehicles, {gaps[-1]:.2%} above {known:g}, {times[-1]:.1f} s"
        yield f"Solomon {path.stem}", figure, TARGET
    if gaps:
        figure = f"mean {statistics.mean(gaps):.2%}, worst {max(gaps):.2%}, at most {max(times):.1f} s"
        yield f"Solomon, all {len(times)}", figure, TARGET
