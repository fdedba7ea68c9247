"""The data of the script that promotes a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import directory
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

SCRIPT = "Install-DomainController.ps1"


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a server is told that becomes a controller; `computers` are those that may."""

    domain: str
    site: str
    computers: list[str]


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script."""

    data: Promotion


def files(platform: Platform) -> Iterator[File]:
    """One script; none where we build no controller."""
    own, controllers = platform.settings.directory, directory.controllers(platform)
    if own is not None and controllers:
        computers = [i.computer_name.upper() for i in controllers]
        data = Promotion(platform.settings.domain.lower(), own.site, computers)
        yield File(SCRIPT, f"{SCRIPT}.j2", Script(data), utf8_bom)
