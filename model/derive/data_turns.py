"""The data that have another machine after a step, and in which order: the old side is closed to writing, what was
written last crosses, the new side takes writes, and then the names turn.

Told by comparing the platform before a step with it after, as flips.py does, so the way back is the same with the sides
changed. Left out: how the data cross, which the tools of their `way` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive.serving import answering, system_served_by

if TYPE_CHECKING:
    from model.platform import Platform
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
