"""The rehearsed weekend as a page, in Danish, for those who decide whether it can be done.

It needs nothing beside it. The numbers are refresh/rehearsal's; here is where they stand on the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rendering.engine import render
from rendering.plain import plain
from templates.people import danish

if TYPE_CHECKING:
    from model.types.rehearsal import Bar, Findings, Loser, Storm

WIDTH = 960
QUEUES = 8
"""How many queues of Monday's log-on are shown."""
_WHERE = {"line": "linjen til {}", "controllers": "controllerne", "machines": "maskinerne i {}"}
_LEFT, _RIGHT = 56, 24
_ENDS_HIGH = 220
_LABELS = 372
_ROW = 26


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that people look for first."""

    value: str
    title: str
    good: bool


@dataclass(frozen=True, slots=True)
class Column:
    """So many weekends end in a part of an hour, in the picture's points."""

    x: float
    y: float
    width: float
    height: float
    late: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment or a figure with a line through the picture."""

    x: float
    label: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Ends:
    """How the end of the work is spread."""

    width: int
    height: int
    base: int
    columns: list[Column]
    ticks: list[Mark]
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class TornadoRow:
    """What one change does to the chance, in the picture's points. `better`: with it more weekends hold."""

    y: float
    title: str
    x: float
    width: float
    label: str
    label_x: float
    better: bool


@dataclass(frozen=True, slots=True)
class Tornado:
    """The changes, the largest first."""

    width: int
    height: int
    left: int
    base_x: float
    rows: list[TornadoRow]


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that loses time."""

    title: str
    minutes: str
    missed: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Where people wait on Monday."""

    where: str
    people: int
    impatient: int
    longest: str
    at: str


@dataclass(frozen=True, slots=True)
class Page:
    """The context of the page. `storm` is a sentence on Monday's log-on, empty where nobody logs on to our machines."""

    municipality: str
    verdict: str
    good: bool
    runs: str
    seed: int
    error: str
    figures: list[Figure]
    ends: Ends
    tornado: Tornado
    losers: list[Lost]
    storm: str
    storm_good: bool
    queues: list[Waits]


def page(municipality: str, findings: Findings, storm: Storm) -> str:
    """rehearsal.html."""
    return render("rehearsal/rehearsal.html.j2", plain(_context(municipality, findings, storm)))


def percent(value: float) -> str:
    """`44,0 %`."""
    return f"{value:.1f} %".replace(".", ",")


def moment(text: str) -> str:
    """`søn. 7/2 kl. 15.15`."""
    when = datetime.fromisoformat(text)
    return f"{danish.short_day(when.date())} kl. {danish.clock(f'{when:%H:%M}')}"


def verdict(findings: Findings) -> str:
    """What the rehearsal says, in a sentence."""
    chances = findings.chances
    before = f"før {moment(findings.turns)}" if findings.turns is not None else "før åbningen"
    return (
        f"Af 100 weekender er {round(chances.nearly)} færdige {before} på nær højst 2 procent af pladserne, "
        f"{round(chances.done)} helt, og {round(chances.open)} åbner til tiden"
    )


def _context(municipality: str, findings: Findings, storm: Storm) -> Page:
    chances = findings.chances
    return Page(
        municipality=municipality,
        verdict=verdict(findings),
        good=chances.nearly >= 90 and chances.open >= 95,
        runs=f"{findings.runs:,}".replace(",", "."),
        seed=findings.seed,
        error=percent(findings.error),
        figures=[
            Figure(percent(chances.nearly), "færdige i tide, på nær højst 2 pct. af pladserne", chances.nearly >= 90),
            Figure(percent(chances.done), "helt færdige i tide", chances.done >= 50),
            Figure(percent(chances.open), "åbner til tiden", chances.open >= 95),
            Figure(f"{chances.left:.1f}".replace(".", ","), "pladser mangler i gennemsnit", chances.left < 20),
        ],
        ends=_ends(findings),
        tornado=_tornado(findings.bars),
        losers=[
            Lost(_named(loser), f"{loser.minutes:.1f}".replace(".", ","), percent(loser.missed))
            for loser in findings.losers
        ],
        storm=storm_told(storm),
        storm_good=not storm.impatient,
        queues=[
            Waits(_WHERE[q.where].format(q.name), q.people, q.impatient, seconds(q.longest), danish.clock(q.at))
            for q in storm.queues[:QUEUES]
        ],
    )


def seconds(value: float) -> str:
    """`0,3`."""
    return f"{value:.1f}".replace(".", ",")


def storm_told(storm: Storm) -> str:
    """Monday's log-on in a sentence; nothing where nobody logs on to a session machine of ours."""
    if not storm.people:
        return ""
    return (
        f"{storm.people} logger på, de sidste er inde kl. {danish.clock(storm.done)}; ni af ti venter højst "
        f"{seconds(storm.p90)} sekunder, den længste ventetid er {seconds(storm.longest)}, og {storm.impatient} venter "
        "for længe"
    )


def _named(loser: Loser) -> str:
    """A visit with its number, for a large site has several."""
    kind, _, visit = loser.id.partition("-")
    return f"{loser.title} ({visit})" if kind == "visit" else loser.title


def _ends(findings: Findings) -> Ends:
    """Columns from the first end to the last or to the point of no return: of a quarter of an hour, or of a half where
    the ends are spread over more than eight hours.
    """
    ended = [(_minutes(text), count) for text, count in findings.ends]
    marked = [_minutes(text) for text in (findings.turns, findings.p50, findings.p90) if text is not None]
    first, last = (pick(time for time in [*(time for time, _ in ended), *marked]) for pick in (min, max))
    bin_ = 15 if last - first <= 8 * 60 else 30
    counts: dict[int, int] = {}
    for time, count in ended:
        counts[time // bin_] = counts.get(time // bin_, 0) + count
    left, right = first // bin_ - 1, last // bin_ + 2
    scale = (WIDTH - _LEFT - _RIGHT) / (right - left)
    high = _ENDS_HIGH / max(counts.values(), default=1)
    base = 40 + _ENDS_HIGH
    turns = _minutes(findings.turns) if findings.turns is not None else right * bin_

    def at(time: float) -> float:
        return round(_LEFT + (time / bin_ - left) * scale, 1)

    zone = datetime.fromisoformat(findings.opens).tzinfo
    every = 60 * max(1, round((right - left) * bin_ / 60 / 12))
    hours = [time for time in range(left * bin_, right * bin_) if time % every == 0]
    marks = [Mark(at(marked[-2]), "halvdelen", strong=False), Mark(at(marked[-1]), "ni af ti", strong=False)]
    if findings.turns is not None:
        marks.append(Mark(at(turns), "ingen vej tilbage", strong=True))
    wide = round(scale * 0.9, 1)
    return Ends(
        width=WIDTH,
        height=base + 48,
        base=base,
        columns=[
            Column(at(b * bin_), round(base - n * high, 1), wide, round(n * high, 1), b * bin_ >= turns)
            for b, n in sorted(counts.items())
        ],
        ticks=[Mark(at(h), _hour(datetime.fromtimestamp(h * 60, zone)), strong=False) for h in hours],
        marks=marks,
    )


def _minutes(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() / 60)


def _hour(when: datetime) -> str:
    return f"{danish.short_day(when.date())[:3]} {danish.clock(f'{when:%H:%M}')}"


def _tornado(bars: Sequence[Bar]) -> Tornado:
    """Each change against the plan, by how many more of a hundred weekends are done in time."""
    plan = next(bar for bar in bars if bar.kind == "plan").chances.nearly
    rows = sorted(
        (bar for bar in bars if bar.kind != "plan"), key=lambda bar: (-abs(bar.chances.nearly - plan), bar.key)
    )
    low = min([plan, *(bar.chances.nearly for bar in rows)])
    most = max([plan, *(bar.chances.nearly for bar in rows)])
    scale = (WIDTH - _LABELS - 120) / max(most - low, 1.0)

    def at(value: float) -> float:
        return round(_LABELS + 20 + (value - low) * scale, 1)

    shown = [
        TornadoRow(
            y=44 + number * _ROW,
            title=bar.title,
            x=min(at(plan), at(bar.chances.nearly)),
            width=max(1.0, round(abs(at(bar.chances.nearly) - at(plan)), 1)),
            label=percent(bar.chances.nearly),
            label_x=max(at(plan), at(bar.chances.nearly)) + 8,
            better=bar.chances.nearly >= plan,
        )
        for number, bar in enumerate(rows)
    ]
    return Tornado(WIDTH, 60 + _ROW * len(rows), _LABELS, at(plan), shown)
