"""What stands where: the plan, with the log read into it line by line.

The same plan and the same lines give the same state, so a board that was killed stands as before. Of two reports about
one thing the one that was said later holds, also when it came earlier: a phone without a line sends its older one last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from refresh.board.plan import Gate, Plan, Visit
from refresh.board.record import Record

Status = Literal["planned", "begun", "blocked", "done", "dropped"]
Answer = Literal["open", "go", "no-go", "expired"]
OVER: frozenset[Status] = frozenset({"done", "dropped"})
"""What nobody works on any more."""


@dataclass(slots=True)
class Work:
    """How far a visit or a task is."""

    status: Status = "planned"
    said: datetime | None = None
    """When the report was made that holds."""
    who: str = ""
    begun: datetime | None = None
    ended: datetime | None = None
    minutes: int | None = None
    swapped: int = 0
    dead: int = 0
    fault: str = ""
    reason: str = ""


@dataclass(slots=True)
class Trouble:
    """Something that stopped work, until it went on."""

    about: str
    fault: str
    reason: str
    who: str
    at: datetime
    over: datetime | None = None


@dataclass(slots=True)
class Standing:
    """How a gate was answered. `deadline` is the plan's, or that of who opened it anew."""

    deadline: datetime
    go: bool | None = None
    expired: bool = False
    who: str = ""
    at: datetime | None = None
    reason: str = ""
    met: tuple[str, ...] = ()

    def answer(self, now: datetime) -> Answer:
        """A gate that nobody has answered in time is no-go."""
        if self.go is not None:
            return "go" if self.go else "no-go"
        return "expired" if self.expired or now > self.deadline else "open"


@dataclass(slots=True)
class State:
    """The cutover as far as it has come."""

    plan: Plan
    seq: int = 0
    head: str = ""
    opened: datetime | None = None
    closed: datetime | None = None
    work: dict[str, Work] = field(default_factory=dict[str, Work])
    gates: dict[str, Standing] = field(default_factory=dict[str, Standing])
    troubles: list[Trouble] = field(default_factory=list[Trouble])
    messages: list[Record] = field(default_factory=list[Record])
    heard: dict[str, datetime] = field(default_factory=dict[str, datetime])
    """When each was last heard."""
    log: list[Record] = field(default_factory=list[Record])

    def __post_init__(self) -> None:
        self.work = {name: Work() for name in (*self.plan.visit, *self.plan.task)}
        self.gates = {gate.id: Standing(gate.at) for gate in self.plan.gates}

    def apply(self, records: Iterable[Record]) -> State:
        """Reads lines into the state."""
        for record in records:
            self._apply(record)
            self.seq, self.head = record.seq, record.digest
            self.heard[record.who] = max(record.at, self.heard.get(record.who, record.at))
            self.log.append(record)
        return self

    def snapshot(self) -> State:
        """The work and the gates as they stand, for another thread; without the log."""
        copy = State(self.plan, self.seq, self.head, self.opened, self.closed)
        copy.work = {name: replace(work) for name, work in self.work.items()}
        copy.gates = {name: replace(standing) for name, standing in self.gates.items()}
        return copy

    def _apply(self, record: Record) -> None:
        subject, _, event = record.kind.partition(".")
        match subject:
            case "visit" | "task" if record.about in self.work:
                self._work(self.work[record.about], event, record)
            case "decided" if record.about in self.work:
                self._decided(self.work[record.about], record)
            case "gate" if record.about in self.gates:
                self._gate(record.about, event, record)
            case "day" if event == "opened":
                self.opened, self.closed = self.opened or record.at, None
            case "day":
                self.closed = record.at
            case "said":
                self.messages.append(record)
            case _:
                pass

    def _work(self, work: Work, event: str, record: Record) -> None:
        if event == "blocked":
            self.troubles.append(
                Trouble(str(record.about), record.body["fault"], record.body["reason"], record.who, record.at)
            )
        if not _later(work, record):
            # An older report came after a newer one: the trouble that it tells is over.
            if event == "blocked" and work.status != "blocked":
                self.troubles[-1].over = work.said
            return
        work.said, work.who = record.at, record.who
        if event == "begun":
            work.status, work.begun, work.ended = "begun", work.begun or record.at, None
        else:
            work.status, work.ended = ("done" if event == "done" else "blocked"), record.at
            work.minutes = record.body.get("minutes", work.minutes)
            work.swapped = record.body.get("swapped", work.swapped)
            work.dead = record.body.get("dead", work.dead)
        work.fault, work.reason = record.body.get("fault", ""), record.body.get("reason", "")
        if event != "blocked":
            self._over(str(record.about), record.at)

    def _decided(self, work: Work, record: Record) -> None:
        if not _later(work, record):
            return
        retry = record.body["outcome"] == "retry"
        work.status, work.said, work.who = ("planned" if retry else "dropped"), record.at, record.who
        work.fault, work.reason = "", record.body["reason"]
        work.begun, work.ended = (None, None) if retry else (work.begun, record.at)
        self._over(str(record.about), record.at)

    def _over(self, about: str, at: datetime) -> None:
        for trouble in self.troubles:
            if trouble.about == about and trouble.over is None and trouble.at <= at:
                trouble.over = at

    def _gate(self, about: str, event: str, record: Record) -> None:
        deadline = self.gates[about].deadline
        match event:
            case "decided":
                said = record.body
                met = tuple(said.get("met", ()))
                self.gates[about] = Standing(
                    deadline, go=said["go"], who=record.who, at=record.at, reason=said["reason"], met=met
                )
            case "expired":
                self.gates[about] = Standing(deadline, expired=True, who=record.who, at=record.at)
            case _:
                until = datetime.fromisoformat(record.body["until"])
                self.gates[about] = Standing(until, who=record.who, at=record.at, reason=record.body["reason"])

    def stopped(self, now: datetime) -> list[Gate]:
        """Gates that say that nothing may go on."""
        return [gate for gate in self.plan.gates if self.gates[gate.id].answer(now) in ("no-go", "expired")]

    def left(self, crew: str) -> list[Visit]:
        """A crew's visits that are not over, in order; what is under way comes first."""
        rest = [visit for visit in self.plan.route.get(crew, ()) if self.work[visit.id].status not in OVER]
        return sorted(rest, key=lambda visit: self.work[visit.id].status != "begun")

    def sites(self) -> dict[str, list[Visit]]:
        """Visits by site, sites in order."""
        found: dict[str, list[Visit]] = {}
        for visit in sorted(self.plan.visits, key=lambda visit: (visit.site, visit.begins, visit.id)):
            found.setdefault(visit.site, []).append(visit)
        return found

    def site(self, visits: Iterable[Visit]) -> Status:
        """The state of a site: what is worst of its visits, and done when all of them are."""
        found = {self.work[visit.id].status for visit in visits}
        for status in ("blocked", "begun"):
            if status in found:
                return status
        if "planned" in found:
            return "begun" if "done" in found else "planned"
        return "done" if "done" in found else "dropped"

    def faults(self) -> Counter[str]:
        """How often each kind of fault was reported."""
        return Counter(trouble.fault for trouble in self.troubles)

    def unanswered(self, now: datetime) -> Iterator[Gate]:
        """Gates whose time is over without an answer, and of which the log does not say so yet."""
        for gate in self.plan.gates:
            standing = self.gates[gate.id]
            if standing.answer(now) == "expired" and not standing.expired:
                yield gate


def _later(work: Work, record: Record) -> bool:
    return work.said is None or record.at >= work.said
