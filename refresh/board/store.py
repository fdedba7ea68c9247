"""What the board keeps: the log, and the plans that it was kept under, in one SQLite file.

WAL with `synchronous=FULL`: what `append` has returned from is on the disk, whatever becomes of the process or the
machine (sqlite.org/pragma.html, synchronous, and fullfsync for macOS). Lines are added and never changed, which the
file holds by itself.
Links and sessions stand in the same file and are access.py's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from refresh.board.record import GENESIS, Record, digest, parse

FILE: Final = "board.sqlite"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS log (
    seq INTEGER PRIMARY KEY,
    who TEXT NOT NULL,
    key TEXT NOT NULL,
    line TEXT NOT NULL,
    UNIQUE (who, key)
);
CREATE TRIGGER IF NOT EXISTS log_is_not_changed BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log stays'); END;
CREATE TRIGGER IF NOT EXISTS log_is_not_cut BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log stays'); END;
CREATE TABLE IF NOT EXISTS plans (digest TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
"""


class MovedError(Exception):
    """Another process has added to the log meanwhile: the chain is to be made anew from its end."""


def connect(folder: Path) -> sqlite3.Connection:
    """The file in the folder, made if need be, for its owner alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / FILE
    path.touch(mode=0o600)
    # Each connection is used by one thread at a time, not always the same.
    db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    for setting in ("journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "foreign_keys=ON"):
        db.execute(f"PRAGMA {setting}")
    return db


class Store:
    """The log in its file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._db = connect(folder)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def append(self, records: Sequence[Record]) -> None:
        """Adds records to the end, all or none. Raises MovedError when the first does not follow what is there."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._follow(records)
            rows = [(record.seq, record.who, record.key, record.line) for record in records]
            self._db.executemany("INSERT INTO log (seq, who, key, line) VALUES (?, ?, ?, ?)", rows)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _follow(self, records: Sequence[Record]) -> None:
        if records and records[0].previous != self.head():
            raise MovedError

    def lines(self, after: int = 0) -> list[str]:
        """The lines after a number, in order."""
        rows = self._db.execute("SELECT line FROM log WHERE seq > ? ORDER BY seq", (after,))
        return [line for (line,) in rows]

    def records(self, after: int = 0) -> list[Record]:
        """The same as records."""
        return [parse(line) for line in self.lines(after)]

    def last(self) -> int:
        """The number of the last line."""
        return self._db.execute("SELECT ifnull(max(seq), 0) FROM log").fetchone()[0]

    def head(self) -> str:
        """The digest of the last line."""
        row = self._db.execute("SELECT line FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        return digest(row[0]) if row else GENESIS

    def keep_plan(self, name: str, text: str) -> None:
        """Keeps the text of a plan by its digest."""
        self._db.execute("INSERT OR IGNORE INTO plans (digest, text) VALUES (?, ?)", (name, text))

    def plan(self, name: str) -> str:
        """The text of a plan that was kept."""
        return self._db.execute("SELECT text FROM plans WHERE digest = ?", (name,)).fetchone()[0]
