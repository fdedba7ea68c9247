"""What every DHCP server is told, whoever makes it: scopes, options, reservations and times, as plain data.

The management VLANs have no scope: switches and access points have fixed addresses. Left out: how a server is told,
which is each target's own, and the group token of Wyse Management Suite, which is a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from model.derive import sites
from model.derive.records import addresses_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.platform import Places, Platform
    from model.types.sites import Maker, SiteNetworks, SiteVlan

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


@dataclass(frozen=True, slots=True)
class Reservation:
    """The address that is kept for a workplace."""

    name: str
    mac: str
    address: IPv4Address


@dataclass(frozen=True, slots=True)
class Scope:
    """A VLAN whose devices ask for addresses. `id` is unique and stays with the block; `tag` is the site's code."""

    id: int
    name: str
    vlan: SiteVlan
    tag: str
    reservations: tuple[Reservation, ...]


def scopes(places: Places, site_networks: Mapping[str, SiteNetworks]) -> tuple[Scope, ...]:
    """Every scope, by site and zone."""
    kept: dict[str, list[Reservation]] = {}
    for workplace in places.workplaces.values():
        address = sites.workplace_address(site_networks, workplace)
        if address is not None:
            kept.setdefault(workplace.site, []).append(Reservation(workplace.name, workplace.mac, address))
    return tuple(
        Scope(
            id=networks.number * 4096 + vlan.vlan,
            name=f"{code} {networks.site.name}: {zone}",
            vlan=vlan,
            tag=code,
            reservations=tuple(sorted(kept.get(code, ()), key=lambda r: r.address)) if zone == "clients" else (),
        )
        for code, networks in sorted(site_networks.items())
        for zone, vlan in networks.vlans.items()
        if zone != "management"
    )


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
