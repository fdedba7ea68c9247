"""What stands at a site and is nobody's workplace: printers, access points, phones and sensors with fixed addresses.

Each has its number in the VLAN of its kind. Left out: what asks DHCP for any address, such as most desk phones.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Key, Mac, Model, Ref, Text
from model.types.estate import SiteCode

DeviceKind = Literal["ap", "device", "phone", "printer"]
"""What a device is: an access point, a sensor or welfare technology, a telephone, a printer."""


class PrinterDriver(Model):
    """A driver of the print servers."""

    name: Text
    """The driver as Windows names it, letter by letter: `HP Universal Printing PCL 6`."""
    package: Text | None = None
    r"""Where its package lies, for a print server that has not got it: `\\server\share\driver.inf`. Without one it
    must be in the server's driver store already.
    """


class SiteDevice(Model):
    """A device at a site with an address of its own."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?$")]
    """The device's name in DNS; a printer's is its queue's too: `PRT-S014-01`."""
    kind: DeviceKind
    """What it is: a `printer`, an access point (`ap`), a `phone`, or a sensor or welfare technology (`device`). Its
    VLAN follows: printers, management, voice or devices.
    """
    site: Annotated[SiteCode, Ref("sites")]
    """The code of the site where it stands."""
    mac: Mac
    """MAC address, upper case with colons. No other device or workplace has it."""
    model: Text
    """The maker's name of the model."""
    host: Annotated[int, Field(ge=4, le=65_533)]
    """Number of its address in its VLAN at the site. From 10 on DHCP keeps the address for it; one that says `static`
    has 4 to 9. An access point is beside the switches, which count from 10.
    """
    static: bool = False
    """The address is set on the device itself and DHCP knows nothing of it. An access point's always is."""
    switch: Text | None = None
    """The switch that it is patched to: `SW-S014-01`. It goes with `port`."""
    port: Annotated[int, Field(ge=1, le=96)] | None = None
    """The number of the user port on that switch, whose role is for such a device. It stands in the port's description.
    """
    room: Text | None = None
    """The room that it stands in; a printer's queue shows it."""
    driver: Annotated[Key, Ref("printer_drivers")] | None = None
    """A printer's driver, a key of `printer_drivers`. Without one the print servers have no queue for it."""
