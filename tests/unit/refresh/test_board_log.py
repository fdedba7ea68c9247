"""The log: chained, kept once, never changed, and judged by sha256sum."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from refresh.board import record
from refresh.board.record import BrokenError, Record
from refresh.board.store import FILE, MovedError, Store

NOON = datetime(2027, 2, 6, 12, tzinfo=UTC)


def chain(number: int, previous: str = record.GENESIS) -> list[Record]:
    found: list[Record] = []
    for seq in range(1, number + 1):
        at = NOON + timedelta(minutes=seq)
        one = Record(seq, previous, at, at, "crew:hold-1", "visit.begun", "S011-1", {"reason": "Dør æøå"}, f"key-{seq}")
        found.append(one)
        previous = one.digest
    return found


def test_what_was_appended_is_read_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(chain(3))
    store.close()
    again = Store(tmp_path)
    assert again.records() == chain(3)
    assert again.records(after=2) == chain(3)[2:]
    assert (again.last(), again.head()) == (3, chain(3)[-1].digest)


def test_the_file_is_its_owners_alone_and_waits_for_the_disk(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    assert (tmp_path / "data" / FILE).stat().st_mode & 0o077 == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_line_that_does_not_follow_is_refused_with_all_that_came_with_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(chain(1))
    with pytest.raises(MovedError):
        store.append(chain(2))
    with pytest.raises(sqlite3.IntegrityError):
        store.append([chain(2)[1], chain(2)[1]])
    assert store.last() == 1


def test_one_sender_is_kept_once_by_key(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = chain(2)
    store.append([first])
    twice = Record(2, first.digest, NOON, NOON, second.who, second.kind, second.about, {}, first.key)
    with pytest.raises(sqlite3.IntegrityError):
        store.append([twice])


@pytest.mark.parametrize("statement", ["UPDATE log SET line = '{}'", "DELETE FROM log WHERE seq = 2"])
def test_the_file_itself_lets_nobody_change_a_line(tmp_path: Path, statement: str) -> None:
    store = Store(tmp_path)
    store.append(chain(3))
    with pytest.raises(sqlite3.IntegrityError, match="the log stays"):
        store._db.execute(statement)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: [lines[0], lines[1].replace("Dør", "Dor"), *lines[2:]], "line 3 does not follow"),
        (lambda lines: lines[1:], "line 1 does not follow"),
        (lambda lines: [*lines[:2], *lines[3:]], "line 3 does not follow"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "line 1 does not follow"),
        (lambda lines: [*lines[:2], "{}", *lines[3:]], "line 3 cannot be read"),
    ],
)
def test_a_changed_chain_is_seen(change: Callable[[list[str]], list[str]], says: str) -> None:
    lines = [one.line for one in chain(4)]
    assert record.head(lines) == chain(4)[-1].digest
    with pytest.raises(BrokenError, match=says):
        record.head(change(lines))


def test_sha256sum_says_the_same_of_each_line(tmp_path: Path) -> None:
    """The foreign judge: each line's digest by coreutils is what the next line names."""
    lines = [one.line for one in chain(4)]
    for number, line in enumerate(lines):
        (tmp_path / str(number)).write_text(line, encoding="utf-8")
    said = subprocess.run(["sha256sum", "0", "1", "2", "3"], cwd=tmp_path, capture_output=True, text=True, check=True)
    digests = [row.split()[0] for row in said.stdout.splitlines()]
    assert digests[:-1] == [record.parse(line).previous for line in lines[1:]]
    assert digests[-1] == record.head(lines)
