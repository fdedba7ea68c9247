"""The contexts of the IGEL templates.

The profile's XML, with instances for sessions, is that of UMS exports of IGEL OS 11 (IGEL-Community/IGEL-Docs-v02 and
IGEL-Custom-Partitions have many); no export of an OS 12 profile is public. The calls of the REST interface are those of
IGEL-Community/PSIGEL. All were read 2026-11 and 12.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import thin_clients
from model.derive.thin_clients import Parameter, Setting
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Places
    from model.types.desktops import ClientSystem
    from model.types.estate import Workplace
    from model.types.infrastructure import Settings

_SESSION = "app.cwa.sessions.cwa%"
"""The class of a session of Citrix Workspace app, which is an app of its own in IGEL OS 12. Public test code against
UMS 12 sets it with `options.type` and `options.stores.url1`.
"""

PARAMETERS = {
    "AllowAudioInput": Parameter("ica.wfclient.allowaudioinput", confirmed=False),
    "EnableUDPAudio": Parameter("ica.module.enableudpaudio", confirmed=True),
    "HDXoverUDP": Parameter("ica.allregions.hdxoverudp", confirmed=True),
    "UDPAudioPortHigh": Parameter("ica.module.udpaudioporthigh", confirmed=False),
    "UDPAudioPortLow": Parameter("ica.module.udpaudioportlow", confirmed=False),
    "VDTeams": Parameter("ica.module.vdteams", confirmed=False),
    "domain": Parameter(f"{_SESSION}.options.authentication.domain", confirmed=True),
    "name": Parameter(f"{_SESSION}.name", confirmed=True),
    "store": Parameter(f"{_SESSION}.options.stores.url1", confirmed=True),
    "type": Parameter(f"{_SESSION}.options.type", confirmed=True),
}
"""`ica.<ini file>.<key>` is how IGEL OS names what it writes into Citrix's ini files (IGEL OS release notes)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An UMS profile: the settings of a way of working, and those of its one session, an instance of the class `prefix`
    by the name `serial`. `number` is its id in the file; the UMS gives it another.
    """

    number: int
    name: str
    description: str
    model: str
    version: str
    settings: list[Setting]
    prefix: str
    serial: str
    session: list[Setting]


@dataclass(frozen=True, slots=True)
class Device:
    """A thin client, by the names of the REST interface; `mac` has no colons."""

    mac: str
    name: str
    site: str
    department: str
    costCenter: str  # noqa: N815 the UMS's


@dataclass(frozen=True, slots=True)
class Directory:
    """The devices of a site that have the same profile."""

    name: str
    profile: str
    devices: list[Device]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A site's directory, and in it one for each profile with its devices. DHCP option 226 gives `structure_tag`."""

    directory: str
    structure_tag: str
    directories: list[Directory]


@dataclass(frozen=True, slots=True)
class SiteFile:
    """The context of a site's file."""

    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script: the UMS's name, and the system that new devices' firmware is looked for by."""

    server: str
    product: str


def files(platform: Platform) -> Iterator[File]:
    """A profile for each way of working, a bundle for each site, and the script; nothing without IGEL thin clients, or
    without a release that they run.
    """
    workplaces = thin_clients.of_maker(platform.places, platform.desktops, "igel")
    release = thin_clients.system(platform.desktops, "igel")
    if not workplaces or release is None:
        return
    for number, profile in enumerate(thin_clients.profiles(workplaces), start=1):
        yield File(f"profiles/{profile}.xml", "profile.xml.j2", _profile(platform, profile, number, release))
    for site, held in thin_clients.by_site(workplaces).items():
        yield File(
            f"sites/{site}.json", "site.json.j2", SiteFile(_bundle(platform.settings, platform.places, site, held))
        )
    server = platform.network.addressing.thin_client_servers.get("igel", "igelrmserver")
    yield File("Set-Igel.ps1", "apply.ps1.j2", Script(server, release.title), utf8_bom)


def _profile(platform: Platform, profile: str, number: int, release: ClientSystem) -> Profile:
    wish = thin_clients.wanted(platform, profile)
    own = {"domain": wish.domain, "name": wish.desktop, "store": wish.store, "type": "storebrowse"}
    values = thin_clients.settings(PARAMETERS, thin_clients.workspace(wish) | own)
    return Profile(
        number=number,
        name=name_of(platform.settings, profile),
        description=f"{wish.desktop}. {thin_clients.UNCONFIRMED}",
        model=release.title,
        version=release.version,
        settings=[setting for setting in values if not setting.name.startswith(_SESSION)],
        prefix=_SESSION,
        serial=str(uuid.uuid5(uuid.NAMESPACE_URL, f"platform-refresh/igel/{profile}")),
        session=[setting for setting in values if setting.name.startswith(_SESSION)],
    )


def name_of(settings: Settings, profile: str) -> str:
    """A profile's name in the UMS, which the script finds it by: `HOLSTEBRO office`."""
    return f"{settings.netbios_domain} {profile}"


def _bundle(settings: Settings, places: Places, code: str, held: dict[str, list[Workplace]]) -> Bundle:
    site = places.sites[code]
    directories = [
        Directory(
            name=profile,
            profile=name_of(settings, profile),
            devices=[
                Device(
                    mac=thin_clients.bare_mac(workplace.mac),
                    name=workplace.name,
                    site=site.name,
                    department=workplace.department,
                    costCenter=settings.cost_center,
                )
                for workplace in workplaces
            ],
        )
        for profile, workplaces in held.items()
    ]
    return Bundle(f"{code} {site.name}", code, directories)
