"""What a new generation needs, as changes of a platform's files: what the one before lets us take over or propose, and
a TODO for each thing that only a person can say.

A change is data, a `Put`; who writes them is the command. Left out: what is not said by generation (sites, workplaces,
flows, people), and every decision that the files cannot tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refresh.skeleton import desktops, hardware, networks, pools, servers
from refresh.skeleton.case import Case, Put

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

__all__ = ["Case", "Put", "skeleton"]


def skeleton(platform: Platform, written: Provenance, old: str, new: str) -> Case:
    """The changes that write generation `new` beside `old`, and a line for each thing that they propose."""
    case = Case(platform, written, platform.refresh.generations[old], new)
    case.put("refresh.yaml", "generations", new, {"origin": "managed", "state": "planned"})
    servers.write(case)
    pools.write(case)
    desktops.write(case)
    networks.write(case)
    hardware.write(case)
    return case
