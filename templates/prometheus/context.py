"""What the templates of Prometheus need: targets with their labels, and how many of each there must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import watching
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform

JOBS = ("https", "ping", "tcp", "tls")


@dataclass(frozen=True, slots=True)
class Configuration:
    """The context of prometheus.yml; `jobs` are those of the blackbox exporter."""

    municipality: str
    jobs: list[str]


@dataclass(frozen=True, slots=True)
class Modules:
    """The context of the blackbox exporter's file, which is the same for all."""


@dataclass(frozen=True, slots=True)
class Group:
    """Targets that have the same labels, as file_sd_config has them."""

    targets: list[str]
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Targets:
    """The context of a job's targets."""

    groups: list[Group]


@dataclass(frozen=True, slots=True)
class Alerts:
    """The context of the rules and of their test. `states`: a generation's, in which a server that is down is news.
    The others are how many of each must be watched.
    """

    states: list[str]
    sites: int
    servers: int
    systems: int


def files(platform: Platform) -> Iterator[File]:
    """The configuration, the targets of each job, the rules and their test."""
    servers = watching.servers(platform.instances)
    probes = watching.probes(platform)
    yield File("prometheus.yml", "prometheus.yml.j2", Configuration(platform.name, list(JOBS)))
    yield File("blackbox.yml", "blackbox.yml.j2", Modules())
    yield File("targets/servers.json", "targets.json.j2", Targets([_server(s) for s in servers]))
    for job in JOBS:
        groups = [_probe(probe) for probe in probes if probe.kind == job]
        yield File(f"targets/{job}.json", "targets.json.j2", Targets(groups))
    alerts = Alerts(
        states=list(watching.DOWN_IS_NEWS),
        sites=sum(probe.about == "site" for probe in probes),
        servers=len(servers),
        systems=sum(probe.about == "system" for probe in probes),
    )
    yield File("alerts.yml", "alerts.yml.j2", alerts)
    yield File("alerts.test.yml", "alerts.test.yml.j2", alerts)


def _server(server: watching.Watched) -> Group:
    labels = {
        "instance": server.name,
        "system": server.system,
        "title": server.title,
        "role": server.role,
        "generation": server.generation,
        "state": server.state,
        "os": server.os,
        "criticality": server.criticality,
        "owner": server.owner,
    }
    return Group([f"{server.address}:{watching.EXPORTERS[server.os]}"], labels)


def _probe(probe: watching.Probe) -> Group:
    address = probe.address if probe.port is None else f"{probe.address}:{probe.port}"
    labels = {
        "instance": probe.name,
        "about": probe.about,
        "of": probe.of,
        "title": probe.title,
        "criticality": probe.criticality,
        "owner": probe.owner,
    }
    return Group([f"https://{address}/" if probe.kind == "https" else address], labels)
