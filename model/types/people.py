"""What people at the sites are told of a cutover: when, by whom, whom to call. Roles alone, never anybody's name.

Written by hand until a plan of the waves gives the hours; who reads it is a site's own staff and the service desk. Left
out: the work itself, step by step.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import GenerationName, Key, Model, Text
from model.types.estate import SiteCode

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Phone = Annotated[str, StringConstraints(pattern=r"^(\+?[0-9]+|lokal [0-9]+)( [0-9]+)*$", max_length=24)]
"""A number as it is dialled: `96 11 75 00`, or inside the house `lokal 2600`."""
Mail = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$", max_length=200)]


class Contact(Model):
    """Whom to call: a role, its number, and when somebody answers."""

    title: Text
    phone: Phone
    mail: Mail | None = None
    hours: Text


class Moment(Model):
    """A day and a time in Denmark."""

    day: date
    time: Clock

    def __str__(self) -> str:
        return f"{self.day} {self.time}"

    @property
    def order(self) -> datetime:
        """What sorts moments; without a zone, for all of them are in one."""
        return datetime.fromisoformat(f"{self.day}T{self.time}")


class Visit(Model):
    """When technicians are at a site, how many of them, and the role that lets them in and shows them the way."""

    day: date
    begins: Clock
    ends: Clock
    crew: Annotated[int, Field(ge=1, le=100)]
    host: Text


class People(Model):
    """The cutover to `generation` as people meet it.

    Nobody can work between `closes` and `opens`, but for sites that never close. `visits` is by type of site, or by the
    code of one site that differs. `desk_days` is how many days after `opens` the service desk watches over the sites.
    """

    generation: GenerationName
    closes: Moment
    opens: Moment
    service_desk: Contact
    cutover_desk: Contact
    visits: dict[Key | SiteCode, Visit]
    desk_days: Annotated[int, Field(ge=1, le=30)] = 5


Reaches = Literal["moves", "lags", "vendor", "ends"]
"""What a cutover does to a system: it moves, it stays on the generation before, its vendor runs it elsewhere, or it is
over.
"""
