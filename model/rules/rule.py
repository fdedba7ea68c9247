"""A rule as a value: what must hold, why, which codes it gives, and the function that finds every offender.

`refresh check PLATFORM --rules` prints them and docs/errors.md names them under their codes. What a rule demands is
said once, in the docstring of its function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from model.faults import CODES, Fault

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance


class Severity(StrEnum):
    """What an offence stops."""

    ERROR = "error"
    """The platform does not load: nothing is previewed, rendered or built."""
    CHECKED = "checked"
    """`refresh check` and CI refuse it. The platform loads: what is shut out is no reason to stop a rollback."""
    OVERDUE = "overdue"
    """`refresh check` refuses it from a day on. The platform loads, for a day that has come is no reason to stop a
    rollback.
    """


Check = Callable[["Platform", "Provenance"], Iterator[Fault]]
"""A function that yields every offender."""


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    why: str
    """What happens where it does not hold, with the source of a limit."""
    codes: tuple[str, ...]

    def __post_init__(self) -> None:
        if unknown := set(self.codes) - CODES.keys():
            raise ValueError(f"{self.id}: unknown fault codes {sorted(unknown)}")


def _told(check: Callable[..., object]) -> str:
    """The first paragraph of a function's docstring, as one line."""
    return " ".join((check.__doc__ or "").partition("\n\n")[0].split())


@dataclass(frozen=True, slots=True)
class Rule(_Rule):
    """A rule that holds on any day."""

    check: Check
    severity: Severity = Severity.ERROR
    """What an offence stops."""

    @property
    def what(self) -> str:
        """What must hold."""
        return _told(self.check)


@dataclass(frozen=True, slots=True)
class DayRule(_Rule):
    """A rule that asks what day it is."""

    check: Callable[[Platform, Provenance, date], Iterator[Fault]]

    @property
    def what(self) -> str:
        """What must hold."""
        return _told(self.check)

    @property
    def severity(self) -> Severity:
        """What an offence stops."""
        return Severity.OVERDUE
