"""Thousands of weekends at a time: when each step ends, and which visits are not made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from refresh.rehearsal.course import Course, Span
from refresh.rehearsal.draw import Drawn, Flags, Numbers


@dataclass(frozen=True, slots=True)
class Ran:
    """When each step (columns) ends in each weekend (rows), in minutes after `closes`, and whether it was not made.

    A visit that is not made ends when the one before it did: its crew goes on to the next.
    """

    ends: Numbers
    missed: Flags


def run(course: Course, drawn: Drawn) -> Ran:
    """Runs all weekends, step by step: each begins when planned, or later when what it waits for is done and people are
    there. A crew does not begin what it would end after the site's hours and its own.
    """
    column = {step.id: number for number, step in enumerate(course.steps)}
    runs = drawn.minutes.shape[0]
    ends, missed = np.zeros(drawn.minutes.shape), drawn.away.copy()
    for number, step in enumerate(course.steps):
        begins = np.full(runs, float(step.begins))
        ready = np.zeros(runs)
        for need, way in step.after:
            ready = np.maximum(ready, ends[:, column[need]] + way)
        begins = on_duty(np.maximum(begins, ready), step.duty)
        ends[:, number] = begins + drawn.minutes[:, number]
        if step.latest is not None:
            missed[:, number] |= ends[:, number] > step.latest
        ends[:, number] = np.where(missed[:, number], ready, ends[:, number])
    return Ran(ends, missed)


def on_duty(begins: Numbers, duty: tuple[Span, ...]) -> Numbers:
    """The next moment at which its people are there. After the last shift they are called back."""
    if not duty:
        return begins
    since = np.array([a for a, _ in duty], dtype=np.float64)
    until = np.array([b for _, b in duty], dtype=np.float64)
    place = np.searchsorted(until, begins, side="right")
    later = since[np.minimum(place, len(duty) - 1)]
    return np.where(place < len(duty), np.maximum(begins, later), begins)
