"""The contexts of the zones, of named.conf and of the script for Active Directory.

A serial is the digest of the zone's records: it changes when they do and at no other time. No server transfers these
zones from another, so it need not grow; docs/decisions/0010-dns-serials.md says why. The alias zone is written once,
for from then on Pulumi changes its records by dynamic update and named counts its serial.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from model.derive import flips, records, sites
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform

KEY = "alias-updater"
"""The name of the TSIG key that signs updates, as `dns:keyname` of the stack. Its secret is made on the name server and
rendered nowhere.
"""

REFRESH, RETRY, EXPIRE = 7200, 900, 1_209_600
"""Times of a zone's SOA in seconds, within the ranges of RFC 1912, section 2.2."""


@dataclass(frozen=True, slots=True)
class NameServer:
    """A name server of a zone."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Record:
    """A record, its names without their last dot."""

    owner: str
    type: str
    data: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone's file. All times are in seconds; `ttl` is also for answers that there is no such name."""

    origin: str
    ttl: int
    servers: list[str]
    serial: int
    refresh: int
    retry: int
    expire: int
    rows: list[Record]


@dataclass(frozen=True, slots=True)
class DomainZones:
    """The context of named.conf's part for the domain and its reverse zones."""

    zones: list[str]


@dataclass(frozen=True, slots=True)
class AliasZone:
    """The context of named.conf's parts for the alias zone. The `primary` takes the updates, `others` copy from it."""

    zone: str
    key: str
    primary: str
    others: list[NameServer]


@dataclass(frozen=True, slots=True)
class FixedName:
    """A name that registers itself nowhere; `pointer`: its address has a reverse record."""

    name: str
    address: str
    pointer: bool


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A zone and the servers that are asked for its names."""

    zone: str
    servers: list[str]


@dataclass(frozen=True, slots=True)
class Directory:
    """What the domain controllers are told. `child` is the alias zone within the domain, empty where it is outside;
    `delegation` is the name and address of each of its servers. `forwarders` are zones that are asked for elsewhere.
    """

    domain: str
    ttl: int
    reverse: list[str]
    child: str
    delegation: list[list[str]]
    forwarders: list[Forwarder]
    hosts: list[FixedName]


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script for Active Directory."""

    data: Directory


def files(platform: Platform) -> Iterator[File]:
    """Every zone, the parts of named.conf, the script; nothing where the sites' addresses are not planned."""
    if platform.network.addressing.supernet is None:
        return
    domain = platform.settings.domain.lower()
    hosts = records.hosts(platform)
    servers = [NameServer(name, str(address)) for name, address in records.domain_servers(platform)]
    yield File(f"zones/{domain}.zone", "zone.j2", _domain(platform, domain, hosts, servers))
    reverse = records.reverse_zones(platform.network, platform.azure)
    for zone, inside in _by_zone(reverse, hosts).items():
        name = records.reverse_name(zone)
        yield File(f"zones/{name}.zone", "zone.j2", _reverse(platform, zone, inside, servers))
    zones = sorted([domain, *(records.reverse_name(zone) for zone in reverse)])
    yield File("named.conf.domain", "named.conf.domain.j2", DomainZones(zones))
    if platform.settings.alias_zone is not None:
        yield from _alias_files(platform, platform.settings.alias_zone.lower())
    yield File("Set-Dns.ps1", "Set-Dns.ps1.j2", Script(_windows(platform, domain, hosts, reverse)), utf8_bom)


def _zone(origin: str, ttl: int, serial: int | None, servers: list[NameServer], rows: list[list[str]]) -> Zone:
    """`rows` are owner, type and data, names without their last dot. A server in the zone brings its address along."""
    owned = {(row[0], row[1]) for row in rows}
    glue = [
        [label, "A", server.address]
        for server in servers
        if (label := _label(server.name, origin)) is not None and (label, "A") not in owned
    ]
    names = [server.name for server in servers]
    body = [*glue, *rows]
    return Zone(
        origin=origin,
        ttl=ttl,
        servers=names,
        serial=_serial([ttl, names, body]) if serial is None else serial,
        refresh=REFRESH,
        retry=RETRY,
        expire=EXPIRE,
        rows=[Record(owner, kind, data) for owner, kind, data in body],
    )


def _serial(content: object) -> int:
    return zlib.crc32(json.dumps(content).encode()) or 1


def _label(name: str, origin: str) -> str | None:
    """The name within a zone, or None when it is outside."""
    return name.removesuffix(f".{origin}") if name.endswith(f".{origin}") else None


def _domain(platform: Platform, domain: str, hosts: tuple[records.Host, ...], servers: list[NameServer]) -> Zone:
    rows = [[host.label, "A", str(host.address)] for host in hosts]
    zone = platform.settings.alias_zone
    child = _label(zone.lower(), domain) if zone is not None else None
    if child is not None:
        known = {(host.label, str(host.address)) for host in hosts}
        for name, address in records.alias_servers(platform):
            rows.append([child, "NS", name])
            label = _label(name, domain)
            if label is not None and (label, str(address)) not in known:
                rows.append([label, "A", str(address)])
    return _zone(domain, sites.ttl_seconds(platform.refresh, platform.network), None, servers, rows)


def _by_zone(
    zones: tuple[IPv4Network, ...], hosts: tuple[records.Host, ...]
) -> dict[IPv4Network, list[tuple[IPv4Address, str]]]:
    """The addresses and labels of each zone, sorted by address."""
    found: dict[IPv4Network, list[tuple[IPv4Address, str]]] = {zone: [] for zone in zones}
    starts = {(zone.prefixlen, int(zone.network_address)): zone for zone in zones}
    lengths = sorted({zone.prefixlen for zone in zones})
    for host in hosts:
        for length in lengths:
            zone = starts.get((length, int(host.address) >> (32 - length) << (32 - length)))
            if zone is not None and host.kind != "name":
                found[zone].append((host.address, host.label))
    return {zone: sorted(inside) for zone, inside in found.items()}


def _reverse(
    platform: Platform, zone: IPv4Network, inside: list[tuple[IPv4Address, str]], servers: list[NameServer]
) -> Zone:
    domain = platform.settings.domain.lower()
    rows = [[_backwards(address, zone), "PTR", f"{label}.{domain}"] for address, label in inside]
    return _zone(records.reverse_name(zone), sites.ttl_seconds(platform.refresh, platform.network), None, servers, rows)


def _backwards(address: IPv4Address, zone: IPv4Network) -> str:
    return ".".join(reversed(str(address).split(".")[zone.prefixlen // 8 :]))


def _alias_files(platform: Platform, zone: str) -> Iterator[File]:
    servers = [NameServer(name, str(address)) for name, address in records.alias_servers(platform)]
    rows = [
        [alias.label, "A", str(address)]
        for alias in sorted(flips.aliases(platform), key=lambda alias: alias.label)
        for address in alias.addresses
    ]
    ttl = platform.settings.alias_ttl
    yield File(f"zones/{zone}.zone", "zone.j2", _zone(zone, ttl, 1, servers, rows))
    context = AliasZone(zone, KEY, servers[0].address, servers[1:])
    yield File("named.conf.alias", "named.conf.alias.j2", context)
    if context.others:
        yield File("named.conf.alias-secondary", "named.conf.alias-secondary.j2", context)


def _windows(
    platform: Platform, domain: str, hosts: tuple[records.Host, ...], reverse: tuple[IPv4Network, ...]
) -> Directory:
    """What the domain controllers are told. Servers and workplaces register themselves there; the rest cannot."""
    zone = platform.settings.alias_zone
    child = _label(zone.lower(), domain) if zone is not None else None
    delegation = [[name, str(address)] for name, address in records.alias_servers(platform)] if child else []
    return Directory(
        domain=domain,
        ttl=sites.ttl_seconds(platform.refresh, platform.network),
        reverse=[str(prefix) for prefix in reverse],
        child=child or "",
        delegation=delegation,
        forwarders=[Forwarder(zone, [str(server)]) for zone, server in records.forwarded(platform)],
        hosts=[
            FixedName(host.label, str(host.address), host.kind != "name")
            for host in hosts
            if host.kind in ("name", "machine", "switch", "device")
        ],
    )
