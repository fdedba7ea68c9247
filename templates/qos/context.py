"""The contexts of the QoS templates: one policy for each stream, protocol and program.

A machine marks what it sends: from the ports that it listens on itself, and to the ports that the other end does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model import names
from model.derive import qos as qos_derive
from model.types import qos
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Desktops

MACHINES = {
    "SessionMachine": ("vda", "Sessionsmaskiner", "platform-refresh QoS sessionsmaskiner"),
    "Workplace": ("client", "Windows-arbejdspladser", "platform-refresh QoS arbejdspladser"),
}
"""File → the end of types/qos.py that the machine is, what its administrator reads, and the group policy for them."""

_OTHER_ENDS = {"vda": ("server",), "client": ("vda", "server")}


@dataclass(frozen=True, slots=True)
class Policy:
    """A QoS policy of Windows. `side` is the end of the packet whose ports are meant, `app` None any program."""

    name: str
    protocol: str
    side: Literal["Src", "Dst"]
    first: int
    last: int
    app: str | None
    dscp: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the script puts right. `links` are the units that the group policy is linked to."""

    domain: str
    links: list[str]
    policies: list[Policy]


@dataclass(frozen=True, slots=True)
class Script:
    """The context of a script; `title` says what kind of machine it is for."""

    title: str
    data: Wanted


def files(platform: Platform) -> Iterator[File]:
    """A script for each kind of machine."""
    for name, (end, title, _) in MACHINES.items():
        links = session_units(platform) if end == "vda" else []
        data = Wanted(platform.settings.domain, links, policies(platform.desktops, end))
        yield File(f"Set-Qos{name}.ps1", "qos.ps1.j2", Script(title, data), utf8_bom)


def session_units(platform: Platform) -> list[str]:
    """The units of the session machines that we build. Where workplaces are in the directory no data tell."""
    desktops = platform.desktops.settings
    generations = sorted({i.generation.name for i in platform.pool_instances if i.ou is not None}, key=names.year)
    if desktops is None:
        return []
    return [names.unit_dn((desktops.ou, name.upper()), platform.settings.domain) for name in generations]


def policies(desktops: Desktops, end: str) -> list[Policy]:
    """The policies of a machine, sorted by name."""
    found: list[Policy] = []
    for stream in qos_derive.streams(desktops):
        if stream.at != end and stream.at not in _OTHER_ENDS[end]:
            continue
        found += [
            Policy(
                name=f"platform-refresh {stream.name}" + (f" {app}" if app else ""),
                protocol=stream.protocol.upper(),
                side="Src" if stream.at == end else "Dst",
                first=stream.ports[0],
                last=stream.ports[1],
                app=app,
                dscp=qos.BY_NAME[stream.traffic].dscp,
            )
            for app in stream.apps or (None,)
        ]
    return sorted(found, key=lambda policy: policy.name)
