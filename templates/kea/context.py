"""The contexts of Kea's configuration: one that any server takes, and one for each server that is not alone.

Servers of one generation share their leases by the hooks `libdhcp_ha` and `libdhcp_lease_cmds` in hot standby: the
first answers, the second takes over, a third keeps a copy. Each has to know its own name, so each has its own file.
Generations do not share leases. Left out: the certificates that the servers show each other, from a CA of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import consumers, dhcp
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform
    from model.derive.dhcp import Scope
    from model.types.instances import Instance
    from model.types.sites import Zone

ALONE = "kea-dhcp4.json"
PORT = 8001
"""Where a server hears its partners. 8000 is the control agent's (Kea Administrator Reference Manual 2.2, 16.13.8)."""
ROLES = ("primary", "standby")
"""What the servers of a generation are, in their order; what comes after is `backup`."""


STANDARD = {
    dhcp.ROUTER: "routers",
    dhcp.RESOLVERS: "domain-name-servers",
    dhcp.DOMAIN: "domain-name",
    dhcp.CLOCKS: "ntp-servers",
}
"""The options that Kea knows by itself, by its names."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server of a generation, in Kea's words."""

    name: str
    url: str
    role: str


@dataclass(frozen=True, slots=True)
class Partners:
    """The servers that share their leases; `name` is the one that the file is for."""

    name: str
    peers: list[Peer]


@dataclass(frozen=True, slots=True)
class Alone:
    """A server without partners."""


@dataclass(frozen=True, slots=True)
class Definition:
    """An option that Kea does not know by itself, in Kea's words."""

    name: str
    code: int
    type: str


@dataclass(frozen=True, slots=True)
class Option:
    """An option with its value, in Kea's words."""

    name: str
    data: str


@dataclass(frozen=True, slots=True)
class About:
    """What Kea keeps beside a subnet for those who read it; `zone` is `sessions` where no site is."""

    name: str
    site: str
    zone: str
    vlan: int


@dataclass(frozen=True, slots=True)
class Subnet:
    """A VLAN. Times are in seconds; `reservations` are in Kea's words, which have hyphens."""

    id: int
    about: About
    subnet: str
    pool: str
    lease: int
    renew: int
    rebind: int
    options: list[Option]
    reservations: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Leases:
    """What every file says alike."""

    definitions: list[Definition]
    subnets: list[Subnet]


@dataclass(frozen=True, slots=True)
class Server:
    """What a file says of its server."""

    partners: Partners | Alone


def files(platform: Platform) -> Iterator[File]:
    """A file for each server of several, and one for those that are alone; none where no addresses are planned."""
    if not platform.site_networks:
        return
    leases = _leases(platform)
    for path, (name, servers) in paths(platform).items():
        yield File(path, "kea-dhcp4.json.j2", (leases, Server(_partners(name, servers))))


def paths(platform: Platform) -> dict[str, tuple[str, tuple[Instance, ...]]]:
    """Each file with its server's name and the servers of its generation, itself among them; none of a server alone."""
    owners = consumers.owners(platform).get("kea", ())
    several: dict[str, tuple[str, tuple[Instance, ...]]] = {}
    for generation in platform.refresh.generations:
        servers = tuple(i for i in owners if i.generation.name == generation and i.address is not None)
        if len(servers) > 1:
            several |= {f"{i.logical_name}.json": (i.logical_name, servers) for i in servers}
    alone = len(several) < len(owners) or not owners
    return several | ({ALONE: ("", ())} if alone else {})


def path_of(platform: Platform, server: str) -> str:
    """The file of a server, by its logical name."""
    return path if (path := f"{server}.json") in paths(platform) else ALONE


def _partners(name: str, servers: tuple[Instance, ...]) -> Partners | Alone:
    if not servers:
        return Alone()
    peers = [
        Peer(
            name=server.logical_name,
            url=f"https://{server.address}:{PORT}/",
            role=ROLES[place] if place < len(ROLES) else "backup",
        )
        for place, server in enumerate(servers)
    ]
    return Partners(name, peers)


def _leases(platform: Platform) -> Leases:
    zones: set[Zone | None] = {scope.zone for scope in dhcp.scopes(platform)}
    options = {zone: _options(platform, zone) for zone in zones}
    return Leases(
        definitions=[Definition(name, code, "string") for code, name in sorted(dhcp.NAMES.items())],
        subnets=[_subnet(scope, options[scope.zone]) for scope in dhcp.scopes(platform)],
    )


def _options(platform: Platform, zone: Zone | None) -> list[Option]:
    found: list[Option] = []
    for code, values in dhcp.options(platform, zone).items():
        text = ", ".join(values) if code in STANDARD else values[0].replace(",", "\\,")
        found.append(Option(STANDARD.get(code) or dhcp.NAMES[code], text))
        if code == dhcp.DOMAIN:
            found.append(Option("domain-search", text))
    return found


def _subnet(scope: Scope, options: list[Option]) -> Subnet:
    tag = [Option(dhcp.NAMES[dhcp.IGEL_TAG], scope.tag)] if scope.tag is not None else []
    return Subnet(
        id=scope.id,
        about=About(scope.name, scope.place, scope.zone or "sessions", scope.vlan),
        subnet=str(scope.prefix),
        pool=f"{scope.first} - {scope.last}",
        lease=scope.lease,
        renew=scope.lease // 2,
        rebind=scope.lease * 7 // 8,
        options=[Option(STANDARD[dhcp.ROUTER], str(scope.gateway)), *tag, *options],
        reservations=[
            {"hw-address": r.mac.lower(), "ip-address": str(r.address), "hostname": r.name.lower()}
            for r in scope.reservations
        ],
    )
