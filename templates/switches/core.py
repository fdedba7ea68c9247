"""What the router of the data centre is told by hand, for it is no switch of ours: whose DHCP it hands on, the way back
to each site, and how fast each site's line is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import dhcp, services
from rendering.target import File
from templates.switches.queues import Queue, left, queues

if TYPE_CHECKING:
    from model import Platform
    from model.types.sites import SiteNetworks

RELAYS = "core-relays.cfg"
ROUTES = "core-routes.cfg"

SECOND_ROUTER, RESERVE = 10, 200
"""Administrative distances of a site's second router, and of the line that takes over."""


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


@dataclass(frozen=True, slots=True)
class Hop:
    """The next router on the way to a site; a higher `distance` is the way when the others are gone."""

    address: str
    distance: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A site, as the data centre's router has it. `reserve_bits` is 0 where it has no line that takes over."""

    code: str
    title: str
    network: str
    mask: str
    wildcard: str
    hops: list[Hop]
    bits: int
    reserve_bits: int


@dataclass(frozen=True, slots=True)
class Sites:
    """The context of the ways to the sites, with the queues that their lines have."""

    sites: list[Behind]
    classes: list[Queue]
    rest: int


def files(platform: Platform) -> Iterator[File]:
    """The relays, and the ways to the sites."""
    relays = [Relay(s.vlan, s.name, str(s.gateway)) for s in dhcp.scopes(platform) if s.zone is None]
    if relays:
        helpers = services.addresses(platform.network, platform.instances, "dhcp")
        yield File(RELAYS, f"ios/{RELAYS}.j2", Relays(relays, [str(address) for address in helpers]))
    behind = [_behind(networks) for _, networks in sorted(platform.site_networks.items()) if networks.links]
    if behind:
        yield File(ROUTES, f"ios/{ROUTES}.j2", Sites(behind, queues(platform), left()))


def _behind(networks: SiteNetworks) -> Behind:
    site = networks.site
    hops = [Hop(str(link[1]), 1 if index == 0 else SECOND_ROUTER) for index, link in enumerate(networks.links)]
    if networks.reserve is not None:
        hops.append(Hop(str(networks.reserve[1]), RESERVE))
    spare = site.backup.mbit if site.backup is not None and networks.reserve is not None else 0
    block = networks.block
    return Behind(
        code=site.code,
        title=f"{site.code} {site.name}",
        network=str(block.network_address),
        mask=str(block.netmask),
        wildcard=str(block.hostmask),
        hops=hops,
        bits=site.wan_mbit * 1_000_000,
        reserve_bits=spare * 1_000_000,
    )
