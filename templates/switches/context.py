"""The context of a switch, in terms that any maker's language has words for; templates/switches/<syntax>/ has them.

Passwords and the keys of RADIUS and SNMP are no part of it: they are set once, and what is merged leaves them.
What may pass from VLAN to VLAN at a site is in filters.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import dhcp, flows, services
from model.derive import qos as qos_derive
from model.types import qos
from rendering.target import File
from templates.switches import filters
from templates.switches.filters import Filter

if TYPE_CHECKING:
    from model import Platform
    from model.types.sites import AccessSwitch, SiteNetworks, SiteVlan, Zone


@dataclass(frozen=True, slots=True)
class Mark:
    """Traffic from a workplace that is marked: known by the other end's ports, or by its `own`."""

    name: str
    protocol: str
    first: int
    last: int
    own: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A class of traffic. `percent` is of the line for the priority class, and of what that leaves for the others."""

    name: str
    dscp: int
    priority: bool
    percent: int
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Shared:
    """What every switch is told alike. `helpers` are the DHCP servers; `rest` is the percent of unmarked traffic."""

    domain: str
    resolvers: list[str]
    clocks: list[str]
    logs: list[str]
    radius: list[str]
    helpers: list[str]
    classes: list[Queue]
    rest: int


@dataclass(frozen=True, slots=True)
class Vlan:
    """A VLAN of the site, by number and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Uplink:
    """The line to the data centre: this end's address, and `hub` the other's."""

    address: str
    mask: str
    hub: str


@dataclass(frozen=True, slots=True)
class Interface:
    """A VLAN's interface. `gateway` is the address that the site's machines know, which a pair of switches shares;
    `dhcp`: it hands their DHCP requests on.
    """

    id: int
    name: str
    address: str
    mask: str
    gateway: str
    filter: str
    dhcp: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch of a site.

    `management`, `access` and `voice` are VLANs; `port` is what a user port is called without its number and `ports`
    how many there are. `trunks` go to the site's other switches, `line` to the data centre from a switch that
    `routes`. `snooped` is the VLANs whose DHCP is watched, and `open` lets in whom 802.1X does not know. `first` is
    true of the site's first switch; `bits` is the line's speed a second.
    """

    name: str
    site: str
    address: str
    mask: str
    gateway: str
    management: int
    vlans: list[Vlan]
    port: str
    ports: int
    trunks: list[str]
    line: str
    access: int
    voice: int | None
    snooped: str
    open: bool
    routes: bool
    pair: bool
    first: bool
    uplink: Uplink | None
    bits: int
    interfaces: list[Interface]
    filters: list[Filter]


@dataclass(frozen=True, slots=True)
class Relay:
    """A network of session machines, as its router in the data centre has it."""

    id: int
    title: str
    gateway: str


@dataclass(frozen=True, slots=True)
class Relays:
    """The context of what the core is told; `helpers` are the DHCP servers."""

    networks: list[Relay]
    helpers: list[str]


CORE = "core-relays.cfg"
"""What the router of the data centre is told by hand: it is no switch of ours."""


def files(platform: Platform) -> Iterator[File]:
    """A file for each switch, by the template of its model's syntax, and what the core is told."""
    relays = [Relay(s.vlan, s.name, str(s.gateway)) for s in dhcp.scopes(platform) if s.zone is None]
    if relays:
        helpers = services.addresses(platform.network, platform.instances, "dhcp")
        yield File(CORE, f"ios/{CORE}.j2", Relays(relays, [str(address) for address in helpers]))
    passages, shared = filters.passages(flows.rules(platform)), _shared(platform)
    for code, networks in platform.site_networks.items():
        local = filters.site_filters(passages, networks)
        for index, switch in enumerate(networks.switches):
            own = _switch(networks, switch, index, local)
            yield File(f"{code}/{switch.name}.cfg", f"{switch.model.syntax}/access.cfg.j2", (shared, own))


def _shared(platform: Platform) -> Shared:
    marks = [stream for stream in qos_derive.streams(platform.desktops) if stream.at in ("client", "server", "vda")]
    return Shared(
        domain=platform.settings.domain.lower(),
        resolvers=[str(address) for address in services.resolvers(platform)],
        clocks=[str(address) for address in services.answering_now(platform, "time")],
        logs=[str(address) for address in services.addresses(platform.network, platform.instances, "log")],
        radius=[str(address) for address in services.addresses(platform.network, platform.instances, "radius")],
        helpers=[str(address) for address in services.addresses(platform.network, platform.instances, "dhcp")],
        classes=[_class(item, marks) for item in qos.CLASSES],
        rest=100 - sum(_remaining(item) for item in qos.CLASSES if not item.priority),
    )


def _class(item: qos.TrafficClass, marks: list[qos.Stream]) -> Queue:
    """A class with what is marked as it where it enters from a user port; of some nothing does."""
    return Queue(
        name=item.name.upper(),
        dscp=item.dscp,
        priority=item.priority,
        percent=item.percent if item.priority else _remaining(item),
        marks=[_mark(stream) for stream in marks if stream.traffic == item.name],
    )


def _remaining(item: qos.TrafficClass) -> int:
    """A class's part of what the priority queue leaves, in whole percent."""
    left = 100 - sum(other.percent for other in qos.CLASSES if other.priority)
    return item.percent * 100 // left


def _mark(stream: qos.Stream) -> Mark:
    return Mark(
        name=stream.name,
        protocol=stream.protocol,
        first=stream.ports[0],
        last=stream.ports[1],
        own=stream.at == "client",
    )


def _switch(networks: SiteNetworks, switch: AccessSwitch, index: int, local: Mapping[Zone, Filter]) -> Switch:
    site, model = networks.site, switch.model
    routes = index < len(networks.links)
    link = networks.links[index] if routes else None
    management = networks.vlans["management"]
    return Switch(
        name=switch.name,
        site=f"{site.code} {site.name}",
        address=str(switch.address),
        mask=str(management.prefix.netmask),
        gateway=str(management.gateway),
        management=management.vlan,
        vlans=[Vlan(vlan.vlan, vlan.zone) for vlan in _by_number(networks)],
        port=model.port,
        ports=model.ports,
        trunks=list(model.uplinks[1:] if routes else model.uplinks),
        line=model.uplinks[0],
        access=networks.vlans["clients"].vlan,
        voice=networks.vlans["voice"].vlan if "voice" in networks.vlans else None,
        snooped=",".join(str(vlan.vlan) for vlan in _by_number(networks) if vlan.zone != "management"),
        open=site.port_access == "open",
        routes=routes,
        pair=site.gateways == "pair",
        first=index == 0,
        uplink=None if link is None else Uplink(str(link[1]), str(link.netmask), str(link[0])),
        bits=site.wan_mbit * 1_000_000,
        interfaces=[
            _interface(vlan, index, local[vlan.zone].name, pair=site.gateways == "pair")
            for vlan in _by_number(networks)
        ],
        filters=[local[vlan.zone] for vlan in _by_number(networks)] if routes else [],
    )


def _by_number(networks: SiteNetworks) -> list[SiteVlan]:
    return sorted(networks.vlans.values(), key=lambda vlan: vlan.vlan)


def _interface(vlan: SiteVlan, index: int, filter_name: str, *, pair: bool) -> Interface:
    own = vlan.routers[index] if pair and index < len(vlan.routers) else vlan.gateway
    return Interface(
        id=vlan.vlan,
        name=vlan.zone,
        address=str(own),
        mask=str(vlan.prefix.netmask),
        gateway=str(vlan.gateway),
        filter=filter_name,
        dhcp=vlan.zone != "management",
    )
