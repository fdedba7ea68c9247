"""Rules over the flows: both ends are there and have addresses, ports are ports, and nothing is opened by mistake.

Each rule yields every offender. Without a supernet no flow becomes a rule, and an end without addresses is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from model.derive import flows
from model.faults import Fault, nearest
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Estate, Platform
    from model.types.estate import Flow, System

ASKED_BY_ALL = frozenset({("udp", 67)})
"""What guests too ask of us: an address. Names and the time they find outside."""


def system_flows(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A system's flow reaches something, comes from somewhere, and says why when it ends."""
    planned = platform.network.addressing.supernet is not None
    for code, system in platform.estate.systems.items():
        source = written.sources["systems", code]
        for index, flow in enumerate(system.flows):
            path: Path_ = ("flows", index)
            if flow.expires is not None and flow.reason is None:
                yield source.fault((*path, "reason"), "MISSING-KEY", "ends without a reason; write why it is temporary")
            for text in flow.ports:
                if wrong := _port_fault(text):
                    yield source.fault((*path, "ports"), "BAD-VALUE", wrong)
            if flow.role is not None and not _has_role(platform.estate, code, flow.role):
                roles = {s.role for s in platform.estate.servers.values() if s.system == code}
                message = f"{code} has no server with role {flow.role}; {nearest(flow.role, roles)}"
                yield source.fault((*path, "role"), "DANGLING", message)
            elif planned:
                yield from _ends(platform, written, system, flow, path)


def _ends(platform: Platform, written: Provenance, system: System, flow: Flow, path: Path_) -> Iterator[Fault]:
    source = written.sources["systems", system.code]
    if system.hosting == "vendor" and not system.prefixes:
        message = (
            "prefixes is missing, without which no rule lets anyone through; set it to where its vendor says "
            "that it is reached"
        )
        yield source.fault(("prefixes",), "MISSING-KEY", message)
    elif _empty(platform, written, system.code, flow.role):
        message = "no machine with an address answers; name a generation that has one, or remove the flow"
        yield source.fault(path, "FLOW", message)
    if _empty(platform, written, flow.source):
        message = f"nothing stands behind {flow.source}; name an end with addresses"
        yield source.fault((*path, "source"), "FLOW", message)
    if flow.source == "guests" and (wrong := _guests(flow.ports)):
        yield source.fault((*path, "ports"), "FLOW", wrong)


def known_ends(platform: Platform, written: Provenance) -> set[str]:
    """Every name that an end of a flow may have, also of what did not validate."""
    sections = [written.known.get(name, set[str]()) for name in ("networks", "systems", "servers")]
    return {*flows.WORDS, *flows.azure_ends(platform), *platform.network.addressing.hosts}.union(*sections)


def shared_flows(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A flow that no system owns names ends that are there and does not open a whole network to the internet."""
    planned = platform.network.addressing.supernet is not None
    ends = known_ends(platform, written)
    for key, flow in platform.flows.items():
        source = written.sources["flows", key]
        for field, names in (("sources", flow.sources), ("targets", flow.targets)):
            for index, name in enumerate(names):
                if name not in ends:
                    yield source.fault((field, index), "DANGLING", f"no end {name}; {nearest(name, ends)}")
                elif planned and _empty(platform, written, name):
                    message = f"nothing stands behind {name}; name an end with addresses"
                    yield source.fault((field, index), "FLOW", message)
        for text in flow.ports:
            if wrong := _port_fault(text):
                yield source.fault(("ports",), "BAD-VALUE", wrong)
        opened = sorted(set(flow.targets) - set(platform.estate.systems))
        if "internet" in flow.sources and opened:
            message = f"opens {', '.join(opened)} to the internet; name a system that answers there"
            yield source.fault(("sources",), "FLOW", message)
        if "guests" in flow.sources and set(flow.targets) != {"internet"} and (wrong := _guests(flow.ports)):
            yield source.fault(("sources",), "FLOW", wrong)


def names_of_flows(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """An end has one meaning, and a flow a name of its own: one flow of a system from a source."""
    ends: dict[str, Mapping[str, object]] = {"systems": platform.estate.systems, "networks": platform.network.networks}
    others = [*ends.values(), platform.estate.servers, dict.fromkeys(flows.WORDS), flows.azure_ends(platform)]
    for label in platform.network.addressing.hosts:
        if any(label in section for section in others):
            message = f"{label} is another end of flows; give the machine another name"
            yield written.sources["file", "networks.yaml"].fault(("hosts", label), "DUPLICATE-NAME", message)
    for section, keys in ends.items():
        for key in keys:
            if key in flows.WORDS or (section == "systems" and key in platform.network.networks):
                other = "a word of its own" if key in flows.WORDS else "a network"
                message = f"{key} is {other} as the end of a flow; give it another name"
                yield written.sources[section, key].fault((), "DUPLICATE-NAME", message)
    seen = {key: f"flows.yaml {key}" for key in platform.flows}
    for code, system in platform.estate.systems.items():
        for index, flow in enumerate(system.flows):
            name = flows.flow_name(code, flow.source, flow.role)
            if seen.setdefault(name, f"{code} {index}") != f"{code} {index}":
                message = f"{name} is there already; write one flow from {flow.source}, with all its ports"
                yield written.sources["systems", code].fault(("flows", index), "DUPLICATE-NAME", message)


def _empty(platform: Platform, written: Provenance, name: str, role: str | None = None) -> bool:
    """Whether nothing stands behind an end. What did not validate hides no second fault here, and a server or a
    network is an end before its generation or wave has made it.
    """
    if name in platform.estate.systems and len(platform.estate.servers) < len(written.known.get("servers", set())):
        return False
    if name in flows.WORDS and not platform.site_networks:
        return False
    if name in flows.azure_ends(platform):
        return False
    if name in platform.network.networks:
        return not platform.network.networks[name].prefix
    return (name in flows.WORDS or name in platform.estate.systems) and flows.is_empty(platform, name, role)


def _has_role(estate: Estate, code: str, role: str) -> bool:
    return any(s.system == code and s.role == role for s in estate.servers.values())


def _port_fault(text: str) -> str | None:
    parsed = flows.port(text)
    if parsed.protocol != "icmp" and not 1 <= parsed.first <= parsed.last <= 65_535:
        return f"{text}; write ports from 1 to 65535, the lower first"
    return None


def _guests(ports: tuple[str, ...]) -> str | None:
    beyond = [text for text in ports if (parsed := flows.port(text)) and not asked_by_all(parsed)]
    if not beyond:
        return None
    shown = ", ".join(beyond)
    return f"lets guests in on {shown}; keep guests to the internet, and of us to an address"


def asked_by_all(parsed: flows.Port) -> bool:
    """Whether everybody asks this of us."""
    return parsed.first == parsed.last and (parsed.protocol, parsed.first) in ASKED_BY_ALL


RULES = (
    Rule(
        "flows.systems",
        "A rule with an empty end lets nobody through, and a port that is none opens nothing.",
        ("BAD-VALUE", "DANGLING", "FLOW", "MISSING-KEY"),
        system_flows,
    ),
    Rule(
        "flows.shared",
        "What opens a whole network to the internet is never meant; a system that answers there is.",
        ("BAD-VALUE", "DANGLING", "FLOW"),
        shared_flows,
    ),
    Rule("flows.names", "An end with two meanings opens more than was asked for.", ("DUPLICATE-NAME",), names_of_flows),
)
