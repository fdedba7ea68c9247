"""Whom each generation serves, and by which stable names it answers.

The live generation serves everyone; `serving:` names those that another one serves, and a wave that has moved those
that its generation serves for good. The live one is not named a second time, so a cutover is a change of states alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from model import names
from model.derive import waves
from model.types.serving import Serving
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Declared, Estate, Platform, Refresh
    from model.types.estate import Server
    from model.types.infrastructure import Generation, Settings
    from model.types.instances import Instance
    from model.types.waves import Wave


def live(refresh: Refresh) -> Generation:
    """The generation that serves everyone. The checks see to it that there is one."""
    return next(g for g in refresh.generations.values() if g.state == State.LIVE)


def named(refresh: Refresh) -> tuple[Serving | Wave, ...]:
    """Every entry that names who is served by a generation: those of `serving:`, then the waves that have moved."""
    return (
        *refresh.serving.values(),
        *(wave for wave in refresh.waves.values() if wave.state == "moved"),
    )


def system_served_by(platform: Platform, code: str) -> str:
    """The generation that serves a system."""
    return _named(platform.refresh, ((s, s.systems) for s in named(platform.refresh)), code)


def pool_served_by(platform: Platform, pool: str) -> str:
    """The generation that serves a desktop pool."""
    return _named(platform.refresh, ((s, s.pools) for s in named(platform.refresh)), pool)


def person_served_by(platform: Platform, site: str, groups: Iterable[str] = ()) -> str:
    """The generation that serves a person: by the first of the groups that is named, else by the site."""
    for group in groups:
        for serving in named(platform.refresh):
            if group.casefold() in map(str.casefold, serving.groups):
                return serving.generation
    return _named(platform.refresh, ((s, s.sites) for s in named(platform.refresh)), site)


def naming_system(platform: Declared, code: str, generation: str) -> str | None:
    """The entry that names who is served by a system's servers in a generation: the system, or people, who come to
    whatever is not in a wave still ahead.
    """
    wave = waves.of_system(platform.refresh, code, generation)
    ahead = wave is not None and wave.state != "moved"
    return _naming(
        platform.refresh, generation, lambda entry: code in entry.systems or (not ahead and of_people(entry))
    )


def naming_pool(platform: Declared, pool: str, generation: str) -> str | None:
    """The entry that names who is served by a pool in a generation: the pool itself, or people."""
    return _naming(platform.refresh, generation, lambda entry: pool in entry.pools or of_people(entry))


def of_people(entry: Serving | Wave) -> bool:
    """Whether an entry names people and not only what they use."""
    return bool(entry.groups or entry.sites)


def _naming(refresh: Refresh, generation: str, wanted: Callable[[Serving | Wave], bool]) -> str | None:
    return next((entry.name for entry in named(refresh) if entry.generation == generation and wanted(entry)), None)


def _named(refresh: Refresh, servings: Iterable[tuple[Serving | Wave, tuple[str, ...]]], key: str) -> str:
    return next((s.generation for s, keys in servings if key in keys), live(refresh).name)


def answering(
    estate: Estate, instances: tuple[Instance, ...], code: str, role: str, generation: str
) -> tuple[Instance, ...]:
    """The instances of a system's servers of one role, or of one server by its identity, that answer when `generation`
    serves the system.

    A server that is retained or upgraded in place answers by its machine of the generation before.
    """
    found: list[Instance] = []
    for server in estate.servers.values():
        if server.system != code or role not in (server.role, server.identity):
            continue
        own = {i.generation.name: i for i in instances if i.server is server}
        stays = server.how(generation) in ("retain", "in-place")
        instance = own.get(generation) or (before(own, generation) if stays else None)
        if instance is not None:
            found.append(instance)
    return tuple(found)


def answers(estate: Estate, instances: tuple[Instance, ...], code: str, generation: str) -> bool:
    """Whether any server of a system answers when `generation` serves it."""
    roles = {s.role for s in estate.servers.values() if s.system == code}
    return any(answering(estate, instances, code, role, generation) for role in roles)


def before(own: dict[str, Instance], generation: str) -> Instance | None:
    """A server's instance in the last generation before `generation`."""
    earlier = max((name for name in own if names.year(name) < names.year(generation)), key=names.year, default=None)
    return own[earlier] if earlier is not None else None


def bears_name(platform: Platform, instance: Instance) -> bool:
    """Whether a computer name leads to this machine: a migrated one shares it with the machine that it was.

    The name leads to the machine that serves, and to the old one until then.
    """
    namesakes = [
        i
        for i in platform.instances
        if i.server is instance.server and i.computer_name == instance.computer_name and i.there
    ]
    if len(namesakes) < 2:
        return True
    own = {i.generation.name: i for i in namesakes}
    current = system_served_by(platform, instance.system.code)
    return instance is (own.get(current) or before(own, current) or namesakes[0])


def alias_addresses(platform: Platform, code: str, label: str) -> tuple[IPv4Address, ...]:
    """The addresses that a system's stable name has, sorted."""
    role = platform.estate.systems[code].aliases[label]
    instances = answering(platform.estate, platform.instances, code, role, system_served_by(platform, code))
    return tuple(sorted(i.address for i in instances if i.address is not None))


def named_servers(estate: Estate, code: str, label: str) -> tuple[Server, ...]:
    """The servers that answer to a system's stable name, in any generation."""
    who = estate.systems[code].aliases[label]
    return tuple(s for s in estate.servers.values() if s.system == code and who in (s.role, s.identity))


def alias_names(settings: Settings, estate: Estate) -> dict[str, str]:
    """The system's code by each stable name, in full."""
    zone = settings.alias_zone
    if zone is None:
        return {}
    return {names.alias(label, zone): code for code, system in estate.systems.items() for label in system.aliases}
