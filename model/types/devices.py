"""The devices that come to workplaces and go from them: one serial number after another, generation by generation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Key, Mac, Model, Ref, Text

DeviceState = Literal[
    "ordered", "received", "prepared", "packed", "delivered", "installed", "tested", "returned"
]  # fmt: skip
"""How far a device has come, from its order until it has left its workplace again and come home."""


class Device(Model):
    """A device of a generation: a row of devices.csv. The device that a workplace has had from the first stands in
    workplaces.csv; a row here with its MAC address says how far it is on its way back.
    """

    serial: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{3,29}$")]
    """The maker's serial number, as it stands on the box: 4 to 30 capital letters, digits and hyphens."""
    generation: Annotated[Key, Ref("generations")]
    """The generation that it is bought for. A workplace has one device in each."""
    model: Text
    """The maker's name of the model. `clients` in desktops.yaml tells what a thin client of that model can do."""
    state: DeviceState
    """How far it has come. From its MAC address on it is known to DHCP, DNS and the management of thin clients, beside
    the device that it replaces, until it is `returned`.
    """
    workplace: Annotated[str, Ref("workplaces")] | None = None
    """The workplace that it is for, by its name. Without one it is a spare, which nobody is told of."""
    mac: Mac | None = None
    """MAC address, upper case with colons. A workplace's device has one from `received` on."""
    firmware: Text | None = None
    """The release that was on it when it was prepared."""
    box: Text | None = None
    """The box that it is packed in, printed on the crew's list of desks."""
    host: Annotated[int, Field(ge=1, le=65_533)] | None = None
    """Number of its address in its site's VLAN for clients, beside that of the device that it replaces. `refresh check`
    names one that is free, and the import gives them by itself.
    """
