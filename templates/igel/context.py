"""The contexts of the IGEL templates.

The profile's XML is that of an UMS export (IGEL-Community/IGEL-Custom-Partitions has many); the calls of the REST
interface are those of IGEL-Community/PSIGEL. Both were read 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model.derive import thin_clients
from model.derive.thin_clients import Parameter
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import Workplace

FIRMWARE = ("IGEL OS 11", "11.08.230.01")
"""What the profiles are written for; the UMS takes them for newer releases of the same system."""

PARAMETERS = {
    "AllowAudioInput": Parameter("ica.wfclient.allowaudioinput", confirmed=False),
    "EnableUDPAudio": Parameter("ica.module.enableudpaudio", confirmed=False),
    "HDXoverUDP": Parameter("ica.allregions.hdxoverudp", confirmed=False),
    "UDPAudioPortHigh": Parameter("ica.module.udpaudioporthigh", confirmed=False),
    "UDPAudioPortLow": Parameter("ica.module.udpaudioportlow", confirmed=False),
    "VDTeams": Parameter("ica.module.vdteams", confirmed=False),
    "domain": Parameter("ica.pnlogin.domain", confirmed=False),
    "quiet": Parameter("ica.pnlogin.suppressconnectiondialog", confirmed=True),
    "store": Parameter("ica.pnlogin.serverurl", confirmed=False),
}
"""`ica.<ini file>.<key>` is how IGEL OS names what it writes into Citrix's ini files (IGEL OS release notes)."""


def files(platform: Platform) -> Iterator[File]:
    """A profile for each way of working, a bundle for each site, and the script; nothing without IGEL thin clients."""
    workplaces = thin_clients.of_maker(platform, "igel")
    if not workplaces:
        return
    for number, profile in enumerate(thin_clients.profiles(workplaces), start=1):
        yield File(f"profiles/{profile}.xml", "profile.xml.j2", _profile(platform, profile, number))
    for site, held in thin_clients.by_site(workplaces).items():
        yield File(f"sites/{site}.json", "site.json.j2", {"bundle": bundle(platform, site, held)})
    server = platform.network.addressing.thin_client_servers.get("igel", "igelrmserver")
    yield File("Set-Igel.ps1", "apply.ps1.j2", {"server": server, "product": FIRMWARE[0]}, utf8_bom)


def _profile(platform: Platform, profile: str, number: int) -> dict[str, Any]:
    wish = thin_clients.wanted(platform, profile)
    values = thin_clients.workspace(wish) | {"domain": wish.domain, "quiet": "true", "store": wish.store}
    return {
        "number": number,
        "name": name_of(platform, profile),
        "description": f"{wish.desktop}. {thin_clients.UNCONFIRMED}",
        "model": FIRMWARE[0],
        "version": FIRMWARE[1],
        "settings": thin_clients.settings(PARAMETERS, values),
    }


def name_of(platform: Platform, profile: str) -> str:
    """A profile's name in the UMS, which the script finds it by: `HOLSTEBRO office`."""
    return f"{platform.settings.netbios_domain} {profile}"


def bundle(platform: Platform, code: str, held: dict[str, list[Workplace]]) -> dict[str, Any]:
    """A site's directory, and in it one for each profile with its devices. DHCP option 226 gives `structure_tag`."""
    site = platform.places.sites[code]
    return {
        "directory": f"{code} {site.name}",
        "structure_tag": code,
        "directories": [
            {
                "name": profile,
                "profile": name_of(platform, profile),
                "devices": [
                    {
                        "mac": thin_clients.bare_mac(workplace.mac),
                        "name": workplace.name,
                        "site": site.name,
                        "department": workplace.department,
                        "costCenter": platform.settings.cost_center,
                    }
                    for workplace in workplaces
                ],
            }
            for profile, workplaces in held.items()
        ],
    }
