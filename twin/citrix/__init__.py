"""The twin's Citrix site: the CVAD REST API over HTTP on loopback, its state in the twin's world.

Written from the published facts in docs/decisions/0006-citrix-api.md, not from the provider that is tested against it.
It knows what a site refuses and how its jobs go; it does not know sessions, licences or how long anything really takes.
Time is the world's virtual clock: asking about a running job moves it on, so that jobs end and tokens expire without
anybody waiting.
"""

from __future__ import annotations

import asyncio

from twin.citrix import listener
from twin.citrix.app import App
from twin.world.store import World

BASE = "/cvad/manage"


async def start(world: World) -> tuple[asyncio.Server, str]:
    """Serves the world's Citrix site on a free port of loopback; the server, and the API's base."""
    server = await listener.serve(App(world, BASE))
    port = server.sockets[0].getsockname()[1]
    return server, f"http://{listener.HOST}:{port}{BASE}"
