"""Registration tokens of host pools.

A token is worked out again whenever it is asked for, from the world's salt, the pool and the expiry that it is given:
so it is nowhere stored, and a pool that is given another expiry has another token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, cast

from twin.azure import errors, ids
from twin.azure.values import part
from twin.engine.platform import Site
from twin.engine.wire import Properties, Secret
from twin.world import today
from twin.world.store import SEALED, Object, World

_TOKEN: Final = re.compile(r"twin-registration-[0-9a-f]{64}")


def of(world: World, pool: Object) -> str | None:
    """The token of a host pool, None if it has none or gave it up."""
    info = part(pool.properties, "registrationInfo")
    expiry = part(info, "expirationTime")
    if not expiry or part(info, "registrationTokenOperation") in {"Delete", "None"}:
        return None
    sealed = cast("dict[str, str]", world.seal(Secret(f"{pool.id.lower()} {expiry}")))
    return f"twin-registration-{sealed[SEALED]}"


_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(days=27)


def check(site: Site) -> None:
    """Refuses an expiry outside of an hour to 27 days from now (learn.microsoft.com/azure/virtual-desktop,
    "Create a host pool: registration tokens").
    """
    expiry = part(site.inputs, "registrationInfo", "expirationTime")
    before = part(site.before, "registrationInfo", "expirationTime")
    now, ends = today.now(site.world), today.moment(expiry)
    if now is not None and ends is not None and expiry != before and not _SHORTEST <= ends - now <= _LONGEST:
        errors.refuse(
            "BadRequest",
            f"ActivityId: 0 Error: ExpirationTime {expiry} must be between one hour and 27 days from now.",
        )


def is_over(world: World, pool: Object) -> bool:
    """Whether a pool's token has expired."""
    now, ends = today.now(world), today.moment(part(pool.properties, "registrationInfo", "expirationTime"))
    return now is not None and ends is not None and ends < now


def pool_of(world: World, token: str) -> Object | None:
    """The host pool whose token this is now."""
    return next((pool for pool in world.all(ids.HOST_POOL) if of(world, pool) == token), None)


def within(value: Any) -> Iterator[str]:
    """The tokens in settings of whatever form."""
    if isinstance(value, str):
        yield from _TOKEN.findall(value)
    elif isinstance(value, dict):
        for item in cast(Properties, value).values():
            yield from within(item)
    elif isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from within(item)
