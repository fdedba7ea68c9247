"""A need as data: what must be let through, and the ends that needs have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from model.derive.consumers import machines
from model.derive.serving import alias_names
from model.derive.sites import machine_addresses

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.instances import Instance
    from model.types.sites import Zone


@dataclass(frozen=True, slots=True)
class End:
    """One side of a need. `name` is an end of flows that covers it, `role` the servers of a system that are meant."""

    name: str
    prefixes: tuple[IPv4Network, ...]
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What must be let through: from each of the source's prefixes to each of the target's, on each of the ports.

    `reason` is for the firewall's readers, in Danish.
    """

    reason: str
    source: End
    target: End
    ports: tuple[str, ...]


def hosts(addresses: Iterable[IPv4Address]) -> tuple[IPv4Network, ...]:
    """Addresses as prefixes."""
    return tuple(IPv4Network(address) for address in sorted(set(addresses)))


def server(platform: Platform, identity: str) -> End:
    """A server as an end: its machine in every generation that has one."""
    found = machines(platform.instances, (identity,))
    return End(identity, hosts(i.address for i in found if i.address is not None))


def system(platform: Platform, code: str, role: str | None) -> End:
    """A system's servers of a role."""
    return End(code, hosts(machine_addresses(platform.instances, code, role)), role)


def by_network(instances: Iterable[Instance]) -> Iterator[End]:
    """Machines by the network that they stand in, in Azure by the subnet."""
    found: dict[str, list[IPv4Address]] = defaultdict(list)
    for i in instances:
        if i.address is not None:
            key = i.attachment.network
            found[key if i.azure is None else f"{i.azure.area}-{key}"].append(i.address)
    yield from (End(name, hosts(addresses)) for name, addresses in sorted(found.items()))


def zone(platform: Platform, name: Zone) -> End:
    """A VLAN of every site that has it."""
    vlans = [networks.vlans[name].prefix for networks in platform.site_networks.values() if name in networks.vlans]
    return End(name, tuple(vlans))


def switches(platform: Platform, *, routers: bool = False) -> End:
    """The switches of all sites, and the routers' shared address."""
    found = [switch.address for networks in platform.site_networks.values() for switch in networks.switches]
    if routers:
        found += [networks.vlans["management"].gateway for networks in platform.site_networks.values()]
    return End("management", hosts(found))


def stable_name(platform: Platform, name: str | None) -> End | None:
    """Who answers to a stable name, in every generation; None for a name that is none."""
    code = alias_names(platform.settings, platform.estate).get((name or "").lower())
    if name is None or code is None:
        return None
    who = platform.estate.systems[code].aliases[name.partition(".")[0].lower()]
    return server(platform, who) if who in platform.estate.servers else system(platform, code, who)


def machine(platform: Platform, label: str) -> End:
    """A machine that is no server of a system, by its name in `hosts`."""
    address = platform.network.addressing.hosts.get(label)
    return End(label, hosts([address] if address is not None else []))
