"""How a server room empties, as numbers: what refresh/server_room.py works out and templates/room draws."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Machine:
    """What runs in the room, as it was found. `leaves` is the name of its wave or a day; None when it never leaves."""

    name: str
    cluster: str
    cpus: int
    memory_gib: float
    disk_gib: float
    leaves: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Left:
    """What is in the room still."""

    servers: int
    cpus: int
    memory_gib: int
    disk_gib: int
    hosts: int
    host_units: int
    equipment_units: int

    @property
    def rack_units(self) -> int:
        return self.host_units + self.equipment_units


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day on which something leaves: a wave's end, or the end of what was retained. `state` is that of a wave."""

    name: str
    title: str
    day: date
    state: str | None
    servers: int
    left: Left
    late: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The room from now on. `stays` are what leaves later than others, or never, each with its reason."""

    platform: str
    title: str
    generation: str
    empty_by: date
    start: Left
    milestones: tuple[Milestone, ...]
    stays: tuple[Machine, ...]
    assumed: tuple[str, ...]
    empty_on: date | None = field(default=None)

    @property
    def empty(self) -> bool:
        """Whether the room is empty on its day."""
        return self.empty_on is not None and self.empty_on <= self.empty_by

    def document(self) -> dict[str, Any]:
        """The plan as JSON has it."""
        found = asdict(self)
        found["start"] = _numbers(self.start)
        found["milestones"] = [asdict(m) | {"left": _numbers(m.left)} for m in self.milestones]
        return found | {"empty": self.empty}


def _numbers(left: Left) -> dict[str, int]:
    return asdict(left) | {"rack_units": left.rack_units}
