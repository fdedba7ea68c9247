"""Reads the script back: it promotes each controller of the generations that we build, and no other server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.types.states import State
from rendering import powershell, proof
from rendering.target import Finding
from templates.domain_controllers.context import SCRIPT

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the grammar and the round trip find; both need the grammar."""
    return proof.joined([], lambda: [*powershell.findings(folder), *_back(platform, folder)])


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    own, path = platform.settings.directory, folder / SCRIPT
    states = (State.BUILDING, State.PILOT, State.LIVE, State.STANDBY)
    wanted = [
        i.computer_name.upper()
        for i in platform.instances
        if own is not None and i.server.role == own.role and i.found is None and i.generation.state in states
    ]
    data = powershell.data(path.read_text(encoding="utf-8-sig")) if path.is_file() else {"computers": []}
    yield from proof.differences(SCRIPT, "controller", wanted, data["computers"])
