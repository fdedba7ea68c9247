"""What is done in a cutover, as kinds of task: for what there is one each, by whom, how long, checked how, how back.

The tasks themselves are generated from the platform (refresh/weekend/tasks.py): one for each data move, pool, system or
visit, or one for the whole cutover. Roles alone, never anybody's name. Left out: who is there and when (cutover.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Key, Model, Ref, Text

Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+$"),
]
"""One line for people, or a command. PLATFORM, GENERATION, PREVIOUS and ITEM in it stand for the task's own."""
Each = Literal["cutover", "data-move", "pool", "system", "visit"]
"""For what there is a task: the whole cutover, each server whose data move, each pool of the new generation, each
system that the new generation serves, each visit to a site.
"""


class Spread(Model):
    """How long something takes, in minutes or in percent of minutes that the data of its item say."""

    p50: Annotated[int, Field(ge=1, le=10080)]
    """What half of them take at most."""
    p90: Annotated[int, Field(ge=1, le=10080)]
    """What nine of ten take at most."""


class WayBack(Model):
    """How a task is undone, and how long that takes."""

    action: Line
    """What is done, in Danish or as a command."""
    minutes: Spread | None = None
    """How long it takes. Of a data move and of a visit it may be left out: `percent` counts then."""
    percent: Spread = Spread(p50=100, p90=125)
    """Of a data move, in percent of the minutes `back` of its data; of a visit, in percent of its own minutes."""


class TaskKind(Model):
    """A kind of task."""

    title: Text
    """What colleagues call it, in Danish."""
    each: Each = "cutover"
    """For what there is one."""
    days_before: Annotated[int, Field(ge=1, le=365)] | None = None
    """How many days before `closes` it has to be done. Without it the task belongs to the weekend and is planned."""
    minutes_before_opens: Annotated[int, Field(ge=1, le=1440)] | None = None
    """It begins no earlier than so many minutes before `opens`."""
    role: Text
    """Who answers for it, in Danish. Never anybody's name."""
    deputy: Text
    """Who does when that role cannot be reached."""
    takes: dict[Key, Annotated[int, Field(ge=1, le=1000)]] = {}
    """Whom of the data centre it takes while it runs, by skill, in percent of one person: 10 is somebody who looks
    after ten of them at a time.
    """
    minutes: Spread | None = None
    """How long it takes. Of a data move it may be left out: `percent` counts then. A visit's minutes are its own."""
    percent: Spread = Spread(p50=100, p90=125)
    """How long a data move takes, in percent of the minutes `across` of its data."""
    after: tuple[Annotated[Key, Ref("tasks")], ...] = ()
    """The kinds that must be done before: of the same item where both have one for each such item, else all of them."""
    precondition: Line | None = None
    """The command that tells by exit status 0 that it can begin."""
    action: Line
    """What is done, in Danish or as a command."""
    verification: Line
    """How one sees that it is done, in Danish or as a command."""
    way_back: WayBack | None = None
    """How it is undone. Left out where nothing has to be undone, or nothing can be (`reversible`)."""
    reversible: bool = True
    """Whether it can be undone. What cannot be begins only after the point of no return."""
    evidence: Line
    """What is kept to show that it was done, in Danish."""
    source: Text
    """Where the figures come from; `assumed` until somebody has measured them."""
