"""What Icinga's templates need: hosts, services, and the groups that they are looked for in.

A stable name of a system is a service of a host that stands for the system, for the machines behind it change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model.derive import watching
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform


def files(platform: Platform) -> Iterator[File]:
    """The folder: groups, then hosts by kind with their services."""
    servers, probes = watching.servers(platform), watching.probes(platform)
    devices = [probe for probe in probes if probe.about != "system"]
    yield File("groups.conf", "groups.conf.j2", {"groups": _groups(platform, servers, devices)})
    yield File("servers.conf", "servers.conf.j2", {"servers": [_server(server) for server in servers]})
    yield File("sites.conf", "sites.conf.j2", {"devices": [_device(probe) for probe in devices]})
    yield File("systems.conf", "systems.conf.j2", {"systems": _systems(probes)})


def _groups(platform: Platform, servers: list[watching.Watched], devices: list[watching.Probe]) -> list[dict[str, str]]:
    titles = {f"system-{server.system}": server.title for server in servers}
    titles |= {f"generation-{server.generation}": f"Generation {server.generation}" for server in servers}
    titles |= {f"site-{probe.of}": platform.places.sites[probe.of].name for probe in devices}
    return [{"name": name, "title": title} for name, title in sorted(titles.items())]


def _server(server: watching.Watched) -> dict[str, Any]:
    return {
        "name": server.name,
        "address": server.address,
        "title": server.title,
        "groups": [f"generation-{server.generation}", f"system-{server.system}"],
        "vars": {
            "criticality": server.criticality,
            "generation": server.generation,
            "os": server.os,
            "owner": server.owner,
            "role": server.role,
            "state": server.state,
            "system": server.system,
        },
        "told": server.state in watching.DOWN_IS_NEWS,
    }


def _device(probe: watching.Probe) -> dict[str, Any]:
    return {
        "name": probe.name,
        "address": probe.address,
        "title": probe.title,
        "groups": [f"site-{probe.of}"],
        "vars": {"criticality": probe.criticality, "kind": probe.about, "owner": probe.owner, "site": probe.of},
        "behind": probe.behind,
    }


def _systems(probes: list[watching.Probe]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for probe in probes:
        if probe.about != "system":
            continue
        labels = {"criticality": probe.criticality, "kind": "system", "owner": probe.owner, "system": probe.of}
        host = found.setdefault(
            probe.of, {"name": f"system-{probe.of}", "title": probe.title, "vars": labels, "services": []}
        )
        host["services"].append(
            {"name": probe.name, "check": _CHECKS[probe.kind], "address": probe.address, "port": probe.port}
        )
    return [found[code] for code in sorted(found)]


_CHECKS = {"https": "http", "ping": "ping4", "tcp": "tcp"}
"""Commands of the Icinga Template Library, plugin check commands."""
