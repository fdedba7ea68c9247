"""Rules over kinds of task and mishaps: who does them, in which order, and figures that can be."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from model.faults import Fault, nearest
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance
    from model.types.tasks import Spread


def staffed(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Whom a task takes is in a team of the data centre, and at no time are more asked for than the team has."""
    if platform.weekend.cutover is None:
        return
    there: dict[str, int] = {}
    for team in platform.weekend.teams.values():
        for skill, people in team.people.items():
            there[skill] = there.get(skill, 0) + 100 * people
    for key, kind in platform.weekend.tasks.items():
        for skill, percent in kind.takes.items():
            fault = written.sources["tasks", key].fault
            if skill not in there:
                message = f"no team has anybody for {skill}; {nearest(skill, there)}, or write `{skill}: null`"
                yield fault(("takes", skill), "TASK", message)
            elif percent > there[skill]:
                message = f"{percent} percent of {skill} and all teams have {there[skill]}; take less, or add `people`"
                yield fault(("takes", skill), "TASK", message)


def ordered(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No kinds of task wait for each other, and what is done weeks before waits for nothing of the weekend."""
    kinds = platform.weekend.tasks
    graph = {key: [before for before in kind.after if before in kinds] for key, kind in kinds.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        around = list(error.args[1])
        message = f"{' after '.join(around)}: nobody can begin; take one out of `after`"
        yield written.sources["tasks", around[0]].fault(("after",), "TASK", message)
    for key, kind in kinds.items():
        for before in graph[key]:
            days = kinds[before].days_before
            if kind.days_before is not None and (days is None or days < kind.days_before):
                message = f"{before} comes later than {key}; take it out of `after`, or set another `days_before`"
                yield written.sources["tasks", key].fault(("after",), "TASK", message)


def figures(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Nine of ten take no less than half of them, and a task whose item has no minutes says them itself."""
    for key, kind in platform.weekend.tasks.items():
        fault = written.sources["tasks", key].fault
        if kind.minutes is None and kind.each not in ("data-move", "visit"):
            yield fault((), "TASK", f"nothing says how long {key} takes; set `minutes`")
        way = kind.way_back
        if way is not None and way.minutes is None and kind.each not in ("data-move", "visit"):
            yield fault(("way_back",), "TASK", f"nothing says how long the way back of {key} takes; set `minutes`")
        if way is not None and not kind.reversible:
            message = f"{key} has a way back and cannot be undone; take one of `way_back` and `reversible` out"
            yield fault(("reversible",), "TASK", message)
        spreads = {"minutes": kind.minutes, "percent": kind.percent}
        yield from (fault((name,), "TASK", _upside_down(s)) for name, s in spreads.items() if _wrong(s))
        back = {"minutes": way.minutes, "percent": way.percent} if way is not None else {}
        yield from (fault(("way_back", name), "TASK", _upside_down(s)) for name, s in back.items() if _wrong(s))
    for key, mishap in platform.weekend.mishaps.items():
        fault = written.sources["mishaps", key].fault
        if mishap.minutes is None and mishap.times is None and not mishap.away:
            yield fault((), "TASK", f"{key} costs nothing; set `minutes`, `times` or `away`")
        spreads = {"minutes": mishap.minutes, "times": mishap.times}
        yield from (fault((name,), "TASK", _upside_down(s)) for name, s in spreads.items() if _wrong(s))


def _wrong(spread: Spread | None) -> bool:
    return spread is not None and spread.p90 < spread.p50


def _upside_down(spread: Spread | None) -> str:
    figures = (spread.p90, spread.p50) if spread is not None else (0, 0)
    return f"p90 {figures[0]} is less than p50 {figures[1]}; set a `p90` that nine of ten keep"


RULES = (
    Rule(
        "tasks.staffed",
        "A task that nobody on duty can do has no time in the plan, and everything after it has none either.",
        ("TASK",),
        staffed,
    ),
    Rule(
        "tasks.ordered",
        "Tasks that wait for each other never begin, and a preparation that waits for the weekend comes too late.",
        ("TASK",),
        ordered,
    ),
    Rule(
        "tasks.figures",
        "The plan, the point of no return and the rehearsal count with these minutes.",
        ("TASK",),
        figures,
    ),
)
