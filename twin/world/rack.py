"""What stands there before a stack and has no resource: racked hosts, disks and exports, the name server's zones, and
what Azure grants a subscription.

Pseudo types of the world, planted by seeding only. Adding a host takes its cores and memory from here; a
datastore takes its capacity from the disks or the export that it is made from.
"""

from __future__ import annotations

from typing import Final

from twin.azure.quota import MISSING, QUOTA, REGISTERED
from twin.engine.check import Fault
from twin.engine.platform import Kind, Site
from twin.engine.wire import Properties
from twin.vsphere.naming import EXPORT, LUN, RACK

ZONE: Final = "dns:Zone"
SHAPES: Final[dict[str, dict[str, type]]] = {
    RACK: {"hostname": str, "cores": int, "memoryMb": int},
    LUN: {"name": str, "sizeMb": int},
    EXPORT: {"remoteHost": str, "remotePath": str, "sizeMb": int},
    ZONE: {"name": str},
    QUOTA: {"name": str, "vcpus": int},
    MISSING: {"name": str},
    REGISTERED: {"name": str},
}
"""Properties of each pseudo type; all are required."""


class Racked(Kind):
    """Something racked, found by its name."""

    def place(self, site: Site) -> None:
        inputs = site.inputs
        name = str(
            inputs.get("hostname") or inputs.get("name") or f"{inputs.get('remoteHost')}:{inputs.get('remotePath')}"
        )
        site.item.name = site.item.id = name
        site.claim(site.item.type, name.lower(), f"{name!r} is racked twice")


RACKED: Final = Racked()


def faults(token: str, properties: Properties) -> list[Fault]:
    """All faults of something racked."""
    shape = SHAPES[token]
    found = [Fault(key, f"unknown property; use {', '.join(shape)}") for key in properties if key not in shape]
    for key, kind in shape.items():
        if not isinstance(properties.get(key), kind):
            found.append(Fault(key, f"expected {kind.__name__}"))
    return found
