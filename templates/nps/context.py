"""The context of the NPS script: switches by the address that they ask from, and policies in netsh's words.

Attributes go by number in `netsh nps add np`: what `netsh nps show np` prints beside their names, as public scripts
have it. A switch that knows a device by its MAC address asks with Service-Type Call Check (RFC 2865, section 5.6) and
sends the address as name and password, by PAP (Cisco, "MAC Authentication Bypass").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

SCRIPT = "Set-Nps.ps1"
PREFIX = "platform-refresh-"
"""Begins the names of what the script made, by which it knows what it may take away."""

ETHERNET = ("conditionid=0x3d", "conditiondata=^15$")
"""NAS-Port-Type: a port of a switch."""
_CALL_CHECK = ("conditionid=0x6", "conditiondata=^10$")
"""Service-Type: asked for a MAC address."""
_ALLOW = ("profileid=0x1005", "profiledata=TRUE", "profileid=0x100f", "profiledata=TRUE")
"""Ignore-User-Dialin-Properties, and NP-Allow-Dial-in."""
_EAP_TLS = ("profileid=0x1009", "profiledata=0x5", "profileid=0x100a", "profiledata=0D000000000000000000000000000000")
"""NP-Authentication-Type EAP, and NP-Allowed-EAP-Type 13 (RFC 5216)."""
_PAP = ("profileid=0x1009", "profiledata=0x1")

_BY: Mapping[Literal["certificate", "mac"], tuple[str, ...]] = {
    "certificate": (*ETHERNET, *_ALLOW, *_EAP_TLS),
    "mac": (*ETHERNET, *_CALL_CHECK, *_ALLOW, *_PAP),
}


@dataclass(frozen=True, slots=True)
class Client:
    """A RADIUS client: a switch."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A network policy, in the order in which they are asked. The members of `group` are let in."""

    name: str
    order: int
    group: str
    words: list[str]


@dataclass(frozen=True, slots=True)
class Nps:
    """What the script sets up."""

    prefix: str
    clients: list[Client]
    policies: list[Policy]


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script."""

    data: Nps


def clients(platform: Platform) -> list[Client]:
    """Every access switch, by the address that it speaks to RADIUS from."""
    found = [
        Client(f"{PREFIX}{switch.name}", str(switch.address))
        for networks in platform.site_networks.values()
        for switch in networks.switches
    ]
    return sorted(found, key=lambda client: client.name)


def policies(platform: Platform) -> list[Policy]:
    """Every policy, with the group by its full name."""
    domain = platform.settings.netbios_domain
    return [
        Policy(f"{PREFIX}{name}", order, f"{domain}\\{policy.group}", list(_BY[policy.by]))
        for order, (name, policy) in enumerate(platform.network.addressing.port_policies.items(), start=1)
    ]


def files(platform: Platform) -> Iterator[File]:
    """The script; nothing where nobody says who may use a port, or no switch is planned."""
    wanted = policies(platform)
    if wanted and platform.site_networks:
        yield File(SCRIPT, "nps.ps1.j2", Script(Nps(PREFIX, clients(platform), wanted)), utf8_bom)
