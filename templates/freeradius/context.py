"""The contexts of FreeRADIUS: clients with the site that each stands at, and the devices that are known there.

A switch that knows a device by its MAC address sends the address as name and password, twelve digits in lower case,
with Service-Type Call Check (Cisco, "MAC Authentication Bypass").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rendering.target import File

if TYPE_CHECKING:
    from model import Platform
    from model.types.instances import Instance


@dataclass(frozen=True, slots=True)
class Client:
    """A switch, by the address that it asks from."""

    name: str
    address: str
    site: str


@dataclass(frozen=True, slots=True)
class Clients:
    """The context of the clients."""

    clients: list[Client]


@dataclass(frozen=True, slots=True)
class Known:
    """A device: its address as a switch sends it, and the site where it may come."""

    mac: str
    site: str
    name: str


@dataclass(frozen=True, slots=True)
class Devices:
    """The context of the list of devices."""

    devices: list[Known]


@dataclass(frozen=True, slots=True)
class Site:
    """The context of the virtual server: whether computers are let in by certificate, and devices by address."""

    certificate: bool
    mac: bool


@dataclass(frozen=True, slots=True)
class Hosts:
    """The servers, by name, each with its address."""

    hosts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Nothing:
    """A file that is the same for all."""


def servers(platform: Platform) -> tuple[Instance, ...]:
    """The servers that answer for RADIUS, that we build, and that run Linux, by name."""
    entry = platform.network.addressing.services.get("radius")
    found = [
        i
        for i in platform.instances
        if entry is not None
        and i.found is None
        and i.stays
        and i.server.os == "linux"
        and (i.system.code, i.server.role) == (entry.system, entry.role)
        and (not entry.servers or i.server.identity in entry.servers)
    ]
    return tuple(sorted(found, key=lambda i: i.logical_name))


def clients(platform: Platform) -> list[Client]:
    """Every access switch."""
    return [
        Client(switch.name, str(switch.address), code)
        for code, networks in sorted(platform.site_networks.items())
        for switch in networks.switches
    ]


def known(platform: Platform) -> list[Known]:
    """What has no supplicant: printers, phones and sensors. An access point stands on a trunk, which asks nobody."""
    return [
        Known(device.mac.replace(":", "").lower(), device.site, device.name)
        for device in sorted(platform.places.devices.values(), key=lambda device: device.mac)
        if device.kind != "ap"
    ]


def files(platform: Platform) -> Iterator[File]:
    """The configuration, the playbook and its inventory; nothing where RADIUS is not Linux' or no policy is there."""
    own = servers(platform)
    ways = {policy.by for policy in platform.network.addressing.port_policies.values()}
    if not own or not ways or not platform.site_networks:
        return
    yield File("clients.conf", "clients.conf.j2", Clients(clients(platform)))
    yield File("platform-macs", "macs.j2", Devices(known(platform) if "mac" in ways else []))
    yield File("mods-enabled/platform", "mods.j2", Nothing())
    yield File("sites-enabled/platform", "site.j2", Site("certificate" in ways, "mac" in ways))
    yield File("hosts.yml", "hosts.yml.j2", Hosts({i.logical_name: str(i.address or i.fqdn) for i in own}))
    yield File("radius.yml", "radius.yml.j2", Nothing())
