"""Proves the script for Windows DHCP: it is PowerShell, and its data has a lease for every workplace and device."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.derive import devices, dhcp, services, site_devices, sites
from rendering import powershell
from rendering.proof import differences, joined
from rendering.target import Finding
from templates.windows_dhcp.context import PATH, SESSIONS

if TYPE_CHECKING:
    from model import Platform
    from model.types.sites import Zone


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the PowerShell grammar and the round trip of the data find. Raises Missing."""
    if not platform.site_networks:
        return []
    return joined((), lambda: powershell.findings(folder), lambda: list(_round_trip(platform, folder)))


def _round_trip(platform: Platform, folder: Path) -> Iterator[Finding]:
    data = powershell.data((folder / PATH).read_text(encoding="utf-8-sig"))
    scopes: list[dict[str, Any]] = data["scopes"]
    wanted_scopes: dict[IPv4Network, tuple[IPv4Address, Zone | None]] = {
        v.prefix: (v.gateway, v.zone)
        for networks in platform.site_networks.values()
        for v in networks.vlans.values()
        if v.zone != "management"
    }
    wanted_scopes |= {s.prefix: (s.gateway, None) for s in dhcp.scopes(platform) if s.zone is None}
    prefixes = [IPv4Network(f"{scope['id']}/{scope['mask']}") for scope in scopes]
    yield from differences(
        PATH,
        "scope",
        [
            f"{prefix} by {gateway} for {sites.lease_seconds(platform.refresh, platform.network, zone)} s, "
            f"{zone or SESSIONS}"
            for prefix, (gateway, zone) in wanted_scopes.items()
        ],
        [
            f"{prefix} by {_option(scope['options'], dhcp.ROUTER)} for {scope['lease']} s, {scope['zone']}"
            for prefix, scope in zip(prefixes, scopes, strict=True)
        ],
    )
    leases: list[str] = []
    for prefix, scope in zip(prefixes, scopes, strict=True):
        first, last = IPv4Address(scope["first"]), IPv4Address(scope["last"])
        if first not in prefix or last not in prefix:
            yield Finding(PATH, f"{first} to {last} is not in {prefix}")
        for address, mac, name in scope["reservations"]:
            leases.append(f"{name} {mac} {address} in {prefix}")
            if not first <= IPv4Address(address) <= last:
                yield Finding(PATH, f"{address} is not from {first} to {last}")
    wanted = [
        f"{w.name} {w.mac.lower().replace(':', '-')} {sites.workplace_address(platform.site_networks, w)} in "
        f"{platform.site_networks[w.site].vlans['clients'].prefix}"
        for w in devices.in_use(platform.places)
    ]
    for device in platform.places.devices.values():
        vlan = site_devices.vlan_of(platform.site_networks, device)
        if vlan is not None and site_devices.leased(device):
            address = site_devices.address_of(platform.site_networks, device)
            wanted.append(f"{device.name} {device.mac.lower().replace(':', '-')} {address} in {vlan.prefix}")
    yield from differences(PATH, "reservation", wanted, leases)
    for zone, options in data["zones"].items():
        outside = zone in ("devices", "guests")
        told = platform.network.addressing.outside_resolvers if outside else services.resolvers(platform)
        if _option(options, dhcp.RESOLVERS) != ",".join(map(str, told)):
            yield Finding(PATH, f"the name servers of {zone} are not the model's")
        if outside and len(options) > 1:
            yield Finding(PATH, f"{zone} are told {', '.join(str(option['id']) for option in options)}")


def _option(options: list[dict[str, Any]], code: int) -> str:
    return next((",".join(option["value"]) for option in options if option["id"] == code), "")
