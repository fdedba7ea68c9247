"""The context of a switch, in terms that any maker's language has words for; templates/switches/<syntax>/ has them.

Passwords and the keys of RADIUS and SNMP are no part of it: they are set once, and what is merged leaves them.
What may pass from VLAN to VLAN at a site is in filters.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from model.derive import flows, services
from model.derive import qos as qos_derive
from model.types import qos
from rendering.target import File
from templates.switches import filters

if TYPE_CHECKING:
    from model import Platform
    from model.types.sites import AccessSwitch, SiteNetworks, SiteVlan, Zone


def files(platform: Platform) -> Iterator[File]:
    """A file for each switch, by the template of its model's syntax."""
    passages, shared = filters.passages(flows.rules(platform)), _shared(platform)
    for code, networks in platform.site_networks.items():
        local = filters.site_filters(passages, networks)
        for index, switch in enumerate(networks.switches):
            own = _switch(networks, switch, index, local)
            yield File(f"{code}/{switch.name}.cfg", f"{switch.model.syntax}/access.cfg.j2", shared | own)


def _shared(platform: Platform) -> dict[str, Any]:
    """What every switch is told alike."""
    marks = [stream for stream in qos_derive.streams(platform) if stream.at in ("client", "server", "vda")]
    return {
        "domain": platform.settings.domain.lower(),
        "resolvers": [str(address) for address in services.resolvers(platform)],
        "clocks": [str(address) for address in services.answering_now(platform, "time")],
        "logs": [str(address) for address in services.standing(platform, "log")],
        "radius": [str(address) for address in services.standing(platform, "radius")],
        "helpers": [str(address) for address in services.standing(platform, "dhcp")],
        "classes": [_class(item, marks) for item in qos.CLASSES],
        "rest": 100 - sum(_remaining(item) for item in qos.CLASSES if not item.priority),
    }


def _class(item: qos.TrafficClass, marks: list[qos.Stream]) -> dict[str, Any]:
    """A class with what is marked as it where it enters from a user port; of some nothing does."""
    return {
        "name": item.name.upper(),
        "dscp": item.dscp,
        "priority": item.priority,
        "percent": item.percent if item.priority else _remaining(item),
        "marks": [_mark(stream) for stream in marks if stream.traffic == item.name],
    }


def _remaining(item: qos.TrafficClass) -> int:
    """A class's part of what the priority queue leaves, in whole percent."""
    left = 100 - sum(other.percent for other in qos.CLASSES if other.priority)
    return item.percent * 100 // left


def _mark(stream: qos.Stream) -> dict[str, Any]:
    """Traffic from a workplace: known by the other end's port, or by its own where the workplace listens."""
    return {
        "name": stream.name,
        "protocol": stream.protocol,
        "first": stream.ports[0],
        "last": stream.ports[1],
        "own": stream.at == "client",
    }


def _switch(networks: SiteNetworks, switch: AccessSwitch, index: int, local: Mapping[Zone, Any]) -> dict[str, Any]:
    site, model = networks.site, switch.model
    routes = index < len(networks.links)
    link = networks.links[index] if routes else None
    management = networks.vlans["management"]
    return {
        "name": switch.name,
        "site": f"{site.code} {site.name}",
        "address": str(switch.address),
        "mask": str(management.prefix.netmask),
        "gateway": str(management.gateway),
        "management": management.vlan,
        "vlans": [{"id": vlan.vlan, "name": vlan.zone} for vlan in _by_number(networks)],
        "port": model.port,
        "ports": model.ports,
        "trunks": list(model.uplinks[1:] if routes else model.uplinks),
        "line": model.uplinks[0],
        "access": networks.vlans["clients"].vlan,
        "voice": networks.vlans["voice"].vlan if "voice" in networks.vlans else None,
        "snooped": ",".join(str(vlan.vlan) for vlan in _by_number(networks) if vlan.zone != "management"),
        "open": site.port_access == "open",
        "routes": routes,
        "pair": site.gateways == "pair",
        "first": index == 0,
        "uplink": None if link is None else {"address": str(link[1]), "mask": str(link.netmask), "hub": str(link[0])},
        "bits": site.wan_mbit * 1_000_000,
        "interfaces": [
            _interface(vlan, index, local[vlan.zone]["name"], pair=site.gateways == "pair")
            for vlan in _by_number(networks)
        ],
        "filters": [local[vlan.zone] for vlan in _by_number(networks)] if routes else [],
    }


def _by_number(networks: SiteNetworks) -> list[SiteVlan]:
    return sorted(networks.vlans.values(), key=lambda vlan: vlan.vlan)


def _interface(vlan: SiteVlan, index: int, filter_name: str, *, pair: bool) -> dict[str, Any]:
    own = vlan.routers[index] if pair and index < len(vlan.routers) else vlan.gateway
    return {
        "id": vlan.vlan,
        "name": vlan.zone,
        "address": str(own),
        "mask": str(vlan.prefix.netmask),
        "gateway": str(vlan.gateway),
        "filter": filter_name,
        "dhcp": vlan.zone != "management",
    }
