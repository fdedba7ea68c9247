"""What the templates of Prometheus need: targets with their labels, and how many of each there must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from model.derive import watching
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform

EXPORTERS: Mapping[str, int] = {"windows": 9182, "linux": 9100}
"""The ports of windows_exporter and node_exporter (Prometheus wiki, Default port allocations)."""

JOBS = ("https", "ping", "tcp")


def files(platform: Platform) -> Iterator[File]:
    """The configuration, the targets of each job, the rules and their test."""
    servers = watching.servers(platform)
    probes = watching.probes(platform)
    yield File("prometheus.yml", "prometheus.yml.j2", {"municipality": platform.name, "jobs": list(JOBS)})
    yield File("blackbox.yml", "blackbox.yml.j2", {})
    yield File("targets/servers.json", "targets.json.j2", {"groups": [_server(s) for s in servers]})
    for job in JOBS:
        groups = [_probe(probe) for probe in probes if probe.kind == job]
        yield File(f"targets/{job}.json", "targets.json.j2", {"groups": groups})
    context = {
        "states": list(watching.DOWN_IS_NEWS),
        "sites": sum(probe.about == "site" for probe in probes),
        "servers": len(servers),
        "systems": sum(probe.about == "system" for probe in probes),
    }
    yield File("alerts.yml", "alerts.yml.j2", context)
    yield File("alerts.test.yml", "alerts.test.yml.j2", context)


def _server(server: watching.Watched) -> dict[str, Any]:
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
    return {"targets": [f"{server.address}:{EXPORTERS[server.os]}"], "labels": labels}


def _probe(probe: watching.Probe) -> dict[str, Any]:
    address = probe.address if probe.port is None else f"{probe.address}:{probe.port}"
    labels = {
        "instance": probe.name,
        "about": probe.about,
        "of": probe.of,
        "title": probe.title,
        "criticality": probe.criticality,
        "owner": probe.owner,
    }
    return {"targets": [f"https://{address}/" if probe.kind == "https" else address], "labels": labels}
