"""The contexts of the Stratodesk templates. Names of parameters: docs/decisions/thin-client-formats.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import thin_clients
from model.derive.thin_clients import Parameter, Setting
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Places
    from model.types.estate import Workplace

PARAMETERS = {
    "AllowAudioInput": Parameter("citrix-wfclient-AllowAudioInput", confirmed=False),
    "EnableUDPAudio": Parameter("citrix-module-EnableUDPAudio", confirmed=False),
    "HDXoverUDP": Parameter("citrix-allregions-HDXoverUDP", confirmed=False),
    "UDPAudioPortHigh": Parameter("citrix-module-UDPAudioPortHigh", confirmed=False),
    "UDPAudioPortLow": Parameter("citrix-module-UDPAudioPortLow", confirmed=False),
    "VDTeams": Parameter("citrix-module-VDTeams", confirmed=False),
    "domain": Parameter("session-domain", confirmed=False),
    "mode": Parameter("session-type", confirmed=False),
    "store": Parameter("session-target", confirmed=False),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """The settings of a way of working."""

    profile: str
    description: str
    settings: list[Setting]


@dataclass(frozen=True, slots=True)
class Client:
    """A thin client of a site; `note` is its department."""

    mac: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """The thin clients of a site that have the same profile."""

    profile: str
    clients: list[Client]


@dataclass(frozen=True, slots=True)
class SiteGroups:
    """A site's group, with one in it for each profile."""

    site: str
    description: str
    groups: list[Group]


def files(platform: Platform) -> Iterator[File]:
    """Settings for each way of working and the groups of each site; nothing without Stratodesk's thin clients."""
    workplaces = thin_clients.of_maker(platform.places, platform.desktops, "stratodesk")
    for profile in thin_clients.profiles(workplaces):
        yield File(f"profiles/{profile}.xml", "profile.xml.j2", _profile(platform, profile))
    for site, held in thin_clients.by_site(workplaces).items():
        yield File(f"sites/{site}.xml", "site.xml.j2", _site(platform.places, site, held))


def _profile(platform: Platform, profile: str) -> Profile:
    wish = thin_clients.wanted(platform, profile)
    values = thin_clients.workspace(wish) | {"domain": wish.domain, "mode": "citrix", "store": wish.store}
    description = f"{wish.desktop}. {thin_clients.UNCONFIRMED}"
    return Profile(profile, description, thin_clients.settings(PARAMETERS, values))


def _site(places: Places, code: str, held: dict[str, list[Workplace]]) -> SiteGroups:
    groups = [
        Group(profile, [Client(mac=w.mac, name=w.name, note=w.department) for w in workplaces])
        for profile, workplaces in held.items()
    ]
    return SiteGroups(code, places.sites[code].name, groups)
