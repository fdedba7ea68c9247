"""What the pages show, worked out from the state: every word and figure is here, and templates only place them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from refresh.board import danish
from refresh.board.access import identities
from refresh.board.forecast import Outlook
from refresh.board.plan import Crew, Gate, Plan, Task, Visit
from refresh.board.record import Record
from refresh.board.reports import FAULTS
from refresh.board.state import OVER, State

LATE: Final = timedelta(minutes=15)
"""From when on something that has not begun is late."""
LINES: Final = 60
"""Lines of the log on a page."""


@dataclass(frozen=True, slots=True)
class Item:
    """A visit or a task. `missing`: devices that a finished visit did not swap."""

    id: str
    title: str
    where: str
    hours: str
    status: str
    word: str
    sign: str
    late: str
    said: str
    note: str
    crew: str = ""
    devices: int = 0
    swapped: int = 0
    dead: int = 0
    missing: int = 0
    minutes: int = 0
    host: str = ""
    phone: str = ""
    dial: str = ""
    parallel: str = ""
    steps: tuple[tuple[str, str], ...] = ()
    critical: bool = False

    @property
    def over(self) -> bool:
        return self.status in OVER


@dataclass(frozen=True, slots=True)
class Site:
    """A site with its visits."""

    code: str
    name: str
    status: str
    word: str
    sign: str
    late: bool
    visits: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class CrewRow:
    """A crew as the lead sees it."""

    key: str
    title: str
    now: str
    status: str
    late: str
    heard: str
    done: int
    of: int
    end: str


@dataclass(frozen=True, slots=True)
class GateCard:
    """A gate and its answer."""

    id: str
    title: str
    role: str
    at: str
    status: str
    word: str
    said: str
    criteria: tuple[tuple[str, str, bool], ...]
    """Key, what and its limit, and whether it was met."""


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """What stops work now."""

    about: str
    title: str
    fault: str
    reason: str
    who: str
    since: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures at the top."""

    now: str
    day: str
    sites: int
    done: int
    begun: int
    blocked: int
    late: int
    devices: int
    swapped: int
    dead: int
    end: str
    worst: str
    in_time: str
    opens: str
    before_return: str
    point_of_no_return: str
    until_return: str
    basis: str
    head: str
    stopped: tuple[str, ...]


class View:
    """The state at a moment, in words."""

    def __init__(self, state: State, now: datetime, outlook: Outlook | None) -> None:
        self._state = state
        self._plan: Plan = state.plan
        self._now = now
        self._outlook = outlook
        self._titles: Mapping[str, str] = {key: one.title for key, one in identities(state.plan).items()} | {
            "board": "Tavlen",
            "command": "Kommandolinjen",
        }
        self._items = {visit.id: self._visit(visit) for visit in self._plan.visits}

    def summary(self) -> Summary:
        state, outlook, plan = self._state, self._outlook, self._plan
        sites = self.sites()
        count = {status: sum(site.status == status for site in sites) for status in danish.STATUS}
        back = plan.point_of_no_return
        until = (back - self._now).total_seconds() / 60 if back else 0
        return Summary(
            now=danish.moment(self._now),
            day=_day(state),
            sites=len(sites),
            done=count["done"] + count["dropped"],
            begun=count["begun"],
            blocked=count["blocked"],
            late=sum(site.late for site in sites),
            devices=sum(visit.devices for visit in plan.visits),
            swapped=sum(state.work[visit.id].swapped for visit in plan.visits),
            dead=sum(state.work[visit.id].dead for visit in plan.visits),
            end=danish.moment(outlook.p50) if outlook else "",
            worst=danish.moment(outlook.p90) if outlook else "",
            in_time=danish.likely(outlook.in_time) if outlook else "",
            opens=danish.moment(plan.end),
            before_return=danish.likely(outlook.before_return) if outlook and outlook.before_return is not None else "",
            point_of_no_return=danish.moment(back) if back else "",
            until_return=f"om {danish.length(until)}" if until > 0 else "passeret",
            basis=outlook.basis if outlook else "",
            head=state.head[:12],
            stopped=tuple(gate.title for gate in state.stopped(self._now)),
        )

    def sites(self) -> tuple[Site, ...]:
        """Every site, by code."""
        return tuple(self._site(code, visits) for code, visits in self._state.sites().items())

    def _site(self, code: str, visits: list[Visit]) -> Site:
        status = self._state.site(visits)
        items = tuple(self._items[visit.id] for visit in visits)
        late = any(item.late for item in items)
        return Site(code, visits[0].name, status, danish.STATUS[status], danish.SIGN[status], late, items)

    def route(self, crew: str) -> tuple[Item, ...]:
        """A crew's visits in order."""
        return tuple(self._items[visit.id] for visit in self._plan.route.get(crew, ()))

    def crews(self) -> tuple[CrewRow, ...]:
        """Every crew, in the plan's order."""
        return tuple(self._crew(crew) for crew in self._plan.crews)

    def _crew(self, crew: Crew) -> CrewRow:
        route, left = self.route(crew.key), self._state.left(crew.key)
        first = self._items[left[0].id] if left else None
        heard = self._state.heard.get(f"crew:{crew.key}")
        end = self._outlook.crews.get(crew.key) if self._outlook else None
        return CrewRow(
            key=crew.key,
            title=crew.title,
            now=f"{first.word}: {first.where} {first.title}" if first else "færdig med alt",
            status=first.status if first else "done",
            late=first.late if first else "",
            heard=danish.moment(heard) if heard else "ikke hørt",
            done=sum(item.over for item in route),
            of=len(route),
            end=danish.moment(end) if end else "",
        )

    def _visit(self, visit: Visit) -> Item:
        work = self._state.work[visit.id]
        planned = round((visit.ends - visit.begins).total_seconds() / 60)
        taken = (self._now - work.begun).total_seconds() / 60 if work.begun else planned
        return Item(
            id=visit.id,
            title=visit.name,
            where=visit.site,
            hours=danish.hours(visit.begins, visit.ends),
            status=work.status,
            word=danish.STATUS[work.status],
            sign=danish.SIGN[work.status],
            late=self._late(visit.begins, visit.id),
            said=self._said(visit.id),
            note=self._note(visit.id),
            crew=self._titles.get(f"crew:{visit.crew}", visit.crew),
            devices=visit.devices,
            swapped=work.swapped,
            dead=work.dead,
            missing=max(visit.devices - work.swapped, 0) if work.status == "done" else 0,
            minutes=max(1, round(taken)),
            host=visit.host,
            phone=visit.phone,
            dial="".join(letter for letter in visit.phone if letter.isdigit() or letter == "+"),
            parallel=visit.parallel or "",
            steps=(("Adresse", visit.address), ("Lukker ind", visit.host)),
        )

    def tasks(self) -> tuple[Item, ...]:
        """Every task that is no visit, in order."""
        tasks = sorted(self._plan.task.values(), key=lambda task: (task.begins, task.id))
        return tuple(self._task(task) for task in tasks)

    def task_groups(self) -> tuple[tuple[str, tuple[Item, ...]], ...]:
        """The same in groups, the first of which is to be done now."""
        groups: dict[str, list[Item]] = {"": [], "Før weekenden": [], "Færdige": []}
        for item in self.tasks():
            ahead = "Før weekenden" if self._plan.ahead(self._plan.task[item.id]) else ""
            groups["Færdige" if item.over else ahead].append(item)
        return tuple((title, tuple(items)) for title, items in groups.items())

    def _task(self, task: Task) -> Item:
        work = self._state.work[task.id]
        taken = (self._now - work.begun).total_seconds() / 60 if work.begun else task.p50
        steps = (
            ("Forudsætning", task.precondition or ""),
            ("Handling", task.action),
            ("Kontrol", task.verification),
            ("Vej tilbage", task.way_back or ("" if task.reversible else "ingen")),
            ("Stedfortræder", task.deputy),
        )
        return Item(
            id=task.id,
            title=task.title,
            where=task.role,
            hours=danish.hours(task.begins, task.ends),
            status=work.status,
            word=danish.STATUS[work.status],
            sign=danish.SIGN[work.status],
            late=self._late(task.begins, task.id),
            said=self._said(task.id),
            note=self._note(task.id),
            minutes=max(1, round(taken)),
            steps=tuple((what, text) for what, text in steps if text),
            critical=task.critical,
        )

    def gates(self) -> tuple[GateCard, ...]:
        """Every gate, in order."""
        return tuple(self._gate(gate) for gate in sorted(self._plan.gates, key=lambda gate: (gate.at, gate.id)))

    def _gate(self, gate: Gate) -> GateCard:
        standing = self._state.gates[gate.id]
        answer = standing.answer(self._now)
        who = self._titles.get(standing.who, standing.who)
        said = f"{who} for {gate.role}, {danish.moment(standing.at)}" if standing.at else ""
        if answer == "expired":
            said = f"{gate.role} svarede ikke inden {danish.moment(standing.deadline)}"
        elif standing.reason:
            said = f"{said}: {standing.reason}"
        return GateCard(
            id=gate.id,
            title=gate.title,
            role=gate.role,
            at=danish.moment(standing.deadline),
            status=answer,
            word=danish.ANSWER[answer],
            said=said,
            criteria=tuple(
                (one.key, _criterion(one.title, one.limit), one.key in standing.met) for one in gate.criteria
            ),
        )

    def troubles(self) -> tuple[TroubleRow, ...]:
        """What stops work now, the oldest first."""
        rest = sorted((one for one in self._state.troubles if one.over is None), key=lambda one: one.at)
        return tuple(
            TroubleRow(
                about=one.about,
                title=self.title(one.about),
                fault=_fault(one.fault),
                reason=one.reason,
                who=self._titles.get(one.who, one.who),
                since=danish.length((self._now - one.at).total_seconds() / 60),
            )
            for one in rest
        )

    def endangered(self) -> tuple[tuple[str, str], ...]:
        """Visits that may not be made, and how likely that is, the most likely first."""
        if self._outlook is None:
            return ()
        rest = sorted(self._outlook.endangered.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple((self.title(name), danish.likely(share)) for name, share in rest)

    def faults(self) -> tuple[tuple[str, int], ...]:
        """How often each kind of fault was reported, the most frequent first."""
        return tuple((_fault(kind), count) for kind, count in self._state.faults().most_common())

    def messages(self, crew: str | None = None) -> tuple[tuple[str, str, str], ...]:
        """When, by whom and what, the newest first: all of them, or what one crew is told."""
        said = [record for record in self._state.messages if crew is None or record.about in ("all", crew)]
        return tuple(
            (danish.moment(one.at), self._titles.get(one.who, one.who), one.body["text"]) for one in said[::-1]
        )

    def log(self, lines: int | None = LINES) -> tuple[tuple[str, str, str], ...]:
        """When, by whom and what happened, the newest first."""
        records = self._state.log if lines is None else self._state.log[-lines:]
        return tuple(
            (danish.moment(one.at), self._titles.get(one.who, one.who), self._line(one)) for one in records[::-1]
        )

    def _line(self, record: Record) -> str:
        body = record.body
        parts: list[str] = [danish.EVENT.get(record.kind, record.kind)]
        if record.kind == "gate.decided":
            parts = ["GO" if body["go"] else "NO-GO"]
        if record.kind == "decided":
            parts = ["prøves igen" if body["outcome"] == "retry" else "udgår"]
        if body.get("fault"):
            parts.append(_fault(body["fault"]))
        if "minutes" in body:
            parts.append(danish.length(body["minutes"]))
        if "swapped" in body:
            parts.append(f"{body['swapped']} skiftet, {body['dead']} døde")
        if record.kind == "gate.expired":
            parts.append(str(body["role"]))
        parts += [str(body[name]) for name in ("reason", "text", "who") if body.get(name)]
        about = self.title(str(record.about)) if record.about not in ("day", "all", "log", None) else ""
        return f"{about}: {', '.join(parts)}" if about else ", ".join(parts)

    def title(self, about: str) -> str:
        """What something of the plan is called."""
        if about in self._plan.visit:
            return f"{self._plan.visit[about].site} {self._plan.visit[about].name}"
        named: Iterable[Task | Gate] = (*self._plan.task.values(), *self._plan.gates)
        return next((one.title for one in named if one.id == about), self._titles.get(f"crew:{about}", about))

    def _late(self, begins: datetime, name: str) -> str:
        work = self._state.work[name]
        if work.status == "planned" and self._now > begins + LATE:
            return danish.length((self._now - begins).total_seconds() / 60)
        return ""

    def _said(self, name: str) -> str:
        work = self._state.work[name]
        return f"{danish.clock(work.said)} {self._titles.get(work.who, work.who)}" if work.said else ""

    def _note(self, name: str) -> str:
        work = self._state.work[name]
        return ": ".join(filter(None, (_fault(work.fault), work.reason)))


def _day(state: State) -> str:
    if state.opened is None:
        return "ikke sat i gang"
    if state.closed is not None:
        return f"afsluttet {danish.moment(state.closed)}"
    return f"i gang siden {danish.moment(state.opened)}"


def _fault(kind: str) -> str:
    return next((words for name, words in FAULTS.items() if name == kind), kind)


def _criterion(title: str, limit: str) -> str:
    return f"{title}: {limit}" if limit else title
