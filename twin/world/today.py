"""What day it is in the world: none, until somebody says so (`refresh twin day`). From then on what depends on it is
refused, as the real thing would. The virtual clock of faults goes on from there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from twin.world import faults
from twin.world.store import World

_DAY = "day"


def set_day(world: World, day: datetime) -> None:
    """Says when it is now."""
    world.set_meta(_DAY, (_aware(day) - timedelta(seconds=faults.clock(world))).isoformat())


def now(world: World) -> datetime | None:
    """The moment, None where nobody said one."""
    began = world.meta(_DAY)
    return None if not began else datetime.fromisoformat(began) + timedelta(seconds=faults.clock(world))


def moment(text: Any) -> datetime | None:
    """A moment as Azure writes it, `2027-02-26T23:59:59Z` or a day."""
    return _aware(datetime.fromisoformat(str(text))) if text else None


def _aware(found: datetime) -> datetime:
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
