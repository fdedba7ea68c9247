"""The desktop that a device asks for: whether it is open, and whether both ends of a session agree."""

from __future__ import annotations

from collections.abc import Iterator

from refresh.certificate.estate import Estate
from refresh.certificate.facts import Fact, judged, unseen
from refresh.certificate.links import pools
from refresh.certificate.links.network import working
from refresh.certificate.reading.clients import Client, Profile
from refresh.certificate.reading.outputs import Pool
from refresh.certificate.reading.tables import Site

CLOSED_BY_HAND = ("redirectclipboard", "drivestoredirect", "usbdevicestoredirect")
"""What Azure Virtual Desktop lets through where nothing is said (Microsoft, "Supported RDP properties")."""


def desktop(estate: Estate, site: Site) -> Iterator[Fact]:
    """Every desktop that a device asks for is published by one pool that is open, serves, and has machines."""
    clients = pools.told(estate, site)
    by_mac = {client.mac for client in clients}
    for device in working(site):
        if device.role != pools.THIN or not device.mac or device.mac in by_mac:
            continue
        if device.mac.replace(":", "") in estate.others:
            yield unseen(f"{device.name} har en profil", "af en fabrikant, hvis profiler ikke følges", device.at)
        else:
            yield judged(f"{device.name} har en profil", "ingen", device.at, f"en profil til {device.mac}")
    for title, asking in pools.chosen(estate, site).items():
        yield from _published(estate, title, asking)
    if any(device.role != pools.THIN for device in working(site)) or not clients:
        for pool in pools.of_site(estate, site):
            yield from _pool(estate, pool)
        yield from _shut(estate)
    for name, at in pools.found_before(estate):
        yield unseen(f"{name} lukker nogen ind", "fandtes før os: hvad den har, står kun i Citrix", at)
    if not estate.outputs.open_points():
        at = estate.outputs.files[0].at('"access"')
        seen = [name for name in estate.outputs.observed if estate.outputs.serves(name)]
        if seen:
            yield unseen("Delivery groups, der lukker nogen ind", f"hører til {', '.join(seen)}, som kun er set", at)
            return
        yield judged("Åbne delivery groups og host pools", "ingen", at, "mindst én, der lukker nogen ind")


def _shut(estate: Estate) -> Iterator[Fact]:
    """A pool of a generation that serves, into which nobody comes in any generation."""
    opened = {
        pool.of for pool in estate.outputs.pools.values() if (pool.kind, pool.name) in estate.outputs.open_points()
    }
    for pool in estate.outputs.pools.values():
        if pool.of in opened or not estate.outputs.serves(pool.generation):
            continue
        _, at = estate.outputs.access.get((pool.kind, pool.name), ("", pool.at))
        if pools.found_before(estate):
            yield unseen(f"{pool.name} er lukket", "en gruppe, der fandtes før os, er måske åben i stedet", at)
        else:
            yield judged(f"{pool.name} lukker nogen ind", "lukket", at, "åben for nogen")


def _published(estate: Estate, title: str, asking: list[Client]) -> Iterator[Fact]:
    named = [pool for pool in estate.outputs.pools.values() if title in pool.published]
    doors = estate.outputs.open_points()
    served = [pool for pool in named if (pool.kind, pool.name) in doors]
    profile, text = asking[0].profile, f"Enheder beder om {title}"
    at = profile.at(f">{title}<")
    if not served and (pools.found_before(estate) or any(map(estate.outputs.serves, estate.outputs.observed))):
        yield unseen(text, "udgives måske af en gruppe, der fandtes før os", at)
    elif not named:
        yield judged(text, "ingen udgiver det", at, "en pool med det navn")
    elif not served:
        _, closed = estate.outputs.access.get((named[0].kind, named[0].name), ("", named[0].at))
        yield judged(text, f"{named[0].name} er lukket", closed, "åben for nogen")
    for pool in served:
        who, at = estate.outputs.access[pool.kind, pool.name]
        yield judged(text, f"{len(asking)} beder, og {pool.name} er åben for {who}", at, "")
        yield from _pool(estate, pool)
    if len(served) > 1:
        yield judged(text, ", ".join(pool.name for pool in served), served[1].at, "én åben pool med det navn")


def _pool(estate: Estate, pool: Pool) -> Iterator[Fact]:
    state = estate.outputs.states.get(pool.generation, "ukendt")
    wrong = "" if estate.outputs.serves(pool.generation) else "en generation, der betjener nogen"
    yield judged(f"{pool.name} hører til {pool.generation}", state, pool.at, wrong)
    at = pool.setting_at("machines")
    yield judged(f"Maskiner i {pool.name}", str(pool.machines), at, "" if pool.machines else "mindst én")
    at = pool.setting_at("published")
    wrong = "" if pool.published else "et skrivebord eller et program"
    yield judged(f"{pool.name} viser", ", ".join(pool.published) or "intet", at, wrong)


def session(estate: Estate, site: Site) -> Iterator[Fact]:
    """The settings of the profile at the desk fit those of the pool's policy."""
    doors = estate.outputs.open_points()
    for title, asking in pools.chosen(estate, site).items():
        served = [p for p in pools.of_site(estate, site) if title in p.published and (p.kind, p.name) in doors]
        profiles = {client.profile.file.path: client.profile for client in asking}
        for pool in served:
            for profile in profiles.values():
                yield from _agree(profile, pool)
    for pool in pools.of_site(estate, site):
        yield from _settings(pool)
    for name, at in pools.found_before(estate):
        yield unseen(f"Indstillinger i {name}", "står kun i Citrix", at)


def _agree(profile: Profile, pool: Pool) -> Iterator[Fact]:
    """What both ends must have alike (Citrix product documentation: HDX adaptive transport, audio policy settings,
    optimization for Microsoft Teams).
    """
    server, client = pool.settings, profile.settings
    transport = str(server.get("HDXAdaptiveTransport", "Preferred"))
    wrong = "" if (client["transport"] == "Off") == (transport == "Off") else f"som i {pool.name}: {transport}"
    value = client["transport"] or "intet"
    yield judged(f"{profile.name}: UDP til sessionen", value, profile.setting_at("transport"), wrong)
    sound = server.get("AllowRtpAudio") is True and server.get("UDPAudioOnServer") is True
    wrong = "" if (client["udp_audio"] == "True") == sound else f"som i {pool.name}: {sound}"
    yield judged(
        f"{profile.name}: lyd over UDP", client["udp_audio"] or "intet", profile.setting_at("udp_audio"), wrong
    )
    if sound:
        yield from _ports(profile, pool)
    teams = server.get("MSTeamsRedirection") is True
    wrong = "" if (client["teams"] == "On") == teams else f"som i {pool.name}: {'On' if teams else 'Off'}"
    yield judged(f"{profile.name}: Teams på enheden", client["teams"] or "intet", profile.setting_at("teams"), wrong)


def _ports(profile: Profile, pool: Pool) -> Iterator[Fact]:
    """Sound goes to the ports that the server listens on (RtpAudioPortRange, "Audio policy settings")."""
    wanted = [part.strip() for part in str(pool.settings.get("RtpAudioPortRange", "16500, 16509")).split(",")]
    for key, port in zip(("audio_low", "audio_high"), wanted, strict=False):
        found = profile.settings[key]
        wrong = "" if found == port else f"{port}, som i {pool.name}"
        yield judged(f"{profile.name}: porte til lyd", found or "ingen", profile.setting_at(key), wrong)


def _settings(pool: Pool) -> Iterator[Fact]:
    if pool.kind == "host-pool":
        missing = [name for name in CLOSED_BY_HAND if name not in pool.settings]
        value = f"{len(pool.settings)} egenskaber"
        wrong = f"{', '.join(missing)} skrevet ud, for Azure lukker det op, der ikke er sagt" if missing else ""
        yield judged(f"RDP-egenskaber i {pool.name}", value, pool.setting_at("settings"), wrong)
        return
    sound = pool.settings.get("AllowRtpAudio") is True
    wrong = "" if pool.settings else "profilens indstillinger"
    if sound and pool.settings.get("UDPAudioOnServer") is not True:
        wrong = "UDPAudioOnServer, uden hvilken AllowRtpAudio intet gør"
    at = pool.setting_at("AllowRtpAudio" if sound else "settings")
    yield judged(f"Politik i {pool.name}", f"{len(pool.settings)} indstillinger", at, wrong)
