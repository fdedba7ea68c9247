"""What `refresh explain` says of a site: its block and VLANs with what is left, its switches, what its line carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Places
    from model.provenance import Provenance

RULE = "computed by model/types/sites.py"


def rows(platform: Platform, code: str) -> Iterator[tuple[str, Any, str]]:
    """The rows of a site, as of any other item: path, value, origin."""
    from model.derive import wan

    networks = platform.site_networks.get(code)
    if networks is not None:
        yield f"{code}.block", f"{networks.block}, number {networks.number}", RULE
        count = sum(w.site == code for w in platform.places.workplaces.values())
        for zone, vlan in networks.vlans.items():
            taken = {"clients": count, "management": len(networks.switches)}.get(zone)
            left = f", {taken} of {vlan.room} addresses taken" if taken is not None else ""
            yield f"{code}.vlans.{zone}", f"VLAN {vlan.vlan}, {vlan.prefix}{left}", RULE
        for switch in networks.switches:
            yield f"{code}.switches.{switch.name}", f"{switch.address}, {switch.model.title}", RULE
    demand = wan.demands(platform.places, platform.desktops)[code]
    text = (
        f"sessions {demand.sessions}, voice {demand.voice}, video {demand.video}: {demand.total} of {demand.usable} "
        f"kbit/s, {demand.percent} %"
    )
    yield f"{code}.line", text, "the profiles' wan:, at the busiest time"


def workplace_rows(platform: Platform, written: Provenance, name: str) -> Iterator[tuple[str, Any, str]]:
    """The address that is kept for a workplace, and its devices of devices.csv with theirs."""
    from model.derive import devices
    from model.derive.sites import workplace_address

    for at, device in devices.standing(platform.places):
        address = workplace_address(platform.site_networks, at)
        if (at.name if device is None else device.workplace) == name and address is not None:
            vlan = platform.site_networks[at.site].vlans["clients"]
            yield f"workplaces.{at.name}.address", str(address), f"host {at.host} in {vlan.prefix}, VLAN {vlan.vlan}"
    for serial, device in platform.places.workplace_devices.items():
        if device.workplace == name:
            yield from device_rows(platform.places, written, serial)


def device_rows(places: Places, written: Provenance, serial: str) -> Iterator[tuple[str, Any, str]]:
    """A row of devices.csv."""
    file, line = written.lines["devices", serial.lower()]
    for field, value in places.workplace_devices[serial].model_dump().items():
        if field != "serial" and value is not None:
            yield f"devices.{serial}.{field}", value, f"{file}:{line}"
