"""The context of the StoreFront template. Cmdlets as in the StoreFront SDK (Citrix.StoreFront), read 2026-11."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

SCRIPT = "Set-StoreFront.ps1"


@dataclass(frozen=True, slots=True)
class Farm:
    """The delivery controllers behind the store, by their stable name."""

    name: str
    type: str
    servers: list[str]
    port: int
    transport: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the script sets up. `store`, `authentication` and `web` are virtual paths in IIS."""

    host_base_url: str
    site_id: int
    title: str
    store: str
    authentication: str
    web: str
    methods: list[str]
    farm: Farm


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script."""

    data: Deployment


def files(platform: Platform) -> Iterator[File]:
    """The script; nothing for a platform whose store and controllers have no stable names."""
    site = platform.desktops.citrix
    if site is None or site.storefront is None or site.controllers is None:
        return
    deployment = Deployment(
        host_base_url=f"https://{site.storefront}",
        site_id=1,
        title=platform.settings.title,
        store=f"/Citrix/{site.store}",
        authentication=f"/Citrix/{site.store}Auth",
        web=f"/Citrix/{site.store}Web",
        methods=["ExplicitForms"],
        farm=Farm("Citrix", "XenDesktop", [site.controllers], 443, "HTTPS"),
    )
    yield File(SCRIPT, "storefront.ps1.j2", Script(deployment), utf8_bom)
