"""What a thin client of each profile should do, and whose bundle each stands in: what the makers' targets share.

A maker's target says how its software names a setting; here is what is wanted, from the pool that serves the profile.
The names that no public source confirms are listed in docs/decisions/thin-client-formats.md, and a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import devices, qos

if TYPE_CHECKING:
    from model.platform import Desktops, Places, Platform
    from model.types.desktops import ClientSystem
    from model.types.estate import Workplace
    from model.types.sites import Maker

UNCONFIRMED = "Parameternavne uden offentlig kilde: se docs/decisions/thin-client-formats.md"
"""Stands in what colleagues see, wherever a maker's format allows a description."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting by its name in a maker's software. `confirmed` by a public source, or our reading of the convention."""

    name: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with its value, by its name in a maker's software."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the workplaces of a profile should do.

    `desktop` is the name that users see. `udp`: sessions go over UDP where they can. `audio_ports` is where the
    session machine listens for sound over UDP.
    """

    profile: str
    desktop: str
    store: str
    domain: str
    udp: bool
    audio_ports: tuple[int, int] | None
    teams: bool


def wanted(platform: Platform, profile: str) -> Wanted:
    """What is wanted of a profile's workplaces, by the pool that they use, which may deviate from the profile."""
    site = platform.desktops.citrix
    if site is None or site.storefront is None:
        raise ValueError("no store for the thin clients; set citrix.storefront in desktops.yaml")
    pool = next((pool for pool in platform.desktops.pools.values() if pool.profile == profile and pool.desktop), None)
    settings = pool.settings if pool is not None else platform.desktops.profiles[profile].settings
    return Wanted(
        profile=profile,
        desktop=(pool.desktop if pool is not None else None) or platform.desktops.profiles[profile].title,
        store=f"https://{site.storefront}/Citrix/{site.store}/discovery",
        domain=platform.settings.domain,
        udp=settings.adaptive_transport != "Off",
        audio_ports=qos.rtp_ports(settings) if settings.rtp_audio and settings.udp_audio else None,
        teams=settings.teams_redirection is not False,
    )


def of_maker(places: Places, desktops: Desktops, maker: Maker) -> list[Workplace]:
    """The thin clients that run a maker's software, by name: of a workplace the old one and the new."""
    models = {model for model, client in desktops.clients.items() if client.maker == maker}
    clients = (w for w in devices.in_use(places) if w.kind == "thin-client" and w.model in models)
    return sorted(clients, key=lambda workplace: workplace.name)


def system(desktops: Desktops, maker: Maker) -> ClientSystem | None:
    """The newest release that a maker's clients run; where none of them says, the newest that is known."""
    named = {client.system for client in desktops.clients.values() if client.maker == maker and client.system}
    of_makers = {key: release for key, release in desktops.client_systems.items() if release.maker == maker}
    chosen = [release for key, release in of_makers.items() if key in named] or list(of_makers.values())
    return max(chosen, key=lambda release: tuple(map(int, release.version.split("."))), default=None)


def by_site(workplaces: list[Workplace]) -> dict[str, dict[str, list[Workplace]]]:
    """The workplaces by site and profile, sorted."""
    found: dict[str, dict[str, list[Workplace]]] = {}
    for workplace in sorted(workplaces, key=lambda w: (w.site, w.profile, w.name)):
        found.setdefault(workplace.site, {}).setdefault(workplace.profile, []).append(workplace)
    return found


def profiles(workplaces: list[Workplace]) -> list[str]:
    """The profiles that some of the workplaces have."""
    return sorted({w.profile for w in workplaces})


def bare_mac(mac: str) -> str:
    """A MAC address as twelve digits: `00E0C53C3881`."""
    return mac.replace(":", "")


def settings(names: Mapping[str, Parameter], values: Mapping[str, str | None]) -> list[Setting]:
    """The settings that have a value, by the maker's names, sorted."""
    found = (Setting(names[key].name, value) for key, value in values.items() if value is not None)
    return sorted(found, key=lambda setting: setting.name)


def workspace(wish: Wanted) -> dict[str, str | None]:
    """What the Citrix Workspace app for Linux is told, by the key in its ini files (Citrix product documentation).

    `HDXoverUDP` stands in All_Regions.ini, `AllowAudioInput` in wfclient.ini, the rest in module.ini.
    """
    low, high = wish.audio_ports or (None, None)
    return {
        "AllowAudioInput": "True",
        "EnableUDPAudio": "True" if wish.audio_ports else "False",
        "HDXoverUDP": "Preferred" if wish.udp else "Off",
        "UDPAudioPortHigh": str(high) if high else None,
        "UDPAudioPortLow": str(low) if low else None,
        "VDTeams": "On" if wish.teams else "Off",
    }
