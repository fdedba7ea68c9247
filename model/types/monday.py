"""The first days after a cutover: how people log on, what they call about, and when the watch over them ends.

It is what refresh/rehearsal reads for Monday's log-on and the week after. Left out: who is served by which pool, which
workplaces and pools say.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from model.base import Clock, Model, Text
from model.types.tasks import Line, Spread

Share = Annotated[float, Field(ge=0, le=100)]
"""A share in percent."""


class Monday(Model):
    """How the first days go, as last time's figures or as assumed."""

    arrivals: dict[Clock, Share] = Field(min_length=1)
    """How many of a hundred people who come on the first day log on in the quarter of an hour that begins then."""
    log_on_seconds: Spread
    """How long a log-on takes on a machine that is not full."""
    log_ons_a_host: Annotated[int, Field(ge=1, le=100)]
    """How many log on to one session machine at the same time."""
    brokered_a_minute: Annotated[int, Field(ge=1, le=10_000)]
    """How many sessions the controllers hand out in a minute."""
    log_on_kbit: Annotated[int, Field(ge=1, le=100_000)]
    """What a log-on takes of the site's line while it lasts, in kbit/s."""
    patience_seconds: Annotated[int, Field(ge=1, le=3600)]
    """From how long a wait before a log-on on people call."""
    calls: Annotated[tuple[Share, ...], Field(min_length=1, max_length=20)]
    """How many calls a hundred workplaces give on each working day, the first day first."""
    calls_by_hour: dict[Clock, Share] = Field(min_length=1)
    """How many of a hundred calls of a day come in the hour that begins then."""
    call_minutes: Annotated[float, Field(gt=0, le=60)]
    """How long a call takes in the mean, with what is written afterwards."""
    answered_percent: Annotated[int, Field(ge=1, le=99)]
    """How many of a hundred calls are to be answered in time."""
    answered_seconds: Annotated[int, Field(ge=1, le=600)]
    """What is in time."""
    away_percent: Annotated[int, Field(ge=0, le=80)]
    """How many of a hundred people on duty are not at the telephone: breaks, meetings, at a desk."""
    source: Text
    """Where the figures come from: last time's, or `assumed`."""


class KnownError(Model):
    """Something that people will call about, and what they are answered."""

    title: Text
    """What people say, in Danish."""
    cause: Line
    """What is behind it."""
    answer: Line
    """What the service desk answers and does, in Danish."""
    escalate: Text
    """The role that takes it when that does not help. Never anybody's name."""
    severity: Literal["one", "site", "all"]
    """Whether it hits one workplace, a site, or everybody."""


class ExitCriterion(Model):
    """What must hold for the watch after a cutover to end."""

    title: Text
    """What is asked, in Danish."""
    limit: Text
    """What the answer must be."""
    days: Annotated[int, Field(ge=1, le=30)]
    """For how many working days in a row."""
    source: Text
    """The command or the file that gives the answer, or the role that does."""
