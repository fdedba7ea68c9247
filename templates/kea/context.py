"""The contexts of Kea's configuration: one that any server takes, and one for each server that is not alone.

Servers of one generation share their leases by the hooks `libdhcp_ha` and `libdhcp_lease_cmds` in hot standby: the
first answers, the second takes over, a third keeps a copy. Each has to know its own name, so each has its own file.
Generations do not share leases. Left out: the certificates that the servers show each other, from a CA of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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


def files(platform: Platform) -> Iterator[File]:
    """A file for each server of several, and one for those that are alone; none where no addresses are planned."""
    if not platform.site_networks:
        return
    context = _context(platform)
    for path, (name, servers) in paths(platform).items():
        yield File(path, "kea-dhcp4.json.j2", context | {"partners": _partners(name, servers)})


def paths(platform: Platform) -> dict[str, tuple[str, tuple[Instance, ...]]]:
    """Each file with its server's name and the servers of its generation, itself among them; none of a server alone."""
    owners = consumers.owners(platform).get("kea", ())
    several: dict[str, tuple[str, tuple[Instance, ...]]] = {}
    for generation in platform.generations:
        servers = tuple(i for i in owners if i.generation.name == generation and i.address is not None)
        if len(servers) > 1:
            several |= {f"{i.logical_name}.json": (i.logical_name, servers) for i in servers}
    alone = len(several) < len(owners) or not owners
    return several | ({ALONE: ("", ())} if alone else {})


def path_of(platform: Platform, server: str) -> str:
    """The file of a server, by its logical name."""
    return path if (path := f"{server}.json") in paths(platform) else ALONE


def _partners(name: str, servers: tuple[Instance, ...]) -> dict[str, Any]:
    if not servers:
        return {}
    peers = [
        {
            "name": server.logical_name,
            "url": f"https://{server.address}:{PORT}/",
            "role": ROLES[place] if place < len(ROLES) else "backup",
        }
        for place, server in enumerate(servers)
    ]
    return {"name": name, "peers": peers}


def _context(platform: Platform) -> dict[str, Any]:
    lease = sites.lease_seconds(platform)
    domain = platform.settings.domain.lower()
    options = [
        _option("domain-name-servers", ", ".join(map(str, services.resolvers(platform)))),
        _option("domain-name", domain),
        _option("domain-search", domain),
    ]
    if clocks := services.answering_now(platform, "time"):
        options.append(_option("ntp-servers", ", ".join(map(str, clocks))))
    options += [
        _option(dhcp.NAMES[code], value.replace(",", "\\,"))
        for code, value in dhcp.thin_client_options(platform).items()
    ]
    return {
        "lease": lease,
        "renew": lease // 2,
        "rebind": lease * 7 // 8,
        "definitions": [{"name": name, "code": code, "type": "string"} for code, name in sorted(dhcp.NAMES.items())],
        "options": options,
        "subnets": [_subnet(scope) for scope in dhcp.scopes(platform)],
    }


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
