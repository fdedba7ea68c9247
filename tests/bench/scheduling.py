"""PSPLIB's published problems against their best known ends, and ten thousand weekends of Holstebro."""

from __future__ import annotations

import csv
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

import model
from refresh.rehearsal.course import read
from refresh.rehearsal.draw import draw
from refresh.rehearsal.run import run
from refresh.weekend import verdict
from refresh.weekend.schedule import Effort, greedy
from refresh.weekend.solver import plan
from tests.support.paths import SHARED
from tests.support.schedules import broken, psplib

FOLDER = SHARED / "data" / "psplib"
SETS = (
    ("j30", Effort(rounds=100, seconds=1.0), "90 % proved, none 3 % off, 5 s"),
    ("j60", Effort(rounds=600, seconds=1.0), "-"),
    ("j120", Effort(rounds=900, seconds=0.5), "mean gap 2 %, 15 s"),
)


@dataclass(frozen=True)
class Result:
    """One problem: how far above the best known end, in parts of it; seconds are the processor's, not the wall's."""

    gap: float
    greedy_gap: float
    proved: bool
    seconds: float


def solved(name: str, effort: Effort) -> Iterator[Result]:
    """Every problem of a set. Raises RuntimeError for a schedule that does not hold."""
    with (FOLDER / "optimum.csv").open() as file:
        known = {row["problem"]: int(row["optimum"].split("..")[-1]) for row in csv.DictReader(file)}
    for path in sorted(FOLDER.glob(f"{name}*_*.sm")):
        if path.stem.partition("_")[0] not in {f"{name}{number}" for number in range(1, 100)}:
            continue
        problem, best = psplib(path), known[path.name]
        started = time.process_time()
        planned = plan(problem, effort)
        seconds = time.process_time() - started
        if wrong := broken(problem, planned.begins):
            raise RuntimeError(f"{path.name}: {wrong}")
        yield Result(planned.ends / best - 1, greedy(problem).ends / best - 1, planned.proved, seconds)


def figures() -> Iterator[tuple[str, str, str]]:
    """A row each: what, figure, target. No sets where the problems do not stand beside the project."""
    yield from _weekends()
    if not FOLDER.is_dir():
        return
    for name, effort, target in SETS:
        found = list(solved(name, effort))
        gaps, greedy_gaps = [r.gap for r in found], [r.greedy_gap for r in found]
        figure = (
            f"{sum(r.proved for r in found)} of {len(found)} proved, mean gap {statistics.mean(gaps):.1%}, "
            f"worst {max(gaps):.1%}, the greedy's {statistics.mean(greedy_gaps):.1%}, "
            f"{statistics.median(r.seconds for r in found):.1f} s, at most {max(r.seconds for r in found):.1f} s"
        )
        yield f"PSPLIB {name}, one worker", figure, target


def _weekends() -> Iterator[tuple[str, str, str]]:
    holstebro = model.load("holstebro")
    started = time.process_time()
    document = verdict.plan(holstebro).document
    planned = time.process_time()
    course = read(document, holstebro)
    run(course, draw(course, holstebro.weekend.mishaps, 10_000, 1))
    ran = time.process_time()
    yield "Holstebro's weekend planned", f"{planned - started:.1f} s of one processor", "60 s"
    yield "10,000 weekends of Holstebro", f"{ran - planned:.1f} s of one processor", "10 s on two"
