"""The course of a weekend as a rehearsal runs it: steps with minutes, what each waits for, when its people are there.

It is read from plan.json, which is what people were told. A step begins when it was planned to begin, or later: crews
wait for the hour that a site was told, and a task of the data centre for its people. Left out: what goes wrong
(draw.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from model.derive.cutover import size
from refresh.weekend.moments import ZONE, minute

if TYPE_CHECKING:
    from model.platform import Platform

OVERTIME = 30
"""Minutes that a crew and who lets it in go on after their time, and no more: assumed."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A task or a visit. Times are minutes after `closes`; `after` are those it waits for, with minutes on the way.

    `duty`: when its people are there, empty for always. `latest`: from when on it cannot be done any more.
    """

    id: str
    kind: str
    title: str
    begins: int
    ends: int
    p50: int
    p90: int
    after: tuple[tuple[str, int], ...] = ()
    duty: tuple[Span, ...] = ()
    latest: int | None = None
    crew: str | None = None
    shift: str | None = None
    devices: int = 0
    workplaces: int = 0
    people: int = 1


@dataclass(frozen=True, slots=True)
class Course:
    """Steps in an order in which each comes after those that it waits for, and the weekend's own moments."""

    steps: tuple[Step, ...]
    turns: int | None
    opens: int
    opening: str | None
    spares_percent: int
    origin: datetime


def read(plan: Mapping[str, Any], platform: Platform) -> Course:
    """The course of a plan. Raises ValueError where the platform has no cutover."""
    cutover = platform.weekend.cutover
    if cutover is None:
        raise ValueError(f"{platform.name} has no cutover.yaml")
    origin = cutover.closes.order

    at = partial(_at, origin)
    visits = {f"visit-{row['id']}": row for row in plan["visits"]}
    rows = [row for row in plan["tasks"] if at(row["ends"]) > 0 or row["kind"] == "visit"]
    there = {row["id"] for row in rows}
    duties = _duties(platform, origin)
    last = {key for key, kind in platform.weekend.tasks.items() if not kind.reversible}
    steps: list[Step] = []
    for row in rows:
        begins, ends = at(row["begins"]), at(row["ends"])
        waits = [(need, 0) for need in row["needs"] if need in there]
        visit = visits.get(row["id"])
        if visit is None:
            duty = _shared(duties.get(skill, ()) for skill in row["takes"])
            waits += [(other["id"], 0) for other in rows if _shares(row, other, at)]
            steps.append(
                Step(
                    id=row["id"], kind=row["kind"], title=row["title"], begins=begins, ends=ends,
                    p50=row["p50"], p90=row["p90"], after=tuple(dict(waits).items()), duty=duty,
                )
            )  # fmt: skip
            continue
        steps.append(_visit(platform, origin, row, visit, (begins, ends), [need for need, _ in waits]))
    turns = at(plan["point_of_no_return"]) if plan["point_of_no_return"] is not None else None
    opening = next((step.id for step in steps if step.kind in last), None)
    opens = minute(origin, cutover.opens.order)
    return Course(ordered(steps), turns, opens, opening, cutover.spares.percent, origin)


def _visit(
    platform: Platform,
    origin: datetime,
    row: Mapping[str, Any],
    visit: Mapping[str, Any],
    span: Span,
    waits: Sequence[str],
) -> Step:
    """A visit: its crew comes from the one before, and leaves when its own hours or those of the site end."""
    crew, shift, until = _shift(platform, origin, row["crew"], span[0])
    # The plan says when a visit begins at the latest for the site's hours and its own.
    latest = _at(origin, visit["latest"]) + span[1] - span[0] if visit.get("latest") else until
    way = math.ceil(visit.get("travel_minutes", 0))
    return Step(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        begins=span[0],
        ends=span[1],
        p50=row["p50"],
        p90=row["p90"],
        after=tuple((need, way) for need in waits),
        latest=latest + OVERTIME,
        crew=crew,
        shift=shift,
        devices=visit["devices"],
        workplaces=len(visit.get("workplaces", ())),
        people=size(platform.weekend, platform.weekend.crews[crew], shift),
    )


def _at(origin: datetime, text: str) -> int:
    return minute(origin, datetime.fromisoformat(text).astimezone(ZONE).replace(tzinfo=None))


def ordered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps, each after those that it waits for."""
    by_id = {step.id: step for step in steps}
    graph = {step.id: [need for need, _ in step.after] for step in steps}
    return tuple(by_id[key] for key in TopologicalSorter(graph).static_order())


def _shares(row: Mapping[str, Any], other: Mapping[str, Any], at: Callable[[str], int]) -> bool:
    """Whether a task was planned after another with which it shares people: that order is kept."""
    return bool(row["takes"].keys() & other.get("takes", {}).keys()) and at(other["ends"]) <= at(row["begins"])


def _duties(platform: Platform, origin: datetime) -> dict[str, list[Span]]:
    """When anybody with a skill is there."""
    found: dict[str, list[Span]] = {}
    for team in platform.weekend.teams.values():
        spans = [platform.weekend.shifts[shift].span for shift in team.shifts]
        for skill in team.people:
            found.setdefault(skill, []).extend((minute(origin, a), minute(origin, b)) for a, b in spans)
    return {skill: _joined(spans) for skill, spans in found.items()}


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return joined


def _shared(duties: Iterable[Sequence[Span]]) -> tuple[Span, ...]:
    """When all are there."""
    shared: list[Span] | None = None
    for spans in duties:
        if shared is None:
            shared = list(spans)
            continue
        shared = [(max(a, c), min(b, d)) for a, b in shared for c, d in spans if max(a, c) < min(b, d)]
    return tuple(sorted(shared or ()))


def _shift(platform: Platform, origin: datetime, crew: str, begins: int) -> tuple[str, str, int]:
    """The crew, the shift on which a visit is, and its end."""
    ends: list[tuple[int, str, int]] = []
    for shift in platform.weekend.crews[crew].shifts:
        since, until = (minute(origin, end) for end in platform.weekend.shifts[shift].span)
        ends.append((since, shift, until))
    held = [each for each in sorted(ends) if each[0] <= begins] or sorted(ends)
    _, shift, until = held[-1]
    return crew, shift, until
