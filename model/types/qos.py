"""How traffic is marked: the classes, and the ports by which each is told apart at the end that sends it.

One table for every device that marks or queues: switches, Windows, the lines to the sites. Left out: which packets may
pass, which the flows say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.desktops import HdxSettings

ClassName = Literal["audio", "video", "session", "signalling", "sharing", "background"]
End = Literal["vda", "client", "server", "printer"]
"""Who listens on the ports: the session machine, the workplace that a call is made at, a server, or the printer."""


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


_TEAMS = ("ms-teams.exe", "HdxRtcEngine.exe")
"""Teams itself, and the engine that the Citrix Workspace app runs when a session hands its call to the workplace."""

_FIXED: tuple[Stream, ...] = (
    # Citrix Technical Paper, "Communication Ports Used by Citrix Technologies": ICA and session reliability, both over
    # TCP and, with adaptive transport, UDP.
    Stream("ica-tcp", "ICA", "session", "tcp", (1494, 1494), "vda"),
    Stream("ica-udp", "ICA (EDT)", "session", "udp", (1494, 1494), "vda"),
    Stream("cgp-tcp", "Session reliability", "session", "tcp", (2598, 2598), "vda"),
    Stream("cgp-udp", "Session reliability (EDT)", "session", "udp", (2598, 2598), "vda"),
    # Microsoft Learn, "Implement Quality of Service (QoS) in Microsoft Teams": the ranges that it starts from.
    Stream("teams-audio", "Teams: lyd", "audio", "udp", (50000, 50019), "client", _TEAMS),
    Stream("teams-video", "Teams: video", "video", "udp", (50020, 50039), "client", _TEAMS),
    Stream("teams-sharing", "Teams: skærmdeling", "sharing", "udp", (50040, 50059), "client", _TEAMS),
    Stream("sip", "Opkaldsstyring (SIP)", "signalling", "tcp", (5060, 5061), "server"),
    # What printers listen on for raw jobs (IANA: pdl-datastream).
    Stream("print", "Udskrifter", "background", "tcp", (9100, 9100), "printer"),
)


def streams(platform: Platform) -> tuple[Stream, ...]:
    """Everything that is marked, sorted by name: what is fixed, and the audio ports that the pools' settings give."""
    return tuple(sorted((*_FIXED, *_session_audio(platform)), key=lambda stream: stream.name))


def _session_audio(platform: Platform) -> Iterator[Stream]:
    pools = platform.pools.values()
    for first, last in sorted({rtp_ports(pool.settings) for pool in pools if pool.settings.rtp_audio}):
        yield Stream(f"hdx-audio-{first}", "Lyd i sessioner", "audio", "udp", (first, last), "vda")


def rtp_ports(settings: HdxSettings) -> tuple[int, int]:
    """The first and the last port on which a session machine takes sound over UDP.

    16500 to 16509 unless RtpAudioPortRange says otherwise (Citrix product documentation, "Audio policy settings").
    """
    first, last = (settings.rtp_ports or "16500, 16509").split(",")
    return int(first), int(last)
