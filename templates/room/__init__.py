"""The emptying server room as a picture and a page, in Danish, for those who decide when it is given up.

Each needs nothing beside it. The numbers are refresh/server_room.py's; here is where they stand on the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rendering.engine import render
from rendering.plain import plain
from templates.people import danish

if TYPE_CHECKING:
    from model.types.server_room import Left, Machine, Milestone, Plan

WIDTH, HEIGHT = 1040, 470
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 96, 130
_TICKS = 5
_COLUMN = 124
"""The least width of a bar's place, so that what stands below it fits."""
_STATES = {None: "ophører", "planned": "planlagt", "building": "bygges", "moved": "flyttet"}


@dataclass(frozen=True, slots=True)
class Row:
    """What is left after a wave, or before the first. `late`: it ends after the deadline; `gone`: servers it moves."""

    title: str
    day: str
    state: str
    late: bool
    gone: str
    servers: str
    cpus: str
    memory: str
    disk: str
    hosts: str
    units: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A server that stays longer."""

    name: str
    until: str
    why: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Rack units that are left: hosts at the bottom, equipment above them, in the picture's points."""

    x: float
    middle: float
    width: float
    hosts_y: float
    hosts: float
    equipment_y: float
    equipment: float
    label_y: float
    units: str
    title: str
    day: str
    servers: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture and the frame of its bars, in points."""

    width: int
    height: int
    left: int
    right: int
    top: int
    base: int
    bars: list[Bar]
    deadline_x: float
    ticks: list[Tick]


@dataclass(frozen=True, slots=True)
class Page:
    """The context of both. `empty`: the room is, by the deadline."""

    municipality: str
    title: str
    generation: str
    empty: bool
    verdict: str
    deadline: str
    chart: Chart
    rows: list[Row]
    stays: list[Stay]
    assumed: list[str]


def files(municipality: str, plan: Plan) -> Iterator[tuple[str, str]]:
    """The picture and the page, by the names of their files."""
    context = plain(_context(municipality, plan))
    picture = render("room/room.svg.j2", context)
    yield "room.svg", picture
    yield "room.html", render("room/room.html.j2", context)


def _context(municipality: str, plan: Plan) -> Page:
    return Page(
        municipality=municipality,
        title=plan.title,
        generation=plan.generation,
        empty=plan.empty,
        verdict=_verdict(plan),
        deadline=_long(plan.empty_by),
        chart=_chart(plan),
        rows=list(_rows(plan)),
        stays=[_stay(machine) for machine in plan.stays],
        assumed=list(plan.assumed),
    )


def _long(day: Any) -> str:
    return danish.day(day).partition(" den ")[2]


def _verdict(plan: Plan) -> str:
    if plan.empty_on is not None:
        when = f"Rummet er tomt {danish.day(plan.empty_on)}"
        return (
            f"{when}, inden fristen {_long(plan.empty_by)}"
            if plan.empty
            else (f"{when}, efter fristen {_long(plan.empty_by)}")
        )
    left = plan.milestones[-1].left if plan.milestones else plan.start
    return f"Rummet bliver ikke tomt: {left.rack_units} rack-enheder og {left.servers} servere står tilbage"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _rows(plan: Plan) -> Iterator[Row]:
    yield Row(title="Før bølgerne", day="", state="", late=False, gone="", **_cells(plan.start))
    for milestone in plan.milestones:
        yield Row(
            title=_titled(milestone),
            day=_long(milestone.day),
            state=_STATES[milestone.state],
            late=milestone.late,
            gone=_number(milestone.servers),
            **_cells(milestone.left),
        )


def _titled(milestone: Milestone) -> str:
    return milestone.title if milestone.state is not None else "Undtagelser"


def _cells(left: Left) -> dict[str, str]:
    values = {
        "servers": left.servers,
        "cpus": left.cpus,
        "memory": left.memory_gib,
        "disk": left.disk_gib,
        "hosts": left.hosts,
        "units": left.rack_units,
    }
    return {key: _number(value) for key, value in values.items()}


def _stay(machine: Machine) -> Stay:
    until = f"til {machine.leaves}" if machine.leaves is not None else "uden dato"
    return Stay(machine.name, until, machine.why)


def _chart(plan: Plan) -> Chart:
    """Bars of rack units, one before the first wave and one after each, with the deadline between them."""
    steps = [("Før bølgerne", "", plan.start), *((_titled(m), _long(m.day), m.left) for m in plan.milestones)]
    most = max(plan.start.rack_units, 1)
    width = max(WIDTH, _LEFT + _RIGHT + _COLUMN * len(steps))
    wide, high = width - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    column = wide / len(steps)
    scale = high / most
    bars: list[Bar] = []
    for index, (title, day, left) in enumerate(steps):
        hosts, equipment = left.host_units * scale, left.equipment_units * scale
        bars.append(
            Bar(
                x=round(_LEFT + index * column + column * 0.2, 1),
                middle=round(_LEFT + (index + 0.5) * column, 1),
                width=round(column * 0.6, 1),
                hosts_y=round(_TOP + high - hosts, 1),
                hosts=round(hosts, 1),
                equipment_y=round(_TOP + high - hosts - equipment, 1),
                equipment=round(equipment, 1),
                label_y=round(_TOP + high - hosts - equipment - 8, 1),
                units=_number(left.rack_units),
                title=_short(title, round(column / 7.6)),
                day=day,
                servers=_number(left.servers),
            )
        )
    before = 1 + sum(not m.late for m in plan.milestones)
    ticks = range(0, most + 1, -(-most // _TICKS))
    return Chart(
        width=width,
        height=HEIGHT,
        left=_LEFT,
        right=width - _RIGHT,
        top=_TOP,
        base=_TOP + high,
        bars=bars,
        deadline_x=round(_LEFT + before * column, 1) - (2 if before == len(steps) else 0),
        ticks=[Tick(round(_TOP + high - tick * scale, 1), _number(tick)) for tick in ticks],
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: max(most - 1, 1)].rstrip() + "…"
