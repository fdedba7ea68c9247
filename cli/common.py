"""What the verbs share: loading a platform or leaving with its faults, and writing one file."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from model import Platform, Provenance
    from model.faults import Fault

FOUND = 1
"""Exit status: a check found something, for example a difference or a refused plan."""
TODAY = typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The day to check against, instead of this one.")
"""The option of the verbs that know what day it is."""
MANY = 10
"""More faults than this are counted by code."""
BAD_INPUT = 2
"""Exit status: the data or the command line cannot be used."""


def load(platform: str) -> Platform:
    """The platform, or every fault on standard error and exit status 2."""
    return trace(platform)[0]


def trace(platform: str) -> tuple[Platform, Provenance]:
    """The platform with where its values come from, or every fault on standard error and exit status 2."""
    import model

    try:
        return model.trace(platform)
    except model.ModelError as error:
        fail_with(error.faults)


def fail_with(faults: Sequence[Fault]) -> NoReturn:
    """Fails with every fault on standard error and exit status 2; many are counted by code at the end."""
    for fault in faults:
        print(fault, file=sys.stderr)
    counted = ""
    if len(faults) > MANY:
        counted = f" ({', '.join(f'{n} {code}' for code, n in Counter(f.code for f in faults).most_common())})"
    print(f"{len(faults)} fault{'s' * (len(faults) != 1)}{counted}; see docs/errors.md for each code", file=sys.stderr)
    raise SystemExit(BAD_INPUT) from None


def day(today: dt.datetime | None) -> dt.date:
    """The day that was given, else the machine's."""
    return (today or dt.datetime.now().astimezone()).date()


def fail(message: str, status: int = BAD_INPUT) -> NoReturn:
    """Fails with one line on standard error."""
    print(message, file=sys.stderr)
    raise SystemExit(status)


def say(message: str) -> None:
    """One line on standard error."""
    print(message, file=sys.stderr)


def write(path: Path, text: str) -> bool:
    """Writes a file whole or not at all, and only when it changes; whether it did."""
    from rendering.manifest import replace

    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, text.encode())
    return True
