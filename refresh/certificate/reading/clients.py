"""What a device at a desk is told of its session: IGEL's and HP's profiles, by the device's MAC address."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from refresh.certificate.facts import At
from refresh.certificate.reading.text import Text, as_json, need, read

_KEYS = {
    "transport": ('"ica.allregions.hdxoverudp"', '"HDXoverUDP"'),
    "udp_audio": ('"ica.module.enableudpaudio"', '"enableUDPAudio"'),
    "teams": ('"ica.module.vdteams"', '"VDTeams"'),
    "audio_low": ('"ica.module.udpaudioportlow"', '"UDPAudioPortLow"'),
    "audio_high": ('"ica.module.udpaudioporthigh"', '"UDPAudioPortHigh"'),
}
"""How each maker names a setting."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a device starts its session: the desktop it asks for, at which store, and with which settings.

    `settings` are those of _KEYS, as the client has them.
    """

    name: str
    desktop: str
    store: str
    settings: Mapping[str, str]
    file: Text

    def at(self, needle: str) -> At:
        """Where a value stands."""
        return self.file.at(needle)

    def setting_at(self, key: str) -> At:
        """Where a setting stands: the line below the one that names it."""
        named = next((at for name in _KEYS[key] if (at := self.file.at(name)).line), At(self.file.path))
        return At(named.file, named.line + 1) if named.line else named


@dataclass(frozen=True, slots=True)
class Client:
    """A device with its profile. `mac` is in lower case with colons."""

    name: str
    mac: str
    profile: Profile
    at: At


def clients(folder: Path) -> dict[str, list[Client]]:
    """The devices of each site that are told by a file of ours."""
    found: dict[str, list[Client]] = {}
    for read_ in (_igel, _hp):
        for site, client in read_(folder):
            found.setdefault(site, []).append(client)
    return found


def others(folder: Path) -> str:
    """What the files of makers hold whose profiles are not followed, for Dell and Stratodesk publish no form of them:
    enough to tell that a device is there, by its MAC address in small letters without colons.
    """
    places = (folder / maker / "sites" for maker in ("dell_wyse", "stratodesk"))
    files = [need(folder, path.relative_to(folder).as_posix()) for place in places for path in sorted(place.glob("*"))]
    return "\n".join(file.text for file in files).lower().replace(":", "").replace("-", "")


def _mac(text: str) -> str:
    digits = text.replace(":", "").replace("-", "").lower()
    return ":".join(digits[n : n + 2] for n in range(0, 12, 2))


def _tree(file: Text) -> ET.Element:
    try:
        return ET.fromstring(file.text)  # noqa: S314 our own rendering; expat expands no entity from outside
    except ET.ParseError as error:
        raise file.unread(error.position[0], f"no XML ({error})") from None


def _igel(folder: Path) -> Iterator[tuple[str, Client]]:
    profiles = dict(map(_igel_profile, sorted((folder / "igel" / "profiles").glob("*.xml"))))
    for path in sorted((folder / "igel" / "sites").glob("*.json")):
        file = need(folder, f"igel/sites/{path.name}")
        try:
            for part in as_json(file)["directories"]:
                profile = profiles.get(part["profile"])
                if profile is None:
                    raise file.unread(file.at(part["profile"]).line, f"no profile {part['profile']}")
                for device in part["devices"]:
                    yield path.stem, Client(device["name"], _mac(device["mac"]), profile, file.at(device["mac"]))
        except (KeyError, TypeError) as error:
            raise file.unread(0, f"no bundle of a site ({error!r})") from None


def _igel_profile(path: Path) -> tuple[str, Profile]:
    file = need(path.parents[2], f"igel/profiles/{path.name}")
    tree = _tree(file)
    settings = {each.get("name", ""): each.findtext("pvalue") or "" for each in tree.iter("pclass")}
    instance = {each.get("classname", "").rpartition("%.")[2]: each.text or "" for each in tree.iter("ivalue")}
    name = tree.findtext("profile/profilename") or path.stem
    profile = Profile(
        name=name,
        desktop=instance.get("name", ""),
        store=instance.get("options.stores.url1", ""),
        settings={
            "transport": settings.get("ica.allregions.hdxoverudp", ""),
            "udp_audio": settings.get("ica.module.enableudpaudio", ""),
            "teams": settings.get("ica.module.vdteams", ""),
            "audio_low": settings.get("ica.module.udpaudioportlow", ""),
            "audio_high": settings.get("ica.module.udpaudioporthigh", ""),
        },
        file=file,
    )
    return name, profile


def _hp(folder: Path) -> Iterator[tuple[str, Client]]:
    profiles: dict[str, Profile] = {}
    for path in sorted((folder / "hp_thinpro" / "sites").glob("*.csv")):
        file = need(folder, f"hp_thinpro/sites/{path.name}")
        reader = csv.DictReader(file.lines, delimiter=";")
        for row in reader:
            name = row.get("fil") or ""
            if name not in profiles:
                profiles[name] = _hp_profile(folder, file, reader.line_num, name)
            at = At(file.path, reader.line_num)
            yield path.stem, Client(row["navn"] or "", _mac(row["mac"] or ""), profiles[name], at)


def _hp_profile(folder: Path, table: Text, line: int, name: str) -> Profile:
    file = read(folder, f"hp_thinpro/PersistentProfile/{name}")
    if file is None:
        raise table.unread(line, f"hp_thinpro/PersistentProfile/{name} is not there")
    keys: dict[str, str] = {}
    tree = _tree(file)
    for node in tree.iter("NodeKey"):
        value = next((each.text or "" for each in node if each.get("name") == "value"), "")
        keys[node.get("name", "")] = value
    return Profile(
        name=tree.findtext("ProfileSettings/Name") or name,
        desktop=keys.get("label", ""),
        store=keys.get("address", ""),
        settings={
            "transport": keys.get("HDXoverUDP", ""),
            "udp_audio": keys.get("enableUDPAudio", ""),
            "teams": keys.get("VDTeams", ""),
            "audio_low": keys.get("UDPAudioPortLow", ""),
            "audio_high": keys.get("UDPAudioPortHigh", ""),
        },
        file=file,
    )
