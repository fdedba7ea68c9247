"""Rules over the devices of the sites: each has an address, a MAC and a port of its own, and all of them are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import devices
from model.derive.site_devices import PORTS, ZONES, leased, vlan_of
from model.faults import Fault, nearest
from model.provenance import Provenance
from model.rules.rule import Rule
from model.types.sites import FIRST_HOST

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.site_devices import SiteDevice
    from model.types.sites import SiteVlan, Zone

_FIRST_STATIC = 4
"""The first number after the gateway and its routers."""


def addresses(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every device has a number of its own in the VLAN of its kind: in the pool where DHCP gives it, else outside."""
    taken: dict[tuple[str, Zone], dict[int, str]] = {}
    for code, networks in platform.site_networks.items():
        vlan = networks.vlans["management"]
        first = int(vlan.prefix.network_address)
        taken[code, "management"] = {int(switch.address) - first: switch.name for switch in networks.switches}
    for name, device in platform.places.devices.items():
        source, zone = written.sources["site_devices", name], ZONES[device.kind]
        if device.site not in platform.site_networks:
            continue
        vlan = vlan_of(platform.site_networks, device)
        if vlan is None:
            message = f"{device.site} has no VLAN for {zone}; give the site a plan that has one"
            yield source.fault(("kind",), "PLAN", message)
            continue
        mine = taken.setdefault((device.site, zone), {})
        low, high = _room(device, vlan)
        free = next((n for n in range(low, high + 1) if n not in mine), None)
        offer = f"{free} is free" if free is not None else "none of them is free, so give the site a larger plan"
        if not low <= device.host <= high:
            where = "which DHCP gives out" if device.static else f"of {vlan.prefix}"
            message = f"host {device.host}, {where}; give a number from {low} to {high}, {offer}"
            yield source.fault(("host",), "ADDRESS-OUTSIDE", message)
        elif (holder := mine.setdefault(device.host, name)) != name:
            message = f"host {device.host} of {zone} at {device.site} is that of {holder}; give it another, {offer}"
            yield source.fault(("host",), "ADDRESS-TWICE", message)


def _room(device: SiteDevice, vlan: SiteVlan) -> tuple[int, int]:
    """The first and the last number that a device may have."""
    last = vlan.prefix.num_addresses - 2
    if leased(device):
        return FIRST_HOST, last
    return (FIRST_HOST, last) if vlan.zone == "management" else (_FIRST_STATIC, FIRST_HOST - 1)


def identities(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No two devices have one MAC address, and none has a workplace's."""
    seen = {workplace.mac: workplace.name for workplace in devices.in_use(platform.places)}
    for name, device in platform.places.devices.items():
        if (holder := seen.setdefault(device.mac, name)) != name:
            message = f"MAC {device.mac} is that of {holder}; write what stands on the device"
            yield written.sources["site_devices", name].fault(("mac",), "ADDRESS-TWICE", message)


def patching(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A device's switch is one of its site, its port is for such a device, and no other is patched to it."""
    at: dict[tuple[str, int], str] = {}
    for name, device in platform.places.devices.items():
        source, networks = written.sources["site_devices", name], platform.site_networks.get(device.site)
        if (device.switch is None) != (device.port is None):
            missing = "port" if device.port is None else "switch"
            yield source.fault((missing,), "MISSING-KEY", f"no {missing}; add it, or take the other away")
        if device.switch is None or device.port is None or networks is None:
            continue
        switch = next((s for s in networks.switches if s.name == device.switch), None)
        if switch is None:
            known = [s.name for s in networks.switches]
            message = f"{device.site} has no switch {device.switch}; {nearest(device.switch, known)}"
            yield source.fault(("switch",), "DANGLING", message)
        elif device.port > len(switch.ports):
            message = f"{switch.name} has no port {device.port}; give one from 1 to {len(switch.ports)}"
            yield source.fault(("port",), "PORTS", message)
        elif (role := switch.ports[device.port - 1]) not in PORTS[device.kind]:
            fitting = [n for n, other in enumerate(switch.ports, start=1) if other in PORTS[device.kind]]
            free = next((n for n in fitting if (switch.name, n) not in at), None)
            offer = f"take port {free}" if free is not None else "write the port's role into `switch_ports` of the site"
            message = f"port {device.port} of {switch.name} is for {role}; {offer}"
            yield source.fault(("port",), "PORTS", message)
        elif (holder := at.setdefault((switch.name, device.port), name)) != name:
            message = f"port {device.port} of {switch.name} is that of {holder}; give each device a port of its own"
            yield source.fault(("port",), "PORTS", message)


def drivers(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Only a printer has a driver."""
    for name, device in platform.places.devices.items():
        if device.driver is not None and device.kind != "printer":
            message = f"{name} is no printer; take `driver` away, or correct `kind`"
            yield written.sources["site_devices", name].fault(("driver",), "BAD-VALUE", message)


RULES = (
    Rule(
        "site_devices.addresses",
        "An address that DHCP also gives to others is answered by two machines in turn.",
        ("ADDRESS-OUTSIDE", "ADDRESS-TWICE", "PLAN"),
        addresses,
    ),
    Rule(
        "site_devices.identities",
        "DHCP gives an address to a MAC: of two with one MAC, one gets the other's.",
        ("ADDRESS-TWICE",),
        identities,
    ),
    Rule(
        "site_devices.patching",
        "A printer on a port for clients stands in another VLAN than its address.",
        ("DANGLING", "MISSING-KEY", "PORTS"),
        patching,
    ),
    Rule("site_devices.drivers", "A queue is made for a printer alone.", ("BAD-VALUE",), drivers),
)
