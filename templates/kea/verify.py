"""Proves Kea's configuration: the server accepts it, and read back it has a lease for every workplace and device, in
its VLAN, and the partners that the model has.

Kea accepts subnets that overlap and reservations outside their pool's subnet, so both are looked for here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from model.derive import devices, services, site_devices, sites
from rendering import native
from rendering.proof import differences, joined
from rendering.target import Finding
from templates.kea.context import paths

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Places
    from model.types.instances import Instance
    from model.types.sites import SiteNetworks, Zone


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and `kea-dhcp4 -t` find. Raises Missing."""
    wanted = paths(platform) if platform.site_networks else {}
    there = [path.name for path in sorted(folder.glob("*.json"))]
    found = list(differences(".", "file", wanted, there))
    for name in there:
        if name in wanted:
            config = read(folder / name)
            found += [*_round_trip(platform, name, config), *_partners(wanted, name, config)]
    return joined(found, lambda: [finding for name in there for finding in _kea(folder / name)])


def read(path: Path) -> dict[str, Any]:
    """The configuration below `Dhcp4`. Kea's JSON has comments; ours has one, the first line."""
    return json.loads(path.read_text(encoding="utf-8").split("\n", 1)[1])["Dhcp4"]


def _kea(path: Path) -> list[Finding]:
    done = native.run("kea-dhcp4", "-t", path)
    return [] if done.returncode == 0 else [Finding(path.name, f"kea-dhcp4: {(done.stderr + done.stdout).strip()}")]


def _round_trip(platform: Platform, path: str, config: dict[str, Any]) -> Iterator[Finding]:
    subnets: list[dict[str, Any]] = config["subnet4"]
    spans = sorted((IPv4Network(s["subnet"]) for s in subnets), key=lambda prefix: int(prefix[0]))
    for low, high in pairwise(spans):
        if low.overlaps(high):
            yield Finding(path, f"{low} and {high} overlap")
    wanted: dict[IPv4Network, tuple[IPv4Address | None, Zone | None]] = {
        vlan.prefix: (vlan.gateway, vlan.zone)
        for networks in platform.site_networks.values()
        for vlan in networks.vlans.values()
        if vlan.zone != "management"
    }
    wanted |= dict.fromkeys(_session_prefixes(platform), (None, None))
    yield from differences(path, "subnet", map(str, wanted), [subnet["subnet"] for subnet in subnets])
    leases: list[str] = []
    for subnet in subnets:
        options = {option["name"]: option["data"] for option in subnet["option-data"]}
        gateway, zone = wanted.get(IPv4Network(subnet["subnet"]), (None, None))
        lease = sites.lease_seconds(platform.refresh, platform.network, zone)
        if gateway is not None and options["routers"] != str(gateway):
            yield Finding(path, f"{subnet['subnet']} goes by {options['routers']}; {gateway}")
        if subnet["valid-lifetime"] != lease:
            yield Finding(path, f"{subnet['subnet']} has leases of {subnet['valid-lifetime']} seconds; {lease}")
        if zone in ("guests", "devices") and options.keys() - {"routers", "domain-name-servers"}:
            yield Finding(path, f"{subnet['subnet']} of {zone} is told {', '.join(options)}")
        inside = set(map(str, services.resolvers(platform)))
        if inside and (zone in ("guests", "devices")) == bool(inside & set(options["domain-name-servers"].split(", "))):
            yield Finding(path, f"{subnet['subnet']} asks {options['domain-name-servers']}")
        yield from _inside(path, subnet)
        leases += [
            f"{r['hw-address']} {r['ip-address']} {r['hostname']} in {subnet['subnet']}" for r in subnet["reservations"]
        ]
    yield from differences(path, "reservation", _wanted_leases(platform.places, platform.site_networks), leases)
    ids = [subnet["id"] for subnet in subnets]
    if len(set(ids)) != len(ids):
        yield Finding(path, "an id of a subnet stands twice")


def _session_prefixes(platform: Platform) -> set[IPv4Network]:
    """The prefixes that session machines of Citrix stand in, of every generation that is not on its way out."""
    return {
        prefix
        for i in platform.pool_instances
        for name, prefix in platform.network.networks[i.pool.network].prefix.items()
        if i.citrix is not None and i.there and name == i.generation.name and not i.generation.state.leaving
    }


def _partners(
    wanted: Mapping[str, tuple[str, tuple[Instance, ...]]], path: str, config: dict[str, Any]
) -> Iterator[Finding]:
    """A server has the partners of its generation, each at its own address, one of them first and one second."""
    name, servers = wanted[path]
    hooks = {Path(hook["library"]).name: hook.get("parameters", {}) for hook in config.get("hooks-libraries", ())}
    if not servers:
        yield from differences(path, "hook", (), hooks)
        return
    yield from differences(path, "hook", ("libdhcp_ha.so", "libdhcp_lease_cmds.so"), hooks)
    for relation in hooks.get("libdhcp_ha.so", {}).get("high-availability", ()):
        if relation["this-server-name"] != name:
            yield Finding(path, f"the server calls itself {relation['this-server-name']}; {name}")
        there = [f"{peer['name']} {urlsplit(peer['url']).hostname}" for peer in relation["peers"]]
        yield from differences(path, "partner", [f"{i.logical_name} {i.address}" for i in servers], there)
        roles = Counter(peer["role"] for peer in relation["peers"])
        if (roles["primary"], roles["standby"]) != (1, 1):
            yield Finding(path, f"{roles['primary']} partners answer and {roles['standby']} take over; one and one")


def _wanted_leases(places: Places, site_networks: Mapping[str, SiteNetworks]) -> Iterator[str]:
    for workplace in devices.in_use(places):
        prefix = site_networks[workplace.site].vlans["clients"].prefix
        address = sites.workplace_address(site_networks, workplace)
        yield f"{workplace.mac.lower()} {address} {workplace.name.lower()} in {prefix}"
    for device in places.devices.values():
        vlan = site_devices.vlan_of(site_networks, device)
        if vlan is not None and site_devices.leased(device):
            address = site_devices.address_of(site_networks, device)
            yield f"{device.mac.lower()} {address} {device.name.lower()} in {vlan.prefix}"


def _inside(path: str, subnet: dict[str, Any]) -> Iterator[Finding]:
    prefix = IPv4Network(subnet["subnet"])
    for pool in subnet["pools"]:
        first, _, last = pool["pool"].partition(" - ")
        low, high = IPv4Address(first), IPv4Address(last)
        if low not in prefix or high not in prefix or low > high:
            yield Finding(path, f"the pool {pool['pool']} is not in {prefix}")
        for reservation in subnet["reservations"]:
            if not low <= IPv4Address(reservation["ip-address"]) <= high:
                yield Finding(path, f"{reservation['ip-address']} is not in the pool {pool['pool']}")
