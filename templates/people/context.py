"""Which papers there are, and the contexts of those for the sites and the service desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from model.derive import waves
from model.derive.people import desk_days, visit
from model.types.people import People
from rendering.target import File
from templates.people import danish, systems
from templates.people.pdf import pdf

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import Site, Workplace
    from model.types.people import Contact, Visit
    from model.types.waves import Wave

SHEET, LETTER, DESK = "skifteseddel", "brev", "servicedesk"
"""The papers of a site, by file name."""
OWN = "Computerens eget"
"""The desktop of a computer that shows none of a pool."""


def files(platform: Platform) -> Iterator[File]:
    """Three papers for each site with workplaces, one for each system, and the index; nothing without people.yaml."""
    people = platform.people
    if people is None:
        return
    held: dict[str, list[Workplace]] = {}
    for workplace in sorted(platform.workplaces.values(), key=lambda w: w.name):
        held.setdefault(workplace.site, []).append(workplace)
    lagging = systems.lagging(platform, people)
    sites: list[dict[str, Any]] = []
    for code in sorted(held):
        site, seen = platform.sites[code], visit(platform, people, code)
        if seen is None:
            raise ValueError(f"no visit for {code}; the checks of the model ask for one")
        wave = waves.of_site(platform, code, people.generation)
        common = _common(platform, people, site, seen, held[code]) | _when(people, seen, wave)
        yield from _paper(f"{code}/{SHEET}", "sheet.html.j2", common)
        yield from _paper(f"{code}/{LETTER}", "letter.html.j2", common)
        yield from _paper(f"{code}/{DESK}", "desk.html.j2", common | _desk(platform, people, held[code], lagging))
        sites.append({"code": code, "name": site.name, "when": common["short"], "count": len(held[code])})
    pages = systems.pages(platform, people)
    for code, page in pages.items():
        yield from _paper(f"systemer/{code}", "system.html.j2", page)
    index = {
        "title": f"Papirer til skiftet: {platform.settings.title}",
        "papers": [SHEET, LETTER, DESK],
        "sites": sites,
        "systems": [{"code": code, "name": page["name"], "reach": page["reach"]} for code, page in pages.items()],
    }
    yield File("index.html", "index.html.j2", index)


def _paper(path: str, template: str, context: Mapping[str, Any]) -> Iterator[File]:
    yield File(f"{path}.html", template, context)
    yield File(f"{path}.pdf", template, context, pdf)


def _common(platform: Platform, people: People, site: Site, seen: Visit, workplaces: list[Workplace]) -> dict[str, Any]:
    """What all papers of a site say. Texts, for a template puts words around values and no more."""
    kinds = Counter(workplace.kind for workplace in workplaces)
    shown = _desktops(platform, people, workplaces)
    return {
        "municipality": platform.settings.title,
        "code": site.code,
        "name": site.name,
        "address": f"{site.address}, {site.postcode} {site.city}",
        "in_waves": any(wave.generation == people.generation for wave in platform.waves.values()),
        "always_open": site.hours == "24x7",
        "hours": danish.HOURS[site.hours],
        "visit": {"crew": danish.count(seen.crew, "tekniker", "teknikere"), "host": seen.host},
        "count": len(workplaces),
        "workplaces": (f"{len(workplaces)} arbejdspladser: " if len(kinds) > 1 else "")
        + danish.listed([danish.count(kinds[kind], *danish.KINDS[kind]) for kind in sorted(kinds)]),
        "desktops": shown,
        "own": all(desktop["name"] == OWN for desktop in shown),
        "video": any(workplace.profile == "video" for workplace in workplaces),
        "cutover_desk": _contact(people.cutover_desk),
        "service_desk": _contact(people.service_desk),
    }


def _when(people: People, seen: Visit, wave: Wave | None) -> dict[str, Any]:
    """When it is a site's turn: in the weekend, or in the days of the wave that moves its people ahead of the rest."""
    if wave is not None:
        return {
            "wave": True,
            "when": f"i bølgen {wave.title}, fra {danish.day(wave.starts)} til {danish.day(wave.ends)}",
            "short": f"{danish.short_day(wave.starts)} til {danish.short_day(wave.ends)}",
            "days": [danish.short_day(day) for day in desk_days(people, wave.ends + timedelta(days=1))],
        }
    closes, opens = people.closes, people.opens
    return {
        "wave": False,
        "when": f"{danish.day(seen.day)} kl. {danish.clock(seen.begins)}-{danish.clock(seen.ends)}",
        "short": danish.short_visit(seen.day, seen.begins, seen.ends),
        "closes": f"{danish.day(closes.day)} kl. {danish.clock(closes.time)}",
        "opens": f"{danish.day(opens.day)} kl. {danish.clock(opens.time)}",
        "days": [danish.short_day(day) for day in desk_days(people, opens.day)],
    }


def _contact(contact: Contact) -> dict[str, str]:
    return {
        "title": contact.title,
        "phone": contact.phone,
        "mail": contact.mail or "",
        "hours": contact.hours,
    }


def _desktops(platform: Platform, people: People, workplaces: list[Workplace]) -> list[dict[str, Any]]:
    """The desktops that the workplaces show, by the name that users see, with how many show it."""
    shown = _shown(platform, people)
    counts = Counter(shown[workplace.profile] for workplace in workplaces)
    return [{"name": name, "count": counts[name]} for name in sorted(counts)]


def _shown(platform: Platform, people: People) -> dict[str, str]:
    """What a profile's workplaces show afterwards: their own desktop where the pool's is not in the new generation."""
    names = {name: profile.title for name, profile in platform.profiles.items()}
    return names | {
        pool.profile: pool.desktop if people.generation in pool.image else OWN
        for pool in reversed(list(platform.pools.values()))
        if pool.desktop is not None
    }


def _desk(
    platform: Platform, people: People, workplaces: list[Workplace], lagging: list[dict[str, str]]
) -> dict[str, Any]:
    """What the service desk has beside it in the week after: each workplace of the site, and what is not as usual."""
    shown = _shown(platform, people)
    return {
        "lagging": lagging,
        "rows": [
            {
                "name": workplace.name,
                "kind": danish.KINDS[workplace.kind][0],
                "model": workplace.model,
                "desktop": shown[workplace.profile],
                "department": workplace.department,
            }
            for workplace in workplaces
        ],
    }
