"""What a system's owner is told: whether it moves with the cutover, its names, and what becomes of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model import names
from model.derive import waves
from model.derive.serving import live
from templates.people import danish

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import System
    from model.types.people import People, Reaches
    from model.types.waves import Wave

_REACH = {
    "moves": "Flytter ved skiftet",
    "lags": "Bliver på den gamle platform",
    "vendor": "Drives af leverandøren og berøres ikke",
    "ends": "Ophører ved skiftet",
}
_WAYS = {
    "backup-restore": "sikkerhedskopi og genskabelse",
    "log-shipping": "løbende overførsel af logfiler",
    "availability-group": "tilgængelighedsgruppe i SQL Server",
    "robocopy": "kopiering af filer",
    "storage-replica": "løbende kopiering af lageret",
    "disk-move": "flytning af diske",
    "replicated-disks": "løbende kopiering af diskene",
}


def reaches(platform: Platform, people: People, system: System) -> Reaches:
    """What the cutover does to a system."""
    if system.hosting == "vendor":
        return "vendor"
    servers = [s for s in platform.servers.values() if s.system == system.code]
    if servers and all(server.how(people.generation) == "retire" for server in servers):
        return "ends"
    return "lags" if _exception(platform, people, system) else "moves"


def lagging(platform: Platform, people: People) -> list[dict[str, str]]:
    """The systems that do not move with the rest, each with why and until when."""
    found: list[dict[str, str]] = []
    for code in sorted(platform.systems):
        system = platform.systems[code]
        exception = _exception(platform, people, system)
        if exception is not None:
            found.append({"name": system.title, **exception})
    return found


def _exception(platform: Platform, people: People, system: System) -> dict[str, str] | None:
    for serving in platform.serving.values():
        if system.code in serving.systems and serving.generation != people.generation:
            return {"reason": serving.reason, "until": danish.day(serving.expires)}
    servers = [s for s in platform.servers.values() if s.system == system.code]
    stays = [s.strategy[people.generation] for s in servers if s.how(people.generation) == "retain"]
    if stays and len(stays) == len(servers):
        return {"reason": stays[0].reason or "", "until": danish.day(max(s.expires for s in stays if s.expires))}
    return None


def _reach(reach: Reaches, wave: Wave | None) -> str:
    """What is said of it first: a system of a wave moves in the days of that wave, and in no weekend."""
    if reach != "moves" or wave is None:
        return _REACH[reach]
    return f"Flytter i bølgen {wave.title} fra {danish.day(wave.starts)} til {danish.day(wave.ends)}"


def pages(platform: Platform, people: People) -> dict[str, dict[str, Any]]:
    """The context of each system's page, by its code."""
    return {code: _page(platform, people, platform.systems[code]) for code in sorted(platform.systems)}


def _page(platform: Platform, people: People, system: System) -> dict[str, Any]:
    reach = reaches(platform, people, system)
    exception = _exception(platform, people, system)
    wave = waves.of_system(platform, system.code, people.generation)
    zone = platform.settings.alias_zone
    aliases = [names.alias(label, zone) for label in sorted(system.aliases)] if zone is not None else []
    return {
        "municipality": platform.settings.title,
        "code": system.code,
        "name": system.title,
        "owner": system.owner,
        "vendor": system.vendor or "",
        "criticality": danish.CRITICALITY[system.criticality],
        "personal_data": danish.PERSONAL_DATA[system.personal_data],
        "reach": _reach(reach, wave),
        "moves": reach == "moves" and wave is None,
        "reason": exception["reason"] if exception else "",
        "until": exception["until"] if exception else "",
        "addresses": aliases or ([system.fqdn] if system.fqdn else []),
        "servers_before": _servers(platform, system, live(platform).name),
        "servers_after": _servers(platform, system, people.generation),
        "data": _data(platform, people, system),
        "closes": f"{danish.day(people.closes.day)} kl. {danish.clock(people.closes.time)}",
        "opens": f"{danish.day(people.opens.day)} kl. {danish.clock(people.opens.time)}",
        "desk_title": people.cutover_desk.title,
        "desk_phone": people.cutover_desk.phone,
        "desk_hours": people.cutover_desk.hours,
    }


def _servers(platform: Platform, system: System, generation: str) -> int:
    return sum(i.system.code == system.code for i in platform.instances_of(generation))


def _data(platform: Platform, people: People, system: System) -> list[dict[str, Any]]:
    """How the data of the system's servers come across, one line for each way, with the longest of each figure."""
    found: dict[str, dict[str, Any]] = {}
    for server in platform.servers.values():
        move = server.data
        if server.system != system.code or move is None or server.how(people.generation) != "rebuild":
            continue
        line = found.setdefault(move.way, {"way": _WAYS[move.way], "servers": 0, "window": 0, "across": 0, "back": 0})
        line["servers"] += 1
        line["window"] = max(line["window"], move.window_minutes)
        line["across"] = max(line["across"], move.across_minutes)
        line["back"] = max(line["back"], move.back_minutes)
    return [found[way] for way in sorted(found)]
