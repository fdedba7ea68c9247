"""The context of the StoreFront template. Cmdlets as in the StoreFront SDK (Citrix.StoreFront), read 2026-11."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

SCRIPT = "Set-StoreFront.ps1"


def files(platform: Platform) -> Iterator[File]:
    """The script; nothing for a platform whose store and controllers have no stable names."""
    site = platform.desktops.citrix
    if site is None or site.storefront is None or site.controllers is None:
        return
    data = {
        "host_base_url": f"https://{site.storefront}",
        "site_id": 1,
        "title": platform.settings.title,
        "store": f"/Citrix/{site.store}",
        "authentication": f"/Citrix/{site.store}Auth",
        "web": f"/Citrix/{site.store}Web",
        "methods": ["ExplicitForms"],
        "farm": {
            "name": "Citrix",
            "type": "XenDesktop",
            "servers": [site.controllers],
            "port": 443,
            "transport": "HTTPS",
        },
    }
    yield File(SCRIPT, "storefront.ps1.j2", {"data": data}, utf8_bom)
