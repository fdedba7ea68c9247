"""Proves the switches: read back by its indentation, each has the model's VLANs, addresses, ports, stage and gateways.

No registry that we install from has a checker of this language, so what a command is called, nothing here knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive import dhcp, services, site_devices
from model.types.estate import PortRole
from model.types.sites import Zone
from rendering.proof import differences
from rendering.target import Finding
from templates.switches.core import RELAYS, RESERVE, ROUTES, SECOND_ROUTER

if TYPE_CHECKING:
    from model import Platform
    from model.types.sites import AccessSwitch, SiteNetworks

ZONES: dict[PortRole, Zone] = {"client": "clients", "printer": "printers", "device": "devices", "phone": "voice"}
"""Where a port of a role stands."""

Sections = dict[str, list[str]]
"""The commands below each command, by it; below "" those that open nothing."""


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip finds; no program is asked."""
    there = [path.relative_to(folder).as_posix() for path in folder.glob("*/*.cfg")]
    wanted = [f"{code}/{s.name}.cfg" for code, networks in platform.site_networks.items() for s in networks.switches]
    findings = differences(".", "switch", wanted, there)
    for code, networks in platform.site_networks.items():
        for index, switch in enumerate(networks.switches):
            path = folder / code / f"{switch.name}.cfg"
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                findings += [
                    Finding(f"{code}/{path.name}", message)
                    for message in _wrong(platform, networks, switch, index, read(text))
                ]
    return [*findings, *_core(platform, folder), *_ways(platform, folder)]


def _ways(platform: Platform, folder: Path) -> Iterator[Finding]:
    """Each site is reached by the other end of each of its lines, and none is sent more than its line takes."""
    path = folder / ROUTES
    told = read(path.read_text(encoding="utf-8")) if path.is_file() else {"": []}
    wanted: list[str] = []
    for code, networks in platform.site_networks.items():
        ends = [(link[1], SECOND_ROUTER if index else 1) for index, link in enumerate(networks.links)]
        ends += [(networks.reserve[1], RESERVE)] if networks.reserve is not None else []
        wanted += [
            f"ip route {networks.block.network_address} {networks.block.netmask} {end} "
            + ("" if distance == 1 else f"{distance} ")
            + f"name {code}"
            for end, distance in ends
        ]
    yield from differences(ROUTES, "way", wanted, [head for head in told[""] if head.startswith("ip route ")])
    shown = [head for head in told[""] if head.startswith("ip access-list extended TO-")]
    due = [f"ip access-list extended TO-{code}" for code, n in platform.site_networks.items() if n.links]
    yield from differences(ROUTES, "shaper", due, shown)


def _core(platform: Platform, folder: Path) -> Iterator[Finding]:
    """Each network of session machines is relayed to every DHCP server."""
    helpers = services.addresses(platform.network, platform.instances, "dhcp")
    relayed = [scope.vlan for scope in dhcp.scopes(platform) if scope.zone is None]
    path = folder / RELAYS
    told = read(path.read_text(encoding="utf-8")) if path.is_file() else {"": []}
    shown = [f"{head} to {line}" for head in told[""] for line in told[head]]
    wanted = [f"interface Vlan{vlan} to ip helper-address {address}" for vlan in relayed for address in helpers]
    yield from differences(RELAYS, "relay", wanted, shown)


def read(text: str) -> Sections:
    """A configuration as sections. A command that is opened twice has what stands below it both times."""
    found: Sections = {"": []}
    head = ""
    for line in text.splitlines():
        if line.startswith("!") or not line.strip():
            continue
        if line.startswith(" "):
            found[head].append(line.strip())
        else:
            head = line.strip()
            found.setdefault(head, [])
            found[""].append(head)
    return found


def _wrong(
    platform: Platform, networks: SiteNetworks, switch: AccessSwitch, index: int, config: Sections
) -> Iterator[str]:
    if f"hostname {switch.name}" not in config:
        yield f"it is not called {switch.name}"
    patched = site_devices.patched(platform.places)
    vlans = {int(head.split()[1]): lines for head, lines in config.items() if re.fullmatch(r"vlan \d+", head)}
    wanted = {vlan.vlan: [f"name {zone}"] for zone, vlan in networks.vlans.items()}
    if {number: vlans.get(number) for number in wanted} != wanted:
        yield "its VLANs are not the plan's"
    for number, role in enumerate(switch.ports, start=1):
        lines = config.get(f"interface {switch.model.port}{number}", [])
        yield from _port(networks, number, role, lines)
        device = patched.get((switch.name, number))
        told = next((line for line in lines if line.startswith("description ")), "")
        if device is not None and told.split()[-1:] != [device.name]:
            yield f"port {number} does not say that {device.name} is there"
    if "dot1x system-auth-control" not in config:
        yield "nobody is asked who they are"
    inspected = any(head.startswith("ip arp inspection vlan") for head in config)
    if inspected != (networks.site.inspection == "arp"):
        yield f"its ARP is not at the stage {networks.site.inspection}"
    heads = [head for head in config[""] if head.startswith("interface ")]
    if len(set(heads)) != len(heads):
        yield "an interface stands twice"
    routes = index < len(networks.links)
    addresses = {
        int(head.removeprefix("interface Vlan")): [IPv4Interface("/".join(a)) for a in _addresses(below)]
        for head, below in config.items()
        if head.startswith("interface Vlan")
    }
    yield from _addressed(networks, switch, index, addresses)
    if routes:
        yield from _routing(platform, networks, index, config)


def _port(networks: SiteNetworks, number: int, role: PortRole, lines: list[str]) -> Iterator[str]:
    if role == "off":
        if "shutdown" not in lines:
            yield f"port {number} is not shut"
    elif role == "ap":
        allowed = next((line.split()[-1] for line in lines if line.startswith("switchport trunk allowed vlan")), "")
        if "switchport mode trunk" not in lines or str(networks.vlans["staff-wifi"].vlan) not in allowed.split(","):
            yield f"port {number} carries no wireless network"
    else:
        if f"switchport access vlan {networks.vlans[ZONES[role]].vlan}" not in lines:
            yield f"port {number} is not in the VLAN for {ZONES[role]}"
        if ("authentication open" in lines) != (networks.site.port_access == "open"):
            yield f"port {number} is not {networks.site.port_access}"
        if "authentication port-control auto" not in lines:
            yield f"port {number} asks nobody who they are"


def _addresses(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.startswith("ip address "):
            address, mask = line.split()[2:4]
            yield address, mask


def _addressed(
    networks: SiteNetworks, switch: AccessSwitch, index: int, addresses: dict[int, list[IPv4Interface]]
) -> Iterator[str]:
    wanted: dict[int, list[IPv4Interface]] = {}
    pair = networks.site.gateways == "pair"
    if index < len(networks.links):
        for vlan in networks.vlans.values():
            own = vlan.routers[index] if pair else vlan.gateway
            wanted[vlan.vlan] = [IPv4Interface(f"{own}/{vlan.prefix.prefixlen}")]
    management = networks.vlans["management"]
    own = IPv4Interface(f"{switch.address}/{management.prefix.prefixlen}")
    wanted[management.vlan] = [own, *wanted.get(management.vlan, [])]
    if addresses != wanted:
        yield "its addresses are not the plan's"


def _routing(platform: Platform, networks: SiteNetworks, index: int, config: Sections) -> Iterator[str]:
    link = networks.links[index]
    routes = [head for head in config[""] if head.startswith("ip route 0.0.0.0 0.0.0.0 ")]
    hubs = [str(link[0]), *([f"{networks.reserve[0]} {RESERVE}"] if networks.reserve and index == 0 else [])]
    if len(routes) != len(hubs) or not all(r.endswith(f" {hub}") for r, hub in zip(routes, hubs, strict=True)):
        yield f"it routes by {routes}; {hubs}"
    helpers = {
        f"ip helper-address {address}" for address in services.addresses(platform.network, platform.instances, "dhcp")
    }
    for zone, vlan in networks.vlans.items():
        lines = config.get(f"interface Vlan{vlan.vlan}", [])
        there = {line for line in lines if line.startswith("ip helper-address")}
        if there != (helpers if zone != "management" else set()):
            yield f"{zone}: who gives addresses is not the model's"
        filters = [line.split()[2] for line in lines if line.startswith("ip access-group")]
        if len(filters) != 1 or f"ip access-list extended {filters[0]}" not in config:
            yield f"{zone}: no filter"
        if networks.site.gateways == "pair" and f"standby {vlan.vlan} ip {vlan.gateway}" not in lines:
            yield f"{zone}: the pair does not share {vlan.gateway}"
