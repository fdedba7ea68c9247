"""What a rehearsal of the weekend finds, as values: refresh/rehearsal computes them and templates/rehearsal shows them.

Nobody writes these. Moments are ISO 8601 with the offset of Denmark, chances are of a hundred weekends.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Where = Literal["line", "controllers", "machines"]
"""Where people wait to log on."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Of a hundred weekends: all done before the point of no return; all but a few workplaces; open when promised."""

    done: float
    nearly: float
    open: float
    left: float
    """Workplaces that are left, in the mean."""


@dataclass(frozen=True, slots=True)
class Loser:
    """A step and the minutes by which it delays what waits for it, in the mean, by its own doing."""

    id: str
    title: str
    minutes: float
    missed: float
    """Of a hundred weekends, in how many it is not made at all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something changed, and the chances with it."""

    key: str
    title: str
    kind: str
    chances: Chances


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a rehearsal says. `ends` counts weekends by the quarter of an hour in which their work ends."""

    runs: int
    seed: int
    chances: Chances
    error: float
    ends: tuple[tuple[str, int], ...]
    p50: str
    p90: str
    turns: str | None
    opens: str
    losers: tuple[Loser, ...]
    bars: tuple[Bar, ...]

    def document(self) -> dict[str, Any]:
        """As plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Queue:
    """Where people wait: how many longer than is borne, the longest wait in seconds, and when that was."""

    where: Where
    name: str
    people: int
    impatient: int
    longest: float
    at: str


@dataclass(frozen=True, slots=True)
class Storm:
    """What Monday's log-on is like: waits in seconds, and the queues, the worst first."""

    people: int
    impatient: int
    p90: float
    longest: float
    done: str
    queues: tuple[Queue, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a working day after the opening, day 1 the first: calls, people at the telephone, people on duty."""

    day: int
    clock: str
    calls: float
    answering: int
    on_duty: int
    in_time: float
