"""Which papers there are, and the contexts of those for the sites and the service desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from model.derive import waves
from model.derive.devices import coming
from model.derive.people import desk_days, visits
from model.types.people import People
from model.types.visiting import KeyHolder
from rendering.target import File
from templates.people import danish, look, systems
from templates.people.look import Look
from templates.people.pdf import pdf
from templates.people.systems import Lagging, SystemPage

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Desktops
    from model.types.cutover import Cutover, Visit
    from model.types.devices import Device
    from model.types.estate import Site, Workplace
    from model.types.people import Contact
    from model.types.waves import Wave
    from rendering.plain import Context

SHEET, LETTER, PLACES, DESK = "skifteseddel", "brev", "pladsliste", "servicedesk"
"""The papers of a site, by file name."""
HOTLINE = "vagttavle"
"""The service desk's own sheet."""
LAPTOP = "laptop"
"""The kind of workplace that people carry: it is not replaced, and it has to be there."""
OWN = "Computerens eget"
"""The desktop of a computer that shows none of a pool."""


@dataclass(frozen=True, slots=True)
class Coming:
    """The visit to a site: who comes, and who lets them in."""

    crew: str
    host: str


@dataclass(frozen=True, slots=True)
class Desktop:
    """A desktop by the name that users see, and how many workplaces show it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom to call; `mail` may be empty."""

    title: str
    phone: str
    mail: str
    hours: str


@dataclass(frozen=True, slots=True)
class Words:
    """The municipality's own paragraphs in a letter, and who signs it."""

    opening: list[str]
    closing: list[str]
    signature: str


@dataclass(frozen=True, slots=True)
class SitePaper:
    """What all papers of a site say. Texts, for a template puts words around values and no more.

    `in_waves`: the generation has waves, of which the site need not be in any. `own`: all work on the computer's own
    desktop. `workplaces` are all of them, `swapped` those that are replaced and `laptops` those that are not. `closed`
    are the systems that everybody needs and that are closed with the rest; `emergency` says what to do then.
    `cutover_desk` is called in the weekend, `service_desk` afterwards.
    """

    municipality: str
    look: Look
    letter: Words
    code: str
    name: str
    address: str
    in_waves: bool
    always_open: bool
    hours: str
    visit: Coming
    count: int
    swapped: str
    laptops: str
    closed: str
    emergency: str
    desktops: list[Desktop]
    own: bool
    video: bool
    cutover_desk: Desk
    service_desk: Desk


@dataclass(frozen=True, slots=True)
class InWave:
    """When it is the turn of a site whose people a wave moves ahead of the rest; `days` are the desk's, after it."""

    wave: Literal[True]
    when: str
    short: str
    days: list[str]


@dataclass(frozen=True, slots=True)
class InWeekend:
    """When it is the turn of a site that moves with the rest; its workplaces rest from `closes` to `opens`."""

    wave: Literal[False]
    when: str
    short: str
    closes: str
    opens: str
    days: list[str]


@dataclass(frozen=True, slots=True)
class WorkplaceRow:
    """A workplace of the site; `new` is the device that it gets, by model, serial number and box, where it is known."""

    name: str
    kind: str
    model: str
    new: str
    desktop: str
    room: str
    port: str


@dataclass(frozen=True, slots=True)
class Department:
    """The workplaces of a department at the site, in the order of its rooms."""

    name: str
    rows: list[WorkplaceRow]


@dataclass(frozen=True, slots=True)
class DeskList:
    """Each workplace of the site, for the crew and for the service desk in the week after, and what is not as usual."""

    lagging: list[Lagging]
    departments: list[Department]


@dataclass(frozen=True, slots=True)
class DeskSystem:
    """A system on the service desk's sheet; what is not known is empty."""

    name: str
    vendor: str
    support: str
    owner: str
    reach: str
    until: str


@dataclass(frozen=True, slots=True)
class Hotline:
    """The context of the service desk's sheet: whom to call, and of each system who runs it."""

    title: str
    look: Look
    desks: list[Desk]
    hosted: list[DeskSystem]
    own: list[DeskSystem]


@dataclass(frozen=True, slots=True)
class SiteLink:
    """A site in the index."""

    code: str
    name: str
    when: str
    count: int


@dataclass(frozen=True, slots=True)
class SystemLink:
    """A system in the index."""

    code: str
    name: str
    reach: str


@dataclass(frozen=True, slots=True)
class Index:
    """The context of the index; `papers` are a site's, by file name."""

    title: str
    look: Look
    papers: list[str]
    sites: list[SiteLink]
    systems: list[SystemLink]


def files(platform: Platform) -> Iterator[File]:
    """Four papers for each site with workplaces, one for each system, the service desk's sheet and the index; nothing
    without people.yaml.
    """
    people, cutover = platform.people, platform.weekend.cutover
    if people is None or cutover is None:
        return
    held: dict[str, list[Workplace]] = {}
    for workplace in sorted(platform.places.workplaces.values(), key=lambda w: w.name):
        held.setdefault(workplace.site, []).append(workplace)
    lagging = systems.lagging(platform.refresh, platform.estate, cutover.generation)
    comes = coming(platform.places, cutover.generation)
    sites: list[SiteLink] = []
    for code in sorted(held):
        site, seen = platform.places.sites[code], visits(platform.weekend, code)
        wave = waves.of_site(platform.refresh, code, cutover.generation)
        common = _common(platform, people, cutover, site, seen, held[code])
        when = _when(people, cutover, seen, wave)
        yield from _paper(f"{code}/{SHEET}", "sheet.html.j2", (common, when))
        yield from _paper(f"{code}/{LETTER}", "letter.html.j2", (common, when))
        desk = _desk(platform.desktops, cutover.generation, comes, held[code], lagging)
        yield from _paper(f"{code}/{PLACES}", "places.html.j2", (common, when, desk))
        yield from _paper(f"{code}/{DESK}", "desk.html.j2", (common, when, desk))
        sites.append(SiteLink(code, site.name, when.short, len(held[code])))
    pages = systems.pages(platform, people, cutover)
    for code, page in pages.items():
        yield from _paper(f"systemer/{code}", "system.html.j2", page)
    yield from _paper(HOTLINE, "hotline.html.j2", _hotline(platform, people, pages))
    index = Index(
        title=f"Papirer til skiftet: {platform.settings.title}",
        look=look.of(platform, people),
        papers=[SHEET, LETTER, PLACES, DESK],
        sites=sites,
        systems=[SystemLink(code, page.name, page.reach) for code, page in pages.items()],
    )
    yield File("index.html", "index.html.j2", index)


def _hotline(platform: Platform, people: People, pages: Mapping[str, SystemPage]) -> Hotline:
    """The service desk's sheet, systems by name."""
    held: dict[str, list[DeskSystem]] = {"vendor": [], "own": []}
    for code, page in sorted(pages.items(), key=lambda item: item[1].name.casefold()):
        system = platform.estate.systems[code]
        row = DeskSystem(page.name, page.vendor, system.support or "", page.owner, page.reach, page.until)
        held[system.hosting].append(row)
    return Hotline(
        title=f"Vagttavle til skiftet: {platform.settings.title}",
        look=look.of(platform, people),
        desks=[_contact(people.service_desk), _contact(people.cutover_desk)],
        hosted=held["vendor"],
        own=held["own"],
    )


def _paper(path: str, template: str, context: Context) -> Iterator[File]:
    yield File(f"{path}.html", template, context)
    yield File(f"{path}.pdf", template, context, pdf)


def _common(
    platform: Platform, people: People, cutover: Cutover, site: Site, seen: list[Visit], workplaces: list[Workplace]
) -> SitePaper:
    kinds = Counter(workplace.kind for workplace in workplaces)
    shown = _desktops(platform.desktops, cutover.generation, workplaces)
    return SitePaper(
        municipality=platform.settings.title,
        look=look.of(platform, people),
        letter=Words(
            opening=list(people.letter.opening),
            closing=list(people.letter.closing),
            signature=people.letter.signature or f"It-afdelingen, {platform.settings.title}",
        ),
        code=site.code,
        name=site.name,
        address=f"{site.address}, {site.postcode} {site.city}",
        in_waves=any(wave.generation == cutover.generation for wave in platform.refresh.waves.values()),
        always_open=site.hours == "24x7",
        hours=danish.HOURS[site.hours],
        visit=Coming(_crew(seen), (site.key_holder or KeyHolder()).role),
        count=len(workplaces),
        swapped=_counted(Counter({kind: number for kind, number in kinds.items() if kind != LAPTOP})),
        laptops=_counted(Counter({kind: number for kind, number in kinds.items() if kind == LAPTOP})),
        closed=danish.listed(systems.closed(platform, cutover.generation)),
        emergency=people.emergency,
        desktops=shown,
        own=all(desktop.name == OWN for desktop in shown),
        video=any(workplace.profile == "video" for workplace in workplaces),
        cutover_desk=_contact(people.cutover_desk),
        service_desk=_contact(people.service_desk),
    )


def _counted(kinds: Counter[str]) -> str:
    return danish.listed([danish.count(kinds[kind], *danish.KINDS[kind]) for kind in sorted(kinds)])


def _crew(seen: list[Visit]) -> str:
    """How many come: of visits at the same time all, and of visits after another the most."""
    at_once = [sum(v.people for v in seen if v.span[0] <= visit.span[0] < v.span[1]) for visit in seen]
    return danish.count(max(at_once), "tekniker", "teknikere") if at_once else "teknikere"


def _when(people: People, cutover: Cutover, seen: list[Visit], wave: Wave | None) -> InWave | InWeekend:
    """When it is a site's turn: in the weekend, or in the days of the wave that moves its people ahead of the rest."""
    if wave is not None:
        return InWave(
            wave=True,
            when=f"i bølgen {wave.title}, fra {danish.day(wave.starts)} til {danish.day(wave.ends)}",
            short=f"{danish.short_day(wave.starts)} til {danish.short_day(wave.ends)}",
            days=[danish.short_day(day) for day in desk_days(people, wave.ends + timedelta(days=1))],
        )
    closes, opens = cutover.closes, cutover.opens
    days = list(_days(seen))
    when = danish.listed([danish.visit(*each) for each in days])
    return InWeekend(
        wave=False,
        when=when or f"i weekenden fra {danish.day(closes.day)}; I får besked, når klokkeslættet er aftalt",
        short=", ".join(danish.short_visit(*each) for each in days) or "ikke aftalt",
        closes=f"{danish.day(closes.day)} kl. {danish.clock(closes.time)}",
        opens=f"{danish.day(opens.day)} kl. {danish.clock(opens.time)}",
        days=[danish.short_day(day) for day in desk_days(people, opens.day)],
    )


def _days(seen: list[Visit]) -> Iterator[tuple[date, str, str]]:
    """Each day on which somebody comes, with the quarters of an hour in which the first begins and the last ends."""
    for day, held in groupby(seen, key=lambda visit: visit.span[0].date()):
        spans = [visit.span for visit in held]
        begins, ends = min(span[0] for span in spans), max(span[1] for span in spans)
        begins -= timedelta(minutes=begins.minute % 15)
        ends += timedelta(minutes=-ends.minute % 15)
        yield day, f"{begins:%H:%M}", f"{ends:%H:%M}"


def _contact(contact: Contact) -> Desk:
    return Desk(
        title=contact.title,
        phone=contact.phone,
        mail=contact.mail or "",
        hours=contact.hours,
    )


def _desktops(desktops: Desktops, generation: str, workplaces: list[Workplace]) -> list[Desktop]:
    """The desktops that the workplaces show, by the name that users see, with how many show it."""
    shown = _shown(desktops, generation)
    counts = Counter(shown[workplace.profile] for workplace in workplaces)
    return [Desktop(name, counts[name]) for name in sorted(counts)]


def _shown(desktops: Desktops, generation: str) -> dict[str, str]:
    """What a profile's workplaces show afterwards: their own desktop where the pool's is not in the new generation."""
    names = {name: profile.title for name, profile in desktops.profiles.items()}
    return names | {
        pool.profile: pool.desktop if generation in pool.image else OWN
        for pool in reversed(list(desktops.pools.values()))
        if pool.desktop is not None
    }


def _device(device: Device | None) -> str:
    """`HP t640, CZC6471A01, kasse K1`."""
    if device is None:
        return ""
    return ", ".join(filter(None, (device.model, device.serial, f"kasse {device.box}" if device.box else "")))


def _desk(
    desktops: Desktops,
    generation: str,
    comes: Mapping[str, Device],
    workplaces: list[Workplace],
    lagging: list[Lagging],
) -> DeskList:
    """By department, and within it by room, so that whoever carries the list walks straight."""
    shown = _shown(desktops, generation)
    ordered = sorted(workplaces, key=lambda w: (w.department, w.room or "", w.name))
    return DeskList(
        lagging=lagging,
        departments=[
            Department(
                name,
                [
                    WorkplaceRow(
                        name=workplace.name,
                        kind=danish.KINDS[workplace.kind][0],
                        model=workplace.model,
                        new=_device(comes.get(workplace.name)),
                        desktop=shown[workplace.profile],
                        room=workplace.room or "",
                        port=workplace.port or "",
                    )
                    for workplace in here
                ],
            )
            for name, here in groupby(ordered, key=lambda w: w.department)
        ],
    )
