"""What may pass between a site's own VLANs, which the central firewall never sees: the flows, and nothing else.

A filter stands where packets enter from a VLAN. A switch keeps no state, so the answers to a flow are let through too,
by its ports turned round. What leaves the site is the firewall's, once its source is that VLAN's own.

A filter's name ends in a digest of what it says. A changed one is made beside the old, and the VLAN turns from one to
the other in a single command: while entries are taken from a filter in use, everything would pass.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses
from typing import TYPE_CHECKING

from model.derive.flows import zones_of

if TYPE_CHECKING:
    from model.derive.flows import Port, Rule
    from model.types.sites import SiteNetworks, Zone


SSH = 22

NAMES: Mapping[str, Mapping[int, str]] = {
    "tcp": {
        7: "echo", 9: "discard", 13: "daytime", 19: "chargen", 20: "ftp-data", 21: "ftp", 23: "telnet", 25: "smtp",
        37: "time", 43: "whois", 49: "tacacs", 53: "domain", 70: "gopher", 79: "finger", 80: "www", 101: "hostname",
        109: "pop2", 110: "pop3", 111: "sunrpc", 113: "ident", 119: "nntp", 135: "msrpc", 179: "bgp", 194: "irc",
        496: "pim-auto-rp", 512: "exec", 513: "login", 514: "cmd", 515: "lpd", 517: "talk", 540: "uucp",
        543: "klogin", 544: "kshell", 5001: "onep-plain", 5002: "onep-tls",
    },
    "udp": {
        7: "echo", 9: "discard", 37: "time", 42: "nameserver", 49: "tacacs", 53: "domain", 67: "bootps", 68: "bootpc",
        69: "tftp", 111: "sunrpc", 123: "ntp", 137: "netbios-ns", 138: "netbios-dgm", 139: "netbios-ss", 161: "snmp",
        162: "snmptrap", 177: "xdmcp", 195: "dnsix", 434: "mobile-ip", 496: "pim-auto-rp", 500: "isakmp", 512: "biff",
        513: "who", 514: "syslog", 517: "talk", 520: "rip", 4500: "non500-isakmp",
    },
}  # fmt: skip
"""Ports that a running configuration shows by name: for TCP `port_protocl_no_to_protocol` of ios_acls of cisco.ios, for
UDP the choices in its documentation.
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """What a flow lets pass from one VLAN of any site to another of the same."""

    flow: str
    source: Zone
    target: Zone
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """An extended access list: its entries as a running configuration shows them, without numbers."""

    name: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard access list, which is of sources alone."""

    name: str
    lines: list[str]


def passages(rules: tuple[Rule, ...]) -> tuple[Passage, ...]:
    """What the flows let pass within a site, by flow and in the order of ZONES."""
    return tuple(
        Passage(rule.name, source, target, rule.ports)
        for rule in rules
        for source in zones_of(rule.source_names)
        for target in zones_of(rule.target_names)
        if source != target
    )


def site_filters(allowed: tuple[Passage, ...], networks: SiteNetworks) -> dict[Zone, Filter]:
    """The filter of each VLAN of a site, by its zone: what passes, and the answers, in the order that counts."""
    lines: dict[Zone, list[str]] = {}
    for zone, vlan in networks.vlans.items():
        lines[zone] = [
            "permit udp host 0.0.0.0 eq bootpc host 255.255.255.255 eq bootps",
            f"permit icmp {_net(vlan.prefix)} host {vlan.gateway} echo",
        ]
    for passage in allowed:
        if passage.source in lines and passage.target in lines:
            source, target = (_net(networks.vlans[zone].prefix) for zone in (passage.source, passage.target))
            for port in passage.ports:
                lines[passage.source].append(_asks(port, source, target))
                lines[passage.target].append(_answers(port, target, source))
    for zone, vlan in networks.vlans.items():
        lines[zone] += [f"deny ip any {_net(networks.block)}", f"permit ip {_net(vlan.prefix)} any"]
        lines[zone] = list(dict.fromkeys(lines[zone]))
    return {zone: Filter(_name(f"FROM-{zone.upper()}", own), own) for zone, own in lines.items()}


def administrators(rules: tuple[Rule, ...]) -> Standard | None:
    """Who may log on to switches: the sources of flows that open SSH to them."""
    found = {
        prefix
        for rule in rules
        if "management" in zones_of(rule.target_names)
        and any(port.protocol == "tcp" and port.first <= SSH <= port.last for port in rule.ports)
        for prefix in rule.sources
    }
    lines = [
        f"permit {prefix.network_address}" + ("" if prefix.prefixlen == prefix.max_prefixlen else f" {prefix.hostmask}")
        for prefix in sorted(collapse_addresses(found))
    ]
    return Standard(_name("VTY", lines), lines) if lines else None


def _asks(port: Port, source: str, target: str) -> str:
    if port.protocol == "icmp":
        return f"permit icmp {source} {target} echo"
    return f"permit {port.protocol} {source} {target} {_ports(port)}"


def _answers(port: Port, source: str, target: str) -> str:
    if port.protocol == "icmp":
        return f"permit icmp {source} {target} echo-reply"
    established = " established" if port.protocol == "tcp" else ""
    return f"permit {port.protocol} {source} {_ports(port)} {target}{established}"


def _net(prefix: IPv4Network) -> str:
    return f"{prefix.network_address} {prefix.hostmask}"


def _ports(port: Port) -> str:
    """Ports as they are shown: one alone with `eq`, and by the name that it has."""
    if port.first == port.last:
        return f"eq {NAMES[port.protocol].get(port.first, port.first)}"
    first, last = (NAMES[port.protocol].get(number, number) for number in (port.first, port.last))
    return f"range {first} {last}"


def _name(kind: str, lines: list[str]) -> str:
    return f"{kind}-{zlib.crc32(json.dumps(lines).encode()):08X}"
