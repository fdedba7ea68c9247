"""The contexts of the Dell Wyse templates. Names of settings: docs/decisions/thin-client-formats.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import thin_clients
from model.derive.thin_clients import Parameter
from rendering.target import File

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Places
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


@dataclass(frozen=True, slots=True)
class Policy:
    """A way of working's policy, in the suite's own words."""

    group: str
    description: str
    deviceType: str  # noqa: N815 the suite's
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Device:
    """A thin client."""

    mac: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """The thin clients of a site that have the same policy."""

    group: str
    policy: str
    devices: list[Device]


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """A site's group, with one in it for each policy."""

    group: str
    description: str
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """The context of a policy's file."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class SiteFile:
    """The context of a site's file."""

    group: SiteGroup


def files(platform: Platform) -> Iterator[File]:
    """A policy for each way of working and the groups of each site; nothing without Dell's thin clients."""
    workplaces = thin_clients.of_maker(platform.places, platform.desktops, "dell")
    for profile in thin_clients.profiles(workplaces):
        yield File(f"policies/{profile}.json", "policy.json.j2", PolicyFile(_policy(platform, profile)))
    for site, held in thin_clients.by_site(workplaces).items():
        yield File(f"sites/{site}.json", "site.json.j2", SiteFile(_group(platform.places, site, held)))


def _policy(platform: Platform, profile: str) -> Policy:
    wish = thin_clients.wanted(platform, profile)
    own = {"broker": "Citrix Virtual Apps and Desktops", "domain": wish.domain, "store": wish.store}
    values = {key: value for key, value in (thin_clients.workspace(wish) | own).items() if key in PARAMETERS}
    return Policy(
        group=profile,
        description=f"{wish.desktop}. {thin_clients.UNCONFIRMED}",
        deviceType="ThinOS 9.x",
        settings={setting.name: setting.value for setting in thin_clients.settings(PARAMETERS, values)},
    )


def _group(places: Places, code: str, held: dict[str, list[Workplace]]) -> SiteGroup:
    groups = [
        Group(profile, profile, [Device(mac=w.mac, name=w.name) for w in workplaces])
        for profile, workplaces in held.items()
    ]
    return SiteGroup(code, places.sites[code].name, groups)
