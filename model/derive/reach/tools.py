"""What tools of ours talk to: those that watch, and the runners of Pulumi and Ansible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from model.base import Os
from model.derive import watching
from model.derive.flows import internet
from model.derive.reach.needs import End, Need, by_network, machine, server, stable_name, switches

if TYPE_CHECKING:
    from model.platform import Platform

REMOTE: Mapping[Os, str] = {"windows": "tcp/5985", "linux": "tcp/22"}
"""How Ansible comes to a machine: WinRM, whose messages Kerberos encrypts, and SSH."""


def of_watching(platform: Platform) -> Iterator[Need]:
    """Prometheus asks each exporter and Icinga pings each machine; both ask every site and every stable name."""
    there = [i for i in platform.instances if i.there]
    for tool in ("prometheus", "icinga"):
        for identity in platform.settings.consumers.get(tool, ()):
            source, reason = server(platform, identity), "Overvågning"
            yield Need(reason, source, switches(platform, routers=True), ("icmp/echo",))
            for os, port in watching.EXPORTERS.items():
                ports = (f"tcp/{port}",) if tool == "prometheus" else ("icmp/echo",)
                for target in by_network(i for i in there if i.server.os == os):
                    yield Need(reason, source, target, ports)
            for probe in watching.probes(platform):
                if probe.about == "system":
                    port = "icmp/echo" if probe.port is None else f"tcp/{probe.port}"
                    yield Need(reason, source, _answering(platform, probe), (port,))


def _answering(platform: Platform, probe: watching.Probe) -> End:
    """Who answers to a stable name in any generation, or where a vendor says that its system is reached."""
    own = platform.estate.systems[probe.of]
    if own.fqdn is not None and own.fqdn.lower() == probe.address:
        return End(own.code, own.prefixes)
    return stable_name(platform, probe.address) or End(own.code, ())


def of_runners(platform: Platform) -> Iterator[Need]:
    """Ansible comes to every server and switch; Pulumi to vCenter, the Citrix site, the alias zone and Azure."""
    there = [i for i in platform.instances if i.there]
    site = platform.desktops.citrix
    for identity in platform.settings.runners:
        source = server(platform, identity)
        for os, port in REMOTE.items():
            for target in by_network(i for i in there if i.server.os == os):
                yield Need("Servere konfigureres", source, target, (port,))
        yield Need("Switche konfigureres", source, switches(platform), ("tcp/22",))
        for name in platform.network.addressing.alias_servers[:1]:
            yield Need("Stabile navne vendes", source, server(platform, name), ("tcp/53", "udp/53"))
        vcenter = machine(platform, platform.vmware.settings.vcenter or "")
        yield Need("vCenter bygger servere", source, vcenter, ("tcp/443",))
        if (controllers := stable_name(platform, site.controllers if site is not None else None)) is not None:
            yield Need("Citrix konfigureres", source, controllers, ("tcp/443",))
        if platform.azure.settings is not None:
            yield Need("Azure konfigureres", source, End("internet", internet()), ("tcp/443",))
