"""Times commands in turn, so that a machine whose speed drifts drifts for all of them alike."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """A command to time, with its own environment and folder."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path

    def run(self) -> None:
        """Runs it; raises RuntimeError with what it printed when it fails."""
        done = subprocess.run(
            self.arguments, cwd=self.folder, env=dict(self.environment), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(self.arguments)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(works: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Seconds of each work in each round: A B A B, so that a ratio is of neighbours."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for row, work in zip(times, works, strict=True):
            row.append(seconds(work))
    return times


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios round by round."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))
