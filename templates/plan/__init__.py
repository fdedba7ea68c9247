"""The plan of a weekend as a page, in Danish, for the cutover lead: whether it can be done, who is where at which hour,
and the way there.

It needs nothing beside it, no tile server either. The plan is what `refresh plan --json` prints; here is where it
stands on the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rendering.engine import render
from rendering.plain import plain
from templates.people import danish
from templates.plan import charts
from templates.plan.charts import Document, Gantt, Map, moment


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of the plan, with what it counts."""

    value: str
    what: str


@dataclass(frozen=True, slots=True)
class Call:
    """A visit in a crew's table."""

    hours: str
    site: str
    name: str
    address: str
    devices: int
    host: str
    phone: str
    note: str


@dataclass(frozen=True, slots=True)
class Tour:
    """What a crew does on a day."""

    title: str
    colour: str
    summary: str
    calls: list[Call]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the weekend; `map` is missing where no position is known."""

    title: str
    gantt: Gantt
    map: Map | None
    tours: list[Tour]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is asked at a gate."""

    title: str
    limit: str
    source: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A moment at which a role decides."""

    title: str
    at: str
    role: str
    criteria: list[Criterion]


@dataclass(frozen=True, slots=True)
class Early:
    """A task of the weeks before."""

    day: str
    title: str
    role: str
    verification: str


@dataclass(frozen=True, slots=True)
class Page:
    """The context of the page. `unplanned`: sites that nobody visits, with why."""

    title: str
    heading: str
    feasible: bool
    verdict: list[str]
    facts: list[Fact]
    early: list[Early]
    tasks: Gantt | None
    days: list[Day]
    gates: list[Gate]
    unplanned: list[Criterion]


def files(document: Document) -> Iterator[tuple[str, str]]:
    """The page, by the name of its file."""
    yield "plan.html", render("plan/plan.html.j2", plain(_page(document)))


def _page(document: Document) -> Page:
    closes, opens = moment(document["closes"]), moment(document["opens"])
    return Page(
        title=document["title"],
        heading=f"Skiftet fra {document['previous']} til {document['generation']}, "
        f"{danish.day(closes.date())} kl. {_clock(document['closes'])} til "
        f"{danish.day(opens.date())} kl. {_clock(document['opens'])}",
        feasible=document["feasible"],
        verdict=list(document["verdict"]),
        facts=list(_facts(document)),
        early=[_early(task) for task in charts.of_centre(document) if charts.before(document, task)],
        tasks=charts.of_tasks(document) if charts.of_centre(document) else None,
        days=[_day(document, day) for day in charts.days(document)],
        gates=[_gate(gate) for gate in document["gates"]],
        unplanned=[Criterion(item["site"], item["reason"], "") for item in document["unplanned"]],
    )


def _early(task: Document) -> Early:
    begins = moment(task["begins"])
    day = f"{danish.short_day(begins.date())} kl. {_clock(task['begins'])}"
    return Early(day, task["title"], task["role"], task["verification"])


def _facts(document: Document) -> Iterator[Fact]:
    visits, crews = document["visits"], document["crews"]
    shifts = [shift for crew in crews for shift in crew["shifts"]]
    yield Fact(f"{len({visit['site'] for visit in visits})}", "steder")
    yield Fact(f"{len(visits)}", "besøg")
    yield Fact(_number(sum(visit["devices"] for visit in visits)), "pladser")
    yield Fact(f"{len(crews)}", "hold")
    yield Fact(f"{sum(crew['people'] for crew in crews)}", "teknikere ude")
    yield Fact(_number(round(sum(shift["kilometres"] for shift in shifts))), "kilometer")
    if shifts:
        longest = max(moment(shift.get("home", shift["ends"])) - moment(shift["begins"]) for shift in shifts)
        hours, minutes = divmod(round(longest.total_seconds() / 60), 60)
        yield Fact(f"{hours} t {minutes:02}", "længste vagt")


def _day(document: Document, day: str) -> Day:
    visits = {visit["id"]: visit for visit in document["visits"]}
    paint = charts.colours(document)
    gantt = charts.of_crews(document, day)
    tours = [
        Tour(
            title=crew["title"],
            colour=paint[crew["key"]],
            summary=f"kl. {_clock(shift['begins'])}-{_clock(shift['ends'])}, {shift['kilometres']:.0f} km, "
            f"{danish.count(sum(visits[key]['devices'] for key in shift['visits']), 'plads', 'pladser')}",
            calls=[_call(visits[key]) for key in shift["visits"]],
        )
        for crew in document["crews"]
        for shift in crew["shifts"]
        if shift["day"] == day and shift["visits"]
    ]
    return Day(gantt.title, gantt, charts.map_of(document, day), tours)


def _call(visit: Document) -> Call:
    return Call(
        hours=f"{_clock(visit['begins'])}-{_clock(visit['ends'])}",
        site=visit["site"],
        name=visit["name"],
        address=visit["address"],
        devices=visit["devices"],
        host=visit["host"],
        phone=visit["phone"] or "",
        note=visit["parallel"] or "" if visit["never_closes"] else "",
    )


def _gate(gate: Document) -> Gate:
    at = moment(gate["at"])
    return Gate(
        title=gate["title"],
        at=f"{danish.day(at.date())} kl. {_clock(gate['at'])}",
        role=gate["role"],
        criteria=[Criterion(c["title"], c["limit"], c["source"]) for c in gate["criteria"]],
    )


def _clock(text: str) -> str:
    return danish.clock(f"{moment(text):%H:%M}")


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
