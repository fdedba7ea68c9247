"""The data of the script for Windows DHCP: the scopes that every DHCP server has, in what its cmdlets call them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model.derive import dhcp, services, sites
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

PATH = "Set-Dhcp.ps1"
ROUTER, DNS_SERVERS, DOMAIN, CLOCKS = 3, 6, 15, 42
"""Options of RFC 2132."""


def files(platform: Platform) -> Iterator[File]:
    """One script; none where the sites' addresses are not planned."""
    if platform.site_networks:
        yield File(PATH, f"{PATH}.j2", {"data": data(platform)}, utf8_bom)


def data(platform: Platform) -> dict[str, Any]:
    """Options of the server, and each scope with its own. A MAC address is written with hyphens, as Windows has it."""
    options = [
        {"id": DNS_SERVERS, "value": [str(address) for address in services.resolvers(platform)]},
        {"id": DOMAIN, "value": [platform.settings.domain.lower()]},
    ]
    if clocks := services.answering_now(platform, "time"):
        options.append({"id": CLOCKS, "value": [str(address) for address in clocks]})
    thin_clients = dhcp.thin_client_options(platform)
    options += [{"id": code, "value": [value]} for code, value in thin_clients.items()]
    return {
        "lease": sites.lease_seconds(platform),
        "definitions": [{"id": code, "name": dhcp.NAMES[code]} for code in sorted({*thin_clients, dhcp.IGEL_TAG})],
        "options": options,
        "scopes": [
            {
                "id": str(scope.vlan.prefix.network_address),
                "name": scope.name[:250],
                "mask": str(scope.vlan.prefix.netmask),
                "first": str(scope.vlan.first),
                "last": str(scope.vlan.last),
                "options": [
                    {"id": ROUTER, "value": [str(scope.vlan.gateway)]},
                    {"id": dhcp.IGEL_TAG, "value": [scope.tag]},
                ],
                "reservations": [[str(r.address), r.mac.lower().replace(":", "-"), r.name] for r in scope.reservations],
            }
            for scope in dhcp.scopes(platform)
        ],
    }
