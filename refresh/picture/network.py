"""The network: what stands in the middle, and around it every site by its type, each on its line.

A line's colour and weight are its bandwidth. Left out: switches, addresses of machines, who may talk to whom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.types.sites import Zone
from refresh.picture.canvas import EDGE, MARGIN, PANEL, QUIET, STATES, Canvas, counted, number

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import Site

COLUMNS, STEP, CELL, ROW, HEAD = 9, 186, 164, 60, 38
"""Columns of sites: how many, how far apart, how wide a cell, and how high a row and a heading stand."""
WIDTH = 2 * MARGIN + COLUMNS * STEP
PANEL_WIDTH, GAP, LINE = 520, 24, 17

BANDS = (
    (10_000, "#0b3d2a", 6.0, "10 Gbit/s og mere"),
    (1000, "#1d7a4f", 4.5, "1 til under 10 Gbit/s"),
    (300, "#2f5d8a", 3.5, "300 til under 1.000 Mbit/s"),
    (100, "#8a6fb0", 2.5, "100 til under 300 Mbit/s"),
    (0, "#c77700", 1.5, "under 100 Mbit/s"),
)
"""From how many Mbit/s a line has which colour and weight, and what the key says."""

ZONES: dict[Zone, tuple[str, str]] = {
    "clients": ("K", "klienter"),
    "staff-wifi": ("W", "wifi til ansatte"),
    "voice": ("T", "telefoni"),
    "devices": ("U", "udstyr"),
    "guests": ("G", "gæster"),
    "printers": ("P", "printere"),
    "management": ("A", "administration af switche"),
}
"""The letter of each zone, and what it stands for."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A box in the middle: its heading, what stands below that, and a line of cells for each network."""

    title: str
    about: str
    rows: tuple[tuple[str, str, str, str], ...]


def draw(platform: Platform) -> str:
    """The picture."""
    places = platform.places
    workplaces = Counter(w.site for w in places.workplaces.values())
    canvas = Canvas(
        WIDTH,
        f"{platform.settings.title}: netværk",
        f"{counted(len(places.sites), 'lokation', 'lokationer')} med "
        f"{counted(workplaces.total(), 'arbejdsplads', 'arbejdspladser')} og det, de er forbundet til. "
        "Linjens farve og tykkelse er dens båndbredde.",
    )
    y = canvas.key(100, [(color, label) for _, color, _, label in BANDS])
    letters = ", ".join(f"{letter} {label}" for letter, label in ZONES.values())
    canvas.text(MARGIN, y, f"Zoner på en lokation: {letters}.", WIDTH - 2 * MARGIN, size=12)
    centres, hub = list(_centres(platform)), list(_hub(platform))
    middles = _middles(len(centres) + len(hub))
    y = _spokes(canvas, list(_areas(platform)), middles[-1:], y + 24)
    y, top = _row(canvas, [*centres, *hub], y), y
    if centres and hub:
        # Generations side by side in one data centre are no line; the way to Azure is one.
        left = middles[-1] - _width(len(middles)) / 2
        canvas.line((left - GAP, top + 20), (left, top + 20), thick=4)
    ways = middles[: len(centres)] or middles
    for middle in ways:
        canvas.line((middle, y), (middle, y + 30), thick=6)
    if ways:
        canvas.text(ways[0] + 14, y + 20, "WAN", 60, size=13, bold=True)
    return canvas.finish(_sites(canvas, platform, workplaces, ways, y + 30) + MARGIN)


def _centres(platform: Platform) -> Iterator[Panel]:
    """The data centre in each generation."""
    networks = platform.network.networks
    for name, generation in platform.refresh.generations.items():
        rows = tuple(
            (key, f"VLAN {network.vlan[name]}" if name in network.vlan else "", str(prefix), network.purpose)
            for key, network in networks.items()
            if (prefix := network.prefix.get(name)) is not None
        )
        if rows:
            yield Panel(f"Datacenter {name}", STATES[generation.state], rows)


def _hub(platform: Platform) -> Iterator[Panel]:
    """The hub in Azure, which the data centre has a line to."""
    azure = platform.azure.settings
    if azure is not None:
        gateway = "VPN" if azure.hub.gateway.kind == "vpn" else "ExpressRoute"
        row = ("hub", "", str(azure.hub.prefix), f"{gateway}, firewall {azure.hub.firewall}")
        yield Panel("Azure-hub", azure.location, (row,))


def _areas(platform: Platform) -> Iterator[Panel]:
    """The areas in Azure, which are peered with the hub."""
    if platform.azure.settings is not None:
        for area in platform.azure.areas.values():
            rows = tuple((key, "", str(subnet.prefix), "") for key, subnet in area.subnets.items())
            yield Panel(f"Azure: {area.title}", str(area.prefix), rows)


def _spokes(canvas: Canvas, areas: list[Panel], hub: list[float], top: float) -> float:
    """The areas above the hub, which stands last in the row below, each on the line to it; where that row begins."""
    if not areas:
        return top
    bottom = _row(canvas, areas, top)
    middles = _middles(len(areas))
    for middle in middles:
        canvas.line((middle, bottom), (middle, bottom + 16), thick=3)
    canvas.line((min(middles + hub), bottom + 16), (max(middles + hub), bottom + 16), thick=3)
    for middle in hub:
        canvas.line((middle, bottom + 16), (middle, bottom + 34), thick=3)
    return bottom + 34


def _width(count: int) -> float:
    """How wide each of so many boxes beside each other is."""
    return min(PANEL_WIDTH, (WIDTH - 2 * MARGIN - GAP * (count - 1)) / max(count, 1))


def _middles(count: int) -> list[float]:
    """Where the middle of each of so many boxes is."""
    step = _width(count) + GAP
    return [WIDTH / 2 + (at - (count - 1) / 2) * step for at in range(count)]


def _row(canvas: Canvas, panels: list[Panel], top: float) -> float:
    """Boxes beside each other, all as high; where they end."""
    if not panels:
        return top
    width = _width(len(panels))
    height = 42 + LINE * max(len(panel.rows) for panel in panels)
    for panel, middle in zip(panels, _middles(len(panels)), strict=True):
        _panel(canvas, panel, (middle - width / 2, width), top, height)
    return top + height


def _panel(canvas: Canvas, panel: Panel, column: tuple[float, float], y: float, height: float) -> None:
    x, width = column
    canvas.box(x, y, width, height, fill=PANEL, edge=QUIET)
    used = canvas.text(x + 12, y + 24, panel.title, width * 0.62, size=15, bold=True)
    canvas.text(x + width - 12, y + 24, panel.about, width - 36 - used, size=12, fill=QUIET, end=True)
    shares = (0.23, 0.16, 0.26, 0.35) if any(vlan for _, vlan, _, _ in panel.rows) else (0.35, 0.0, 0.3, 0.35)
    for at, row in enumerate(panel.rows):
        left = x + 12
        for index, (cell, share) in enumerate(zip(row, shares, strict=True)):
            if cell:
                canvas.text(left, y + 46 + at * LINE, cell, share * (width - 16) - 4, bold=not index)
            left += share * (width - 16)


def _columns(groups: list[tuple[str, list[Site]]], most: float) -> list[list[tuple[str, list[Site]]]]:
    """The groups, each with its heading, in columns no longer than `most`; a group may go on in the next column."""
    columns: list[list[tuple[str, list[Site]]]] = [[]]
    used = 0.0
    for title, sites in groups:
        columns[-1].append((f"{title} ({len(sites)})", []))
        used += HEAD
        for site in sites:
            if used + ROW > most:
                if not columns[-1][-1][1]:
                    columns.append([columns[-1].pop()])
                else:
                    columns.append([(f"{title}, fortsat", [])])
                used = HEAD
            columns[-1][-1][1].append(site)
            used += ROW
    return [column for column in columns if column]


def _sites(canvas: Canvas, platform: Platform, workplaces: Counter[str], ways: list[float], bus: float) -> float:
    """The sites by type, in columns as short as they can be, each cell on its column's line; where the longest ends.

    `ways` are where the middle comes down to the line that all columns hang on, at `bus`.
    """
    by_type: dict[str, list[Site]] = {}
    for site in platform.places.sites.values():
        by_type.setdefault(site.type, []).append(site)
    ordered = sorted(by_type.items(), key=lambda item: (-len(item[1]), item[0]))
    groups = [(platform.places.types[kind].title, sites) for kind, sites in ordered]
    most = float(HEAD + ROW)
    while len(_columns(groups, most)) > COLUMNS:
        most += ROW / 4
    longest = top = bus + 6
    stubs: list[tuple[int, float, Site]] = []
    for column, parts in enumerate(_columns(groups, most)):
        y = top
        x = MARGIN + column * STEP + STEP - CELL
        for title, sites in parts:
            canvas.text(x, y + HEAD - 10, title, CELL + 14, size=12, bold=True)
            y += HEAD
            for site in sites:
                stubs.append((column, y + ROW / 2 - 4, site))
                _site(canvas, platform, site, workplaces[site.code], x, y)
                y += ROW
        longest = max(longest, y)
    _lines(canvas, stubs, ways, bus)
    return longest


def _lines(canvas: Canvas, stubs: list[tuple[int, float, Site]], ways: list[float], bus: float) -> None:
    """From the middle a trunk to each column, and from that a line to each site."""
    lowest = dict[int, float]()
    for column, y, site in stubs:
        lowest[column] = max(y, lowest.get(column, y))
        _, color, thick, _ = _band(site)
        left = MARGIN + column * STEP
        canvas.line((left + 8, y), (left + STEP - CELL, y), color=color, thick=thick)
    spines = [MARGIN + column * STEP + 8.0 for column in lowest]
    if spines:
        canvas.line((min(spines + ways), bus), (max(spines + ways), bus), thick=4)
    for column, y in lowest.items():
        left = MARGIN + column * STEP + 8
        canvas.line((left, bus), (left, y), color=EDGE, thick=3)


def _site(canvas: Canvas, platform: Platform, site: Site, workplaces: int, x: float, y: float) -> None:
    networks = platform.site_networks.get(site.code)
    canvas.box(x, y, CELL, ROW - 8)
    canvas.text(x + 7, y + 16, site.code, 50, size=12, bold=True)
    canvas.text(x + CELL - 7, y + 16, f"{number(site.wan_mbit)} Mbit/s", CELL - 64, fill=_band(site)[1], end=True)
    # The heading says the type: "Daginstitution Bøgehuset, Sir" stands as "Bøgehuset, Sir" below it.
    title = f"{platform.places.types[site.type].title} "
    canvas.text(x + 7, y + 31, site.name.removeprefix(title), CELL - 14)
    canvas.text(x + 7, y + 45, counted(workplaces, "plads", "pladser"), 70, size=10, fill=QUIET)
    letters = "".join(letter for zone, (letter, _) in ZONES.items() if networks is not None and zone in networks.vlans)
    canvas.text(x + CELL - 7, y + 45, letters or "ingen zoner", CELL - 84, size=9, fill=QUIET, end=True)


def _band(site: Site) -> tuple[int, str, float, str]:
    return next(band for band in BANDS if site.wan_mbit >= band[0])
