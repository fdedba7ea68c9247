"""How traffic is marked: the classes, and the ports by which each is told apart at the end that sends it.

One table for every device that marks or queues: switches, Windows, the lines to the sites. Left out: which packets may
pass, which the flows say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ClassName = Literal["audio", "video", "session", "signalling", "sharing", "background"]
End = Literal["vda", "client", "phone", "server", "printer"]
"""Who listens on the ports: the session machine, the workplace that a call is made at, a telephone, a server, or the
printer.
"""


@dataclass(frozen=True, slots=True)
class TrafficClass:
    """A class of traffic. `title` is Danish; `phb` is the per-hop behaviour's name for `dscp`; `percent` is its part
    of a full line, first for `priority`, which is served before all others and never gets more than that.
    """

    name: ClassName
    title: str
    phb: str
    dscp: int
    percent: int
    priority: bool = False


CLASSES: tuple[TrafficClass, ...] = (
    TrafficClass("audio", "Lyd", "EF", 46, 20, priority=True),
    TrafficClass("video", "Video", "AF41", 34, 30),
    TrafficClass("session", "Citrix-sessioner", "AF31", 26, 25),
    TrafficClass("signalling", "Opkaldsstyring", "CS3", 24, 2),
    TrafficClass("sharing", "Skærmdeling", "AF21", 18, 8),
    TrafficClass("background", "Udskrifter", "CS1", 8, 1),
)
"""Behaviours and their code points: RFC 4594, with the numbers of RFC 2597 and RFC 3246. The percentages are our plan:
audio below the 33 % that keeps a priority queue from starving the rest; what is left, 14 %, is for everything else.
"""

BY_NAME = {item.name: item for item in CLASSES}


@dataclass(frozen=True, slots=True)
class Stream:
    """Traffic of one class: `ports` (first, last) of `protocol` at the end `at`. `apps` are the programs that send it
    from a Windows workplace, where the ports alone would also catch what draws one at random.
    """

    name: str
    title: str
    traffic: ClassName
    protocol: Literal["tcp", "udp"]
    ports: tuple[int, int]
    at: End
    apps: tuple[str, ...] = ()
