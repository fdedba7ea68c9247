"""Where the plan of a weekend stands on its pictures: bars by the hour, and routes on a map drawn from positions alone.

Points of SVG. The hours are those of the plan, as written: in the offset of its own day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from templates.people import danish

WIDTH = 1040
_LABELS = 170
_TASK_LABELS = 330
_ROW = 24
_HEAD = 30
_MAP = 640
_MARGIN = 34
_LETTER = 5.6
"""The width of a letter of a label, so that it is left out where it does not fit."""
_CRITICAL, _ORDINARY = "#b3261e", "#2f5d8a"
PALETTE = (
    "#2f5d8a", "#1d7a4f", "#8a4b08", "#7a3e8e", "#00727a", "#a02c5b",
    "#5b6b1f", "#4a4fb0", "#8c5a5a", "#3f6b5c", "#6b5b95", "#905d00",
)  # fmt: skip
"""Colours of crews, each 4.5 to 1 or more against white (WCAG 2.1)."""

Document = Mapping[str, Any]
"""What `refresh plan --json` prints."""


@dataclass(frozen=True, slots=True)
class Tick:
    """An hour of the scale."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time; `label` is empty where it does not fit, `hint` is shown when somebody points at it."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the picture: a crew, or a task."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that counts: a gate, the point of no return."""

    x: float
    label_y: float
    anchor: str
    label: str


@dataclass(frozen=True, slots=True)
class Gantt:
    """Bars by the hour."""

    title: str
    width: int
    height: int
    left: int
    top: int
    rows: list[Row]
    ticks: list[Tick]
    shifts: list[Bar]
    bars: list[Bar]
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit on the map; `label` is empty where another's stands."""

    x: float
    y: float
    radius: float
    colour: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Route:
    """The way of a crew on a day, as the points of a line."""

    points: str
    colour: str
    label: str


@dataclass(frozen=True, slots=True)
class Map:
    """A day's routes."""

    title: str
    width: int
    height: int
    routes: list[Route]
    stops: list[Stop]
    scale_x: float
    scale_y: float
    scale: float
    scale_label: str


def moment(text: str) -> datetime:
    """A time of the plan."""
    return datetime.fromisoformat(text)


def colours(document: Document) -> dict[str, str]:
    """The colour of each crew, in the order of the plan."""
    return {crew["key"]: PALETTE[index % len(PALETTE)] for index, crew in enumerate(document["crews"])}


def days(document: Document) -> list[str]:
    """The days on which crews are out."""
    return sorted({shift["day"] for crew in document["crews"] for shift in crew["shifts"]})


def of_crews(document: Document, day: str) -> Gantt:
    """A day's crews, each on a line with its visits; what is pale is on duty and on the way."""
    visits = {visit["id"]: visit for visit in document["visits"]}
    paint = colours(document)
    out = [(crew, shift) for crew in document["crews"] for shift in crew["shifts"] if shift["day"] == day]
    scale = _Scale([moment(s[key]) for _, s in out for key in ("begins", "ends")], _LABELS)
    rows: list[Row] = []
    shifts: list[Bar] = []
    bars: list[Bar] = []
    for index, (crew, shift) in enumerate(out):
        y = _HEAD + index * _ROW
        rows.append(Row(y + _ROW / 2 + 4, _fit(f"{crew['title']} ({crew['people']})", _LABELS - 12)))
        shifts.append(scale.bar(moment(shift["begins"]), moment(shift["ends"]), y, "#e4e9e6", "", crew["title"]))
        bars += [
            scale.bar(moment(held["begins"]), moment(held["ends"]), y, paint[crew["key"]], held["site"], _hint(held))
            for held in (visits[key] for key in shift["visits"])
        ]
    return Gantt(
        title=danish.day(datetime.fromisoformat(day).date()),
        width=WIDTH,
        height=_HEAD + len(out) * _ROW + 8,
        left=_LABELS,
        top=_HEAD,
        rows=rows,
        ticks=scale.ticks(1),
        shifts=shifts,
        bars=bars,
        marks=[],
    )


def of_centre(document: Document) -> list[Document]:
    """The tasks of the data centre in their order."""
    return sorted(
        (task for task in document["tasks"] if not task.get("site")), key=lambda t: (moment(t["begins"]), t["id"])
    )


def before(document: Document, task: Document) -> bool:
    """Whether a task is over before the day on which all closes."""
    return moment(task["ends"]) <= moment(document["closes"]).replace(hour=0, minute=0)


def of_tasks(document: Document) -> Gantt:
    """The tasks of the data centre from the day of the closing on, with gates and the point of no return."""
    tasks = [task for task in of_centre(document) if task["kind"] != "gate" and not before(document, task)]
    ends = [moment(document["closes"]), moment(document["opens"])]
    scale = _Scale([*ends, *(moment(t[key]) for t in tasks for key in ("begins", "ends"))], _TASK_LABELS)
    last = _HEAD + len(tasks) * 18
    moments = [(gate["title"], gate["at"]) for gate in document["gates"]]
    if document["point_of_no_return"] is not None:
        moments.append(("Herfra er der ingen vej tilbage", document["point_of_no_return"]))
    moments.sort(key=lambda item: moment(item[1]))
    middle = (_TASK_LABELS + WIDTH) / 2
    marks = [
        Mark(x, last + 22 + index * 16, "end" if x > middle else "start", f"{title}, {at:%d/%m} kl. {at:%H.%M}")
        for index, (title, at, x) in enumerate((t, moment(a), scale.x(moment(a))) for t, a in moments)
    ]
    return Gantt(
        title="Datacentret time for time",
        width=WIDTH,
        height=last + 16 * len(marks) + 24,
        left=_TASK_LABELS,
        top=_HEAD,
        rows=[Row(_HEAD + i * 18 + 13, _fit(task["title"], _TASK_LABELS - 12)) for i, task in enumerate(tasks)],
        ticks=scale.ticks(6),
        shifts=[],
        bars=[
            scale.bar(
                moment(task["begins"]),
                moment(task["ends"]),
                _HEAD + index * 18,
                _CRITICAL if task["critical"] else _ORDINARY,
                "",
                f"{task['title']}: {_clock(task['begins'])}-{_clock(task['ends'])}, {task['role']}",
                height=14,
            )
            for index, task in enumerate(tasks)
        ],
        marks=marks,
    )


def map_of(document: Document, day: str) -> Map | None:
    """The routes of a day; None where no position is known. Every day has the same frame, so that they compare."""
    visits = {visit["id"]: visit for visit in document["visits"]}
    frame = _Frame([v["position"] for v in document["visits"] if v.get("position")])
    if not frame.known:
        return None
    paint = colours(document)
    routes: list[Route] = []
    stops: list[Stop] = []
    labels = _Labels()
    for crew in document["crews"]:
        for shift in crew["shifts"]:
            if shift["day"] != day:
                continue
            there = [visits[key] for key in shift["visits"] if visits[key].get("position")]
            home = (crew.get("start") or {}).get("position")
            way = [home, *(visit["position"] for visit in there), home] if home else [v["position"] for v in there]
            colour = paint[crew["key"]]
            points = " ".join(f"{x},{y}" for x, y in map(frame.point, way))
            if there:
                routes.append(Route(points, colour, f"{crew['title']}: {shift['kilometres']:.0f} km"))
            stops += [_stop(visit, frame, colour, labels) for visit in there]
    kilometres = frame.kilometres()
    return Map(
        title=danish.day(datetime.fromisoformat(day).date()),
        width=_MAP,
        height=frame.height,
        routes=routes,
        stops=stops,
        scale_x=_MARGIN,
        scale_y=frame.height - 12,
        scale=round(kilometres * frame.per_kilometre, 1),
        scale_label=f"{kilometres} km",
    )


def _stop(visit: Document, frame: _Frame, colour: str, labels: _Labels) -> Stop:
    x, y = frame.point(visit["position"])
    radius = round(2.5 + math.sqrt(visit["devices"]) * 0.7, 1)
    label = visit["site"] if labels.free(x + radius + 2, y, len(visit["site"]) * _LETTER) else ""
    return Stop(x, y, radius, colour, label, _hint(visit))


def _hint(visit: Document) -> str:
    hours = f"{_clock(visit['begins'])}-{_clock(visit['ends'])}"
    return f"{visit['site']} {visit['name']}: kl. {hours}, {danish.count(visit['devices'], 'plads', 'pladser')}"


def _clock(text: str) -> str:
    return danish.clock(f"{moment(text):%H:%M}")


def _fit(text: str, width: float) -> str:
    most = int(width / 6.4)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


class _Scale:
    """Time from left to right, by whole hours."""

    def __init__(self, moments: Sequence[datetime], left: int) -> None:
        self.left = left
        self.first = min(moments).replace(minute=0, second=0)
        self.hours = max(1, math.ceil((max(moments) - self.first) / timedelta(hours=1)))

    def x(self, when: datetime) -> float:
        share = (when - self.first) / timedelta(hours=self.hours)
        return round(self.left + share * (WIDTH - self.left - 14), 1)

    def bar(
        self, begins: datetime, ends: datetime, y: float, colour: str, label: str, hint: str, height: int = 18
    ) -> Bar:
        x = self.x(begins)
        width = round(max(self.x(ends) - x, 1.5), 1)
        return Bar(x, y, width, height, colour, label if len(label) * _LETTER + 4 <= width else "", hint)

    def ticks(self, every: int) -> list[Tick]:
        hours = (self.first + timedelta(hours=number) for number in range(self.hours + 1))
        return [Tick(self.x(hour), f"{hour:%d/%m}" if every > 1 and hour.hour == 0 else f"{hour.hour}")
                for hour in hours if hour.hour % every == 0]  # fmt: skip


class _Frame:
    """A map's frame: degrees on a plane that is true around its middle, a kilometre as long in both directions."""

    def __init__(self, positions: Iterable[Sequence[float]]) -> None:
        found = list(positions)
        self.known = bool(found)
        if not found:
            return
        self.south, north = min(p[0] for p in found), max(p[0] for p in found)
        self.west, east = min(p[1] for p in found), max(p[1] for p in found)
        self.narrow = math.cos(math.radians((self.south + north) / 2))
        wide, high = max((east - self.west) * self.narrow, 0.01), max(north - self.south, 0.01)
        self.per_degree = (_MAP - 2 * _MARGIN) / max(wide, high * 0.8)
        self.height = round(high * self.per_degree + 2 * _MARGIN)
        self.per_kilometre = self.per_degree / 111.2

    def point(self, position: Sequence[float]) -> tuple[float, float]:
        x = _MARGIN + (position[1] - self.west) * self.narrow * self.per_degree
        y = self.height - _MARGIN - (position[0] - self.south) * self.per_degree
        return round(x, 1), round(y, 1)

    def kilometres(self) -> int:
        """A round length of about a fifth of the map."""
        return next((length for length in (20, 10, 5, 2) if length * self.per_kilometre <= _MAP / 4), 1)


class _Labels:
    """Which places of a map have a label already."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, float, float]] = []

    def free(self, x: float, y: float, width: float) -> bool:
        """Whether a label fits there, which is taken then."""
        if x + width > _MAP or any(
            abs(y - row) < 10 and x < end and x + width > begin for begin, row, end in self.taken
        ):
            return False
        self.taken.append((x, y, x + width))
        return True
