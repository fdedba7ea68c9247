"""Rules over devices.csv: one device a workplace and generation, known by addresses of its own, no desk without one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model import names
from model.derive import devices
from model.faults import Fault
from model.rules.rule import Rule
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

AT_WORK = ("installed", "tested")
"""The states in which people work at a device."""


def cards(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A MAC address is that of one device: none of another row, and none of another workplace."""
    holders = {w.mac: f"workplace {name}" for name, w in platform.places.workplaces.items()}
    for serial, device in platform.places.workplace_devices.items():
        if device.mac is None:
            if device.workplace is not None and device.state not in ("ordered", "returned"):
                message = f"no MAC address and {device.state}; set mac, it stands on the device"
                yield _fault(written, serial, "MISSING-KEY", message)
        elif not devices.is_first(platform.places, device):
            holder = holders.setdefault(device.mac, serial)
            if holder != serial:
                message = f"MAC {device.mac} is that of {holder}; correct one of them"
                yield _fault(written, serial, "ADDRESS-TWICE", message)


def one_each(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A workplace has one device in each generation, with a name that fits, and the first one's model stands once."""
    held: dict[tuple[str, str], str] = {}
    for serial, device in platform.places.workplace_devices.items():
        workplace = platform.places.workplaces.get(device.workplace or "")
        if workplace is None or device.state == "returned":
            continue
        first = held.setdefault((workplace.name, device.generation), serial)
        if first != serial:
            message = (
                f"{workplace.name} has {first} in {device.generation} already; leave workplace empty, for a spare, or "
                "set the state of the other to returned"
            )
            yield _fault(written, serial, "DUPLICATE-NAME", message)
        if not devices.is_first(platform.places, device):
            wrong = names.computer_name_fault(devices.name_of(device))
            if wrong is not None:
                yield _fault(written, serial, "BAD-NAME", f"{wrong}; give its workplace a shorter name")
            continue
        if device.host is not None:
            message = f"its number stands with {workplace.name} in workplaces.csv; leave host empty"
            yield _fault(written, serial, "UNKNOWN-KEY", message)
        if device.model != workplace.model:
            message = f"model {device.model}, and {workplace.model} in workplaces.csv; write one in both"
            yield _fault(written, serial, "BAD-VALUE", message)


def gone(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Nobody's device goes before another is at work, and what a retired generation was bought for has come back."""
    still = _covered(platform)
    for serial, device in platform.places.workplace_devices.items():
        if device.state == "returned":
            if device.workplace in platform.places.workplaces and device.workplace not in still:
                message = (
                    f"{device.workplace} has no other device that is installed; set the state of the one that follows "
                    "to installed first"
                )
                yield _fault(written, serial, "LIFECYCLE", message)
            continue
        generation = platform.refresh.generations.get(device.generation)
        if generation is not None and generation.state == State.RETIRED and device.workplace is not None:
            message = f"{device.generation} is retired; set its state to returned when it has come home"
            yield _fault(written, serial, "LIFECYCLE", message)


def _covered(platform: Platform) -> set[str]:
    """The workplaces that have a device at work: what workplaces.csv alone tells of is."""
    places = platform.places
    return {
        workplace.name if device is None or device.workplace is None else device.workplace
        for workplace, device in devices.standing(places)
        if device is None or devices.is_first(places, device) or device.state in AT_WORK
    }


def _fault(written: Provenance, serial: str, code: str, message: str) -> Fault:
    return Fault(*written.lines["devices", serial.lower()], code, serial, message)


RULES = (
    Rule(
        "devices.cards",
        "DHCP, RADIUS and the management of thin clients know a device by its MAC address alone.",
        ("ADDRESS-TWICE", "MISSING-KEY"),
        cards,
    ),
    Rule(
        "devices.one-each",
        "Two devices of one name take each other's place in DNS and in the management of thin clients.",
        ("BAD-NAME", "BAD-VALUE", "DUPLICATE-NAME", "UNKNOWN-KEY"),
        one_each,
    ),
    Rule(
        "devices.gone",
        "What is returned is known to nobody any more: a workplace whose only device it was has none.",
        ("LIFECYCLE",),
        gone,
    ),
)
