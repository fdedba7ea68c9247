"""The machines of a catalog or a delivery group: which one goes first, and which take no new session.

Maintenance mode is `InMaintenanceMode` of a machine, and a machine in it gets no new session (docs/decisions/
0006-citrix-api.md). What is not named keeps the mode that somebody has given it by hand.
"""

from __future__ import annotations

from collections.abc import Collection

from providers.citrix.client import one
from providers.citrix.core import Session
from providers.citrix.fields import Json


def idle(machines: Collection[Json]) -> list[Json]:
    """Those on which nobody has a session, in the order in which a pool gives them up: what is in maintenance mode,
    then what no delivery group has, then the last names.
    """
    free = [item for item in machines if not item.get("SessionCount")]
    free.sort(key=lambda item: str(item["Name"]), reverse=True)
    return sorted(free, key=lambda item: (not item.get("InMaintenanceMode"), bool(item.get("DeliveryGroup"))))


def still_serving(machines: Collection[Json], names: Collection[str]) -> set[str]:
    """The computers among `names` that are there and take new sessions, in small letters."""
    serving = {_computer(item) for item in machines if not item.get("InMaintenanceMode")}
    return serving & {name.lower() for name in names}


async def maintain(session: Session, machines: Collection[Json], names: Collection[str], *, on: bool) -> None:
    """Turns maintenance mode of these computers on or off. One that is not there is left out."""
    wanted = {name.lower() for name in names}
    for item in machines:
        if _computer(item) in wanted and bool(item.get("InMaintenanceMode")) != on:
            await session.client.send("PATCH", f"Machines/{one(str(item['Id']))}", {"InMaintenanceMode": on})


def _computer(machine: Json) -> str:
    return str(machine["Name"]).rsplit("\\", maxsplit=1)[-1].lower()
