"""plan.json as the board reads it: crews, visits, tasks, gates and the hours of the cutover.

`refresh plan` writes it. Keys that the board has no use for are left alone, so that a plan may say more.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from model.faults import Fault, ModelError
from model.reading.advice import advice

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", max_length=80)]
"""What a report names: a crew, a visit, a task or a gate."""
ELSEWHERE = frozenset({"visit", "gate"})
"""Kinds of task that stand beside the tasks as well."""
GRACE = timedelta(days=1)
"""How long after the cutover's end the links still open the board."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Shift(_Part):
    """A crew's day."""

    day: date
    begins: AwareDatetime
    ends: AwareDatetime
    kilometres: float = 0
    visits: tuple[Id, ...] = ()
    """Visits in the order in which they are driven."""


class Crew(_Part):
    """Who drives out together."""

    key: Id
    title: str
    people: int = 1
    shifts: tuple[Shift, ...] = ()


class Visit(_Part):
    """A crew at a site, once. A site that is larger than a shift has several."""

    id: Id
    site: str
    name: str
    address: str = ""
    crew: Id
    shift: str = ""
    arrives: AwareDatetime
    begins: AwareDatetime
    ends: AwareDatetime
    devices: int = 0
    travel_minutes: float = 0
    host: str = ""
    """The role that lets the crew in."""
    phone: str = ""
    never_closes: bool = False
    parallel: str | None = None
    """How a site that never closes goes on meanwhile."""


class Task(_Part):
    """Something to do that is no visit."""

    id: Id
    kind: str
    title: str
    role: str = ""
    deputy: str = ""
    begins: AwareDatetime
    ends: AwareDatetime
    p50: float = 0
    """Minutes that it takes as often as not."""
    p90: float = 0
    """Minutes that nine of ten keep."""
    needs: tuple[Id, ...] = ()
    precondition: str | None = None
    action: str = ""
    verification: str = ""
    way_back: str | None = None
    reversible: bool = True
    critical: bool = False
    site: str | None = None


class Criterion(_Part):
    """What is looked at before a gate is decided."""

    key: Id
    title: str
    limit: str = ""
    source: str = ""


class Gate(_Part):
    """A moment at which a role says go or no-go."""

    id: Id
    title: str
    at: AwareDatetime
    role: str
    criteria: tuple[Criterion, ...] = ()


class Plan(_Part):
    """The whole cutover."""

    format: Literal[1]
    platform: str
    title: str
    generation: str = ""
    closes: AwareDatetime | None = None
    opens: AwareDatetime | None = None
    point_of_no_return: AwareDatetime | None = None
    crews: tuple[Crew, ...] = ()
    visits: tuple[Visit, ...] = ()
    tasks: tuple[Task, ...] = ()
    gates: tuple[Gate, ...] = ()

    @cached_property
    def visit(self) -> Mapping[str, Visit]:
        """Visits by id."""
        return {visit.id: visit for visit in self.visits}

    @cached_property
    def task(self) -> Mapping[str, Task]:
        """Tasks by id, without those that stand for a visit or a gate: they are reported as what they are."""
        return {task.id: task for task in self.tasks if task.kind not in ELSEWHERE}

    def ahead(self, task: Task) -> bool:
        """Whether a task is over before the cutover begins."""
        return self.closes is not None and task.ends <= self.closes

    @cached_property
    def gate(self) -> Mapping[str, Gate]:
        """Gates by id."""
        return {gate.id: gate for gate in self.gates}

    @cached_property
    def route(self) -> Mapping[str, tuple[Visit, ...]]:
        """Each crew's visits in the order in which they are driven."""
        found: dict[str, list[Visit]] = {crew.key: [] for crew in self.crews}
        for visit in sorted(self.visits, key=lambda visit: (visit.begins, visit.id)):
            found.setdefault(visit.crew, []).append(visit)
        return {key: tuple(visits) for key, visits in found.items()}

    @cached_property
    def end(self) -> datetime:
        """When the cutover is over: people are let in, or else the last work ends."""
        ends = [item.ends for item in (*self.visits, *self.tasks)] + [gate.at for gate in self.gates]
        return self.opens or max(ends)

    @property
    def expires(self) -> datetime:
        """When the links end."""
        return self.end + GRACE


def digest(text: str) -> str:
    """What a plan is known by in the log."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str, file: str) -> Plan:
    """The plan that the file's text says. Raises ModelError with every fault."""
    try:
        plan = Plan.model_validate_json(text)
    except ValidationError as error:
        raise ModelError(_fault(file, _path(each["loc"]), _said(each)) for each in error.errors()) from None
    faults = [_fault(file, path, message) for path, message in _faults(plan)]
    if faults:
        raise ModelError(faults)
    return plan


def _fault(file: str, path: str, message: str) -> Fault:
    return Fault(file, 1, "BAD-VALUE", path, message)


def _path(parts: tuple[int | str, ...]) -> str:
    return ".".join(map(str, parts)) or "plan"


def _said(problem: ErrorDetails) -> str:
    what = problem["msg"]
    return f"{what[:1].lower()}{what[1:]}; {advice(problem)}"


def _faults(plan: Plan) -> Iterator[tuple[str, str]]:
    if not (plan.visits or plan.tasks or plan.gates):
        yield "plan", "there is nothing to do in it; name visits, tasks or gates, as `refresh plan` writes them"
    ids = Counter([*(i.id for i in (*plan.visits, *plan.gates)), *plan.task, *(crew.key for crew in plan.crews)])
    for name, count in sorted(ids.items()):
        if count > 1:
            yield name, f"{count} items have this id; give each an id of its own"
    crews = {crew.key for crew in plan.crews}
    for visit in plan.visits:
        if visit.crew not in crews:
            yield f"visits.{visit.id}.crew", f"there is no crew {visit.crew}; name one of `crews`"
