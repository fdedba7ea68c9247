"""Proves the zones: BIND accepts them, and read back they hold every name of the model, both ways, and nothing else.

named-checkzone says nothing of a name that leads nowhere, so the records are read by dnspython and held against the
model. The script for Active Directory is parsed and its data compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import dns.exception
import dns.rdatatype
import dns.reversename
import dns.zone

from model.derive import flips, records, sites
from rendering import native, powershell
from rendering.proof import differences, joined
from rendering.target import Finding

if TYPE_CHECKING:
    from model import Platform

Record = tuple[str, str, str, str]
"""Zone, full owner without its last dot, type, data."""


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip, BIND's checks and the PowerShell grammar find. Raises Missing."""
    if platform.network.addressing.supernet is None:
        return []
    return joined(_round_trip(platform, folder), lambda: _bind(folder), lambda: _script(platform, folder))


def _bind(folder: Path) -> list[Finding]:
    findings: list[Finding] = []
    for path in sorted((folder / "zones").glob("*.zone")):
        done = native.run("named-checkzone", "-i", "local", "-k", "fail", path.name.removesuffix(".zone"), path)
        if done.returncode:
            findings.append(Finding(f"zones/{path.name}", f"named-checkzone: {(done.stdout + done.stderr).strip()}"))
    for path in sorted(folder.glob("named.conf.*")):
        done = native.run("named-checkconf", path.name, folder=folder)
        if done.returncode:
            findings.append(Finding(path.name, f"named-checkconf: {(done.stdout + done.stderr).strip()}"))
    return findings


def _script(platform: Platform, folder: Path) -> list[Finding]:
    path = "Set-Dns.ps1"
    found = powershell.findings(folder)
    data = powershell.data((folder / path).read_text(encoding="utf-8-sig"))
    wanted = [
        f"{h.label} {h.address}" for h in records.hosts(platform) if h.kind in ("name", "machine", "switch", "device")
    ]
    found += differences(path, "name", wanted, [f"{host['name']} {host['address']}" for host in data["hosts"]])
    servers = [f"{name} {address}" for name, address in records.alias_servers(platform)] if data["child"] else []
    found += differences(path, "name server", servers, [f"{name} {address}" for name, address in data["delegation"]])
    forwarded = [f"{zone} {server}" for zone, server in records.forwarded(platform)]
    there = [f"{each['zone']} {server}" for each in data["forwarders"] for server in each["servers"]]
    found += differences(path, "forwarder", forwarded, there)
    return found + differences(
        path, "reverse zone", map(str, records.reverse_zones(platform.network, platform.azure)), data["reverse"]
    )


def _round_trip(platform: Platform, folder: Path) -> Iterator[Finding]:
    there: set[Record] = set()
    for path in sorted((folder / "zones").glob("*.zone")):
        try:
            there |= read(path)
        except (dns.exception.DNSException, ValueError) as error:
            yield Finding(f"zones/{path.name}", f"not read: {error}")
    wanted = set(_wanted(platform))
    for zone, owner, kind, data in sorted(wanted - there):
        yield Finding(f"zones/{zone}.zone", f"{owner} {kind} {data} is missing")
    for zone, owner, kind, data in sorted(there - wanted):
        yield Finding(f"zones/{zone}.zone", f"{owner} {kind} {data} is not the model's")
    expected = sites.ttl_seconds(platform.refresh, platform.network)
    alias = f"{(platform.settings.alias_zone or '').lower()}.zone"
    for path in sorted((folder / "zones").glob("*.zone")):
        ttl = platform.settings.alias_ttl if path.name == alias else expected
        if f"\n$TTL {ttl}\n" not in path.read_text(encoding="utf-8"):
            yield Finding(f"zones/{path.name}", f"no lifetime of {ttl} seconds")


def read(path: Path) -> set[Record]:
    """The records of a zone file, its SOA apart."""
    origin = path.name.removesuffix(".zone")
    zone = dns.zone.from_text(path.read_text(encoding="utf-8"), origin, relativize=False)
    return {
        (origin, str(name).removesuffix("."), dns.rdatatype.to_text(rdata.rdtype), str(rdata).removesuffix("."))
        for name, _, rdata in zone.iterate_rdatas()
        if rdata.rdtype != dns.rdatatype.SOA
    }


def _wanted(platform: Platform) -> Iterator[Record]:
    domain, zone = platform.settings.domain.lower(), (platform.settings.alias_zone or "").lower()
    reverse = records.reverse_zones(platform.network, platform.azure)
    for host in records.hosts(platform):
        yield domain, f"{host.label}.{domain}", "A", str(host.address)
        if host.kind != "name":
            backwards = str(dns.reversename.from_address(str(host.address))).removesuffix(".")
            inside = [records.reverse_name(prefix) for prefix in reverse if host.address in prefix]
            yield from ((place, backwards, "PTR", f"{host.label}.{domain}") for place in inside)
    for name, address in records.domain_servers(platform):
        for place in (domain, *map(records.reverse_name, reverse)):
            yield place, place, "NS", name
        if name.endswith(f".{domain}"):
            yield domain, name, "A", str(address)
    for name, address in records.alias_servers(platform) if zone else ():
        yield zone, zone, "NS", name
        if zone.endswith(f".{domain}"):
            yield domain, zone, "NS", name
        if name.endswith(f".{zone}"):
            yield zone, name, "A", str(address)
        if name.endswith(f".{domain}"):
            yield domain, name, "A", str(address)
    for alias in flips.aliases(platform):
        for address in alias.addresses:
            yield zone, alias.fqdn, "A", str(address)
