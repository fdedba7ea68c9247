"""Addresses that are well formed and that nobody can use: another's, or a network's own."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from model.derive import devices
from model.derive.instances import first_host
from model.faults import Fault
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""What may be ours: RFC 1918, and RFC 6598 for whom that is not enough."""

SMALLEST = 29
"""The longest prefix of a network with a gateway and servers: six hosts."""

UNTAGGED = 1
"""The VLAN that every switch has from the factory, on every port, and that its own protocols use. Nothing of ours goes
there (NSA, "Network Infrastructure Security Guide", 2022, "Disable default VLAN").
"""


def our_own(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What we give out is private: a public prefix is somebody's, who could then not be reached.

    Limit: PRIVATE; a network of ours is no smaller than SMALLEST.
    """
    for key, network in platform.network.networks.items():
        for generation, prefix in network.prefix.items():
            fault, path = written.sources["networks", key].fault, ("prefix", generation)
            if not _private(prefix):
                yield fault(path, "FOREIGN-PREFIX", _foreign(prefix))
            if prefix.prefixlen > SMALLEST:
                message = f"{prefix} has no room for a gateway and servers; give it a /{SMALLEST} or a larger one"
                yield fault(path, "SUBNET-SIZE", message)
    for field in ("supernet", "transit"):
        own: IPv4Network | None = getattr(platform.network.addressing, field)
        if own is not None and not _private(own):
            yield written.sources["file", "networks.yaml"].fault((field,), "FOREIGN-PREFIX", _foreign(own))
    if platform.azure.settings is not None and not _private(platform.azure.settings.prefix):
        message = _foreign(platform.azure.settings.prefix)
        yield written.sources["file", "azure.yaml"].fault(("prefix",), "FOREIGN-PREFIX", message)


def _private(prefix: IPv4Network) -> bool:
    return any(prefix.subnet_of(space) for space in PRIVATE)


def _foreign(prefix: IPv4Network) -> str:
    return f"{prefix} is not private, so not ours to give out; take a part of {', '.join(map(str, PRIVATE))}"


def gateways(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A gateway is a host: a prefix's first address is the network's own, the last is for all (RFC 1122, 3.2.1.3)."""
    for key, network in platform.network.networks.items():
        for generation, gateway in network.gateway.items():
            prefix = network.prefix.get(generation)
            if prefix is not None and gateway in (prefix.network_address, prefix.broadcast_address):
                what = "network" if gateway == prefix.network_address else "broadcast"
                message = (
                    f"{gateway} is the {what} address of {prefix}; name a host of it, such as {first_host(prefix)}"
                )
                yield written.sources["networks", key].fault(("gateway", generation), "ADDRESS-OUTSIDE", message)


def vlan_one(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What we build and what we write to switches has a VLAN of its own. What was found may be as it is.

    Limit: UNTAGGED.
    """
    for key, network in platform.network.networks.items():
        for name, vlan in network.vlan.items():
            generation = platform.refresh.generations.get(name)
            if vlan == UNTAGGED and generation is not None and generation.origin == "managed":
                message = "VLAN 1 is every switch's own; give it a number from 2 to 4094"
                yield written.sources["networks", key].fault(("vlan", name), "BAD-VALUE", message)
    for key, plan in platform.places.address_plans.items():
        for zone, entry in plan.vlans.items():
            if entry.vlan == UNTAGGED:
                message = "VLAN 1 is every switch's own; give it a number from 2 to 4094"
                yield written.sources["address_plans", key].fault(("vlans", zone, "vlan"), "BAD-VALUE", message)


def cards(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A MAC address is that of one card: not all zeros, and the lowest bit of its first octet, which says a group, is
    not set (IEEE 802, 8.2).
    """
    for workplace, device in devices.standing(platform.places):
        group = int(workplace.mac[1], 16) & 1
        if group or not workplace.mac.strip("0:"):
            what = "that of a group" if group else "that of no card"
            where = devices.origin(written, workplace, device)
            message = f"MAC {workplace.mac} is {what}; write what stands on the device"
            yield Fault(*where, "BAD-VALUE", workplace.name, message)


RULES = (
    Rule(
        "addressing.private",
        "A public prefix is somebody's, who could then not be reached (RFC 1918, RFC 6598).",
        ("FOREIGN-PREFIX", "SUBNET-SIZE"),
        our_own,
    ),
    Rule(
        "addressing.gateways",
        "No machine may have these addresses (RFC 1122, 3.2.1.3).",
        ("ADDRESS-OUTSIDE",),
        gateways,
    ),
    Rule(
        "addressing.vlan-one",
        'Switches use VLAN 1 for their own protocols, on every port (NSA, "Network Infrastructure Security '
        'Guide", 2022).',
        ("BAD-VALUE",),
        vlan_one,
    ),
    Rule(
        "addressing.cards",
        "A switch learns no group address, and DHCP reserves nothing for a card that is none (IEEE 802, 8.2).",
        ("BAD-VALUE",),
        cards,
    ),
)
