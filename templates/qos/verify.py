"""Reads the QoS scripts back: each stream of the model is marked once for its program, with its class's code point."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive import qos as qos_derive
from model.types import qos
from rendering import powershell, proof
from rendering.target import Finding
from templates.qos.context import MACHINES

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Desktops


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the grammar and the round trip find; both need the grammar."""
    return proof.joined([], lambda: [*powershell.findings(folder), *_back(platform.desktops, folder)])


def _back(desktops: Desktops, folder: Path) -> Iterator[Finding]:
    streams = qos_derive.streams(desktops)
    for name, (end, _, _) in MACHINES.items():
        path = f"Set-Qos{name}.ps1"
        wanted = [
            f"{s.protocol}/{s.ports[0]}-{s.ports[1]} of {app} as {qos.BY_NAME[s.traffic].dscp}"
            for s in streams
            if s.at == end
            for app in s.apps or (None,)
        ]
        marked = [
            f"{p['protocol'].lower()}/{p['first']}-{p['last']} of {p['app']} as {p['dscp']}"
            for p in powershell.data((folder / path).read_text(encoding="utf-8-sig"))["policies"]
            if p["side"] == "Src"
        ]
        yield from proof.differences(path, "stream", wanted, marked)
