"""A control of the security baseline as a value, and what it finds.

A control is held in up to three ways, and a test holds that it is in at least one: `check` looks at the model;
`held_by` names rules of model/rules that refuse the platform at once, so that nothing is said twice; `resources` are
types of resource that the policy pack (policy/) judges, whoever wrote the program. What is the same in all three is
said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from model.reading.source import Path_

if TYPE_CHECKING:
    from model.platform import Platform

Severity = Literal["critical", "high", "medium", "low"]
"""How bad it is, in the words of Pulumi's policies."""

Role = Literal[
    "data protection officer", "head of IT operations", "information security officer", "network team", "system owner"
]
"""Who answers for a control, and decides on an exception from it."""


class Level(StrEnum):
    """What a finding stops."""

    ENFORCE = "enforce"
    """`refresh check --baseline` ends with status 1, and the pack stops the update."""
    AUDIT = "audit"
    """It is told, and stops nothing."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a control comes from: a number of ISO/IEC 27001:2022 Annex A, CIS Controls v8, or an act's section."""

    work: Literal["ISO 27001:2022", "CIS Controls v8", "GDPR", "NIS2-loven"]
    number: str

    def __str__(self) -> str:
        return f"{self.work} {self.number}"


def iso(*numbers: str) -> tuple[Reference, ...]:
    """Controls of Annex A by their numbers: `A.8.22`."""
    return tuple(Reference("ISO 27001:2022", number) for number in numbers)


def cis(*numbers: str) -> tuple[Reference, ...]:
    """Safeguards of CIS Controls v8 by their numbers: `12.2`."""
    return tuple(Reference("CIS Controls v8", number) for number in numbers)


def law(work: Literal["GDPR", "NIS2-loven"], *numbers: str) -> tuple[Reference, ...]:
    """Sections of an act."""
    return tuple(Reference(work, number) for number in numbers)


@dataclass(frozen=True, slots=True)
class Offence:
    """What a check finds: the item, where in it, and the two halves of a message.

    `scope` is what an exception names. It is that of the item where none is given, and carries no index of a list.
    """

    section: str
    key: str
    path: Path_
    message: str
    named: str | None = None

    @property
    def scope(self) -> str:
        """What an exception names."""
        return self.named or f"{self.section}.{self.key}"


Check = Callable[["Platform", date], Iterator[Offence]]
"""Yields every offence of a platform on a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A control of the baseline."""

    id: str
    what: str
    """What must hold."""
    why: str
    """What happens where it does not, with its source."""
    owner: Role
    severity: Severity
    level: Level
    applies: str
    """What it is asked of."""
    mend: str
    """What to do about a finding."""
    references: tuple[Reference, ...]
    check: Check | None = None
    held_by: tuple[str, ...] = ()
    """Rules of model/rules, by id, that refuse a platform which breaks it."""
    resources: tuple[str, ...] = ()
    """Types of resource, by Pulumi's token, that the pack judges."""

    @property
    def places(self) -> tuple[str, ...]:
        """Where it is held."""
        found = (("model", self.check or self.held_by), ("resources", self.resources))
        return tuple(name for name, there in found if there)


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """A control that does not hold for an item. `exception` names what excuses it."""

    file: str
    line: int
    control: str
    scope: str
    path: str
    message: str
    exception: str | None = None

    def __str__(self) -> str:
        excused = f" (excepted by {self.exception})" if self.exception else ""
        return f"{self.file}:{self.line}: {self.control} {self.path}: {self.message}{excused}"
