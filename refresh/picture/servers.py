"""The servers: a box for each system, a line for each of its servers, and on it where each generation has it.

Left out: sizes, addresses, and who may talk to whom.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from refresh.picture.canvas import EDGE, MARGIN, PANEL, QUIET, STATES, Canvas, counted, width_of

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import Server, System
    from model.types.instances import Instance

COLUMNS, LINE, HEAD, MARK = 5, 18, 50, 38
"""Columns of boxes, how high a server's line and a box's heading are, how wide a generation's mark with its gap."""
COLORS = ("#2f5d8a", "#1d7a4f", "#8a4b9e", "#b3541e", "#0b7285", "#8f6b00", "#9b2c4e", "#4a5568")
"""Of the places where servers stand; a ninth begins again."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a system's box stands."""

    x: float
    y: float
    width: float
    height: float


Marks = dict[str, dict[str, "Instance"]]
"""By server and generation."""


def draw(platform: Platform) -> str:
    """The picture."""
    systems, servers = platform.estate.systems, platform.estate.servers
    generations = list(platform.refresh.generations)
    step = 316 + MARK * max(len(generations) - 2, 0)
    width = 2 * MARGIN + COLUMNS * step - 16
    canvas = Canvas(
        width,
        f"{platform.settings.title}: systemer og servere",
        f"{counted(len(systems), 'system', 'systemer')} med {counted(len(servers), 'server', 'servere')}. "
        "En linje er en server. Mærket viser, i hvilken generation den findes, og farven hvor.",
    )
    counts = Counter((i.generation.name, _place(i)) for i in platform.instances)
    places = list(dict.fromkeys(place for _, place in counts))
    colors = {place: COLORS[at % len(COLORS)] for at, place in enumerate(places)}
    y = canvas.key(100, [(colors[place], _about(place, generations, counts)) for place in places])
    states = ", ".join(f"{name} er {STATES[g.state]}" for name, g in platform.refresh.generations.items())
    about = f"Generationer: {states}. Et stiplet mærke: serveren findes ikke i den generation."
    canvas.text(MARGIN, y, about, width - 2 * MARGIN, size=12)
    marks: Marks = {}
    for instance in platform.instances:
        marks.setdefault(instance.server.identity, {})[instance.generation.name] = instance
    ends = [y + 22.0] * COLUMNS
    held = {code: [server for server in servers.values() if server.system == code] for code in systems}
    for code in sorted(systems, key=lambda code: (-len(held[code]), code)):
        column = ends.index(min(ends))
        box = Box(MARGIN + column * step, ends[column], step - 16, HEAD - 6)
        if held[code]:
            box = replace(box, height=HEAD + LINE * len(held[code]) + 4)
        _heading(canvas, systems[code], held[code], marks, generations, box)
        for at, server in enumerate(held[code]):
            instances = {name: marks.get(server.identity, {}).get(name) for name in generations}
            _server(canvas, server, instances, colors, box, at)
        ends[column] += box.height + 14
    return canvas.finish(max(ends) + MARGIN - 14)


def _place(instance: Instance) -> str:
    return f"Azure {instance.azure.area}" if instance.azure is not None else f"klynge {instance.server.cluster}"


def _about(place: str, generations: list[str], counts: Counter[tuple[str, str]]) -> str:
    parts = [f"{counts[name, place]} i {name}" for name in generations if counts[name, place]]
    return f"{place}: {', '.join(parts)}"


def _heading(
    canvas: Canvas, system: System, servers: list[Server], marks: Marks, generations: list[str], box: Box
) -> None:
    canvas.box(box.x, box.y, box.width, box.height)
    canvas.box(box.x, box.y, box.width, HEAD - 6, fill=PANEL)
    room = box.width - 30 - width_of(system.code, 12)
    canvas.text(box.x + 10, box.y + 18, system.title, room, size=13, bold=True)
    canvas.text(box.x + box.width - 10, box.y + 18, system.code, 70, size=12, fill=QUIET, end=True)
    parts = ["hos leverandøren" if system.hosting == "vendor" else "egen drift"]
    if servers:
        parts.append(counted(len(servers), "server", "servere"))
    for name in generations:
        count = sum(name in marks.get(server.identity, {}) for server in servers)
        if count:
            parts.append(f"{count} i {name}")
    canvas.text(box.x + 10, box.y + 35, " · ".join(parts), box.width - 20, fill=QUIET)


def _server(
    canvas: Canvas, server: Server, instances: dict[str, Instance | None], colors: dict[str, str], box: Box, at: int
) -> None:
    y = box.y + HEAD + 10 + at * LINE
    marks = box.x + box.width - 6 - MARK * len(instances)
    canvas.text(box.x + 10, y, server.identity, 118, bold=True)
    canvas.text(box.x + 132, y, server.role, marks - box.x - 140, fill=QUIET)
    for index, (generation, instance) in enumerate(instances.items()):
        _mark(canvas, generation, instance, colors, marks + index * MARK, y - 10)


def _mark(
    canvas: Canvas, generation: str, instance: Instance | None, colors: dict[str, str], x: float, y: float
) -> None:
    if instance is None:
        canvas.box(x, y, MARK - 4, 14, edge=EDGE, dashed=True)
        return
    canvas.box(x, y, MARK - 4, 14, fill=colors[_place(instance)], edge=None)
    canvas.text(x + 6, y + 11, generation, MARK - 10, size=10, fill="#ffffff")
