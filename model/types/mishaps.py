"""What goes wrong in a cutover, how often, whom it strikes, and how long it takes: the library that a rehearsal draws
from. Left out: the drawing (refresh/rehearsal).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from model.base import Key, Model, Ref, Text
from model.types.tasks import Spread


class Mishap(Model):
    """Something that goes wrong."""

    title: Text
    """What colleagues call it, in Danish."""
    strikes: Literal["weekend", "task", "shift", "device", "spare"]
    """What it happens to. `weekend`: all tasks of its kinds at once, as a slow vCenter. `task`: each by itself.
    `shift`: a crew on one shift. `device`: each device that is changed. `spare`: each dead device for which the crew
    has no spare left.
    """
    percent: Annotated[float, Field(gt=0, le=100)]
    """How often: of a hundred of what it strikes, how many."""
    kinds: tuple[Annotated[Key, Ref("tasks")], ...] = Field(min_length=1)
    """The kinds of task that it makes longer."""
    minutes: Spread | None = None
    """How many minutes are added. Of `device` and `spare`, for each."""
    times: Spread | None = None
    """To how many percent of their minutes tasks grow."""
    away: bool = False
    """The crew does not come: none of its visits of that shift are made."""
    source: Text
    """Where the figures come from; `assumed` until somebody has counted."""
