"""Proves the SQL Server script: it is PowerShell, and each holder of databases has the machines that answer for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive.data_turns import SWITCHES_ITSELF
from rendering import powershell, proof
from rendering.target import Finding
from templates.sql_server.context import SCRIPT

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the grammar and the round trip find; both need the grammar."""
    return proof.joined([], lambda: [*powershell.findings(folder), *_back(platform, folder)])


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    path = folder / SCRIPT
    data = powershell.data(path.read_text(encoding="utf-8-sig")) if path.is_file() else []
    closed = [
        i
        for i in platform.instances
        if i.stays and i.server.holds_data and i.server.read_only_by is not None and i.server.data is not None
        if i.server.data.way not in SWITCHES_ITSELF
        and any(other.server is i.server and other.stays and other is not i for other in platform.instances)
    ]
    wanted = [f"{i.server.identity} {i.generation.name} {i.fqdn}" for i in closed]
    shown = [f"{h['server']} {name} {fqdn}" for h in data for name, fqdn in h["machines"].items()]
    yield from proof.differences(SCRIPT, "machine", sorted(wanted), sorted(shown))
