"""How long each step takes in each weekend: minutes drawn from p50 and p90, and what goes wrong on top of them.

A step's minutes are lognormal: they cannot be negative, and what goes wrong makes long ones longer. A part of the
deviation is shared by all steps of a kind and by all visits of a crew, for a slow evening is slow for all. Everything
is drawn from a seed and the name of what is drawn, so that a second rehearsal with one thing changed has the same luck
in all others. Left out: who waits for whom (run.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from refresh.rehearsal.course import Course, Step

if TYPE_CHECKING:
    from model.types.mishaps import Mishap
    from model.types.tasks import Spread

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Z90 = 1.2815515655446004
"""The standard normal's quantile of 0.9."""
SHARED = 0.3
"""The part of a step's variance that all steps of its kind, or all visits of its crew, have in common: assumed."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Minutes of each step (columns) in each weekend (rows), and whether its crew does not come at all."""

    minutes: Numbers
    away: Flags


@dataclass(frozen=True, slots=True)
class Change:
    """What is tried otherwise: a mishap that never strikes, minutes less for each device, spares in percent more."""

    without: str | None = None
    faster: float = 0
    spares: int = 0


NOTHING = Change()


def draw(course: Course, mishaps: Mapping[str, Mishap], runs: int, seed: int, change: Change = NOTHING) -> Drawn:
    """All minutes of `runs` weekends."""
    steps = course.steps
    minutes = _usual(steps, runs, seed)
    if change.faster:
        minutes = np.maximum(minutes - _row([change.faster * s.devices / s.people for s in steps]), 1.0)
    away = np.zeros(minutes.shape, dtype=np.bool_)
    dead = np.zeros(minutes.shape)
    for key, mishap in mishaps.items():
        if key == change.without:
            continue
        places = [n for n, step in enumerate(steps) if step.kind in mishap.kinds]
        if not places:
            continue
        columns = np.array(places, dtype=np.intp)
        luck = _luck(seed, key)
        struck = _struck(mishap, [steps[n] for n in places], runs, luck, course, change, dead[:, columns])
        if mishap.strikes == "device":
            dead[:, columns] = struck
        if mishap.away:
            away[:, columns] |= struck > 0
        shared = (runs, 1) if mishap.strikes == "weekend" else (runs, columns.size)
        if mishap.minutes is not None:
            minutes[:, columns] += struck * _spread(mishap.minutes, shared, luck)
        if mishap.times is not None:
            minutes[:, columns] *= np.where(struck > 0, np.maximum(_spread(mishap.times, shared, luck) / 100, 1), 1)
    return Drawn(minutes, away)


def _luck(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _row(values: Sequence[float]) -> Numbers:
    return np.array(values, dtype=np.float64)[np.newaxis, :]


def _usual(steps: Sequence[Step], runs: int, seed: int) -> Numbers:
    """What steps take without a mishap."""
    groups = sorted({_group(step) for step in steps})
    common = {group: _luck(seed, f"group {group}").standard_normal((runs, 1)) for group in groups}
    together = np.concatenate([common[_group(step)] for step in steps], axis=1) if steps else np.zeros((runs, 0))
    own = _luck(seed, "own").standard_normal((runs, len(steps)))
    z = np.sqrt(SHARED) * together + np.sqrt(1 - SHARED) * own
    # A gate takes no minutes.
    middle = _row([max(step.p50, 0) for step in steps])
    sigma = _row([np.log(step.p90 / step.p50) / Z90 if step.p50 else 0.0 for step in steps])
    return middle * np.exp(sigma * z)


def _group(step: Step) -> str:
    return step.crew or step.kind


def _spread(spread: Spread, shape: tuple[int, int], luck: np.random.Generator) -> Numbers:
    sigma = np.log(spread.p90 / spread.p50) / Z90
    return spread.p50 * np.exp(sigma * luck.standard_normal(shape))


def _struck(
    mishap: Mishap,
    steps: Sequence[Step],
    runs: int,
    luck: np.random.Generator,
    course: Course,
    change: Change,
    dead: Numbers,
) -> Numbers:
    """How often it strikes each step in each weekend."""
    chance = mishap.percent / 100
    if mishap.strikes == "weekend":
        return np.repeat(luck.random((runs, 1)) < chance, len(steps), axis=1).astype(np.float64)
    if mishap.strikes == "task":
        return (luck.random((runs, len(steps))) < chance).astype(np.float64)
    if mishap.strikes == "device":
        devices = np.array([step.devices for step in steps], dtype=np.int64)
        return luck.binomial(devices, chance, (runs, len(steps))).astype(np.float64)
    turns = sorted({(step.crew or "", step.shift or "") for step in steps})
    column = np.array([turns.index((step.crew or "", step.shift or "")) for step in steps], dtype=np.intp)
    if mishap.strikes == "shift":
        return (luck.random((runs, len(turns))) < chance)[:, column].astype(np.float64)
    return _beyond_spares(steps, column, len(turns), dead, course.spares_percent + change.spares)


def _beyond_spares(steps: Sequence[Step], column: NDArray[np.intp], turns: int, dead: Numbers, percent: int) -> Numbers:
    """Of each visit's dead devices those for which its crew has no spare left on that shift."""
    beyond = np.zeros(dead.shape)
    for turn in range(turns):
        mine = [n for n in range(len(steps)) if column[n] == turn]
        mine.sort(key=lambda n: steps[n].begins)
        spares = np.ceil(sum(steps[n].devices for n in mine) * percent / 100)
        over = np.maximum(np.cumsum(dead[:, mine], axis=1) - spares, 0)
        beyond[:, mine] = np.diff(over, axis=1, prepend=0)
    return beyond
