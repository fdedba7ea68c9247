"""The data of the script for Windows DHCP: the scopes that every DHCP server has, in what its cmdlets call them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import dhcp
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

PATH = "Set-Dhcp.ps1"
SESSIONS = "sessions"
"""What the zone of session machines is called, which stand at no site."""


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
    """A scope. `id` is its network's address, `lease` in seconds. `options` are its own, beside those of its zone.
    `reservations` are address, MAC address with hyphens, and name.
    """

    id: str
    name: str
    zone: str
    mask: str
    first: str
    last: str
    lease: int
    options: list[Option]
    reservations: list[list[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the script puts right: options by zone, and each scope. Servers tell nothing to all of their scopes: what
    we once told there, `cleared`, is taken away.
    """

    definitions: list[Definition]
    cleared: list[int]
    zones: dict[str, list[Option]]
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
    scopes = dhcp.scopes(platform)
    thin_clients = dhcp.thin_client_options(platform)
    zones = {
        scope.zone or SESSIONS: [Option(code, list(own)) for code, own in dhcp.options(platform, scope.zone).items()]
        for scope in scopes
    }
    return Wanted(
        definitions=[Definition(code, dhcp.NAMES[code]) for code in sorted({*thin_clients, dhcp.IGEL_TAG})],
        cleared=sorted({dhcp.RESOLVERS, dhcp.DOMAIN, dhcp.CLOCKS, *dhcp.NAMES}),
        zones=dict(sorted(zones.items())),
        scopes=[_scope(scope) for scope in scopes],
    )


def _scope(scope: dhcp.Scope) -> ScopeData:
    tag = [Option(dhcp.IGEL_TAG, [scope.tag])] if scope.tag is not None else []
    return ScopeData(
        id=str(scope.prefix.network_address),
        name=scope.name[:250],
        zone=scope.zone or SESSIONS,
        mask=str(scope.prefix.netmask),
        first=str(scope.first),
        last=str(scope.last),
        lease=scope.lease,
        options=[Option(dhcp.ROUTER, [str(scope.gateway)]), *tag],
        reservations=[[str(r.address), r.mac.lower().replace(":", "-"), r.name] for r in scope.reservations],
    )
