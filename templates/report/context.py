"""The context of the report: every number and place on the page, computed from the model.

Of a site it says what the data lack: of its line, its addresses and the visit. That nothing is lacking does not make a
site ready, and the page does not say so. What is waived says until when. Danish, for colleagues read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import waves
from model.derive.backups import copied, restore_tests
from model.derive.people import visits
from model.derive.wan import demands
from model.types.sites import Zone
from model.types.states import State
from rendering.target import File
from templates.people import danish
from templates.report.types import (
    BackupRow,
    Bar,
    Chart,
    GenerationState,
    Note,
    Page,
    Readiness,
    ScaleLine,
    SiteRow,
    Tile,
    TypeRow,
    VlanRow,
)

if TYPE_CHECKING:
    from model import Platform
    from model.derive.wan import Demand
    from model.types.estate import Site
    from model.types.sites import SiteNetworks

ZONES: dict[Zone, str] = {
    "clients": "Arbejdspladser",
    "staff-wifi": "Trådløst for ansatte",
    "voice": "Telefoni",
    "devices": "Sensorer og velfærdsteknologi",
    "guests": "Gæster",
    "printers": "Printere",
    "management": "Netværksudstyr",
}
_STATES: dict[Readiness, str] = {"ready": "Intet mangler", "waived": "Undtaget", "missing": "Mangler"}
_GENERATION_STATES = {
    State.PLANNED: "planlagt",
    State.BUILDING: "bygges",
    State.PILOT: "prøves",
    State.LIVE: "i drift",
    State.STANDBY: "klar til tilbagerulning",
    State.RETIRING: "afvikles",
    State.RETIRED: "nedlagt",
}

_SCALES = (10, 25, 50, 100, 200, 400)
"""How high the chart may reach, in percent: the least that the busiest line fits under."""


def files(platform: Platform) -> Iterator[File]:
    """The page."""
    yield File("index.html", "index.html.j2", report(platform))


def report(platform: Platform) -> Page:
    """The page's context."""
    people = Counter(workplace.site for workplace in platform.places.workplaces.values())
    asked = demands(platform.places, platform.desktops)
    sites = [
        _site(platform, platform.places.sites[code], people[code], asked[code])
        for code in sorted(platform.places.sites)
    ]
    states = Counter(site.state for site in sites)
    return Page(
        municipality=platform.settings.title,
        generations=[
            GenerationState(generation.name, _GENERATION_STATES[generation.state])
            for generation in sorted(platform.refresh.generations.values())
        ],
        tiles=[
            Tile(_thousands(len(sites)), "lokationer"),
            Tile(_thousands(len(platform.places.workplaces)), "arbejdspladser"),
            Tile(_thousands(sum(len(site.vlans) for site in sites)), "VLAN"),
            Tile(_thousands(states["ready"]), "uden kendte mangler"),
            Tile(_thousands(states["waived"]), "undtaget"),
            Tile(_thousands(states["missing"]), "mangler noget"),
        ],
        chart=_chart(sites),
        types=_types(sites),
        backups=list(_backups(platform)),
        sites=sites,
    )


def _site(platform: Platform, site: Site, people: int, demand: Demand) -> SiteRow:
    networks = platform.site_networks.get(site.code)
    notes = list(_notes(platform, site, people, demand, networks))
    states = {note.state for note in notes}
    state = "missing" if "missing" in states else "waived" if "waived" in states else "ready"
    backup = site.backup
    return SiteRow(
        code=site.code,
        name=site.name,
        type=platform.places.types[site.type].title,
        address=f"{site.address}, {site.postcode} {site.city}",
        hours=danish.HOURS[site.hours],
        workplaces=danish.count(people, "arbejdsplads", "arbejdspladser"),
        people=people,
        line=f"{_thousands(site.wan_mbit)} Mbit/s",
        backup=f"{_thousands(backup.mbit)} Mbit/s" if backup is not None else "ingen",
        percent=demand.percent,
        filled=min(demand.percent, 100),
        load=(
            f"{_thousands(demand.total)} af {_thousands(demand.usable)} kbit/s: sessioner "
            f"{_thousands(demand.sessions)}, tale {_thousands(demand.voice)}, video {_thousands(demand.video)}"
        ),
        block=str(networks.block) if networks is not None else "ikke planlagt",
        switches=danish.count(len(networks.switches) if networks is not None else 0, "switch", "switche"),
        access="lukket" if site.port_access == "closed" else "åben",
        vlans=[] if networks is None else [
            VlanRow(vlan.vlan, ZONES[zone], str(vlan.prefix), str(vlan.gateway))
            for zone, vlan in networks.vlans.items()
        ],
        state=state,
        state_text=_STATES[state],
        notes=notes,
    )  # fmt: skip


def _notes(
    platform: Platform, site: Site, people: int, demand: Demand, networks: SiteNetworks | None
) -> Iterator[Note]:
    short = next(iter(demand.shortages()), None)
    if short is not None and site.wan_waiver is not None:
        until = danish.day(site.wan_waiver.expires)
        yield Note("waived", f"Linjen er for lille til og med {until}: {site.wan_waiver.reason}")
    elif short is not None:
        yield Note("missing", f"Linjen bærer ikke det, der bruges på én gang: {demand.percent} % af det, den kan")
    if site.hours == "24x7" and site.backup is None:
        yield Note("missing", "Åbent døgnet rundt og ingen reservelinje")
    if networks is None:
        yield Note("missing", "Adresserne er ikke planlagt")
    elif people > networks.vlans["clients"].room:
        yield Note("missing", f"{people} arbejdspladser og {networks.vlans['clients'].room} adresser")
    cutover = platform.weekend.cutover
    in_weekend = cutover is not None and waves.of_site(platform.refresh, site.code, cutover.generation) is None
    if people and in_weekend and not visits(platform.weekend, site.code):
        yield Note("missing", "Det er ikke aftalt, hvornår holdet kommer")


def _types(sites: list[SiteRow]) -> list[TypeRow]:
    """A line for each type of site, with how many are ready and the busiest line."""
    found: list[TypeRow] = []
    for title in sorted({site.type for site in sites}):
        here = [site for site in sites if site.type == title]
        busiest = max(here, key=lambda site: site.percent)
        found.append(
            TypeRow(
                title=title,
                sites=len(here),
                people=sum(site.people for site in here),
                ready=sum(site.state == "ready" for site in here),
                busiest=f"{busiest.percent} % ({busiest.code})",
            )
        )
    return found


def _backups(platform: Platform) -> Iterator[BackupRow]:
    """A line for each policy that copies something, with the oldest of the restores that count for it."""
    machines = copied(platform)
    tests = {due.system: due.test for due in restore_tests(platform)}
    for key, policy in sorted({one.key: one.policy for one in machines}.items()):
        own = [one.instance for one in machines if one.key == key]
        held = {i.system.code for i in own if i.server.holds_data}
        days = [test.tested if (test := tests[code]) is not None else None for code in held]
        tried = [day for day in days if day is not None]
        yield BackupRow(
            title=policy.title,
            servers=len(own),
            lost=_hours(policy.rpo_minutes),
            back=_hours(policy.rto_minutes),
            locked=danish.count(policy.immutable_days, "dag", "dage"),
            tested="ikke prøvet" if len(tried) < len(days) else danish.day(min(tried)) if tried else "har ingen data",
        )


def _hours(minutes: int) -> str:
    return f"{minutes // 60} t." if minutes % 60 == 0 else f"{minutes} min."


def _chart(sites: list[SiteRow]) -> Chart:
    """A bar for each site, the busiest line first. The plane is 1000 by 100 and the page stretches it."""
    most = max((site.percent for site in sites), default=0)
    top = next((scale for scale in _SCALES if scale >= most), most)
    step = 1000 / max(len(sites), 1)
    ordered = sorted(sites, key=lambda site: (-site.percent, site.code))
    marks = sorted({0, top // 2, top} | ({100} if top > 100 else set()))
    return Chart(
        most=f"{most} % ({ordered[0].code} {ordered[0].name})" if ordered else "0 %",
        bars=[
            Bar(
                x=f"{index * step:.1f}",
                y=f"{100 - 100 * site.percent / top:.1f}",
                width=f"{step * 0.8:.1f}",
                height=f"{100 * site.percent / top:.1f}",
                state=site.state,
                title=f"{site.code} {site.name}: {site.percent} %",
            )
            for index, site in enumerate(ordered)
        ],
        marks=[
            ScaleLine(f"{100 * mark / top:.1f}", f"{100 - 100 * mark / top:.1f}", f"{mark} %", mark == 100)
            for mark in marks
        ],
    )


def _thousands(number: int) -> str:
    """`7.500`, as Danes write it."""
    return f"{number:,}".replace(",", ".")
