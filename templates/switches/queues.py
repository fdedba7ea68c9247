"""The queues that lines and switches have, by traffic class, and what is marked as which where it enters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import qos as qos_derive
from model.types import qos

if TYPE_CHECKING:
    from model import Platform


@dataclass(frozen=True, slots=True)
class Mark:
    """Traffic from a workplace that is marked: known by the other end's ports, or by its `own`."""

    name: str
    protocol: str
    first: int
    last: int
    own: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A class of traffic, `phb` as a switch names its code point. `percent` is of the line for the priority class, and
    of what that leaves for the others.
    """

    name: str
    phb: str
    priority: bool
    percent: int
    marks: list[Mark]


def queues(platform: Platform) -> list[Queue]:
    """Every class, with what is marked as it."""
    marks = [stream for stream in qos_derive.streams(platform.desktops) if stream.at != "printer"]
    return [_class(item, marks) for item in qos.CLASSES]


def left() -> int:
    """The part of the default class, in percent of what the priority queue leaves."""
    return 100 - sum(_remaining(item) for item in qos.CLASSES if not item.priority)


def _class(item: qos.TrafficClass, marks: list[qos.Stream]) -> Queue:
    """A class with what is marked as it where it enters from a user port; of some nothing does."""
    return Queue(
        name=item.name.upper(),
        phb=item.phb.lower(),
        priority=item.priority,
        percent=item.percent if item.priority else _remaining(item),
        marks=[_mark(stream) for stream in marks if stream.traffic == item.name],
    )


def _remaining(item: qos.TrafficClass) -> int:
    """A class's part of what the priority queue leaves, in whole percent."""
    left = 100 - sum(other.percent for other in qos.CLASSES if other.priority)
    return item.percent * 100 // left


def _mark(stream: qos.Stream) -> Mark:
    return Mark(
        name=stream.name,
        protocol=stream.protocol,
        first=stream.ports[0],
        last=stream.ports[1],
        own=stream.at in ("client", "phone"),
    )
