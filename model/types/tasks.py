"""What is done in a cutover, as kinds of task: for what there is one each, by whom, how long, checked how, and how back.

The tasks themselves are generated from the platform (refresh/weekend/tasks.py): one for each data move, pool or system, or
one for the whole cutover. Roles alone, never anybody's name. Left out: what is done at the sites (cutover.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Key, Model, Ref, Text

Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+$"),
]
"""One line for people, or a command. The words PLATFORM, GENERATION, PREVIOUS and ITEM stand for the task's own."""


class Spread(Model):
    """How long something takes, in minutes or in percent of minutes that the data of its item say."""

    p50: Annotated[int, Field(ge=1, le=10080)]
    """What half of them take at most."""
    p90: Annotated[int, Field(ge=1, le=10080)]
    """What nine of ten take at most."""


class TaskKind(Model):
    """A kind of task."""

    title: Text
    """What colleagues call it, in Danish."""
    each: Literal["cutover", "data-move", "pool", "system"] = "cutover"
    """For what there is one: the whole cutover, each server whose data move, each pool of the new generation, each system
    that is served by it.
    """
    days_before: Annotated[int, Field(ge=1, le=365)] | None = None
    """How many days before `closes` it has to be done. Without it the task belongs to the weekend and is planned."""
    role: Text
    """Who answers for it, in Danish. Never anybody's name."""
    deputy: Text
    """Who does when that role cannot be reached."""
    takes: dict[Annotated[Key, Ref("skills")], Annotated[int, Field(ge=1, le=50)]] = {}
    """How many people of the data centre it takes all the time, by what they can do."""
    minutes: Spread | None = None
    """How long it takes. A task of a data move may leave it out: then the minutes `across` of its data count."""
    percent: Spread = Spread(p50=100, p90=125)
    """How long the moves of data take against what their data say, in percent."""
    after: tuple[Annotated[Key, Ref("tasks")], ...] = ()
    """The kinds that must be done before: of the same item where both have one for each such item, else all of them."""
    precondition: Line | None = None
    """The command that tells whether it can begin, with exit status 0."""
    action: Line
    """What is done, in Danish or as a command."""
    verification: Line
    """How one sees that it is done."""
    way_back: Line | None = None
    """How it is undone. None where nothing has to be undone, or where nothing can be (`reversible`)."""
    way_back_minutes: Spread | None = None
    """How long that takes. A task of a data move may leave it out: then the minutes `back` of its data count."""
    reversible: bool = True
    """Whether it can be undone at all. What cannot be begins only after the point of no return."""
    evidence: Line
    """What is kept to show that it was done."""
    source: Text
    """Where the figures come from; `assumed` until somebody has measured them."""
