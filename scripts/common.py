"""What the verbs share: loading a platform or leaving with its faults."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from model import Platform

FOUND = 1
"""Exit status: a check found something, for example a difference or a refused plan."""
BAD_INPUT = 2
"""Exit status: the data or the command line cannot be used."""


def load(platform: str) -> Platform:
    """The platform, or every fault on standard error and exit status 2."""
    from model import ModelError
    from model import load as load_platform

    try:
        return load_platform(platform)
    except ModelError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        print(
            f"{len(error.faults)} fault{'s' * (len(error.faults) != 1)}; docs/errors.md explains each code",
            file=sys.stderr,
        )
        raise SystemExit(BAD_INPUT) from None


def leave(message: str, status: int = BAD_INPUT) -> NoReturn:
    """Leaves with one line on standard error."""
    print(message, file=sys.stderr)
    raise SystemExit(status)
