"""The streams of a platform, told apart by the ports of the end that sends them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.types.qos import Stream

if TYPE_CHECKING:
    from model.platform import Desktops
    from model.types.hdx import HdxSettings


def streams(desktops: Desktops) -> tuple[Stream, ...]:
    """Everything that is marked, sorted by name: what is fixed, and what the pools bring: the audio ports of their
    settings, and sessions of Azure Virtual Desktop.
    """
    found = (*_FIXED, *_session_audio(desktops), *_shortpath(desktops))
    return tuple(sorted(found, key=lambda stream: stream.name))


def _session_audio(desktops: Desktops) -> Iterator[Stream]:
    pools = desktops.pools.values()
    for first, last in sorted({rtp_ports(pool.settings) for pool in pools if pool.settings.rtp_audio}):
        yield Stream(f"hdx-audio-{first}", "Lyd i sessioner", "audio", "udp", (first, last), "vda")


def _shortpath(desktops: Desktops) -> Iterator[Stream]:
    """Sessions that go straight to a session host, which listens on 3390 (Microsoft Learn, "Implement Quality of
    Service (QoS) for Azure Virtual Desktop"). What goes by the gateway is inside of tcp/443 and is not told apart.
    """
    if any(pool.placement for pool in desktops.pools.values()):
        yield Stream("rdp-shortpath", "RDP Shortpath", "session", "udp", (3390, 3390), "vda")


def rtp_ports(settings: HdxSettings) -> tuple[int, int]:
    """The first and the last port on which a session machine takes sound over UDP.

    16500 to 16509 unless RtpAudioPortRange says otherwise (Citrix product documentation, "Audio policy settings").
    """
    first, last = (settings.rtp_ports or "16500, 16509").split(",")
    return int(first), int(last)


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
    # The media of the telephone system, in the range that its flow opens (docs of the system: assumed).
    Stream("voice-rtp", "Telefoni: lyd", "audio", "udp", (16384, 32767), "phone"),
    Stream("sip", "Opkaldsstyring (SIP)", "signalling", "tcp", (5060, 5061), "server"),
    # What printers listen on for raw jobs (IANA: pdl-datastream).
    Stream("print", "Udskrifter", "background", "tcp", (9100, 9100), "printer"),
)
