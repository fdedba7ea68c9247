"""Reads the StoreFront script back: its address is an alias of the model, its farm every controller that serves or has,
the store the one that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from model.derive import serving
from model.types.states import State
from rendering import powershell, proof
from rendering.target import Finding
from templates.storefront.context import SCRIPT

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the grammar and the round trip find; both need the grammar."""
    return proof.joined([], lambda: [*powershell.findings(folder), *_back(platform, folder)])


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    site = platform.desktops.citrix
    path = folder / SCRIPT
    if site is None or site.storefront is None or site.controllers is None:
        return
    data = powershell.data(path.read_text(encoding="utf-8-sig"))
    aliases = serving.alias_names(platform.settings, platform.estate)
    name = urlsplit(data["host_base_url"]).hostname or ""
    if name not in aliases:
        yield Finding(SCRIPT, f"{name} is no alias of the platform")
    if data["store"] != f"/Citrix/{site.store}":
        yield Finding(SCRIPT, f"{data['store']} is not the store that workplaces ask for")
    code, label = aliases[site.controllers.lower()], site.controllers.partition(".")[0]
    wanted = [
        i.fqdn
        for i in platform.instances
        if i.server in serving.named_servers(platform.estate, code, label)
        and i.there
        and i.generation.state != State.BUILDING
    ]
    yield from proof.differences(SCRIPT, "farm server", sorted(wanted), sorted(data["farm"]["servers"]))
