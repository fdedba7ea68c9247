"""Which devices stand at the workplaces, or are about to: that of workplaces.csv and those of devices.csv, side by side
until the old one is returned.

Whoever knows devices by MAC address reads them here: DHCP, DNS, thin clients. Pools, lines and switch ports go by
workplaces, for two devices at a desk are one person.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model import names

if TYPE_CHECKING:
    from model.platform import Places
    from model.provenance import Provenance
    from model.types.devices import Device
    from model.types.estate import Workplace


def in_use(places: Places) -> list[Workplace]:
    """Every device that DHCP, DNS and thin clients' management know, as the workplace that it stands at: with its own
    name, MAC address, model and number.
    """
    return [workplace for workplace, _ in standing(places)]


def standing(places: Places) -> Iterator[tuple[Workplace, Device | None]]:
    """The same, each with its row of devices.csv; None where workplaces.csv alone tells of it."""
    first = {device.workplace: device for device in places.workplace_devices.values() if is_first(places, device)}
    for name, workplace in places.workplaces.items():
        device = first.get(name)
        if device is None or device.state != "returned":
            yield workplace, device
    for device in places.workplace_devices.values():
        workplace = places.workplaces.get(device.workplace or "")
        if workplace is None or device.mac is None or device.state == "returned" or is_first(places, device):
            continue
        own = {"name": name_of(device), "mac": device.mac, "model": device.model, "host": device.host}
        yield workplace.model_copy(update=own), device


def is_first(places: Places, device: Device) -> bool:
    """Whether it is the device that its workplace has in workplaces.csv."""
    workplace = places.workplaces.get(device.workplace or "")
    return workplace is not None and device.mac == workplace.mac


def name_of(device: Device) -> str:
    """The name of a device that came new: `TK00001-G26`."""
    return names.device(device.workplace or device.serial, device.generation)


def coming(places: Places, generation: str) -> dict[str, Device]:
    """The device that each workplace gets in a generation, by the workplace."""
    return {
        device.workplace: device
        for device in places.workplace_devices.values()
        if device.workplace is not None and device.generation == generation and device.state != "returned"
    }


def origin(written: Provenance, workplace: Workplace, device: Device | None) -> tuple[str, int]:
    """Where a device of `standing` is written, file and line."""
    if device is None or device.workplace == workplace.name:
        return written.lines["workplaces", workplace.name.lower()]
    return written.lines["devices", device.serial.lower()]
