"""The context of a switch, in terms that any maker's language has words for; templates/switches/<syntax>/ has them.

Passwords and the keys of RADIUS and SNMP are no part of it: they are set once, and what is merged leaves them.
What may pass from VLAN to VLAN at a site is in filters.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import flows, services, site_devices
from model.types.estate import PortRole
from model.types.sites import ZONES
from rendering.target import File
from templates.switches import core, filters
from templates.switches.filters import Filter
from templates.switches.queues import Queue, left, queues

if TYPE_CHECKING:
    from model import Platform
    from model.types.site_devices import SiteDevice
    from model.types.sites import AccessSwitch, SiteNetworks, SiteVlan, SwitchModel, Zone


ZONE_OF: Mapping[PortRole, Zone] = {"client": "clients", "printer": "printers", "device": "devices", "phone": "voice"}
"""The VLAN that a port stands in by its role."""

TITLES = {"client": "Arbejdsplads", "printer": "Printer", "device": "Sensor", "phone": "Telefon"}
"""What those who read the switch see. It has no letters beyond ASCII."""

WIRELESS: tuple[Zone, ...] = ("staff-wifi", "guests", "management")
"""The VLANs of an access point: those of its networks, and its own."""

LEASED: tuple[Zone, ...] = ("clients", "staff-wifi", "voice", "guests")
"""The VLANs where everything has its address by DHCP, so that ARP can be held against what was leased. Printers and
devices have some that nobody leased.
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """What every switch is told alike. `helpers` are the DHCP servers; `rest` is the percent of unmarked traffic.
    `administrators` is who may log on, by the flows; without such a flow nobody is kept out. `titles` are those of user
    ports, by role.
    """

    domain: str
    resolvers: list[str]
    clocks: list[str]
    logs: list[str]
    radius: list[str]
    helpers: list[str]
    classes: list[Queue]
    rest: int
    administrators: filters.Standard | None
    titles: dict[str, str]


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
class Reserve:
    """The line that takes over when the first is down: the uplink it is on, its addresses and its bits a second."""

    port: str
    uplink: Uplink
    bits: int


@dataclass(frozen=True, slots=True)
class Interface:
    """A VLAN's interface. `gateway` is the address that the site's machines know, which a pair of switches shares;
    `dhcp`: it hands their DHCP requests on.
    """

    id: int
    name: str
    address: str
    second: str | None
    mask: str
    gateway: str
    filter: str
    dhcp: bool


@dataclass(frozen=True, slots=True)
class UserPort:
    """A user port, and the VLAN that it stands in; of an access point or a port that is shut none.
    `device` is the name of what is patched to it, empty where nobody says.
    """

    name: str
    role: PortRole
    vlan: int | None
    device: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch of a site.

    `management` and `voice` are VLANs, `wireless` those of access points. `trunks` go to the site's other switches,
    `line` to the data centre from a switch that `routes`. `snooped` is the VLANs whose DHCP is watched, `inspected`
    those whose ARP is, and `open` lets in whom 802.1X does not know. `numbered`: entries of access lists have numbers.
    `first` is true of the site's first switch; `bits` is the line's speed a second.
    """

    name: str
    site: str
    address: str
    mask: str
    gateway: str
    management: int
    vlans: list[Vlan]
    numbered: bool
    interfaces_of_users: list[UserPort]
    wireless: str
    trunks: list[str]
    line: str
    voice: int | None
    snooped: str
    inspected: str
    open: bool
    routes: bool
    pair: bool
    first: bool
    uplink: Uplink | None
    reserve: Reserve | None
    bits: int
    interfaces: list[Interface]
    filters: list[Filter]


def files(platform: Platform) -> Iterator[File]:
    """A file for each switch, by the template of its model's syntax, and what the core is told."""
    yield from core.files(platform)
    rules = flows.rules(platform)
    passages, shared = filters.passages(rules), _shared(platform, filters.administrators(rules))
    patched = site_devices.patched(platform.places)
    for code, networks in platform.site_networks.items():
        local = filters.site_filters(passages, networks)
        for index, switch in enumerate(networks.switches):
            own = _switch(networks, switch, index, local, patched)
            yield File(f"{code}/{switch.name}.cfg", f"{switch.model.syntax}/access.cfg.j2", (shared, own))


def _shared(platform: Platform, administrators: filters.Standard | None) -> Shared:
    return Shared(
        domain=platform.settings.domain.lower(),
        resolvers=[str(address) for address in services.resolvers(platform)],
        clocks=[str(address) for address in services.answering_now(platform, "time")],
        logs=[str(address) for address in services.addresses(platform.network, platform.instances, "log")],
        radius=[str(address) for address in services.addresses(platform.network, platform.instances, "radius")],
        helpers=[str(address) for address in services.addresses(platform.network, platform.instances, "dhcp")],
        classes=queues(platform),
        rest=left(),
        administrators=administrators,
        titles=TITLES,
    )


def _switch(
    networks: SiteNetworks,
    switch: AccessSwitch,
    index: int,
    local: Mapping[Zone, Filter],
    patched: Mapping[tuple[str, int], SiteDevice],
) -> Switch:
    site, model = networks.site, switch.model
    routes = index < len(networks.links)
    link = networks.links[index] if routes else None
    management = networks.vlans["management"]
    reserve = _reserve(networks, model) if index == 0 else None
    joined = [name for name in model.uplinks[1:] if reserve is None or name != reserve.port]
    return Switch(
        name=switch.name,
        site=f"{site.code} {site.name}",
        address=str(switch.address),
        mask=str(management.prefix.netmask),
        gateway=str(management.gateway),
        management=management.vlan,
        vlans=[Vlan(vlan.vlan, vlan.zone) for vlan in _by_number(networks)],
        numbered=model.numbered,
        interfaces_of_users=[
            UserPort(f"{model.port}{number}", role, _vlan(networks, role), _patched(patched, switch, number))
            for number, role in enumerate(switch.ports, start=1)
        ],
        wireless=_numbers(networks, WIRELESS),
        trunks=joined if routes else list(model.uplinks),
        line=model.uplinks[0],
        voice=networks.vlans["voice"].vlan if "voice" in networks.vlans else None,
        snooped=_numbers(networks, tuple(zone for zone in ZONES if zone != "management")),
        inspected=_numbers(networks, LEASED) if site.inspection == "arp" else "",
        open=site.port_access == "open",
        routes=routes,
        pair=site.gateways == "pair",
        first=index == 0,
        uplink=None if link is None else Uplink(str(link[1]), str(link.netmask), str(link[0])),
        reserve=reserve,
        bits=site.wan_mbit * 1_000_000,
        interfaces=[
            _interface(vlan, index, local[vlan.zone].name, switch, pair=site.gateways == "pair")
            for vlan in _by_number(networks)
        ],
        filters=[local[vlan.zone] for vlan in _by_number(networks)] if routes else [],
    )


def _reserve(networks: SiteNetworks, model: SwitchModel) -> Reserve | None:
    """The line that takes over, on the last uplink of the site's first switch."""
    link, backup = networks.reserve, networks.site.backup
    if link is None or backup is None:
        return None
    uplink = Uplink(str(link[1]), str(link.netmask), str(link[0]))
    return Reserve(model.uplinks[-1], uplink, backup.mbit * 1_000_000)


def _patched(patched: Mapping[tuple[str, int], SiteDevice], switch: AccessSwitch, number: int) -> str:
    device = patched.get((switch.name, number))
    return device.name if device is not None else ""


def _by_number(networks: SiteNetworks) -> list[SiteVlan]:
    return sorted(networks.vlans.values(), key=lambda vlan: vlan.vlan)


def _vlan(networks: SiteNetworks, role: PortRole) -> int | None:
    zone = ZONE_OF.get(role)
    return networks.vlans[zone].vlan if zone is not None and zone in networks.vlans else None


def _numbers(networks: SiteNetworks, zones: tuple[Zone, ...]) -> str:
    """VLANs as a running configuration lists them: `10,20,30-32`."""
    numbers = sorted(networks.vlans[zone].vlan for zone in zones if zone in networks.vlans)
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][-1] == number - 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return ",".join("-".join(map(str, span)) for span in spans)


def _interface(vlan: SiteVlan, index: int, filter_name: str, switch: AccessSwitch, *, pair: bool) -> Interface:
    """A VLAN's interface. Of management the switch's own address is the first, from which it speaks to RADIUS and logs:
    as that RADIUS knows it, and not as the gateway that it is besides.
    """
    own = str(vlan.routers[index] if pair and index < len(vlan.routers) else vlan.gateway)
    managed = vlan.zone == "management"
    return Interface(
        id=vlan.vlan,
        name=vlan.zone,
        address=str(switch.address) if managed else own,
        second=own if managed else None,
        mask=str(vlan.prefix.netmask),
        gateway=str(vlan.gateway),
        filter=filter_name,
        dhcp=not managed,
    )
