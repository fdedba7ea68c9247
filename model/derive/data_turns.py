"""The data that have another machine after a step, by which names they are reached, and in which order that goes: the
old side is closed to writing, what was written last crosses, the new side takes writes, and then the names turn.

Told by comparing the platform before a step with it after, as flips.py does, so the way back is the same with the sides
changed. Left out: how the data cross, which the tools of their `way` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive.serving import answering, named_servers, system_served_by

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.estate import Server
    from model.types.instances import Instance

SWITCHES_ITSELF = frozenset({"availability-group", "replicated-disks"})
"""Ways that close the old side by themselves: a replica that fails over takes no writes from then on, and a machine
whose disks have moved is off.
"""


@dataclass(frozen=True, slots=True)
class DataTurn:
    """A server whose data leave the machine `closes` for the machine `opens`, both by full name. `read_only_by` is None
    where no script of ours closes it.
    """

    server: str
    way: str
    minutes: int
    closes: str
    opens: str
    read_only_by: str | None


def data_turns(before: Platform, after: Platform) -> tuple[DataTurn, ...]:
    """What holds data and another machine answers for it after the step, by server."""
    found: list[DataTurn] = []
    for identity, server in sorted(after.estate.servers.items()):
        if not server.holds_data or server.data is None:
            continue
        old, new = _machine(before, server.system, identity), _machine(after, server.system, identity)
        if old is None or new is None or old.logical_name == new.logical_name:
            continue
        onward = old.generation < new.generation
        minutes = server.data.across_minutes if onward else server.data.back_minutes
        found.append(DataTurn(identity, server.data.way, minutes, old.fqdn, new.fqdn, server.read_only_by))
    return tuple(found)


def _machine(platform: Platform, code: str, identity: str) -> Instance | None:
    """The machine that answers for a server, in the generation that serves its system."""
    served = system_served_by(platform, code)
    return next(iter(answering(platform.estate, platform.instances, code, identity, served)), None)


def asked_without_name(platform: Platform, server: Server) -> str | None:
    """Who else reaches a server that holds data by no stable name: the source of a flow of its system, or of one to the
    server itself. A share has its own name, and who answers for the stable names is asked by address.
    """
    code, servers = server.system, platform.estate.servers
    aliases = platform.estate.systems[code].aliases
    if not server.holds_data or server.identity in platform.network.addressing.alias_servers:
        return None
    if any(server in named_servers(platform.estate, code, label) for label in aliases):
        return None
    if any(entry.kind == "file-share" and entry.system == code for entry in platform.refresh.stable.values()):
        return None
    for flow in platform.estate.systems[code].flows:
        if flow.role in (None, server.role) and flow.source != code:
            return flow.source
    for shared in platform.flows.values():
        for source in shared.sources if server.identity in shared.targets else ():
            if source != code and (source not in servers or servers[source].system != code):
                return source
    return None
