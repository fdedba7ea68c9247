"""The week after as a page, in Danish, for the service desk: people an hour, standard answers, when the watch ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rendering.engine import render
from rendering.plain import plain
from templates.people import danish

if TYPE_CHECKING:
    from model import Platform
    from model.types.rehearsal import Hour

_SEVERITY = {"one": "én plads", "site": "et sted", "all": "alle"}
_HIGH, _WIDE, _GAP = 90, 22, 24


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour's bar in the curve, with the people on duty."""

    x: float
    y: float
    height: float
    people: int
    label_y: float
    clock: str


@dataclass(frozen=True, slots=True)
class Day:
    """A working day: its calls, the most people on duty, and its bars."""

    title: str
    title_x: float
    calls: str
    most: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Answer:
    """What people say and what they are answered."""

    title: str
    cause: str
    answer: str
    escalate: str
    hits: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What must hold for the watch to end."""

    title: str
    limit: str
    days: str
    source: str


@dataclass(frozen=True, slots=True)
class Week:
    """The context of the page."""

    municipality: str
    promise: str
    source: str
    width: int
    height: int
    base: int
    days: list[Day]
    answers: list[Answer]
    asked: list[Asked]


def page(platform: Platform, hours: Iterable[Hour]) -> str:
    """week-after.html. Raises ValueError where there are no figures of the first days."""
    monday = platform.weekend.monday
    if monday is None:
        raise ValueError(f"{platform.name} has no monday.yaml")
    days = _days(list(hours))
    base = 20 + _HIGH
    week = Week(
        municipality=platform.settings.title,
        promise=f"{monday.answered_percent} procent besvares inden {monday.answered_seconds} sekunder",
        source=monday.source,
        width=sum(len(day.cells) * _WIDE + _GAP for day in days) + _GAP,
        height=base + 56,
        base=base,
        days=days,
        answers=[
            Answer(e.title, e.cause, e.answer, e.escalate, _SEVERITY[e.severity])
            for e in platform.weekend.known_errors.values()
        ],
        asked=[
            Asked(
                each.title,
                each.limit,
                danish.count(each.days, "dag", "dage"),
                each.source.replace("PLATFORM", platform.name),
            )
            for each in platform.weekend.exit.values()
        ],
    )
    return render("rehearsal/week.html.j2", plain(week))


def _days(hours: list[Hour]) -> list[Day]:
    most = max((hour.on_duty for hour in hours), default=1)
    found: list[Day] = []
    left = float(_GAP)
    for number in sorted({hour.day for hour in hours}):
        mine = [hour for hour in hours if hour.day == number]
        cells: list[Cell] = []
        for place, hour in enumerate(mine):
            height = round(hour.on_duty / most * _HIGH, 1)
            y = round(20 + _HIGH - height, 1)
            cells.append(Cell(left + place * _WIDE, y, height, hour.on_duty, y - 4, str(int(hour.clock[:2]))))
        calls = f"{sum(hour.calls for hour in mine):.0f} opkald"
        found.append(Day(f"Dag {number}", left, calls, max(hour.on_duty for hour in mine), cells))
        left += len(mine) * _WIDE + _GAP
    return found
