"""The context of Kea's configuration. Left out: high availability, for which two servers must know their own names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model import sites
from templates import dhcp
from templates.target import File

if TYPE_CHECKING:
    from model import Platform
    from templates.dhcp import Scope

PATH = "kea-dhcp4.json"


def files(platform: Platform) -> Iterator[File]:
    """One file; none where the sites' addresses are not planned."""
    if not platform.site_networks:
        return
    lease = sites.lease_seconds(platform)
    domain = platform.settings.domain.lower()
    options = [
        _option("domain-name-servers", ", ".join(map(str, sites.resolvers(platform)))),
        _option("domain-name", domain),
        _option("domain-search", domain),
    ]
    if clocks := dhcp.clocks(platform):
        options.append(_option("ntp-servers", ", ".join(map(str, clocks))))
    options += [
        _option(dhcp.NAMES[code], value.replace(",", "\\,"))
        for code, value in dhcp.thin_client_options(platform).items()
    ]
    context = {
        "lease": lease,
        "renew": lease // 2,
        "rebind": lease * 7 // 8,
        "definitions": [{"name": name, "code": code, "type": "string"} for code, name in sorted(dhcp.NAMES.items())],
        "options": options,
        "subnets": [_subnet(scope) for scope in dhcp.scopes(platform)],
    }
    yield File(PATH, "kea-dhcp4.json.j2", context)


def _option(name: str, data: str) -> dict[str, str]:
    return {"name": name, "data": data}


def _subnet(scope: Scope) -> dict[str, Any]:
    return {
        "id": scope.id,
        "about": {"name": scope.name, "site": scope.tag, "zone": scope.vlan.zone, "vlan": scope.vlan.vlan},
        "subnet": str(scope.vlan.prefix),
        "pool": f"{scope.vlan.first} - {scope.vlan.last}",
        "options": [
            _option("routers", str(scope.vlan.gateway)),
            _option(dhcp.NAMES[dhcp.IGEL_TAG], scope.tag),
        ],
        "reservations": [
            {"hw-address": r.mac.lower(), "ip-address": str(r.address), "hostname": r.name.lower()}
            for r in scope.reservations
        ],
    }
