"""What people at the sites are told of a cutover: which number to call, and in which words. Roles alone, never
anybody's name.

Who reads it is a site's own staff and the service desk. Left out: when technicians come, which the agreed plan says
(visits.csv).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Model, Phone, Text

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


class People(Model):
    """The cutover as people meet it; cutover.yaml says when it is. Without the file no papers are rendered."""

    service_desk: Contact
    """Whom to call on ordinary days."""
    cutover_desk: Contact
    """Whom to call during the cutover."""
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
