"""The contexts of the HP ThinPro templates.

The layout of the update folder, and that the profile for a MAC address wins, are HP's (ThinPro 7.1 administrator guide,
"Creating an Automatic Update profile"). Names of registry keys: docs/decisions/thin-client-formats.md.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from model.derive import thin_clients
from model.derive.thin_clients import Parameter, Setting
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import Workplace

FOLDER = "PersistentProfile"
"""Of the folder that Automatic Update serves."""

SERVED = r"C:\Program Files (x86)\HP\HP Smart Client Service\auto-update"
"""Where HP's server has that folder (ThinPro 7.1 administrator guide, "Viewing the Automatic Update website")."""

MARK = "platform-refresh (hp_thinpro)"
"""Stands in the first lines of each profile that we wrote: by it an old one is told from another's."""

_CONNECTION = uuid.uuid5(uuid.NAMESPACE_URL, "platform-refresh/hp-thinpro/store")
_XEN = "root/ConnectionType/xen"
_HERE = f"{_XEN}/connections/{{{_CONNECTION}}}"

PARAMETERS = {
    "EnableUDPAudio": Parameter(f"{_XEN}/general/enableUDPAudio", confirmed=False),
    "HDXoverUDP": Parameter(f"{_XEN}/general/HDXoverUDP", confirmed=False),
    "UDPAudioPortHigh": Parameter(f"{_XEN}/general/UDPAudioPortHigh", confirmed=False),
    "UDPAudioPortLow": Parameter(f"{_XEN}/general/UDPAudioPortLow", confirmed=False),
    "VDTeams": Parameter(f"{_XEN}/general/VDTeams", confirmed=False),
    "autostart": Parameter(f"{_HERE}/autostart", confirmed=True),
    "desktop": Parameter(f"{_HERE}/hasDesktopIcon", confirmed=True),
    "credentials": Parameter(f"{_HERE}/credentialsType", confirmed=True),
    "domain": Parameter(f"{_HERE}/domain", confirmed=True),
    "fullscreen": Parameter(f"{_HERE}/fullscreen", confirmed=True),
    "label": Parameter(f"{_HERE}/label", confirmed=True),
    "reconnect": Parameter(f"{_XEN}/general/autoReconnect", confirmed=True),
    "mode": Parameter(f"{_HERE}/connectionMode", confirmed=True),
    "store": Parameter(f"{_HERE}/address", confirmed=True),
}
"""Those of `general` "directly map to the Citrix INI file setting" (HP Smart Zero Core 4.3 guide). `connectionMode` is
`store`, `pnagent` or `workspace` (public test code for ThinPro); `credentialsType` `startup` asks people who they are.
"""

_NUMBERS = frozenset({"autostart", "desktop", "fullscreen", "reconnect"})


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script: the folder, the mark in our profiles, and where HP's server has that folder."""

    folder: str
    mark: str
    served: str


@dataclass(frozen=True, slots=True)
class Open:
    """A step into a folder of the registry."""

    do: Literal["open"] = field(default="open", init=False)
    name: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key in the folder that is open."""

    do: Literal["key"] = field(default="key", init=False)
    name: str
    value: str
    type: str


@dataclass(frozen=True, slots=True)
class Close:
    """A step out of the folder that is open."""

    do: Literal["close"] = field(default="close", init=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile; its `steps` are a walk through the tree of the registry."""

    name: str
    description: str
    steps: list[Open | Key | Close]


@dataclass(frozen=True, slots=True)
class Row:
    """A thin client in the list of its site; `file` is the profile that it ends with."""

    name: str
    mac: str
    model: str
    profile: str
    department: str
    file: str


@dataclass(frozen=True, slots=True)
class SiteList:
    """The context of a site's list."""

    rows: list[Row]


def files(platform: Platform) -> Iterator[File]:
    """The script, the common profile, one for each thin client that works otherwise, and each site's list.

    Nothing without any.
    """
    workplaces = thin_clients.of_maker(platform.places, platform.desktops, "hp")
    if not workplaces:
        return
    common = common_profile(workplaces)
    trees = {profile: _profile(platform, profile) for profile in thin_clients.profiles(workplaces)}
    yield File("Set-HpThinPro.ps1", "apply.ps1.j2", Script(FOLDER, MARK, SERVED), utf8_bom)
    yield File(f"{FOLDER}/profile.xml", "profile.xml.j2", trees[common])
    for workplace in workplaces:
        if workplace.profile != common:
            yield File(f"{FOLDER}/{path_of(workplace, common)}", "profile.xml.j2", trees[workplace.profile])
    for site, held in thin_clients.by_site(workplaces).items():
        rows = [row for profile in held.values() for row in (_row(w, common) for w in profile)]
        yield File(f"sites/{site}.csv", "site.csv.j2", SiteList(sorted(rows, key=lambda row: row.name)), utf8_bom)


def common_profile(workplaces: list[Workplace]) -> str:
    """The way of working that most have; the first by name of those that are equal."""
    counts = Counter(workplace.profile for workplace in workplaces)
    return min(counts, key=lambda profile: (-counts[profile], profile))


def path_of(workplace: Workplace, common: str) -> str:
    """The profile that a thin client ends with, below PersistentProfile."""
    return "profile.xml" if workplace.profile == common else f"MAC/{thin_clients.bare_mac(workplace.mac)}.xml"


def _row(workplace: Workplace, common: str) -> Row:
    return Row(
        name=workplace.name,
        mac=workplace.mac,
        model=workplace.model,
        profile=workplace.profile,
        department=workplace.department,
        file=path_of(workplace, common),
    )


def _profile(platform: Platform, profile: str) -> Profile:
    wish = thin_clients.wanted(platform, profile)
    own = {"autostart": "1", "credentials": "startup", "desktop": "1", "domain": wish.domain, "fullscreen": "1",
           "label": wish.desktop, "mode": "store", "reconnect": "1", "store": wish.store}  # fmt: skip
    values = {key: value for key, value in (thin_clients.workspace(wish) | own).items() if key in PARAMETERS}
    name = f"{platform.settings.netbios_domain} {profile}"
    return Profile(
        name, f"{wish.desktop}. {thin_clients.UNCONFIRMED}", _steps(thin_clients.settings(PARAMETERS, values))
    )


def _steps(settings: list[Setting]) -> list[Open | Key | Close]:
    """The registry's tree as one walk over its sorted keys: folders that open, keys in them, folders that close."""
    numbers = {PARAMETERS[key].name for key in _NUMBERS}
    steps: list[Open | Key | Close] = []
    here: list[str] = []
    for setting in settings:
        *folders, name = setting.name.split("/")
        common = next((i for i, pair in enumerate(zip(here, folders, strict=False)) if pair[0] != pair[1]), None)
        common = min(len(here), len(folders)) if common is None else common
        steps += [Close()] * (len(here) - common)
        steps += [Open(folder) for folder in folders[common:]]
        steps.append(Key(name, setting.value, "number" if setting.name in numbers else "string"))
        here = folders
    return steps + [Close()] * len(here)
