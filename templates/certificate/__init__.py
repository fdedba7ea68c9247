"""Monday's certificate as pages, in Danish: one a site, and an overview. From its JSON, so that both say the same.

Each page needs nothing beside it and can be printed. What is looked at is refresh/certificate's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rendering.engine import render
from rendering.plain import plain
from templates.people import danish

_STATES = {"ok": "i orden", "broken": "brudt", "unseen": "kan ikke ses herfra"}


@dataclass(frozen=True, slots=True)
class Line:
    """A fact: what was looked at, what stands there, where, and what it should be where it breaks the link."""

    text: str
    value: str
    place: str
    state: str
    should: str


@dataclass(frozen=True, slots=True)
class Part:
    """A link with its facts, those that break it first. `word` says its state, `seen` what was looked at."""

    title: str
    state: str
    word: str
    seen: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Page:
    """The context of a site's page."""

    municipality: str
    code: str
    name: str
    day: str
    verdict: str
    ok: bool
    devices: int
    parts: list[Part]
    broken: list[Line]
    before: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A link of a site in the overview."""

    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A site in the overview."""

    code: str
    name: str
    ok: bool
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Break:
    """The same break at one site or many."""

    title: str
    text: str
    value: str
    should: str
    place: str
    sites: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The context of the overview. `links` are the titles of the columns, by their numbers."""

    municipality: str
    day: str
    verdict: str
    ok: bool
    rows: list[Row]
    breaks: list[Break]
    links: list[str]
    edited: list[str]
    rendered: str
    stacks: list[str]


def page(head: Mapping[str, Any], municipality: str, document: Mapping[str, Any], before: str) -> str:
    """A site's page."""
    parts = [_part(link) for link in document["links"]]
    broken = [part for part in parts if part.state == "broken"]
    if broken:
        first = broken[0].lines[0]
        verdict = f"Brudt ved: {', '.join(part.title for part in broken)}. Se først i {first.place}."
    elif hidden := [part.title for part in parts if part.state == "unseen"]:
        verdict = f"Intet er brudt, men dette kan ikke ses herfra: {', '.join(hidden)}."
    else:
        verdict = "Vejen er hel, fra porten i væggen til skrivebordet."
    context = Page(
        municipality=municipality,
        code=document["site"],
        name=document["name"],
        day=_day(head),
        verdict=verdict,
        ok=document["ok"],
        devices=document["devices"],
        parts=parts,
        broken=[line for part in broken for line in part.lines if line.state == "broken"],
        before=before[:16],
    )
    return render("certificate/site.html.j2", plain(context))


def _part(link: Mapping[str, Any]) -> Part:
    facts = sorted(link["facts"], key=lambda fact: ("broken", "unseen", "ok").index(fact["state"]))
    files = list(dict.fromkeys(fact["file"].rpartition("/")[2] for fact in link["facts"]))
    seen = f"{danish.count(len(facts), 'ting', 'ting')} i {_few(files)}" if facts else "intet"
    return Part(link["title"], link["state"], _STATES[link["state"]], seen, [_line(fact) for fact in facts])


def _line(fact: Mapping[str, Any]) -> Line:
    place = f"{fact['file']}:{fact['line']}" if fact["line"] else fact["file"]
    return Line(fact["text"], fact["value"], place, fact["state"], fact.get("should", ""))


def _day(head: Mapping[str, Any]) -> str:
    return danish.day(date.fromisoformat(head["day"]))


def overview(end: Mapping[str, Any], municipality: str, documents: Sequence[Mapping[str, Any]]) -> str:
    """The page of all sites."""
    bad = [document for document in documents if not document["ok"]]
    hidden = sum(any(link["state"] == "unseen" for link in document["links"]) for document in documents)
    verdict = (
        f"Alle {len(documents)} steder er i orden."
        if not bad
        else f"{len(documents) - len(bad)} af {len(documents)} steder er i orden; {len(bad)} er ikke."
    )
    if hidden:
        verdict += f" På {hidden} af dem er der led, som ikke kan ses herfra."
    if end["edited"]:
        verdict += f" {len(end['edited'])} filer er rettet, siden de blev skrevet."
    context = Overview(
        municipality=municipality,
        day=_day(end),
        verdict=verdict,
        ok=end["ok"],
        rows=[_row(document) for document in documents],
        breaks=_breaks(bad),
        links=[link["title"] for link in documents[0]["links"]] if documents else [],
        edited=[f"{fact['file']}: {fact.get('should', '')}" for fact in end["edited"]],
        rendered=end["rendered"][:16],
        stacks=[f"{each['file']} ({each['sha256'][:16]})" for each in end["outputs"]],
    )
    return render("certificate/index.html.j2", plain(context))


def _row(document: Mapping[str, Any]) -> Row:
    marks = [Mark(link["state"], f"{link['title']}: {_STATES[link['state']]}") for link in document["links"]]
    return Row(document["site"], document["name"], document["ok"], marks)


def _breaks(documents: Sequence[Mapping[str, Any]]) -> list[Break]:
    """Each break once, with the sites that have it, where text and place are the same."""
    found: dict[tuple[str, ...], list[str]] = {}
    for document in documents:
        for link in document["links"]:
            for fact in link["facts"]:
                if fact["state"] == "broken":
                    line = _line(fact)
                    key = (link["title"], line.text, line.value, line.should, line.place)
                    found.setdefault(key, []).append(document["site"])
    return [
        Break(title=key[0], text=key[1], value=key[2], should=key[3], place=key[4], sites=_few(codes))
        for key, codes in found.items()
    ]


def _few(names: Sequence[str]) -> str:
    """The first few, and how many there are beside them."""
    few, unique = 4, list(dict.fromkeys(names))
    if len(unique) <= few + 1:
        return ", ".join(unique)
    return f"{', '.join(unique[:few])} og {len(unique) - few} til"
