"""The contexts of the record and of the list of suppliers, each as a page and as a table with the same contents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rendering.target import File
from templates.people import danish, look
from templates.people.look import Look
from templates.people.pdf import pdf

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import System
    from model.types.security import Processing

RECORD, SUPPLIERS = "fortegnelse", "leverandoerer"
"""The papers, by file name."""
_HEAD = (
    "Kode", "Behandling", "System", "Systemejer", "Formål", "Hjemmel", "Registrerede", "Oplysninger", "Klasse",
    "Modtagere", "Overførsler til tredjelande", "Sletning", "Databehandler", "Databehandleraftale", "Tilsyn",
    "Underdatabehandlere", "Konsekvensanalyse", "OS2kitos", "Usikkert",
)  # fmt: skip
_SUPPLIER = (
    "Kode", "System", "Leverandør", "Drives af", "Kritikalitet", "Sikkerhedskontakt", "Hændelser meldes til",
    "Aftale udløber", "Tilbage inden (timer)", "Må mistes (timer)", "Hviler på", "Bærer", "Usikkert",
)  # fmt: skip
_MEASURES = (
    "Sikkerhed: adgang, netværk, kryptering, log og backup følger kommunens sikkerhedsgrundlag, og hver afvigelse har "
    "en ansvarlig og en slutdato."
)
_HOSTING = {"own": "kommunen", "vendor": "leverandøren"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a table of two columns."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what is known below it."""

    title: str
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class Paper:
    """A page: what it is, who answers for it, and its parts."""

    look: Look
    heading: str
    intro: list[str]
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the header, and what follows."""

    rows: list[list[str]]


def files(platform: Platform) -> Iterator[File]:
    """Two papers, each as a page, in print and as a table; nothing of what nobody has written."""
    shown = look.of(platform, platform.people) if platform.people is not None else Look("", "")
    systems = sorted(platform.estate.systems.items())
    recorded = [_recorded(system, system.processing) for _, system in systems if system.processing is not None]
    if recorded:
        yield from _paper(RECORD, _HEAD, recorded, _record(platform, shown, recorded))
    known = [_supplied(platform, system) for _, system in systems if system.supplier or system.recovery]
    if known:
        yield from _paper(SUPPLIERS, _SUPPLIER, known, _suppliers(platform, shown, known))


def _paper(name: str, head: tuple[str, ...], rows: list[list[str]], paper: Paper) -> Iterator[File]:
    yield File(f"{name}.html", "page.html.j2", paper)
    yield File(f"{name}.pdf", "page.html.j2", paper, pdf)
    yield File(f"{name}.csv", "table.csv.j2", Table([[*head], *rows]))


def _record(platform: Platform, shown: Look, rows: list[list[str]]) -> Paper:
    officer = platform.settings.data_protection
    intro = [
        f"Dataansvarlig: {platform.settings.title}.",
        f"Databeskyttelsesrådgiver: {officer}." if officer else "Databeskyttelsesrådgiver: ikke oplyst.",
        _MEASURES,
    ]
    title = "Fortegnelse over behandlingsaktiviteter (databeskyttelsesforordningens artikel 30)"
    return Paper(shown, title, intro, [_part(_HEAD, row) for row in rows])


def _suppliers(platform: Platform, shown: Look, rows: list[list[str]]) -> Paper:
    counted = danish.count(len(rows), "system", "systemer")
    intro = f"{platform.settings.title}: {counted} efter NIS2-lovens § 6, stk. 1, nr. 3 og 4."
    title = "Leverandører og afhængigheder (NIS2)"
    return Paper(shown, title, [intro], [_part(_SUPPLIER, row) for row in rows])


def _part(head: tuple[str, ...], row: list[str]) -> Part:
    """A row as a part of a page: the title is the second cell, and what is empty is left out."""
    facts = [Fact(name, value) for name, value in zip(head, row, strict=True) if value]
    return Part(row[1], [fact for fact in facts if fact.value != row[1]])


def heading(system: System, record: Processing) -> str:
    """What a processing activity is called."""
    return f"{system.title}: {record.purpose[:1].lower()}{record.purpose[1:]}"


def _recorded(system: System, record: Processing) -> list[str]:
    processor, assessment = record.processor, record.assessment
    return [
        system.code,
        heading(system, record),
        system.title,
        system.owner,
        record.purpose,
        "; ".join(record.legal_basis),
        "; ".join(record.data_subjects),
        "; ".join(record.categories),
        danish.PERSONAL_DATA[system.personal_data],
        "; ".join(record.recipients) or "ingen",
        "; ".join(f"{transfer.to} ({transfer.ground})" for transfer in record.transfers) or "ingen",
        record.retention,
        system.vendor or "" if processor is not None else "",
        str(processor.agreement) if processor is not None else "",
        str(processor.reviewed) if processor is not None and processor.reviewed else "",
        "; ".join(processor.sub_processors) if processor is not None else "",
        f"{assessment.reference} ({assessment.done})" if assessment is not None else "",
        record.kitos or "",
        record.assumed or "",
    ]


def _supplied(platform: Platform, system: System) -> list[str]:
    supplier, recovery = system.supplier, system.recovery
    titles = {code: other.title for code, other in platform.estate.systems.items()}
    guessed = dict.fromkeys(part.assumed for part in (supplier, recovery) if part is not None and part.assumed)
    return [
        system.code,
        system.title,
        system.vendor or "",
        _HOSTING[system.hosting],
        danish.CRITICALITY[system.criticality],
        supplier.contact if supplier is not None else "",
        supplier.incidents if supplier is not None else "",
        str(supplier.contract_ends) if supplier is not None and supplier.contract_ends else "",
        str(recovery.rto_hours) if recovery is not None else "",
        str(recovery.rpo_hours) if recovery is not None else "",
        danish.listed([titles[code] for code in system.depends_on or ()]),
        danish.listed([titles[code] for code in _bears(platform)[system.code]]),
        "; ".join(guessed),
    ]


def _bears(platform: Platform) -> dict[str, list[str]]:
    """The systems that rest on each, by code."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, system in sorted(platform.estate.systems.items()):
        for other in system.depends_on or ():
            found[other].append(code)
    return found
