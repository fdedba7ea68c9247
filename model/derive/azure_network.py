"""Where things lie in Azure's network: the hub's subnets, what is planned at home, and whose an address is.

All follows from prefixes in the data. A prefix is never an index into a list, so an area that is added moves nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.platform import Networks, Platform
    from model.types.azure import Area, Azure, Hub

HUB_LENGTH = 22
"""The longest prefix that a hub fits in."""

SMALLEST = 29
"""A subnet in Azure holds eight addresses at least, of which Azure takes five (Azure Virtual Network FAQ)."""

HOME, HUB, CORE = "home", "hub", "core"
"""Places that are no area, and the owner of what belongs to no area."""


@dataclass(frozen=True, slots=True)
class HubPlan:
    """The hub's subnets. Azure gives three of them their names and least sizes: GatewaySubnet /27, AzureFirewallSubnet
    and AzureBastionSubnet /26; a DNS resolver's endpoint wants a /28 of its own (Azure's documentation of each).
    """

    endpoints: IPv4Network
    firewall: IPv4Network
    gateway: IPv4Network
    bastion: IPv4Network
    resolver: IPv4Network

    @property
    def firewall_address(self) -> IPv4Address:
        """The firewall's own address, which routes lead to: the first that Azure does not take for itself."""
        return self.firewall[4]


def hub_plan(hub: Hub) -> HubPlan:
    """The subnets at the start of the hub's prefix, which has room for them from HUB_LENGTH on."""
    start = int(hub.prefix.network_address)
    firewall, gateway, bastion = (IPv4Network((start + 256 + 64 * index, 26), strict=False) for index in range(3))
    resolver = IPv4Network((start + 256 + 64 * 3, 28), strict=False)
    return HubPlan(IPv4Network((start, 24), strict=False), firewall, gateway, bastion, resolver)


def home(networks: Networks) -> tuple[IPv4Network, ...]:
    """What is planned for the municipality's own network: all sites, their links, and the data centre's networks of
    every generation, and the machines of `hosts`. A new site or server changes none of it. Networks of hosts are
    reached from no other.
    """
    machines = [network for network in networks.networks.values() if network.kernel is None]
    found = [prefix for network in machines for prefix in network.prefix.values()]
    addressing = networks.addressing
    found += [prefix for prefix in (addressing.supernet, addressing.transit) if prefix is not None]
    found += [IPv4Network(address) for address in addressing.hosts.values()]
    return tuple(collapse_addresses(found))


def outside(networks: Networks, azure: Azure, area: Area) -> tuple[IPv4Network, ...]:
    """What is planned beyond an area and its firewall: home, and Azure without the hub and the area itself."""
    rest = [azure.prefix]
    for taken in (azure.hub.prefix, area.prefix):
        rest = [
            part
            for prefix in rest
            for part in (prefix.address_exclude(taken) if taken.subnet_of(prefix) else (prefix,))
        ]
    return tuple(collapse_addresses([*home(networks), *rest]))


@dataclass(frozen=True, order=True, slots=True)
class Part:
    """Where an address is and whose: `place` is home, the hub or an area's spoke; `area` is core or an area, for a site
    is an area's though it is at home.
    """

    place: str
    area: str

    @property
    def label(self) -> str:
        """`schools` for a spoke, `schools-sites` for its sites, `home` and `hub`."""
        return f"{self.area}-sites" if self.place == HOME and self.area != CORE else self.place


class Regions:
    """Which part of the whole an address belongs to. Internet and home are one place: no packet of ours goes from one
    to the other through Azure.
    """

    def __init__(self, regions: Iterable[tuple[IPv4Network, Part]]) -> None:
        self._regions = sorted(regions)
        self._starts = [int(prefix[0]) for prefix, _ in self._regions]

    def split(self, prefixes: Iterable[IPv4Network]) -> Mapping[Part, tuple[IPv4Network, ...]]:
        """The prefixes by part, each cut where a part begins or ends; by part, sorted."""
        found: dict[Part, list[IPv4Network]] = defaultdict(list)
        for prefix in prefixes:
            first, last = int(prefix[0]), int(prefix[-1])
            at = bisect_right(self._starts, first) - 1
            if at >= 0 and int(self._regions[at][0][-1]) >= last:
                found[self._regions[at][1]].append(prefix)
                continue
            rest = [prefix]
            for inner, part in self._regions[bisect_left(self._starts, first) : bisect_right(self._starts, last)]:
                found[part].append(inner)
                rest = [
                    piece
                    for each in rest
                    for piece in (each.address_exclude(inner) if inner.subnet_of(each) else (each,))
                ]
            if rest:
                found[Part(HOME, CORE)] += rest
        return {part: tuple(collapse_addresses(found[part])) for part in sorted(found)}


def regions(platform: Platform, azure: Azure) -> Regions:
    """The regions of a platform."""
    found = [(azure.hub.prefix, Part(HUB, CORE))]
    for name, area in platform.azure.areas.items():
        found.append((area.prefix, Part(name, name)))
        blocks = [platform.site_networks[site].block for site in area.sites if site in platform.site_networks]
        found += [(block, Part(HOME, name)) for block in blocks]
    return Regions(found)
