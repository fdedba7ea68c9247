"""Which papers the weekend has, and their contexts: by crew, by gate, and what is told beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from model.derive import cutover as derived
from model.derive.devices import coming, name_of
from rendering.target import File
from templates.people import danish, look
from templates.people.look import Look
from templates.people.pdf import pdf

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Weekend
    from model.types.cutover import Crew, Cutover, Visit
    from model.types.devices import Device
    from model.types.estate import Workplace
    from model.types.people import People
    from rendering.plain import Context

ROUTE, PACKING = "koereseddel", "pakkeliste"
"""The papers of a crew, by file name."""
LABELS, LABEL_SHEET = "etiketter.csv", "etiketter.html"
COLUMNS = ("kode", "serienummer", "model", "plads", "sted", "rum", "kasse", "tekst")
"""The columns of the labels' table; `kode` is what the QR code says."""
_TOLD = (
    ("6-uger", timedelta(days=42), "Om seks uger skifter vi it-platform"),
    ("2-uger", timedelta(days=14), "Om to uger skifter vi it-platform"),
    ("3-dage", timedelta(days=3), "Om tre dage lukker systemerne"),
    ("lukning", timedelta(days=0), "I dag lukker systemerne"),
    ("aabning", None, "Godmorgen: alt er åbent igen"),
)
"""What is told, how long before the closing, and under which heading; the last is told when all opens."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit on a route sheet."""

    hours: str
    site: str
    name: str
    address: str
    seats: int
    host: str
    phone: str
    boxes: str
    note: str


@dataclass(frozen=True, slots=True)
class Tour:
    """What a crew does on a shift."""

    title: str
    hours: str
    people: str
    pause: str
    seats: str
    stops: list[Stop]


@dataclass(frozen=True, slots=True)
class RouteSheet:
    """The context of a crew's route sheet."""

    look: Look
    municipality: str
    title: str
    vehicle: str
    start: str
    desk: str
    phone: str
    tours: list[Tour]


@dataclass(frozen=True, slots=True)
class Packed:
    """A device on a packing list; what is not known is empty."""

    box: str
    serial: str
    model: str
    workplace: str
    room: str


@dataclass(frozen=True, slots=True)
class Load:
    """What a crew takes to a visit. `ahead`: it is brought there beforehand and is no load of the vehicle."""

    title: str
    ahead: bool
    rows: list[Packed]


@dataclass(frozen=True, slots=True)
class Trip:
    """What is packed for a shift, and for how many devices the vehicle has room; `spares` by model."""

    title: str
    devices: str
    room: int
    spares: str
    loads: list[Load]


@dataclass(frozen=True, slots=True)
class PackingList:
    """The context of a crew's packing list."""

    look: Look
    title: str
    vehicle: str
    trips: list[Trip]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at a gate."""

    title: str
    limit: str
    source: str


@dataclass(frozen=True, slots=True)
class GateSheet:
    """The context of a gate's sheet."""

    look: Look
    title: str
    at: str
    role: str
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Label:
    """A device's label; `code` is what its QR code says."""

    code: str
    text: str
    model: str
    serial: str
    box: str


@dataclass(frozen=True, slots=True)
class Labels:
    """The context of the sheet of labels."""

    title: str
    labels: list[Label]


@dataclass(frozen=True, slots=True)
class Table:
    """The context of the labels' table: rows of cells, the header first."""

    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Message:
    """What everybody is told. `when` it is sent; `kind` is which of the five it is."""

    kind: str
    heading: str
    when: str
    municipality: str
    closes: str
    opens: str
    desk: str
    phone: str
    hours: str


def files(platform: Platform) -> Iterator[File]:
    """Papers by crew, gate and device; nothing without cutover.yaml and people.yaml."""
    people, cutover = platform.people, platform.weekend.cutover
    if people is None or cutover is None:
        return
    shown = look.of(platform, people)
    held = derived.of_visits(
        platform.weekend.visits.values(), derived.in_weekend(platform.places, platform.refresh, cutover)
    )
    for key, crew in sorted(platform.weekend.crews.items()):
        visits = sorted((v for v in platform.weekend.visits.values() if v.crew == key), key=lambda v: v.span)
        if visits:
            route = _route(platform, people, shown, crew, visits, held)
            yield from _paper(f"{key}/{ROUTE}", "route.html.j2", route)
            yield from _paper(
                f"{key}/{PACKING}", "packing.html.j2", _packing(platform, shown, cutover, crew, visits, held)
            )
    for key, gate in sorted(platform.weekend.gates.items()):
        yield from _paper(
            f"porte/{key}",
            "gate.html.j2",
            GateSheet(
                look=shown,
                title=gate.title,
                at=f"{danish.day(gate.at.day)} kl. {danish.clock(gate.at.time)}",
                role=gate.role,
                questions=[Question(asked.title, asked.limit, asked.source) for asked in gate.criteria.values()],
            ),
        )
    yield from _labels(platform, cutover)
    yield from _messages(platform, people, cutover)


def _paper(path: str, template: str, context: Context) -> Iterator[File]:
    yield File(f"{path}.html", template, context)
    yield File(f"{path}.pdf", template, context, pdf)


def _by_shift(weekend: Weekend, visits: Sequence[Visit]) -> Iterator[tuple[str, list[Visit]]]:
    for shift in sorted({visit.shift for visit in visits}, key=lambda key: weekend.shifts[key].span):
        yield shift, [visit for visit in visits if visit.shift == shift]


def _route(
    platform: Platform,
    people: People,
    shown: Look,
    crew: Crew,
    visits: Sequence[Visit],
    held: Mapping[str, Sequence[Workplace]],
) -> RouteSheet:
    weekend, start = platform.weekend, platform.places.sites[crew.start]
    comes = coming(platform.places, _generation(platform))
    return RouteSheet(
        look=shown,
        municipality=platform.settings.title,
        title=crew.title,
        vehicle=weekend.vehicles[crew.vehicle].title,
        start=f"{start.name}, {start.address}, {start.postcode} {start.city}",
        desk=people.cutover_desk.title,
        phone=people.cutover_desk.phone,
        tours=[
            Tour(
                title=danish.day(weekend.shifts[shift].day),
                hours=_hours(*weekend.shifts[shift].span),
                people=danish.count(derived.size(weekend, crew, shift), "tekniker", "teknikere"),
                pause=_pause(weekend.shifts[shift].break_minutes),
                seats=danish.count(sum(visit.workplaces for visit in there), "plads", "pladser"),
                stops=[_stop(platform, visit, held[visit.visit], comes) for visit in there],
            )
            for shift, there in _by_shift(weekend, visits)
        ],
    )


def _stop(platform: Platform, visit: Visit, workplaces: Sequence[Workplace], comes: Mapping[str, Device]) -> Stop:
    site = platform.places.sites[visit.site]
    boxes = sorted({device.box for w in workplaces if (device := comes.get(w.name)) is not None and device.box})
    never = derived.never_closes(site)
    return Stop(
        hours=_hours(*visit.span),
        site=site.code,
        name=site.name,
        address=f"{site.address}, {site.postcode} {site.city}",
        seats=visit.workplaces,
        host=site.key_holder.role if site.key_holder is not None else "",
        phone=(site.key_holder.phone or "") if site.key_holder is not None else "",
        boxes=", ".join(boxes),
        note=f"Åbent døgnet rundt: {site.parallel.how}" if never and site.parallel is not None else "",
    )


def _packing(
    platform: Platform,
    shown: Look,
    cutover: Cutover,
    crew: Crew,
    visits: Sequence[Visit],
    held: Mapping[str, Sequence[Workplace]],
) -> PackingList:
    weekend = platform.weekend
    comes = coming(platform.places, cutover.generation)
    ahead = _ahead(weekend, cutover, held)
    vehicle = weekend.vehicles[crew.vehicle]
    trips: list[Trip] = []
    for shift, there in _by_shift(weekend, visits):
        loads = [
            Load(
                title=f"{visit.site} {platform.places.sites[visit.site].name}, kl. {_hours(*visit.span)}",
                ahead=visit.site in ahead,
                rows=[_packed(w, comes.get(w.name)) for w in held[visit.visit] if _replaced(weekend, w)],
            )
            for visit in there
        ]
        carried = Counter(row.model for load in loads if not load.ahead for row in load.rows)
        trips.append(
            Trip(
                title=f"{danish.day(weekend.shifts[shift].day)} kl. {_hours(*weekend.shifts[shift].span)}",
                devices=danish.count(carried.total(), "enhed", "enheder"),
                room=vehicle.devices,
                spares=_spares(cutover, carried),
                loads=loads,
            )
        )
    return PackingList(shown, crew.title, vehicle.title, trips)


def _ahead(weekend: Weekend, cutover: Cutover, held: Mapping[str, Sequence[Workplace]]) -> set[str]:
    """The sites whose new devices are brought there beforehand."""
    news = Counter(w.site for there in held.values() for w in there if _replaced(weekend, w))
    return {site for site, number in news.items() if number >= cutover.delivered_from}


def _replaced(weekend: Weekend, workplace: Workplace) -> bool:
    effort = derived.effort(weekend, workplace)
    return effort is not None and effort.replaced


def _packed(workplace: Workplace, device: Device | None) -> Packed:
    return Packed(
        box=(device.box or "") if device is not None else "",
        serial=device.serial if device is not None else "",
        model=device.model if device is not None else danish.KINDS[workplace.kind][0],
        workplace=workplace.name,
        room=workplace.room or "",
    )


def _spares(cutover: Cutover, carried: Mapping[str, int]) -> str:
    """How many of each model go along beside those for the workplaces."""
    each = {
        model: max(cutover.spares.each, -(-number * cutover.spares.percent // 100)) for model, number in carried.items()
    }
    return danish.listed([f"{number} {model}" for model, number in sorted(each.items())])


def _labels(platform: Platform, cutover: Cutover) -> Iterator[File]:
    """A label for each new device that has a workplace: on its box, and on the device."""
    rows: list[list[str]] = [list(COLUMNS)]
    labels: list[Label] = []
    for name, device in sorted(coming(platform.places, cutover.generation).items()):
        workplace = platform.places.workplaces[name]
        text = " · ".join(filter(None, (f"{workplace.site}-{name}", workplace.room, workplace.department)))
        code = name_of(device)
        labels.append(Label(code, text, device.model, device.serial, device.box or ""))
        rows.append(
            [code, device.serial, device.model, name, workplace.site, workplace.room or "", device.box or "", text]
        )
    if labels:
        yield File(LABELS, "table.csv.j2", Table(rows))
        yield File(LABEL_SHEET, "labels.html.j2", Labels(f"Etiketter: {platform.settings.title}", labels))


def _messages(platform: Platform, people: People, cutover: Cutover) -> Iterator[File]:
    for kind, before, heading in _TOLD:
        when = cutover.closes.day - before if before is not None else cutover.opens.day
        yield File(
            f"beskeder/{kind}.txt",
            "message.txt.j2",
            Message(
                kind=kind,
                heading=heading,
                when=danish.day(when),
                municipality=platform.settings.title,
                closes=f"{danish.day(cutover.closes.day)} kl. {danish.clock(cutover.closes.time)}",
                opens=f"{danish.day(cutover.opens.day)} kl. {danish.clock(cutover.opens.time)}",
                desk=people.service_desk.title,
                phone=people.service_desk.phone,
                hours=people.service_desk.hours,
            ),
        )


def _generation(platform: Platform) -> str:
    cutover = platform.weekend.cutover
    if cutover is None:
        raise ValueError("no cutover; files() asks for one")
    return cutover.generation


def _pause(minutes: int) -> str:
    return f"{minutes} minutter" if minutes else ""


def _hours(begins: datetime, ends: datetime) -> str:
    return f"{danish.clock(f'{begins:%H:%M}')}-{danish.clock(f'{ends:%H:%M}')}"
