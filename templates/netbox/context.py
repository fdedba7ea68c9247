"""NetBox's tables of the sites: what stands there, on which VLAN, with which address, patched to what.

Every cell names what it refers to as NetBox's import forms look it up, so the tables go in by the numbers in their
names (NetBox 4.2 to 4.6; 4.1 has no MAC addresses of its own). Left out: what only an id can name, such as the site
of a prefix, which its VLAN tells; and which VLANs a port carries, for a number alone names one at every site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from model.derive import devices
from model.derive.site_devices import ZONES, address_of
from model.derive.sites import workplace_address
from rendering.target import File

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from model import Platform
    from model.platform import Places
    from model.types.devices import Device
    from model.types.site_devices import SiteDevice
    from model.types.sites import AccessSwitch, SiteNetworks

OWN = "eth0"
"""The interface of what has one."""

ROLES = {
    "switch": ("Access switch", "607d8b"),
    "ap": ("Access point", "3f51b5"),
    "printer": ("Printer", "9e9e9e"),
    "phone": ("Phone", "009688"),
    "device": ("Sensor", "8bc34a"),
    "thin-client": ("Thin client", "2196f3"),
    "laptop": ("Laptop", "03a9f4"),
    "shared-pc": ("Shared PC", "00bcd4"),
}
"""What a device is, by our word for it, with its colour."""

COLUMNS = {
    "01-sites": ("name", "slug", "status", "facility", "time_zone", "physical_address", "description"),
    "02-manufacturers": ("name", "slug"),
    "03-device-roles": ("name", "slug", "color", "vm_role"),
    "04-device-types": ("manufacturer", "model", "slug", "u_height", "is_full_depth"),
    "05-vlans": ("site", "vid", "name", "status", "description"),
    "06-prefixes": ("prefix", "vlan_site", "vlan", "status", "description"),
    "07-devices": ("name", "role", "manufacturer", "device_type", "serial", "site", "status", "description"),
    "08-interfaces": ("device", "name", "type", "enabled", "description"),
    "09-mac-addresses": ("mac_address", "device", "interface", "is_primary"),
    "10-ip-addresses": ("address", "status", "device", "interface", "is_primary", "dns_name", "description"),
    "11-cables": (
        "side_a_device", "side_a_type", "side_a_name", "side_b_device", "side_b_type", "side_b_name", "status",
    ),
}  # fmt: skip
"""The tables in the order of their import, and the columns of each."""

Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """The context of a table: its header and its rows."""

    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Thing:
    """A device with one interface, from wherever it is declared."""

    name: str
    role: str
    model: str
    site: str
    about: str
    mac: str
    address: IPv4Address | None
    length: int
    port: tuple[str, str] | None
    serial: str = ""
    status: str = "active"


def files(platform: Platform) -> Iterator[File]:
    """Each table; none where no site has addresses."""
    if not platform.site_networks:
        return
    for name, rows in _tables(platform).items():
        header: list[Cell] = [*COLUMNS[name]]
        yield File(f"{name}.csv", "table.csv.j2", Table([header, *rows]))


def site_name(networks: SiteNetworks) -> str:
    """A site as NetBox names it, and all that stands there refers to it."""
    return f"{networks.site.code} {networks.site.name}"


def maker_of(model: str) -> str:
    """The maker of a model: its first word."""
    return model.split(maxsplit=1)[0]


def slug(text: str) -> str:
    """What NetBox takes for a slug: letters, digits, - and _ (Django's SlugField)."""
    plain = text.lower().translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}))
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split()) or "x"


def _tables(platform: Platform) -> dict[str, list[list[Cell]]]:
    places = sorted(platform.site_networks.items())
    switches = [(networks, switch) for _, networks in places for switch in networks.switches]
    things = list(_things(platform))
    models = {switch.model.title: 1 for _, switch in switches} | {
        thing.model: 0 for thing in sorted(things, key=lambda thing: thing.model)
    }
    makers = sorted({maker_of(model) for model in models})
    used = {"switch", *(thing.role for thing in things)}
    return {
        "01-sites": [_site(networks) for _, networks in places],
        "02-manufacturers": [[maker, slug(maker)] for maker in makers],
        "03-device-roles": [[t, slug(t), color, "false"] for key, (t, color) in ROLES.items() if key in used],
        "04-device-types": [[maker_of(m), m, slug(m), units, "false"] for m, units in sorted(models.items())],
        "05-vlans": [
            [site_name(n), v.vlan, v.zone, "active", f"{v.zone} at {code}"]
            for code, n in places
            for v in n.vlans.values()
        ],
        "06-prefixes": [
            [str(v.prefix), site_name(n), v.vlan, "active", f"{v.zone} at {code}"]
            for code, n in places
            for v in n.vlans.values()
        ],
        "07-devices": [
            *([s.name, *_type("switch", s.model.title), "", site_name(n), "active", ""] for n, s in switches),
            *([t.name, *_type(t.role, t.model), t.serial, t.site, t.status, t.about] for t in things),
        ],
        "08-interfaces": [
            *chain.from_iterable(_ports(switch) for _, switch in switches),
            *([t.name, OWN, "1000base-t", "true", ""] for t in things),
        ],
        "09-mac-addresses": [[t.mac, t.name, OWN, "true"] for t in things],
        "10-ip-addresses": list(_addresses(platform, switches, things)),
        "11-cables": [[*_end(t.name, OWN), *_end(*t.port), "connected"] for t in things if t.port is not None],
    }


def _site(networks: SiteNetworks) -> list[Cell]:
    site = networks.site
    where = f"{site.address}, {site.postcode} {site.city}"
    return [site_name(networks), slug(site.code), "active", site.code, "Europe/Copenhagen", where, site.type]


def _type(role: str, model: str) -> tuple[str, str, str]:
    return ROLES[role][0], maker_of(model), model


def _ports(switch: AccessSwitch) -> Iterable[list[Cell]]:
    """Its user ports, its uplinks, and the interface that it is managed at."""
    for number, role in enumerate(switch.ports, start=1):
        name = f"{switch.model.port}{number}"
        yield [switch.name, name, "1000base-t", "false" if role == "off" else "true", role]
    for name in switch.model.uplinks:
        yield [switch.name, name, "10gbase-x-sfpp", "true", ""]
    yield [switch.name, "management", "virtual", "true", ""]


def _end(device: str, interface: str) -> tuple[Cell, Cell, Cell]:
    return device, "dcim.interface", interface


def _addresses(
    platform: Platform, switches: list[tuple[SiteNetworks, AccessSwitch]], things: list[Thing]
) -> Iterator[list[Cell]]:
    """Every device's own, and the gateway of each VLAN, which stands at no device: a pair of switches shares it."""
    domain = platform.settings.domain.lower()
    for networks, switch in switches:
        length = networks.vlans["management"].prefix.prefixlen
        name = f"{switch.name.lower()}.{domain}"
        yield [f"{switch.address}/{length}", "active", switch.name, "management", "true", name, ""]
    for thing in things:
        if thing.address is not None:
            name = f"{thing.name.lower()}.{domain}"
            yield [f"{thing.address}/{thing.length}", "active", thing.name, OWN, "true", name, thing.about]
    for code, networks in sorted(platform.site_networks.items()):
        for vlan in networks.vlans.values():
            about = f"gateway of {vlan.zone} at {code}"
            yield [f"{vlan.gateway}/{vlan.prefix.prefixlen}", "active", "", "", "false", "", about]


def _things(platform: Platform) -> Iterator[Thing]:
    """Devices and workplaces by name."""
    networks_of = platform.site_networks
    for name, device in sorted(platform.places.devices.items()):
        networks = networks_of.get(device.site)
        vlan = networks.vlans.get(ZONES[device.kind]) if networks is not None else None
        if networks is not None and vlan is not None:
            address = address_of(networks_of, device)
            about, port = device.room or "", _port(networks, device)
            where = site_name(networks)
            yield Thing(name, device.kind, device.model, where, about, device.mac, address, vlan.prefix.prefixlen, port)
    for work, comes in sorted(devices.standing(platform.places), key=lambda stands: stands[0].name):
        networks = networks_of.get(work.site)
        if networks is not None:
            length, address = networks.vlans["clients"].prefix.prefixlen, workplace_address(networks_of, work)
            thing = Thing(
                work.name, work.kind, work.model, site_name(networks), work.department, work.mac, address, length, None
            )
            if comes is not None:
                thing = replace(thing, serial=comes.serial, status=_status(platform.places, comes))
            yield thing


def _status(places: Places, device: Device) -> str:
    """DeviceStatusChoices: what is on its way is staged, what people work at or had first is active."""
    at_work = device.state in ("installed", "tested") or devices.is_first(places, device)
    return "active" if at_work else "staged"


def _port(networks: SiteNetworks, device: SiteDevice) -> tuple[str, str] | None:
    """The port that a device is patched to, as its switch names it."""
    for switch in networks.switches:
        if switch.name == device.switch and device.port is not None:
            return switch.name, f"{switch.model.port}{device.port}"
    return None
