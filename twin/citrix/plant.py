"""Plants what the site has before any stack: the machine catalogs and delivery groups of the estate as found.

What is planted is the body of the API's own create, but with accounts by name instead of by SID, and the site checks it
as it does anybody's. Planting takes no time. What was planted is never changed: a stack may have taken it over.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, cast

from twin.citrix import catalogs, groups, jobs
from twin.citrix.site import CATALOG, GROUP, Json, ProblemError, Site, label, refuse
from twin.engine.platform import RefusedError
from twin.world.store import Object, World

_ACCOUNTS: Final = ("IncludedUsers", "ExcludedUsers")


def plant(world: World, token: str, body: Json) -> bool:
    """Plants one object; False when it is there already. Raises RefusedError."""
    site = Site(world)
    text = json.dumps(body, sort_keys=True)
    for present in world.named(token, str(body.get("Name"))):
        if present.facts.get("seed") == text:
            return False
        raise RefusedError(f"the {label(token)} is there and is another one; run `refresh twin reset` and seed again")
    last = max((item.seq for item in world.all()), default=0)
    try:
        site.ensure_beginning()
        item = _MAKE[token](site, body)
    except ProblemError as problem:
        raise RefusedError(problem.message) from None
    item.facts["seed"] = text
    world.save(item)
    for made in world.all():
        if made.seq > last:
            made.given = True
            world.save(made)
    return True


def _catalog(site: Site, body: Json) -> Object:
    clock = site.clock()
    job = catalogs.create(site, body, None, late=False)
    jobs.finish(site, job, catalogs.ACTIONS)
    site.world.remove(job)
    site.world.set_meta("clock", str(clock))
    return site.need(CATALOG, body["Name"])


def _group(site: Site, body: Json) -> Object:
    return groups.create(site, _by_sid(site, body))


_MAKE: Final[dict[str, Callable[[Site, Json], Object]]] = {CATALOG: _catalog, GROUP: _group}
TYPES: Final = tuple(_MAKE)


def _by_sid(site: Site, value: Any) -> Any:
    """The same with every account by its SID."""
    if isinstance(value, list):
        return [_by_sid(site, item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    return {
        key: [_sid(site, str(name)) for name in item] if key in _ACCOUNTS else _by_sid(site, item)
        for key, item in cast("Json", value).items()
    }


def _sid(site: Site, name: str) -> str:
    found = groups.users(site, [name])["Items"]
    return str(found[0]["Sid"]) if found else refuse(400, f"The user '{name}' could not be resolved.")
