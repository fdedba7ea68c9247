"""The contexts of the Dell Wyse templates. Names of settings: docs/decisions/thin-client-formats.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model.derive import thin_clients
from model.derive.thin_clients import Parameter
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import Workplace

PARAMETERS = {
    "HDXoverUDP": Parameter("citrixHdxAdaptiveTransport", confirmed=False),
    "EnableUDPAudio": Parameter("citrixUdpAudio", confirmed=False),
    "UDPAudioPortHigh": Parameter("citrixUdpAudioPortHigh", confirmed=False),
    "UDPAudioPortLow": Parameter("citrixUdpAudioPortLow", confirmed=False),
    "VDTeams": Parameter("citrixTeamsOptimization", confirmed=False),
    "broker": Parameter("brokerType", confirmed=False),
    "domain": Parameter("brokerDomain", confirmed=False),
    "store": Parameter("brokerServer", confirmed=False),
}


def files(platform: Platform) -> Iterator[File]:
    """A policy for each way of working and the groups of each site; nothing without Dell's thin clients."""
    workplaces = thin_clients.of_maker(platform, "dell")
    for profile in thin_clients.profiles(workplaces):
        yield File(f"policies/{profile}.json", "policy.json.j2", {"policy": _policy(platform, profile)})
    for site, held in thin_clients.by_site(workplaces).items():
        yield File(f"sites/{site}.json", "site.json.j2", {"group": _group(platform, site, held)})


def _policy(platform: Platform, profile: str) -> dict[str, Any]:
    wish = thin_clients.wanted(platform, profile)
    own = {"broker": "Citrix Virtual Apps and Desktops", "domain": wish.domain, "store": wish.store}
    values = {key: value for key, value in (thin_clients.workspace(wish) | own).items() if key in PARAMETERS}
    return {
        "group": profile,
        "description": f"{wish.desktop}. {thin_clients.UNCONFIRMED}",
        "deviceType": "ThinOS 9.x",
        "settings": {item["name"]: item["value"] for item in thin_clients.settings(PARAMETERS, values)},
    }


def _group(platform: Platform, code: str, held: dict[str, list[Workplace]]) -> dict[str, Any]:
    return {
        "group": code,
        "description": platform.places.sites[code].name,
        "groups": [
            {"group": profile, "policy": profile, "devices": [{"mac": w.mac, "name": w.name} for w in workplaces]}
            for profile, workplaces in held.items()
        ],
    }
