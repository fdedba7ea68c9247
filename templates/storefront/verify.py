"""Reads the StoreFront script back: each name in it is an alias of the model, the store the one that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from model.derive import serving
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
    for name in (urlsplit(data["host_base_url"]).hostname or "", *data["farm"]["servers"]):
        if name not in aliases:
            yield Finding(SCRIPT, f"{name} is no alias of the platform")
    if data["store"] != f"/Citrix/{site.store}":
        yield Finding(SCRIPT, f"{data['store']} is not the store that workplaces ask for")
    yield from proof.differences(SCRIPT, "farm server", [site.controllers], data["farm"]["servers"])
