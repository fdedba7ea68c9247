"""What may be said on the board, and by whom.

A report names what it is about. A crew speaks of its own visits, the data centre of tasks, the lead of everything, the
service desk of nothing. Refusals are in Danish, for they are read on a phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
)

from refresh.board.access import Identity, Role
from refresh.board.plan import Id, Plan

Fault = Literal[
    "access", "line-cut", "power", "port", "dead-on-arrival", "stock-out", "log-on", "system", "no-show", "other"
]
"""What keeps work from going on. What a rehearsal draws as well has the key of its mishap, so that a weekend can be
counted into mishaps.yaml.
"""
FAULTS: Mapping[Fault, str] = {
    "access": "Ingen nøgle eller ingen at lukke ind",
    "line-cut": "Stedets linje er nede",
    "power": "Ingen strøm",
    "port": "Stik eller port virker ikke",
    "dead-on-arrival": "For mange enheder er døde",
    "stock-out": "Der mangler udstyr",
    "log-on": "Ingen kan logge på",
    "system": "Et fagsystem virker ikke",
    "no-show": "Der mangler folk",
    "other": "Andet",
}
"""Each kind of fault in the words of those who report it."""
WAITED = 3 * 24 * 3600
"""Seconds that a report may have waited on a phone: a weekend."""


class RefusedError(Exception):
    """A report that is not taken, with the HTTP status that says so and why, in Danish."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


Line = Annotated[
    str,
    BeforeValidator(_one_line),
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(lambda text: "".join(letter for letter in text if letter.isprintable())),
]
"""Words of a person on one line: no control characters and no marks that turn the reading direction."""
Count = Annotated[int, Field(ge=0, le=2000)]
"""Devices at a site."""
Minutes = Annotated[int, Field(ge=0, le=3 * 24 * 60)]
"""Minutes that work took."""


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    about: Id

    def body(self) -> dict[str, Any]:
        """What is kept beside kind and subject."""
        return self.model_dump(mode="json", exclude={"kind", "about"}, exclude_none=True)


class VisitBegun(_Report):
    """A crew has arrived and works."""

    kind: Literal["visit.begun"]


class VisitDone(_Report):
    """A crew leaves a site behind that works."""

    kind: Literal["visit.done"]
    minutes: Minutes
    swapped: Count
    dead: Count = 0
    """Devices that were dead on arrival."""


class VisitBlocked(_Report):
    """A crew cannot go on."""

    kind: Literal["visit.blocked"]
    fault: Fault
    reason: Line
    swapped: Count = 0
    dead: Count = 0


class TaskBegun(_Report):
    """Somebody works on a task."""

    kind: Literal["task.begun"]


class TaskDone(_Report):
    """A task is done and verified."""

    kind: Literal["task.done"]
    minutes: Minutes


class TaskBlocked(_Report):
    """A task cannot go on."""

    kind: Literal["task.blocked"]
    fault: Fault
    reason: Line


class GateDecided(_Report):
    """Go or no-go, with what was looked at."""

    kind: Literal["gate.decided"]
    go: bool
    reason: Line
    met: Annotated[tuple[Id, ...], Field(strict=False)] = ()
    """Keys of the criteria that hold."""


class GateReopened(_Report):
    """A gate that was answered, or was not in time, is to be answered anew."""

    kind: Literal["gate.reopened"]
    until: Annotated[AwareDatetime, Field(strict=False)]
    reason: Line


class DayOpened(_Report):
    """The work begins."""

    kind: Literal["day.opened"]


class DayClosed(_Report):
    """The work is over."""

    kind: Literal["day.closed"]
    reason: Line


class Decided(_Report):
    """What becomes of a visit or a task: tried again, or left out."""

    kind: Literal["decided"]
    outcome: Literal["retry", "drop"]
    reason: Line


class Said(_Report):
    """A message about `all` or a crew is theirs to read; one about `log` is a decision that is only written down."""

    kind: Literal["said"]
    text: Line


Report = Annotated[
    VisitBegun
    | VisitDone
    | VisitBlocked
    | TaskBegun
    | TaskDone
    | TaskBlocked
    | GateDecided
    | GateReopened
    | DayOpened
    | DayClosed
    | Decided
    | Said,
    Field(discriminator="kind"),
]
REPORTS: TypeAdapter[Report] = TypeAdapter(Report)


class Sent(BaseModel):
    """A report as a phone sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{16,64}$")]
    """The phone's own name of it, drawn when the button was pressed: sent twice, it is kept once."""
    waited: Annotated[float, Field(ge=0, le=WAITED, allow_inf_nan=False)] = 0
    """Seconds since then. A difference, for a phone's clock may be wrong."""
    report: Report


SENT: TypeAdapter[Sent] = TypeAdapter(Sent)

_ROLES: Mapping[str, frozenset[Role]] = {
    "visit": frozenset({"lead", "crew"}),
    "task": frozenset({"lead", "data-centre"}),
}
"""Who reports on work; everything else is the lead's."""


def allow(report: Report, who: Identity, plan: Plan) -> None:
    """Raises RefusedError for what is not this one's to say, or is about nothing that is in the plan."""
    subject = report.kind.partition(".")[0]
    if who.role not in _ROLES.get(subject, {"lead"}):
        raise RefusedError(403, f"{who.title} kan ikke melde det her.")
    if report.about not in _known(report, plan):
        raise RefusedError(404, f"{report.about} står ikke i planen.")
    if who.role == "crew" and f"crew:{plan.visit[report.about].crew}" != who.key:
        raise RefusedError(403, f"{report.about} er et andet holds besøg.")


def _known(report: Report, plan: Plan) -> set[str]:
    match report.kind.partition(".")[0]:
        case "visit":
            return set(plan.visit)
        case "task":
            return set(plan.task)
        case "gate":
            return set(plan.gate)
        case "decided":
            return {*plan.visit, *plan.task}
        case "said":
            return {"all", "log", *(crew.key for crew in plan.crews)}
        case _:
            return {"day"}
