"""Renders files to bytes, on every core where there are many.

A process is forked for each further core: it has the contexts already, renders its part and sends the bytes back. It
keeps none of the parent's files open, so what the parent locks is free when the parent dies, and then ends at its next
write.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NoReturn

from rendering.engine import render
from rendering.plain import plain
from rendering.target import File

Named = tuple[str, File]
"""A file and the name of its target."""

_RUN = 24
"""How many neighbours one process renders: a page and its print, which share their text, are neighbours."""
_WORTH = 200
"""A process more costs about what this many files do."""


def contents(files: Sequence[Named]) -> list[bytes]:
    """The bytes of each file, in order. Raises RenderError."""
    processes = min(os.cpu_count() or 1, len(files) // _WORTH)
    # A forked process has one thread, and for ever whatever lock another held.
    if processes < 2 or threading.active_count() > 1:
        return _rendered(files)
    runs = [files[start : start + _RUN] for start in range(0, len(files), _RUN)]
    children = [_fork(runs[number::processes]) for number in range(1, processes)]
    try:
        parts = [[_rendered(run) for run in runs[::processes]], *map(_received, children)]
    finally:
        for child, pipe in children:
            os.close(pipe)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return list(chain.from_iterable(parts[number % processes][number // processes] for number in range(len(runs))))


def _rendered(files: Iterable[Named]) -> list[bytes]:
    made: list[bytes] = []
    last: tuple[str, Any, str] | None = None
    for target, file in files:
        template = f"{target}/{file.template}"
        if last is None or last[0] != template or last[1] is not file.context:
            last = (template, file.context, render(template, plain(file.context)))
        made.append(file.encode(last[2]))
    return made


def _fork(runs: Sequence[Sequence[Named]]) -> tuple[int, int]:
    """A process that renders `runs`, and the pipe that it answers by."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(runs, writing)
    os.close(writing)
    return child, reading


def _answer(runs: Sequence[Sequence[Named]], pipe: int) -> NoReturn:
    try:
        os.closerange(3, pipe)
        os.closerange(pipe + 1, os.sysconf("SC_OPEN_MAX"))
        try:
            answer: Any = [_rendered(run) for run in runs]
        except Exception as error:  # noqa: BLE001 the parent raises it
            answer = error
        with open(pipe, "wb") as file:
            pickle.dump(answer, file)
    finally:
        os._exit(0)


def _received(child: tuple[int, int]) -> list[list[bytes]]:
    with open(child[1], "rb", closefd=False) as file:
        answer = pickle.load(file)  # noqa: S301 our own process wrote it
    if isinstance(answer, Exception):
        raise answer
    return answer
