"""Who calls the twin: only programs of the user whose twin it is.

Loopback is open to every user of a machine, and an engine that attaches dials a port and brings no password
(`PULUMI_DEBUG_PROVIDERS`; sdk/go/common/resource/plugin of pulumi 3.250.0 knows neither a socket in a folder nor a
token). Linux says in /proc/net whose socket the other end is. Where there is no such table, as on macOS, everybody on
the machine is answered.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import grpc
import grpc.aio

_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def is_ours(port: int) -> bool:
    """Whether the connection that comes from this port of loopback is of our own user, or of root, who may all."""
    if not _TABLES[0].exists():
        return True
    ending = f"0100007F:{port:04X}"
    for table in _TABLES:
        for line in table.read_text().splitlines():
            if ending in line:
                fields = line.split()
                if fields[1].endswith(ending) and fields[3] == "01":
                    return int(fields[7]) in {os.getuid(), 0}
    return False


class OnlyOurs(grpc.aio.ServerInterceptor):
    """Refuses the calls of other users. Asked of every call: a port that is free again may be another's."""

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        """The handler of a method, behind the question who calls."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler

        async def guarded(request: Any, context: Any) -> Any:
            if not is_ours(int(context.peer().rpartition(":")[2])):
                await context.abort(grpc.StatusCode.PERMISSION_DENIED, "this twin is another user's")
            return await handler.unary_unary(request, context)

        return grpc.unary_unary_rpc_method_handler(guarded, handler.request_deserializer, handler.response_serializer)
