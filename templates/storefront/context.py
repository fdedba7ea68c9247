"""The context of the StoreFront template. Cmdlets as in the StoreFront SDK (Citrix.StoreFront), read 2026-11."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model import names
from model.derive import serving
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

SCRIPT = "Set-StoreFront.ps1"


@dataclass(frozen=True, slots=True)
class Farm:
    """The delivery controllers behind the store: every one of the site by its own name, for in an outage the one that
    is elected answers, and a store that does not know it starts nothing (Citrix, "Local Host Cache", StoreFront).
    """

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
    loopback: str
    farm: Farm


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script."""

    data: Deployment


def controllers(platform: Platform, alias: str) -> tuple[str, ...]:
    """The controllers of every generation that serves somebody, newest first: the order of no cutover. Those of one
    that is being built are in no site yet, and nobody asks those of one that retires.
    """
    code = serving.alias_names(platform.settings, platform.estate).get(alias.lower())
    if code is None:
        return ()
    servers = serving.named_servers(platform.estate, code, alias.partition(".")[0])
    members = [i for i in platform.instances if i.server in servers and i.there and i.generation.state.serves_somebody]
    members.sort(key=lambda i: (-names.year(i.generation.name), i.fqdn))
    return tuple(i.fqdn for i in members)


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
        # The web site asks the store on its own server, not whichever the store's name leads to.
        loopback="On",
        farm=Farm("Citrix", "XenDesktop", list(controllers(platform, site.controllers)), 443, "HTTPS"),
    )
    yield File(SCRIPT, "storefront.ps1.j2", Script(deployment), utf8_bom)
