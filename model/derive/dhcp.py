"""What every DHCP server is told, whoever makes it: scopes, options, reservations and times, as plain data.

The management VLANs have no scope: switches and access points have fixed addresses. Left out: how a server is told,
which is each target's own, and the group token of Wyse Management Suite, which is a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from model.derive import devices, services, site_devices, sites
from model.derive.records import addresses_of

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.sites import Maker, Zone

ROUTER, RESOLVERS, DOMAIN, CLOCKS = 3, 6, 15, 42
"""Options of RFC 2132."""

IGEL_SERVER, IGEL_TAG, HP_SERVER, WYSE_SERVER, WYSE_CA = 224, 226, 202, 165, 167
NAMES = {
    IGEL_SERVER: "igel-ums-server",
    IGEL_TAG: "igel-structure-tag",
    HP_SERVER: "hpdm-server",
    WYSE_SERVER: "wms-server",
    WYSE_CA: "wms-ca-validation",
}
"""Options of thin clients, each a string. 224 and 226: kb.igel.com, "UMS DHCP options". 202: the addresses of HPDM's
server and of its gateway, a space between (HP Device Manager, Administrator Guide, "Automatic registration"). 165 and
167: Dell Wyse ThinOS Administrator's Guide, "DHCP options".
"""


OUTSIDE: frozenset[Zone | None] = frozenset({"devices", "guests"})
"""The zones whose machines are not ours to trust: they reach the internet, and of us their address alone."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """The address that is kept for a device, at a workplace or of its own."""

    name: str
    mac: str
    address: IPv4Address


@dataclass(frozen=True, slots=True)
class Scope:
    """A VLAN whose machines ask for addresses. `id` is unique and stays with the prefix; `zone` is None where a pool's
    session machines stand, `place` the site's code or the network's key, `lease` in seconds.
    """

    id: int
    name: str
    place: str
    zone: Zone | None
    vlan: int
    prefix: IPv4Network
    gateway: IPv4Address
    first: IPv4Address
    last: IPv4Address
    lease: int
    reservations: tuple[Reservation, ...]

    @property
    def tag(self) -> str | None:
        """The structure tag of IGEL's clients, where they stand."""
        return self.place if self.zone == "clients" else None


def scopes(platform: Platform) -> tuple[Scope, ...]:
    """Every scope: those of the sites by site and zone, then those of session machines."""
    return (*_of_sites(platform), *_of_sessions(platform))


def _of_sites(platform: Platform) -> Iterator[Scope]:
    kept: dict[tuple[str, Zone], list[Reservation]] = {}
    for workplace in devices.in_use(platform.places):
        address = sites.workplace_address(platform.site_networks, workplace)
        if address is not None:
            kept.setdefault((workplace.site, "clients"), []).append(Reservation(workplace.name, workplace.mac, address))
    for device, zone, address in site_devices.reserved(platform.places, platform.site_networks):
        kept.setdefault((device.site, zone), []).append(Reservation(device.name, device.mac, address))
    for code, networks in sorted(platform.site_networks.items()):
        for zone, vlan in networks.vlans.items():
            if zone != "management":
                yield Scope(
                    id=networks.number * 4096 + vlan.vlan,
                    name=f"{code} {networks.site.name}: {zone}",
                    place=code,
                    zone=zone,
                    vlan=vlan.vlan,
                    prefix=vlan.prefix,
                    gateway=vlan.gateway,
                    first=vlan.first,
                    last=vlan.last,
                    lease=sites.lease_seconds(platform.refresh, platform.network, zone),
                    reservations=tuple(sorted(kept.get((code, zone), ()), key=lambda r: r.address)),
                )


def _of_sessions(platform: Platform) -> Iterator[Scope]:
    """The networks of session machines, which Citrix makes without an address: one for each generation that has some.

    Prefixes are private, so their numbers as ids are above those of the sites.
    """
    stands = {
        (i.pool.network, i.generation.name)
        for i in platform.pool_instances
        if i.citrix is not None and i.there and not i.generation.state.leaving
    }
    for key, generation in sorted(stands):
        network = platform.network.networks[key]
        prefix = network.prefix.get(generation)
        if prefix is not None and network.leases_from < prefix.num_addresses - 1:
            yield Scope(
                id=int(prefix.network_address),
                name=f"{key} {generation}: {network.purpose}",
                place=key,
                zone=None,
                vlan=network.vlan[generation],
                prefix=prefix,
                gateway=network.gateway.get(generation, prefix[1]),
                first=prefix[network.leases_from],
                last=prefix[-2],
                lease=sites.lease_seconds(platform.refresh, platform.network),
                reservations=(),
            )


def options(platform: Platform, zone: Zone | None) -> dict[int, tuple[str, ...]]:
    """What every scope of a zone is told beside its router and its tag. Guests and devices are told nothing of ours."""
    if zone in OUTSIDE:
        return {RESOLVERS: tuple(map(str, platform.network.addressing.outside_resolvers))}
    found = {
        RESOLVERS: tuple(map(str, services.resolvers(platform))),
        DOMAIN: (platform.settings.domain.lower(),),
    }
    if clocks := services.answering_now(platform, "time"):
        found[CLOCKS] = tuple(map(str, clocks))
    if zone == "clients":
        found |= {code: (value,) for code, value in thin_client_options(platform).items()}
    return found


def thin_client_options(platform: Platform) -> dict[int, str]:
    """The options of the makers whose management server is known, by code; the structure tag is each scope's own."""
    servers = platform.network.addressing.thin_client_servers
    return dict(sorted(option for maker, name in servers.items() for option in _of(platform, maker, name)))


def _of(platform: Platform, maker: Maker, name: str) -> Iterator[tuple[int, str]]:
    if maker == "igel":
        yield IGEL_SERVER, name
    elif maker == "hp":
        for address in addresses_of(platform, name)[:1]:
            yield HP_SERVER, f"{address} {address}"
    elif maker == "dell":
        yield WYSE_SERVER, f"https://{name}:443"
        yield WYSE_CA, "True"
