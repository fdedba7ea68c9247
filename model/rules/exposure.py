"""Who is let in from outside: guests who stand at the sites, the internet, and vendors with whole address spaces.

Beside flows.py, which asks whether a flow is well formed; here it is and nobody can have meant it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from model.derive.flows import Port, port
from model.derive.openings import Opening, openings
from model.faults import Fault
from model.reading.layers import Layers
from model.reading.source import Path_
from model.rules.flows import asked_by_all
from model.rules.rule import Check, Rule

if TYPE_CHECKING:
    from model.platform import AzureEstate, Networks, Platform
    from model.provenance import Provenance

NEVER_FROM_INTERNET = (
    *((protocol, number) for protocol in ("tcp", "udp") for number in (88, 135, 137, 138, 139, 389, 445, 464, 3389)),
    *(("tcp", number) for number in (22, 23, 636, 1433, 3268, 3269, 5985, 5986, 9389)),
    *(("udp", number) for number in (161, 162, 1434, 1900, 11211)),
)
"""What administers a machine, holds its data or multiplies an attack: CIS Microsoft Azure Foundations Benchmark 2.0,
6.1 (RDP), 6.2 (SSH) and 6.3 (UDP: SNMP, CLDAP, SSDP), and Active Directory's own ports (Microsoft, "Service overview
and network port requirements for Windows").
"""

CONTROLLER = "dc"
"""The catalog's role of a domain controller, which answers nobody on the internet on any port."""

WIDEST = 16
"""The shortest prefix that a vendor may have, assumed: 65,536 addresses. RIPE NCC gives a new member a /24; what
is shorter than a /16 is somebody else's too.
"""


def _of_openings(rule: Callable[[Platform, Opening, Layers], Iterator[Fault]]) -> Check:
    """A rule over every flow, of a rule over one."""

    @wraps(rule)
    def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
        for opening in openings(platform.estate, platform.flows):
            yield from rule(platform, opening, written.sources[opening.section, opening.key])

    return check


@_of_openings
def guests_at_sites(platform: Platform, opening: Opening, source: Layers) -> Iterator[Fault]:
    """`sites` is every VLAN of a site, that of its guests too, who reach the internet and ask us what all ask.

    Limit: what all ask (flows.py), where an address plan has a guests' VLAN.
    """
    if "sites" not in opening.sources or set(opening.targets) == {"internet"}:
        return
    beyond = [text for text in opening.ports if not asked_by_all(port(text))]
    if beyond and any("guests" in plan.vlans for plan in platform.places.address_plans.values()):
        message = f"sites lets guests in on {', '.join(beyond)}; name the zones that need it, such as clients"
        yield source.fault(opening.where, "FLOW", message)


@_of_openings
def from_internet(platform: Platform, opening: Opening, source: Layers) -> Iterator[Fault]:
    """Nobody on the internet reaches a domain controller, nor the ports that administer a machine or hold its data.

    Limit: NEVER_FROM_INTERNET.
    """
    if "internet" not in opening.sources:
        return
    for system in sorted(set(opening.targets) & platform.estate.systems.keys()):
        roles = {s.role for s in platform.estate.servers.values() if s.system == system}
        if CONTROLLER in (roles if opening.role is None else {opening.role}):
            message = f"opens the domain controllers of {system} to the internet; delete internet from it"
            yield source.fault(opening.where, "FLOW", message)
            return
    for text in opening.ports:
        bad = [f"{protocol}/{number}" for protocol, number in NEVER_FROM_INTERNET if _has(port(text), protocol, number)]
        if bad:
            message = f"{text} opens {', '.join(bad)} to the internet; name the ports that its users need"
            yield source.fault((*opening.path, "ports"), "FLOW", message)


@_of_openings
def published(platform: Platform, opening: Opening, source: Layers) -> Iterator[Fault]:
    """What is reached from outside and stands in Azure has a public address of the firewall for each server, on single
    ports; a server at home needs none.

    Limit: Azure's firewall leads no range of ports on (Microsoft, "Azure Firewall FAQ", DNAT).
    """
    outside = [name for name in opening.sources if name == "internet" or _is_outside(platform, name)]
    behind = {
        i.server.identity
        for i in platform.instances
        if i.azure is not None
        and not i.generation.state.leaving
        and (i.system.code in opening.targets or i.server.identity in opening.targets)
        and opening.role in (None, i.server.role)
    }
    path = (*opening.path, "published")
    if not opening.published:
        if outside and behind:
            message = (
                f"{outside[0]} reaches {', '.join(sorted(behind))} in Azure, where no address of theirs is public; "
                "give each `published:`, or keep it at home with `how: retain`"
            )
            yield source.fault(path, "FLOW", message)
        return
    if len(outside) < len(opening.sources):
        inside = ", ".join(name for name in opening.sources if name not in outside)
        message = f"{inside} is not outside; write a flow of its own for it"
        yield source.fault(opening.where, "FLOW", message)
    for text in opening.ports:
        parsed = port(text)
        if parsed.protocol == "icmp" or parsed.first != parsed.last:
            message = f"{text} is no single port, and the firewall leads on nothing else; name each port"
            yield source.fault((*opening.path, "ports"), "FLOW", message)
    for index, entry in enumerate(opening.published):
        if entry.server in platform.estate.servers and entry.server not in behind:
            message = (
                f"{entry.server} is no target of the flow in Azure; name one of {', '.join(sorted(behind)) or 'none'}"
            )
            yield source.fault((*path, index, "server"), "FLOW", message)


def public_addresses(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A port of a public address leads to one server."""
    taken: dict[tuple[str, str], str] = {}
    for opening in openings(platform.estate, platform.flows):
        for index, entry in enumerate(opening.published):
            for text in opening.ports:
                holder = taken.setdefault((entry.address, text), entry.server)
                if holder != entry.server:
                    message = (
                        f"{text} of {entry.address} leads to {holder} already; give {entry.server} another `address`"
                    )
                    source = written.sources[opening.section, opening.key]
                    yield source.fault((*opening.path, "published", index, "address"), "FLOW", message)


def _is_outside(platform: Platform, name: str) -> bool:
    """Whether an end is a vendor's system that is reached over the internet."""
    system = platform.estate.systems.get(name)
    return system is not None and any(prefix.is_global for prefix in system.prefixes)


def vendors(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A vendor's prefixes are its own: no whole address space, and no part of ours.

    Limit: WIDEST; the prefixes of networks, sites and Azure.
    """
    ours = list(_ours(platform.network, platform.azure))
    for code, system in platform.estate.systems.items():
        for index, prefix in enumerate(system.prefixes):
            fault = written.sources["systems", code].fault
            path: Path_ = ("prefixes", index)
            if prefix.prefixlen < WIDEST:
                message = f"{prefix} is more than any vendor has; name its own prefixes, each a /{WIDEST} or smaller"
                yield fault(path, "FOREIGN-PREFIX", message)
                continue
            if prefix.is_loopback or prefix.is_multicast or prefix.is_link_local or prefix.is_unspecified:
                yield fault(path, "FOREIGN-PREFIX", f"{prefix} is nobody's; name where the vendor is reached")
            for what, own in ours:
                if prefix.overlaps(own):
                    message = f"{prefix} overlaps {what} {own}, which is ours; name where the vendor is reached"
                    yield fault(path, "FOREIGN-PREFIX", message)


def _ours(networks: Networks, azure: AzureEstate) -> Iterator[tuple[str, IPv4Network]]:
    for key, network in networks.networks.items():
        yield from ((f"{key} {generation}", prefix) for generation, prefix in network.prefix.items())
    if networks.addressing.supernet is not None:
        yield "supernet", networks.addressing.supernet
    if azure.settings is not None:
        yield "Azure's", azure.settings.prefix


def _has(parsed: Port, protocol: str, number: int) -> bool:
    return parsed.protocol == protocol and parsed.first <= number <= parsed.last


RULES = (
    Rule(
        "exposure.guests",
        "Whoever is on the guests' network of a school would reach what the flow opens.",
        ("FLOW",),
        guests_at_sites,
    ),
    Rule(
        "exposure.internet",
        "These ports are scanned all day (CIS Microsoft Azure Foundations Benchmark 2.0, 6.1 to 6.3).",
        ("FLOW",),
        from_internet,
    ),
    Rule(
        "exposure.published",
        "A packet from the internet finds no private address, and answers to one that came by home leave by the "
        "firewall's own.",
        ("FLOW",),
        published,
    ),
    Rule(
        "exposure.public-addresses",
        "A firewall that is told two servers for one port asks one of them.",
        ("FLOW",),
        public_addresses,
    ),
    Rule(
        "exposure.vendors",
        "A rule for half of the internet is none, and one over our own addresses turns them away.",
        ("FOREIGN-PREFIX",),
        vendors,
    ),
)
