"""What a crew must know of a site before it comes: where it lies, who lets it in and when, and what keeps going
meanwhile.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Model, Phone, Text

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""A day of the week."""

Hours = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
"""Hours of a day, in quotes: "07:00-20:00"."""

Degrees = Annotated[float, Field(ge=-180, le=180)]
"""Degrees of a position."""


class KeyHolder(Model):
    """Who lets a crew in: a role, never anybody's name."""

    role: Text = "Stedets leder"
    """The role, in Danish: `Skolens tekniske serviceleder`."""
    phone: Phone | None = None
    """A mobile that is answered while systems are closed, the telephone system among them. Every site of a weekend has
    one.
    """


class ParallelRun(Model):
    """How a site that never closes goes on while its workplaces are changed, one after another."""

    seats: Annotated[int, Field(ge=0, le=100)]
    """Emergency seats that the crew brings and puts up first: a laptop with a mobile line."""
    minutes: Annotated[int, Field(ge=0, le=480)]
    """Minutes that putting them up and agreeing on the order takes, for the whole crew."""
    how: Text
    """What the people there do meanwhile. A whole sentence, in Danish."""


def minutes_of(hours: str) -> tuple[int, int]:
    """`07:00-20:00` as minutes from midnight: 420 and 1200."""
    first, second, third, fourth = map(int, re.split(r"[:-]", hours))
    return first * 60 + second, third * 60 + fourth
