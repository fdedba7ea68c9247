"""The data of the script for Windows DHCP: the scopes that every DHCP server has, in what its cmdlets call them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import dhcp, services, sites
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

PATH = "Set-Dhcp.ps1"
ROUTER, DNS_SERVERS, DOMAIN, CLOCKS = 3, 6, 15, 42
"""Options of RFC 2132."""


@dataclass(frozen=True, slots=True)
class Definition:
    """An option that Windows does not know by itself."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """An option's number and its values."""

    id: int
    value: list[str]


@dataclass(frozen=True, slots=True)
class ScopeData:
    """A scope. `id` is its network's address. `reservations` are address, MAC address with hyphens, and name."""

    id: str
    name: str
    mask: str
    first: str
    last: str
    options: list[Option]
    reservations: list[list[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the script puts right: options of the server, and each scope with its own. `lease` is in seconds."""

    lease: int
    definitions: list[Definition]
    options: list[Option]
    scopes: list[ScopeData]


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script."""

    data: Wanted


def files(platform: Platform) -> Iterator[File]:
    """One script; none where the sites' addresses are not planned."""
    if platform.site_networks:
        yield File(PATH, f"{PATH}.j2", Script(_wanted(platform)), utf8_bom)


def _wanted(platform: Platform) -> Wanted:
    options = [
        Option(DNS_SERVERS, [str(address) for address in services.resolvers(platform)]),
        Option(DOMAIN, [platform.settings.domain.lower()]),
    ]
    if clocks := services.answering_now(platform, "time"):
        options.append(Option(CLOCKS, [str(address) for address in clocks]))
    thin_clients = dhcp.thin_client_options(platform)
    options += [Option(code, [value]) for code, value in thin_clients.items()]
    return Wanted(
        lease=sites.lease_seconds(platform.refresh, platform.network),
        definitions=[Definition(code, dhcp.NAMES[code]) for code in sorted({*thin_clients, dhcp.IGEL_TAG})],
        options=options,
        scopes=[_scope(scope) for scope in dhcp.scopes(platform.places, platform.site_networks)],
    )


def _scope(scope: dhcp.Scope) -> ScopeData:
    return ScopeData(
        id=str(scope.vlan.prefix.network_address),
        name=scope.name[:250],
        mask=str(scope.vlan.prefix.netmask),
        first=str(scope.vlan.first),
        last=str(scope.vlan.last),
        options=[Option(ROUTER, [str(scope.vlan.gateway)]), Option(dhcp.IGEL_TAG, [scope.tag])],
        reservations=[[str(r.address), r.mac.lower().replace(":", "-"), r.name] for r in scope.reservations],
    )
