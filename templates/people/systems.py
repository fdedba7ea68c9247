"""What a system's owner is told: whether it moves with the cutover, its names, and what becomes of its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model import names
from model.derive import waves
from model.derive.serving import live
from templates.people import danish, look
from templates.people.look import Look

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Estate, Refresh
    from model.types.cutover import Cutover
    from model.types.estate import DataMove, System
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


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a system does not move with the rest, and until when."""

    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Lagging:
    """A system that does not move with the rest, why, and until when."""

    name: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class DataLine:
    """A way that data come across, for how many servers, and the longest of each figure, in minutes."""

    way: str
    servers: int
    window: int
    across: int
    back: int


@dataclass(frozen=True, slots=True)
class SystemPage:
    """The context of a system's page. Texts are in Danish; `reason` and `until` are empty where it moves with the rest.

    `moves`: it moves in the weekend. `addresses` are the names that stay; the numbers of servers are those of the
    generation that is live, and of the one that follows.
    """

    municipality: str
    look: Look
    code: str
    name: str
    owner: str
    vendor: str
    criticality: str
    personal_data: str
    reach: str
    moves: bool
    reason: str
    until: str
    addresses: list[str]
    servers_before: int
    servers_after: int
    data: list[DataLine]
    closes: str
    opens: str
    desk_title: str
    desk_phone: str
    desk_hours: str


def reaches(refresh: Refresh, estate: Estate, generation: str, system: System) -> Reaches:
    """What the cutover does to a system."""
    if system.hosting == "vendor":
        return "vendor"
    servers = [s for s in estate.servers.values() if s.system == system.code]
    if servers and all(server.how(generation) == "retire" for server in servers):
        return "ends"
    return "lags" if _exception(refresh, estate, generation, system) else "moves"


def lagging(refresh: Refresh, estate: Estate, generation: str) -> list[Lagging]:
    """The systems that do not move with the rest, each with why and until when."""
    found: list[Lagging] = []
    for code in sorted(estate.systems):
        system = estate.systems[code]
        exception = _exception(refresh, estate, generation, system)
        if exception is not None:
            found.append(Lagging(system.title, exception.reason, exception.until))
    return found


def _exception(refresh: Refresh, estate: Estate, generation: str, system: System) -> Exemption | None:
    for serving in refresh.serving.values():
        if system.code in serving.systems and serving.generation != generation:
            return Exemption(serving.reason, danish.day(serving.expires))
    servers = [s for s in estate.servers.values() if s.system == system.code]
    stays = [s.strategy[generation] for s in servers if s.how(generation) == "retain"]
    if stays and len(stays) == len(servers):
        return Exemption(stays[0].reason or "", danish.day(max(s.expires for s in stays if s.expires)))
    return None


def _reach(reach: Reaches, wave: Wave | None) -> str:
    """What is said of it first: a system of a wave moves in the days of that wave, and in no weekend."""
    if reach != "moves" or wave is None:
        return _REACH[reach]
    return f"Flytter i bølgen {wave.title} fra {danish.day(wave.starts)} til {danish.day(wave.ends)}"


def pages(platform: Platform, people: People, cutover: Cutover) -> dict[str, SystemPage]:
    """The context of each system's page, by its code."""
    systems = platform.estate.systems
    return {code: _page(platform, people, cutover, systems[code]) for code in sorted(systems)}


def _page(platform: Platform, people: People, cutover: Cutover, system: System) -> SystemPage:
    generation = cutover.generation
    reach = reaches(platform.refresh, platform.estate, generation, system)
    exception = _exception(platform.refresh, platform.estate, generation, system)
    wave = waves.of_system(platform.refresh, system.code, generation)
    zone = platform.settings.alias_zone
    aliases = [names.alias(label, zone) for label in sorted(system.aliases)] if zone is not None else []
    return SystemPage(
        municipality=platform.settings.title,
        look=look.of(platform, people),
        code=system.code,
        name=system.title,
        owner=system.owner,
        vendor=system.vendor or "",
        criticality=danish.CRITICALITY[system.criticality],
        personal_data=danish.PERSONAL_DATA[system.personal_data],
        reach=_reach(reach, wave),
        moves=reach == "moves" and wave is None,
        reason=exception.reason if exception else "",
        until=exception.until if exception else "",
        addresses=aliases or ([system.fqdn] if system.fqdn else []),
        servers_before=_servers(platform, system, live(platform.refresh).name),
        servers_after=_servers(platform, system, generation),
        data=_data(platform.estate, generation, system) if exception is None else [],
        closes=f"{danish.day(cutover.closes.day)} kl. {danish.clock(cutover.closes.time)}",
        opens=f"{danish.day(cutover.opens.day)} kl. {danish.clock(cutover.opens.time)}",
        desk_title=people.cutover_desk.title,
        desk_phone=people.cutover_desk.phone,
        desk_hours=people.cutover_desk.hours,
    )


def closed(platform: Platform, generation: str) -> list[str]:
    """The names of the systems that matter most and are closed in the weekend, in which they move."""
    estate, refresh = platform.estate, platform.refresh
    return sorted(
        system.title
        for system in estate.systems.values()
        if system.criticality == "vital"
        and reaches(refresh, estate, generation, system) == "moves"
        and waves.of_system(refresh, system.code, generation) is None
    )


def _servers(platform: Platform, system: System, generation: str) -> int:
    return sum(i.system.code == system.code for i in platform.instances_of(generation))


def _data(estate: Estate, generation: str, system: System) -> list[DataLine]:
    """How the data of the system's servers come across, one line for each way."""
    found: dict[str, list[DataMove]] = {}
    for server in estate.servers.values():
        if server.system == system.code and server.data is not None and server.how(generation) == "rebuild":
            found.setdefault(server.data.way, []).append(server.data)
    return [
        DataLine(
            way=_WAYS[way],
            servers=len(moves),
            window=max(move.window_minutes for move in moves),
            across=max(move.across_minutes for move in moves),
            back=max(move.back_minutes for move in moves),
        )
        for way, moves in sorted(found.items())
    ]
