"""The board with thirty crews that report at once for two minutes, killed in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from refresh.board import record
from refresh.board.store import FILE
from tests.support.board import Phone, Process, document
from tests.support.board_load import press

CREWS = 30
A_MINUTE = 200
SECONDS = 60


def figures(folder: Path) -> Iterator[tuple[str, str, str]]:
    """What was measured, the figure, and the target."""
    folder.mkdir()
    board = Process(folder, plan=document(crews=CREWS, visits=2))
    links = board.links()
    acknowledged: set[str] = set()
    slowest = median = rate = 0.0
    for _ in range(2):
        board.start("--at", "2027-02-06T07:10")
        phones = {f"S{crew:02}1-1": Phone(board.origin, links[f"Hold {crew}"]) for crew in range(1, CREWS + 1)}
        measured, kept = press(phones, A_MINUTE, SECONDS)
        board.kill()
        acknowledged |= kept
        slowest, median, rate = max(slowest, measured.p95), max(median, measured.median), max(rate, measured.rate)
    with sqlite3.connect(folder / "data" / FILE) as db:
        lines = [line for (line,) in db.execute("SELECT line FROM log ORDER BY seq")]
    record.head(lines)
    lost = acknowledged - {record.parse(line).key for line in lines}
    what = f"board, {CREWS} crews x {A_MINUTE} reports a minute for {2 * SECONDS} s, kill -9 after each half"
    figure = f"p95 {slowest * 1000:.0f} ms, median {median * 1000:.0f} ms, {rate:,.0f} a minute"
    yield what, f"{figure}, {len(lost)} lost of {len(acknowledged):,}", "200 ms, 0 lost"
