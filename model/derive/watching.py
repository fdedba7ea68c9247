"""What is watched: every server, site and stable name, once, for whichever tool does the watching.

Pure data from the model. Left out: how it is watched and who is told, which is each monitoring target's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model import names
from model.base import Criticality, Os
from model.derive.serving import named_servers
from model.types.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.platform import Estate, Platform
    from model.types.estate import Site, System
    from model.types.infrastructure import Settings
    from model.types.instances import Instance
    from model.types.sites import SiteNetworks

Kind = Literal["ping", "tcp", "tls", "https"]

TLS_PORTS = frozenset({443, 636, 5061, 6514, 8443})
"""TCP ports whose first message is TLS: HTTPS, LDAPS, SIPS, syslog (RFC 5425), and HTTPS of a management server."""

EXPORTERS: Mapping[Os, int] = {"windows": 9182, "linux": 9100}
"""The ports of windows_exporter and node_exporter (Prometheus wiki, Default port allocations)."""

DOWN_IS_NEWS = (State.PILOT, State.LIVE, State.STANDBY)
"""The states of a generation in which somebody rests on its machines: a building one may be down as it likes."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A server that runs, or is being built. `address` is its fqdn where no address is known."""

    name: str
    address: str
    title: str
    system: str
    role: str
    generation: str
    state: str
    os: Os
    criticality: Criticality
    owner: str


@dataclass(frozen=True, slots=True)
class Probe:
    """Something that must answer. `port` is None for a ping; `behind` the probe without which this one is no news.

    `about` is the kind of thing that `of` is the code of.
    """

    name: str
    kind: Kind
    address: str
    port: int | None
    about: Literal["site", "switch", "system"]
    of: str
    title: str
    criticality: Criticality
    owner: str
    behind: str | None = None


def servers(instances: tuple[Instance, ...]) -> list[Watched]:
    """Every machine of a generation that is no plan and not retired, by name."""
    found = [
        Watched(
            name=i.logical_name,
            address=str(i.address or i.fqdn),
            title=i.system.title,
            system=i.system.code,
            role=i.server.role,
            generation=i.generation.name,
            state=i.generation.state,
            os=i.server.os,
            criticality=i.system.criticality,
            owner=i.system.owner,
        )
        for i in instances
        if i.there
    ]
    return sorted(found, key=lambda server: server.name)


def probes(platform: Platform) -> list[Probe]:
    """Every site's router and switches, and every stable name where it is reached, by name."""
    found = [
        probe for code in platform.site_networks for probe in _site(platform.settings, platform.site_networks, code)
    ]
    for system in platform.estate.systems.values():
        found += _system(platform.settings, platform.estate, system)
    return sorted(found, key=lambda probe: probe.name)


def _site(settings: Settings, site_networks: Mapping[str, SiteNetworks], code: str) -> Iterator[Probe]:
    networks = site_networks[code]
    site = networks.site
    owner = settings.cost_center
    router = f"{code}-router"
    gateway = str(networks.vlans["management"].gateway)
    yield Probe(router, "ping", gateway, None, "site", code, site.name, _weight(site), owner)
    for switch in networks.switches:
        address = str(switch.address)
        title = f"{site.name}, {switch.name}"
        yield Probe(switch.name, "ping", address, None, "switch", code, title, "normal", owner, behind=router)


def _weight(site: Site) -> Criticality:
    """Where people live, the line is vital at any hour."""
    return "vital" if site.hours == "24x7" else "high"


def _system(settings: Settings, estate: Estate, system: System) -> Iterator[Probe]:
    """Each stable name on each single TCP port it is reached on, else by a ping: none goes unwatched."""
    zone = settings.alias_zone
    targets: list[tuple[str, str, set[str] | None]] = []
    for label in system.aliases if zone is not None else ():
        roles = {server.role for server in named_servers(estate, system.code, label)}
        targets.append((label, names.alias(label, zone or ""), roles))
    if system.fqdn is not None:
        targets.append((system.code, system.fqdn.lower(), None))
    for label, address, roles in targets:
        flows = [flow for flow in system.flows if roles is None or flow.role is None or flow.role in roles]
        ports = sorted({port for flow in flows for port in _tcp(flow.ports)})
        for port in ports or [None]:
            yield Probe(
                name=f"{system.code}-{label}-{port or 'ping'}",
                kind=_kind(port),
                address=address,
                port=port,
                about="system",
                of=system.code,
                title=system.title,
                criticality=system.criticality,
                owner=system.owner,
            )


def _kind(port: int | None) -> Kind:
    if port is None:
        return "ping"
    return "https" if port == 443 else "tls" if port in TLS_PORTS else "tcp"


def _tcp(ports: tuple[str, ...]) -> Iterator[int]:
    """The single TCP ports: a range is for what opens ports as it goes, and UDP answers nobody who does not ask."""
    for port in ports:
        protocol, _, number = port.partition("/")
        if protocol == "tcp" and number.isdigit():
            yield int(number)
