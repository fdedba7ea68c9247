"""Where the devices of the sites stand: the VLAN of each, its address, and the port that it is patched to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from model.types.estate import PortRole
from model.types.site_devices import DeviceKind, SiteDevice
from model.types.sites import Zone

if TYPE_CHECKING:
    from model.platform import Places
    from model.types.sites import SiteNetworks, SiteVlan

ZONES: Mapping[DeviceKind, Zone] = {
    "ap": "management",
    "device": "devices",
    "phone": "voice",
    "printer": "printers",
}
"""The VLAN of each kind of device."""

PORTS: Mapping[DeviceKind, tuple[PortRole, ...]] = {
    "ap": ("ap",),
    "device": ("device",),
    "phone": ("phone", "client"),
    "printer": ("printer",),
}
"""The roles of a port that a device may be patched to: a telephone stands before a workplace, or alone."""


def vlan_of(site_networks: Mapping[str, SiteNetworks], device: SiteDevice) -> SiteVlan | None:
    """The VLAN that a device stands in."""
    networks = site_networks.get(device.site)
    return networks.vlans.get(ZONES[device.kind]) if networks is not None else None


def address_of(site_networks: Mapping[str, SiteNetworks], device: SiteDevice) -> IPv4Address | None:
    """Its address; None where its site has no such VLAN, or the VLAN no such number."""
    vlan = vlan_of(site_networks, device)
    inside = vlan is not None and device.host < vlan.prefix.num_addresses - 1
    return vlan.prefix[device.host] if vlan is not None and inside else None


def leased(device: SiteDevice) -> bool:
    """Whether DHCP keeps its address for it."""
    return device.kind != "ap" and not device.static


def reserved(
    places: Places, site_networks: Mapping[str, SiteNetworks]
) -> Iterator[tuple[SiteDevice, Zone, IPv4Address]]:
    """The devices that DHCP keeps an address for, with their zone."""
    for device in places.devices.values():
        address = address_of(site_networks, device)
        if leased(device) and address is not None:
            yield device, ZONES[device.kind], address


def patched(places: Places) -> dict[tuple[str, int], SiteDevice]:
    """The device at each port that one is patched to, by switch and number."""
    return {(d.switch, d.port): d for d in places.devices.values() if d.switch is not None and d.port is not None}
