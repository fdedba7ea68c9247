"""Proves Kea's configuration: the server accepts it, and read back it has a lease for every workplace, in its VLAN.

Kea accepts subnets that overlap and reservations outside their pool's subnet, so both are looked for here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model import sites
from templates import native
from templates.kea.context import PATH
from templates.proof import differences, joined
from templates.target import Finding

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and `kea-dhcp4 -t` find. Raises Missing."""
    path = folder / PATH
    if not path.is_file():
        return [Finding(PATH, "is not there")] if platform.site_networks else []
    return joined(_round_trip(platform, read(path)), lambda: _kea(path))


def read(path: Path) -> dict[str, Any]:
    """The configuration below `Dhcp4`. Kea's JSON has comments; ours has one, the first line."""
    return json.loads(path.read_text(encoding="utf-8").split("\n", 1)[1])["Dhcp4"]


def _kea(path: Path) -> list[Finding]:
    done = native.run("kea-dhcp4", "-t", path)
    return [] if done.returncode == 0 else [Finding(PATH, f"kea-dhcp4: {(done.stderr + done.stdout).strip()}")]


def _round_trip(platform: Platform, config: dict[str, Any]) -> Iterator[Finding]:
    subnets: list[dict[str, Any]] = config["subnet4"]
    spans = sorted((IPv4Network(s["subnet"]) for s in subnets), key=lambda prefix: int(prefix[0]))
    for low, high in pairwise(spans):
        if low.overlaps(high):
            yield Finding(PATH, f"{low} and {high} overlap")
    wanted = [
        f"{vlan.site} {vlan.prefix} {vlan.gateway}"
        for networks in platform.site_networks.values()
        for vlan in networks.vlans.values()
        if vlan.zone != "management"
    ]
    there: list[str] = []
    leases: list[str] = []
    for subnet in subnets:
        options = {option["name"]: option["data"] for option in subnet["option-data"]}
        there.append(f"{options['igel-structure-tag']} {subnet['subnet']} {options['routers']}")
        yield from _inside(subnet)
        leases += [
            f"{r['hw-address']} {r['ip-address']} {r['hostname']} in {subnet['subnet']}" for r in subnet["reservations"]
        ]
    yield from differences(PATH, "subnet", wanted, there)
    yield from differences(PATH, "reservation", _wanted_leases(platform), leases)
    ids = [subnet["id"] for subnet in subnets]
    if len(set(ids)) != len(ids):
        yield Finding(PATH, "an id of a subnet stands twice")
    if config["valid-lifetime"] != sites.lease_seconds(platform):
        yield Finding(PATH, f"leases of {config['valid-lifetime']} seconds; {sites.lease_seconds(platform)}")


def _wanted_leases(platform: Platform) -> Iterator[str]:
    for workplace in platform.workplaces.values():
        prefix = platform.site_networks[workplace.site].vlans["clients"].prefix
        address = sites.workplace_address(platform, workplace)
        yield f"{workplace.mac.lower()} {address} {workplace.name.lower()} in {prefix}"


def _inside(subnet: dict[str, Any]) -> Iterator[Finding]:
    prefix = IPv4Network(subnet["subnet"])
    for pool in subnet["pools"]:
        first, _, last = pool["pool"].partition(" - ")
        low, high = IPv4Address(first), IPv4Address(last)
        if low not in prefix or high not in prefix or low > high:
            yield Finding(PATH, f"the pool {pool['pool']} is not in {prefix}")
        for reservation in subnet["reservations"]:
            if not low <= IPv4Address(reservation["ip-address"]) <= high:
                yield Finding(PATH, f"{reservation['ip-address']} is not in the pool {pool['pool']}")
