"""Proves the script for Windows DHCP: it is PowerShell, and its data has a lease for every workplace, in its VLAN."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.derive import services, sites
from rendering import powershell
from rendering.proof import differences, joined
from rendering.target import Finding
from templates.windows_dhcp.context import DNS_SERVERS, PATH, ROUTER

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the PowerShell grammar and the round trip of the data find. Raises Missing."""
    if not platform.site_networks:
        return []
    return joined((), lambda: powershell.findings(folder), lambda: list(_round_trip(platform, folder)))


def _round_trip(platform: Platform, folder: Path) -> Iterator[Finding]:
    data = powershell.data((folder / PATH).read_text(encoding="utf-8-sig"))
    scopes: list[dict[str, Any]] = data["scopes"]
    vlans = [v for n in platform.site_networks.values() for v in n.vlans.values() if v.zone != "management"]
    prefixes = [IPv4Network(f"{scope['id']}/{scope['mask']}") for scope in scopes]
    yield from differences(
        PATH,
        "scope",
        [f"{vlan.prefix} by {vlan.gateway}" for vlan in vlans],
        [f"{prefix} by {_option(scope, ROUTER)}" for prefix, scope in zip(prefixes, scopes, strict=True)],
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
        for w in platform.places.workplaces.values()
    ]
    yield from differences(PATH, "reservation", wanted, leases)
    if data["lease"] != sites.lease_seconds(platform.refresh, platform.network):
        yield Finding(
            PATH, f"leases of {data['lease']} seconds; {sites.lease_seconds(platform.refresh, platform.network)}"
        )
    if _option(data, DNS_SERVERS) != ",".join(map(str, services.resolvers(platform))):
        yield Finding(PATH, "the name servers are not the model's")


def _option(place: dict[str, Any], code: int) -> str:
    return next((",".join(option["value"]) for option in place["options"] if option["id"] == code), "")
