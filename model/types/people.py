"""What people at the sites are told of a cutover: when, by which role, and which number to call. Roles alone, never
anybody's name.

Written by hand until a plan of the waves gives the hours; who reads it is a site's own staff and the service desk. Left
out: the work itself, step by step.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Clock, InGeneration, Key, Model, Phone, Ref, Text
from model.types.estate import SiteCode

Mail = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$", max_length=200)]
"""The address of a shared mailbox."""


Paragraph = Annotated[
    str,
    StringConstraints(min_length=1, max_length=600, pattern=r"^[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+$"),
]
"""A paragraph of plain text, at most 600 characters."""
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour, in quotes: "#00543c"."""


class Letter(Model):
    """What a municipality says in its own words to everybody who gets a letter, around what each must be told."""

    opening: Annotated[tuple[Paragraph, ...], Field(max_length=3)] = ()
    """Up to three paragraphs after the greeting, in Danish."""
    closing: Annotated[tuple[Paragraph, ...], Field(max_length=3)] = ()
    """Up to three paragraphs before the signature, in Danish."""
    signature: Text | None = None
    """Who signs, a role and never anybody's name. Without one it is `It-afdelingen` with the municipality's title."""


class Look(Model):
    """How papers look, so that people know whose they are."""

    logo: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.(png|svg)$")] | None = None
    """A picture that stands in the platform's folder, at most 32 KiB: `logo.png`. It is in the corner of each paper's
    first page. An SVG is shown on screen alone; give a PNG to have it in PDF too.
    """
    colour: Colour | None = None
    """The colour of headings. It must be told from white paper as WCAG 2.1 asks of text (4.5 to 1)."""


class Contact(Model):
    """Whom to call: a role, never a person."""

    title: Text
    """What the desk is called: `Servicedesk`."""
    phone: Phone
    """The number as it is dialled: `96 11 75 00`, or inside the house `lokal 2600`."""
    mail: Mail | None = None
    """A shared mailbox, where there is one."""
    hours: Text
    """When somebody answers, in words: `hverdage 7-17`."""
    mobile: bool = False
    """Whether it is a mobile of its own, which rests on no telephone system, server or line of the municipality. The
    `cutover_desk` has to be, for all of those are closed when it is called.
    """


class Moment(Model):
    """A day and a time in Denmark."""

    day: date
    """The day."""
    time: Clock
    """The time of day, in quotes: "06:30"."""

    def __str__(self) -> str:
        return f"{self.day} {self.time}"

    @property
    def order(self) -> datetime:
        """What sorts moments; without a zone, for all of them are in one."""
        return datetime.fromisoformat(f"{self.day}T{self.time}")


class Visit(Model):
    """When technicians are at a site."""

    day: date
    """The day of the visit, within the cutover."""
    begins: Clock
    """When they come, in quotes: "08:00"."""
    ends: Clock
    """When they leave, later on the same day."""
    crew: Annotated[int, Field(ge=1, le=100)]
    """How many technicians come."""
    host: Text
    """The role that lets them in and shows them the way: `Skolens tekniske serviceleder`. Never anybody's name."""
    sites: tuple[Annotated[SiteCode, Ref("sites")], ...] = ()
    """The sites of a round: several that are visited at the same hours, each by a crew of its own. Empty where the key
    of the visit is a type or a site.
    """


class People(Model):
    """The cutover to a generation as people meet it. Without the file no papers are rendered."""

    generation: InGeneration
    """The generation that people move to."""
    closes: Moment
    """From when nobody can work, but at sites that never close."""
    opens: Moment
    """From when people can work again."""
    service_desk: Contact
    """Whom to call on ordinary days."""
    cutover_desk: Contact
    """Whom to call during the cutover."""
    technicians: Annotated[int, Field(ge=1, le=1000)]
    """How many technicians can be at sites at the same time. What all visits at one moment ask for is held against it.
    """
    visits: dict[Key | SiteCode, Visit]
    """When technicians come, by type of site, by the code of one site that differs, or by the name of a round that
    lists its `sites`. Every site with workplaces has one: its own, else its round's, else its type's.
    """
    emergency: Text = "Brug den nødprocedure, som jeres ledelse har aftalt for arbejde uden it."
    """What sites that never close are told to do while systems are closed. A whole sentence, in Danish."""
    letter: Letter = Letter()
    """The municipality's own words in each letter."""
    look: Look = Look()
    """Logo and colour of the papers."""
    desk_days: Annotated[int, Field(ge=1, le=30)] = 5
    """For how many working days after `opens` the service desk watches over the sites."""


Reaches = Literal["moves", "lags", "vendor", "ends"]
"""What a cutover does to a system: it moves, it stays on the generation before, its vendor runs it elsewhere, or it is
over.
"""
