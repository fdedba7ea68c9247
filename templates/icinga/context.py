"""What Icinga's templates need: hosts, services, and the groups that they are looked for in.

A stable name of a system is a service of a host that stands for the system, for the machines behind it change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import watching
from model.derive.backups import copied
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Places


@dataclass(frozen=True, slots=True)
class Group:
    """A host group."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Server:
    """A server. `vars` are Icinga's custom variables; nobody is told of one that is not `told`. `copied_every` is how
    many minutes may pass until the backup product reports a copy; 0 where it makes none.
    """

    name: str
    address: str
    title: str
    groups: list[str]
    vars: dict[str, str]
    told: bool
    copied_every: int


@dataclass(frozen=True, slots=True)
class Device:
    """A router or switch; `behind` is the host without which it cannot be reached."""

    name: str
    address: str
    title: str
    groups: list[str]
    vars: dict[str, str]
    behind: str | None


@dataclass(frozen=True, slots=True)
class Service:
    """A stable name of a system; `check` is a command of the Icinga Template Library."""

    name: str
    check: str
    address: str
    port: int | None


@dataclass(frozen=True, slots=True)
class SystemHost:
    """The host that stands for a system."""

    name: str
    title: str
    vars: dict[str, str]
    services: list[Service]


@dataclass(frozen=True, slots=True)
class Groups:
    """The context of groups.conf."""

    groups: list[Group]


@dataclass(frozen=True, slots=True)
class Servers:
    """The context of servers.conf."""

    servers: list[Server]


@dataclass(frozen=True, slots=True)
class Sites:
    """The context of sites.conf."""

    devices: list[Device]


@dataclass(frozen=True, slots=True)
class Systems:
    """The context of systems.conf."""

    systems: list[SystemHost]


def files(platform: Platform) -> Iterator[File]:
    """The folder: groups, then hosts by kind with their services."""
    servers, probes = watching.servers(platform.instances), watching.probes(platform)
    devices = [probe for probe in probes if probe.about != "system"]
    yield File("groups.conf", "groups.conf.j2", Groups(_groups(platform.places, servers, devices)))
    yield File("servers.conf", "servers.conf.j2", Servers(_servers(platform, servers)))
    yield File("sites.conf", "sites.conf.j2", Sites([_device(probe) for probe in devices]))
    yield File("systems.conf", "systems.conf.j2", Systems(_systems(probes)))


def _groups(places: Places, servers: list[watching.Watched], devices: list[watching.Probe]) -> list[Group]:
    titles = {f"system-{server.system}": server.title for server in servers}
    titles |= {f"generation-{server.generation}": f"Generation {server.generation}" for server in servers}
    titles |= {f"site-{probe.of}": places.sites[probe.of].name for probe in devices}
    return [Group(name, title) for name, title in sorted(titles.items())]


def _servers(platform: Platform, servers: list[watching.Watched]) -> list[Server]:
    minutes = {one.instance.logical_name: one.policy.rpo_minutes for one in copied(platform)}
    return [_server(server, minutes.get(server.name, 0)) for server in servers]


def _server(server: watching.Watched, minutes: int) -> Server:
    return Server(
        name=server.name,
        address=server.address,
        title=server.title,
        groups=[f"generation-{server.generation}", f"system-{server.system}"],
        vars={
            "criticality": server.criticality,
            "generation": server.generation,
            "os": server.os,
            "owner": server.owner,
            "role": server.role,
            "state": server.state,
            "system": server.system,
        },
        told=server.state in watching.DOWN_IS_NEWS,
        copied_every=minutes * 3 // 2,
    )


def _device(probe: watching.Probe) -> Device:
    return Device(
        name=probe.name,
        address=probe.address,
        title=probe.title,
        groups=[f"site-{probe.of}"],
        vars={"criticality": probe.criticality, "kind": probe.about, "owner": probe.owner, "site": probe.of},
        behind=probe.behind,
    )


def _systems(probes: list[watching.Probe]) -> list[SystemHost]:
    found: dict[str, SystemHost] = {}
    for probe in probes:
        if probe.about != "system":
            continue
        labels = {"criticality": probe.criticality, "kind": "system", "owner": probe.owner, "system": probe.of}
        host = found.setdefault(probe.of, SystemHost(f"system-{probe.of}", probe.title, labels, []))
        host.services.append(Service(probe.name, _CHECKS[probe.kind], probe.address, probe.port))
    return [found[code] for code in sorted(found)]


_CHECKS = {"https": "http", "ping": "ping4", "tcp": "tcp", "tls": "ssl"}
"""Commands of the Icinga Template Library, plugin check commands."""
