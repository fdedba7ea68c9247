"""The contexts of Kea's configuration: one that any server takes, and one for each server that is not alone.

Servers of one generation share their leases by the hooks `libdhcp_ha` and `libdhcp_lease_cmds` in hot standby: the
first answers, the second takes over, a third keeps a copy. Each has to know its own name, so each has its own file.
Generations do not share leases. Left out: the certificates that the servers show each other, from a CA of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import consumers, dhcp, services, sites
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform
    from model.derive.dhcp import Scope
    from model.types.instances import Instance

ALONE = "kea-dhcp4.json"
PORT = 8001
"""Where a server hears its partners. 8000 is the control agent's (Kea Administrator Reference Manual 2.2, 16.13.8)."""
ROLES = ("primary", "standby")
"""What the servers of a generation are, in their order; what comes after is `backup`."""


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
    """What Kea keeps beside a subnet for those who read it."""

    name: str
    site: str
    zone: str
    vlan: int


@dataclass(frozen=True, slots=True)
class Subnet:
    """A VLAN of a site. `reservations` are in Kea's words, which have hyphens."""

    id: int
    about: About
    subnet: str
    pool: str
    options: list[Option]
    reservations: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Leases:
    """What every file says alike. `lease`, `renew` and `rebind` are in seconds."""

    lease: int
    renew: int
    rebind: int
    definitions: list[Definition]
    options: list[Option]
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
    lease = sites.lease_seconds(platform.refresh, platform.network)
    domain = platform.settings.domain.lower()
    options = [
        Option("domain-name-servers", ", ".join(map(str, services.resolvers(platform)))),
        Option("domain-name", domain),
        Option("domain-search", domain),
    ]
    if clocks := services.answering_now(platform, "time"):
        options.append(Option("ntp-servers", ", ".join(map(str, clocks))))
    options += [
        Option(dhcp.NAMES[code], value.replace(",", "\\,"))
        for code, value in dhcp.thin_client_options(platform).items()
    ]
    return Leases(
        lease=lease,
        renew=lease // 2,
        rebind=lease * 7 // 8,
        definitions=[Definition(name, code, "string") for code, name in sorted(dhcp.NAMES.items())],
        options=options,
        subnets=[_subnet(scope) for scope in dhcp.scopes(platform.places, platform.site_networks)],
    )


def _subnet(scope: Scope) -> Subnet:
    return Subnet(
        id=scope.id,
        about=About(scope.name, scope.tag, scope.vlan.zone, scope.vlan.vlan),
        subnet=str(scope.vlan.prefix),
        pool=f"{scope.vlan.first} - {scope.vlan.last}",
        options=[
            Option("routers", str(scope.vlan.gateway)),
            Option(dhcp.NAMES[dhcp.IGEL_TAG], scope.tag),
        ],
        reservations=[
            {"hw-address": r.mac.lower(), "ip-address": str(r.address), "hostname": r.name.lower()}
            for r in scope.reservations
        ],
    )
