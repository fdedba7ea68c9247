"""The contexts of the QoS templates: one policy for each stream, protocol and program.

A machine marks what it sends: from the ports that it listens on itself, and to the ports that the other end does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model import qos
from templates.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

MACHINES = {
    "SessionMachine": ("vda", "Sessionsmaskiner: køres i masterbilledet, før det tages i brug"),
    "Workplace": ("client", "Windows-arbejdspladser: køres på maskinen, eller med -PolicyStore mod en GPO"),
}
"""File → the end of model/qos.py that the machine is, and what its administrator reads."""

_OTHER_ENDS = {"vda": ("server",), "client": ("vda", "server")}


def files(platform: Platform) -> Iterator[File]:
    """A script for each kind of machine."""
    for name, (end, title) in MACHINES.items():
        data = {"policies": policies(platform, end)}
        yield File(f"Set-Qos{name}.ps1", "qos.ps1.j2", {"title": title, "data": data}, utf8_bom)


def policies(platform: Platform, end: str) -> list[dict[str, Any]]:
    """The policies of a machine, sorted by name; `side` is the end of the packet whose ports are meant."""
    found: list[dict[str, Any]] = []
    for stream in qos.streams(platform):
        if stream.at != end and stream.at not in _OTHER_ENDS[end]:
            continue
        found += [
            {
                "name": f"platform-refresh {stream.name}" + (f" {app}" if app else ""),
                "protocol": stream.protocol.upper(),
                "side": "Src" if stream.at == end else "Dst",
                "first": stream.ports[0],
                "last": stream.ports[1],
                "app": app,
                "dscp": qos.BY_NAME[stream.traffic].dscp,
            }
            for app in stream.apps or (None,)
        ]
    return sorted(found, key=lambda policy: policy["name"])
