"""What the page shows: the context of its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Readiness = Literal["ready", "waived", "missing"]


@dataclass(frozen=True, slots=True)
class GenerationState:
    """A generation, with its state in Danish."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A number on top of the page, with what it counts."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A site in the chart. Places are in the plane of 1000 by 100, with a decimal."""

    x: str
    y: str
    width: str
    height: str
    state: Readiness
    title: str


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """A line across the chart, in percent from the bottom (`up`) and from the top; the `limit` is what a line bears."""

    up: str
    down: str
    text: str
    limit: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar for each site. `most` says how busy the busiest line is, and whose it is."""

    most: str
    bars: list[Bar]
    marks: list[ScaleLine]


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A type of site: how many there are, how many workplaces they have, how many are ready, and the busiest line."""

    title: str
    sites: int
    people: int
    ready: int
    busiest: str


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup policy: how many servers it copies, what is lost at most, how soon they are back, for how long nobody
    can delete a copy, and when the oldest of its systems' last restores was tried.
    """

    title: str
    servers: int
    lost: str
    back: str
    locked: str
    tested: str


@dataclass(frozen=True, slots=True)
class VlanRow:
    """A VLAN of a site; `use` in Danish."""

    number: int
    use: str
    prefix: str
    gateway: str


@dataclass(frozen=True, slots=True)
class Note:
    """What keeps a site from being ready, or would."""

    state: Readiness
    text: str


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site: texts, and what the chart and the table of types count.

    `people` are workplaces; `percent` is what they ask of what the line can bear, and `filled` the same within its bar.
    """

    code: str
    name: str
    type: str
    address: str
    hours: str
    workplaces: str
    people: int
    line: str
    backup: str
    percent: int
    filled: int
    load: str
    block: str
    switches: str
    access: str
    vlans: list[VlanRow]
    state: Readiness
    state_text: str
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    municipality: str
    generations: list[GenerationState]
    tiles: list[Tile]
    chart: Chart
    types: list[TypeRow]
    backups: list[BackupRow]
    sites: list[SiteRow]
