"""The loader on random edits of good platforms: a platform or its faults, never a traceback, never a wait.

`PLATFORM_REFRESH_FUZZ=N` tries N cases; without it there are as many as a run of the tests has time for, always the
same.
"""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import model
from model.faults import visible
from model.reading.source import read_yaml
from model.rules import registry
from tests.support.paths import STACKS

pytestmark = pytest.mark.fuzz
FUZZ = os.environ.get("PLATFORM_REFRESH_FUZZ")
CASES = int(FUZZ or "300")
SECONDS = 10
"""What one load may take; a good one takes some 30 ms."""

WORDS = [
    "", " ", "x", "nowhere", "null", "g99", "g26", "g22", "S999", "servers", "internet", "guests", "sites", "azure",
    "../../etc/passwd", "\x00", "\x1b[2J", "\u202e", "æøå", "a" * 5000, "10.20.20.0/24", "0.0.0.0/0",
    "hub", "255.255.255.255/32", "10.20.20.1/32", "10.26.20.0/31", "::/0", "10.0.0.1", "224.0.0.1", "tcp/0",
    "tcp/99999", "udp/9-1", "icmp/echo",
    "9999-12-31", "0001-01-01", "2026-02-30", "24:00", "2027-02-05T99:00:00Z", "1" * 400, "-1", "1e400", "nan",
    "planned", "retired", "live", "observed", "managed", "migrate",
]  # fmt: skip
THINGS: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2**31,
    2**63,
    10**300,
    0.5,
    -0.0,
    1e308,
    [],
    {},
    [None],
    [[]],
    {"": None},
]
CELLS = [
    "",
    ",",
    '"',
    '"\n"',
    "\n",
    "\r",
    "\t",
    ";",
    "\x00",
    "0",
    "-1",
    "9" * 5000,
    "S999",
    "æ",
    "off",
    "00:00:00:00:00:00",
]
LINES = [
    "\t",
    "  ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ":",
    '"',
    "'",
    "&a ",
    "*a",
    "!x ",
    "---\n",
    "...\n",
    "? ",
    "|\n",
    "%",
    "@",
    "#",
]


ALIKE = {
    r"[0-9.]+/[0-9]+": [
        "10.20.20.0/24",
        "0.0.0.0/0",
        "10.26.20.0/31",
        "10.26.20.1/32",
        "10.26.0.0/16",
        "255.255.255.255/32",
    ],
    r"[0-9.]+": ["10.26.20.0", "10.26.20.255", "127.0.0.1", "255.255.255.255", "10.20.20.12"],
    r"[0-9]{4}-[0-9-]+": ["0001-01-01", "9999-12-31", "2026-11-30", "2027-12-31"],
    r"(tcp|udp)/.*": ["tcp/0", "tcp/1-65535", "udp/9-1", "udp/99999", "icmp/echo"],
    r"g[0-9]{2}": ["g22", "g26", "g99", "g00"],
    r"[a-z-]+": [
        "planned",
        "retired",
        "live",
        "pilot",
        "standby",
        "retiring",
        "observed",
        "managed",
        "migrate",
        "servers",
    ],
}
"""What may stand where something of this form stands, and be wrong only in what it means."""


class TookTooLongError(BaseException):
    """No Exception, so that nothing takes it for a fault."""


@contextmanager
def limited() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TookTooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def spots(data: Any) -> list[tuple[Any, Any]]:
    """Every place below `data` that can be edited: the map or list that holds it, and its key or index."""
    found: list[tuple[Any, Any]] = []
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        found.append((data, key))
        found += spots(data[key])
    return found


def other_value(draw: st.DrawFn, value: Any, everything: list[tuple[Any, Any]]) -> Any:
    """A value of another kind, a word, or what stands somewhere else."""
    kind = draw(st.sampled_from(["word", "thing", "elsewhere", "near", "alike", "alike"]))
    if kind == "word":
        return draw(st.sampled_from(WORDS))
    if kind == "thing":
        return copy.deepcopy(draw(st.sampled_from(THINGS)))
    if kind == "alike" and isinstance(value, str):
        for form, words in ALIKE.items():
            if re.fullmatch(form, value):
                return draw(st.sampled_from(words))
    if isinstance(value, int):
        return value + draw(st.sampled_from([-1, 1, 100, 10**6, -(10**6)]))
    if kind == "near" and isinstance(value, str):
        return value + draw(st.sampled_from(["x", " ", "\n", "\x7f", "é"]))
    holder, key = draw(st.sampled_from(everything))
    return copy.deepcopy(holder[key])


def edited_yaml(draw: st.DrawFn, text: str, data: Any) -> str:
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(text)))
        return text[:at] + draw(st.sampled_from(LINES + WORDS)) + text[at + draw(st.integers(0, 12)) :]
    data = copy.deepcopy(data)
    for _ in range(draw(st.integers(1, 2))):
        everything = spots(data)
        if not everything:
            break
        holder, key = draw(st.sampled_from(everything))
        how = draw(st.sampled_from(["delete", "value", "value", "value", "rename", "again"]))
        if how == "delete":
            del holder[key]
        elif how == "value" or isinstance(holder, list):
            holder[key] = other_value(draw, holder[key], everything)
        elif how == "rename":
            holder[draw(st.sampled_from([*WORDS, f"{key}x", str(key).upper()]))] = holder.pop(key)
        else:
            holder[f"{key}2"] = copy.deepcopy(holder[key])
    # JSON is YAML, but for line separators within quotes.
    return json.dumps(data, ensure_ascii=True)


def edited_csv(draw: st.DrawFn, text: str) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    row = draw(st.integers(0, len(rows) - 1))
    at = draw(st.integers(0, len(rows[row]) - 1))
    how = draw(st.sampled_from(["cell", "cell", "row", "column", "swap"]))
    if how == "cell":
        rows[row][at] = draw(st.sampled_from(CELLS + WORDS))
    elif how == "row":
        rows.insert(row, list(rows[row]))
    elif how == "column":
        del rows[row][at]
    else:
        other = draw(st.integers(0, len(rows) - 1))
        rows[row][at] = rows[other][min(at, len(rows[other]) - 1)]
    if draw(st.booleans()):
        return "\n".join(",".join(cells) for cells in rows)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


Base = dict[Path, tuple[str, Any]]


def base_of(platform: str) -> Base:
    """The platform's files and its catalog's, by path below tests/data/stacks: text, and data of YAML."""
    paths = [p for folder in (platform, "catalog") for p in sorted((STACKS / folder).rglob("*.*"))]
    return {p.relative_to(STACKS): (p.read_text(encoding="utf-8"), read_yaml(p, p.name).data) for p in paths}


BASES = {platform: base_of(platform) for platform in ("lilleby", "havneby")}


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, dict[Path, str]]:
    """A platform and some of its files as somebody has spoilt them."""
    platform = draw(st.sampled_from(sorted(BASES)))
    base = BASES[platform]
    found: dict[Path, str] = {}
    for path in draw(st.lists(st.sampled_from(sorted(base)), min_size=1, max_size=2, unique=True)):
        text, data = base[path]
        found[path] = edited_csv(draw, text) if path.suffix == ".csv" else edited_yaml(draw, text, data)
    return platform, found


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(STACKS, tmp_path_factory.mktemp("fuzz") / "stacks"))


@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=FUZZ is None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
@given(edits())
def test_any_edit_gives_a_platform_or_its_faults(stacks: Path, case: tuple[str, dict[Path, str]]) -> None:
    platform, changed = case
    try:
        for path, text in changed.items():
            (stacks / path).write_text(text, encoding="utf-8", newline="")
        with limited():
            try:
                loaded = model.trace(str(stacks / platform))
            except model.ModelError as error:
                told = [str(fault) for fault in error.faults] or ["an error without a fault"]
            else:
                day = dt.date(2026, 12, 1)
                told = [str(fault) for fault in registry.due(*loaded, day)]
        assert told == [visible(text) for text in told]
        assert all("; " in text for text in told), "what to do"
    finally:
        for path in changed:
            (stacks / path).write_text(BASES[platform][path][0], encoding="utf-8", newline="")
