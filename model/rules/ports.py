"""Rules over the user ports of the sites' switches: each is there, is for one thing, and workplaces have enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from model.derive.sites import port_numbers
from model.faults import Fault, nearest
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import Rule, Severity
from model.types.estate import PortRole
from model.types.sites import SiteNetworks, Zone

if TYPE_CHECKING:
    from model.platform import Platform

ZONES_OF: Mapping[PortRole, tuple[Zone, ...]] = {
    "ap": ("staff-wifi",),
    "printer": ("printers",),
    "device": ("devices",),
    "phone": ("voice",),
}
"""The VLANs without which a port of a role leads nowhere."""


def ports(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A port with a role is one of the switch, has one role and a VLAN to stand in; clients have a port each, and a
    backup line has an uplink.
    """
    workplaces = Counter(workplace.site for workplace in platform.places.workplaces.values())
    for code, networks in platform.site_networks.items():
        source, site = written.sources["sites", code], networks.site
        named = {switch.name for switch in networks.switches}
        wrong = [*_wrong(networks, ("ports",), site.ports)]
        for name, roles in site.switch_ports.items():
            path = ("switch_ports", name)
            if name not in named:
                yield source.fault(path, "DANGLING", f"{code} has no switch {name}; {nearest(name, named)}")
            wrong += _wrong(networks, path, roles)
        for path, message in wrong:
            yield source.fault(path, "PORTS", message)
        room = sum(switch.ports.count("client") for switch in networks.switches)
        if not wrong and room < workplaces[code]:
            message = (
                f"{workplaces[code]} workplaces and {room} ports for clients on {len(networks.switches)} switches; "
                "give fewer ports another role, or raise spare_ports, from which the number of switches follows"
            )
            yield source.fault(("ports",), "PORTS", message)
        uplinks = len(networks.switches[0].model.uplinks) if networks.switches else 0
        if networks.reserve is not None and uplinks < (3 if len(networks.switches) > 1 else 2):
            message = (
                f"{uplinks} uplinks for the line, the backup line and the other switches; name a model with more as "
                "`switch`"
            )
            yield source.fault(("switch",), "PORTS", message)


def closed(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Where ports are closed somebody is let in: a policy says whom, if RADIUS is ours."""
    radius = platform.network.addressing.services.get("radius")
    if platform.network.addressing.port_policies or radius is None or radius.system is None:
        return
    for code, networks in platform.site_networks.items():
        if networks.site.port_access == "closed":
            message = "ports are closed and no policy lets anybody in; add `port_policies` to networks.yaml"
            yield written.sources["sites", code].fault(("port_access",), "MISSING-KEY", message)


def _wrong(networks: SiteNetworks, path: Path_, roles: Mapping[PortRole, str]) -> Iterator[tuple[Path_, str]]:
    model = networks.switches[0].model if networks.switches else None
    seen: dict[int, PortRole] = {}
    for role, text in roles.items():
        numbers = [*port_numbers(text)]
        if not numbers or (model is not None and not 1 <= min(numbers) <= max(numbers) <= model.ports):
            last = model.ports if model is not None else 0
            yield (*path, role), f"{text}; write ports from 1 to {last}, the lower first"
        if twice := sorted(n for n in numbers if seen.setdefault(n, role) != role):
            yield (*path, role), f"port {twice[0]} is for {seen[twice[0]]} already; give each port one role"
        if missing := [zone for zone in ZONES_OF.get(role, ()) if zone not in networks.vlans]:
            yield (*path, role), f"the site has no VLAN for {missing[0]}; take a plan that has one, or another role"


RULES = (
    Rule(
        "ports",
        "An access point on a port for clients is a site without Wi-Fi.",
        ("DANGLING", "PORTS"),
        ports,
    ),
    Rule(
        "ports.closed",
        "A closed port without a policy is a site where nobody comes on the network.",
        ("MISSING-KEY",),
        closed,
        Severity.CHECKED,
    ),
)
