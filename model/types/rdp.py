"""RDP properties of a host pool: typed settings on one side, the string that Azure Virtual Desktop wants on the other.

Names, types and what they mean are those of Microsoft's "Supported RDP properties", as it stood on 2026-11-28, of the
properties that apply to Azure Virtual Desktop. What is not said is written out closed, for an omitted property falls
back to the service's default, which lets clipboard and drives through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from model.base import Model, Text
from model.faults import nearest

if TYPE_CHECKING:
    from model.types.hdx import HdxSettings

Kind = Literal["i", "s", "b"]

KNOWN: Mapping[str, Kind] = {
    "alternate shell": "s",
    "audiocapturemode": "i",
    "audiomode": "i",
    "autoreconnection enabled": "i",
    "bandwidthautodetect": "i",
    "camerastoredirect": "s",
    "compression": "i",
    "desktop size id": "i",
    "desktopheight": "i",
    "desktopscalefactor": "i",
    "desktopwidth": "i",
    "devicestoredirect": "s",
    "drivestoredirect": "s",
    "dynamic resolution": "i",
    "enablecredsspsupport": "i",
    "enablerdsaadauth": "i",
    "encode redirected video capture": "i",
    "kdcproxyname": "s",
    "keyboardhook": "i",
    "maximizetocurrentdisplays": "i",
    "networkautodetect": "i",
    "redirectclipboard": "i",
    "redirectcomports": "i",
    "redirected video capture encoding quality": "i",
    "redirectlocation": "i",
    "redirectprinters": "i",
    "redirectsmartcards": "i",
    "redirectwebauthn": "i",
    "screen mode id": "i",
    "selectedmonitors": "s",
    "singlemoninwindowedmode": "i",
    "smart sizing": "i",
    "targetisaadjoined": "i",
    "usbdevicestoredirect": "s",
    "use multimon": "i",
    "videoplaybackmode": "i",
}
"""Property → type: `i` a number, `s` text, `b` binary, of which none applies."""

_PROPERTY = re.compile(r"^(?P<name>[a-z][a-z0-9 ]*):(?P<kind>[isb]):(?P<value>[^;:\x00-\x1f]*)$")

Join = Literal["entra", "ad"]
"""Where session hosts belong: to Entra ID or to Active Directory."""


class RdpSettings(Model):
    """What a session may use of the device in front of the user. What is not given follows the profile's HDX settings,
    and where those say nothing it is closed.
    """

    camera: bool | None = None
    """The device's cameras. Not given: on where the profile redirects Teams."""
    microphone: bool | None = None
    """The device's microphone. Not given: on where the profile redirects Teams."""
    video: bool | None = None
    """Video is decoded on the device, and its camera's compressed there. Not given: on where the profile redirects
    Teams, or its video codec is `ActivelyChangingRegions` or `UseVideoCodecIfAvailable`.
    """
    clipboard: bool | None = None
    """The clipboard is shared. Not given: as HDX' `clipboard`."""
    drives: bool | None = None
    """The device's drives are seen. Not given: as HDX' `client_drives`."""
    usb: bool | None = None
    """USB devices are redirected. Not given: as HDX' `usb`."""
    printers: bool = True
    """The device's printers are seen."""
    smart_cards: bool = True
    """Smart cards in the device's reader are seen."""
    web_authn: bool = True
    """Sign-in keys and Windows Hello of the device work in the session (WebAuthn)."""
    com_ports: bool = False
    """The device's serial ports are seen."""
    location: bool = False
    """The session knows where the device is."""
    sound: Literal["device", "host", "none"] = "device"
    """Where sound is heard: at the `device`, at the `host`, or `none`."""
    multiple_displays: bool = True
    """The session spreads over all of the device's displays."""
    more: tuple[Text, ...] = ()
    """Further RDP properties of Azure Virtual Desktop, as `name:i:1` or `name:s:text`."""


def properties(settings: RdpSettings, hdx: HdxSettings, join: Join) -> dict[str, str | int]:
    """Every property that a pool says, by name. Calls and meetings need camera, microphone and video: a profile that
    redirects Teams has them, one that plays video has the last.
    """
    calls = hdx.teams_redirection is True
    moving = calls or hdx.video_codec in ("ActivelyChangingRegions", "UseVideoCodecIfAvailable")
    video = _said(settings.video, moving)
    found: dict[str, str | int] = {
        "audiocapturemode": int(_said(settings.microphone, calls)),
        "audiomode": {"device": 0, "host": 1, "none": 2}[settings.sound],
        "camerastoredirect": _all(_said(settings.camera, calls)),
        "devicestoredirect": "",
        "drivestoredirect": _all(_said(settings.drives, hdx.client_drives is True)),
        "encode redirected video capture": int(video),
        "redirectclipboard": int(_said(settings.clipboard, hdx.clipboard is True)),
        "redirectcomports": int(settings.com_ports),
        "redirected video capture encoding quality": int(video),
        "redirectlocation": int(settings.location),
        "redirectprinters": int(settings.printers),
        "redirectsmartcards": int(settings.smart_cards),
        "redirectwebauthn": int(settings.web_authn),
        "usbdevicestoredirect": _all(_said(settings.usb, hdx.usb is True)),
        "use multimon": int(settings.multiple_displays),
        "videoplaybackmode": int(video),
    }
    if join == "entra":
        # Without both a user of a host that is joined to Entra ID is asked for a password again and again.
        found |= {"enablerdsaadauth": 1, "targetisaadjoined": 1}
    return found


def text(settings: RdpSettings, hdx: HdxSettings, join: Join) -> str:
    """The string of a host pool, sorted by name: `audiocapturemode:i:1;audiomode:i:0;`."""
    typed = (f"{name}:{KNOWN[name]}:{value}" for name, value in properties(settings, hdx, join).items())
    return "".join(f"{entry};" for entry in sorted((*typed, *settings.more)))


def wrong(entry: str, taken: Iterable[str] = ()) -> str | None:
    """What is wrong with one property, `name:type:value`, and what is allowed; None when nothing is. `taken` are the
    names that typed settings or properties before it say.
    """
    match = _PROPERTY.fullmatch(entry)
    if match is None:
        return f"{entry} is no property; write name:i:number or name:s:text, without a semicolon"
    name, kind, value = match["name"], match["kind"], match["value"]
    if name not in KNOWN:
        return f"no RDP property {name} of Azure Virtual Desktop; {nearest(name, KNOWN)}"
    if kind != KNOWN[name]:
        return f"{name} has type {KNOWN[name]}, not {kind}; write {name}:{KNOWN[name]}:..."
    if kind == "i" and not value.isdigit():
        return f"{value or 'nothing'} is no number; write one, such as {name}:i:1"
    if name in taken:
        return f"{name} is said already, by a setting or by this list; remove it from the list"
    return None


def _said(own: bool | None, profile: bool) -> bool:
    return profile if own is None else own


def _all(redirected: bool) -> str:
    return "*" if redirected else ""
