"""What people at the sites are told of a cutover: when, by which role, and which number to call. Roles alone, never
anybody's name.

Written by hand until a plan of the waves gives the hours; who reads it is a site's own staff and the service desk. Left
out: the work itself, step by step.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Clock, InGeneration, Key, Model, Text
from model.types.estate import SiteCode

Phone = Annotated[str, StringConstraints(pattern=r"^(\+?[0-9]+|lokal [0-9]+)( [0-9]+)*$", max_length=24)]
"""A number as it is dialled: `96 11 75 00`, or inside the house `lokal 2600`."""
Mail = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$", max_length=200)]
"""The address of a shared mailbox."""


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
    visits: dict[Key | SiteCode, Visit]
    """When technicians come, by type of site, or by the code of one site that differs. Every site with workplaces has
    one.
    """
    desk_days: Annotated[int, Field(ge=1, le=30)] = 5
    """For how many working days after `opens` the service desk watches over the sites."""


Reaches = Literal["moves", "lags", "vendor", "ends"]
"""What a cutover does to a system: it moves, it stays on the generation before, its vendor runs it elsewhere, or it is
over.
"""
