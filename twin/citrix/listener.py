"""A small HTTP server on loopback: h11 over asyncio streams, one request at a time on a connection.

It exists so that a rehearsal meets real connections, headers and lost answers without a web framework. It answers to
loopback names only, so that a page in a browser can not reach it under a name of its own, and speaks no TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import h11

from twin import peers

HOST: Final = "127.0.0.1"
_LARGEST: Final = 16 << 20
_NAMES: Final = {"127.0.0.1", "localhost"}


@dataclass(slots=True)
class Request:
    """A request: `path` decoded by segment, `query` with every value, `body` as it came."""

    method: str
    path: list[str]
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Response:
    """An answer; `drop` closes the connection instead, so that the client never sees it."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    drop: bool = False


Handler = Callable[[Request], Awaitable[Response]]


async def serve(handler: Handler) -> asyncio.Server:
    """Serves on a free port of loopback."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, h11.RemoteProtocolError):
            if peers.is_ours(writer.get_extra_info("peername")[1]):
                await _converse(handler, reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    return await asyncio.start_server(client, HOST, 0)


async def _converse(handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = h11.Connection(h11.SERVER)
    while True:
        request = await _read(connection, reader)
        if request is None:
            return
        if request.headers.get("host", "").rsplit(":", maxsplit=1)[0] not in _NAMES:
            response = Response(403)
        else:
            response = await handler(request)
        if response.drop:
            return
        headers = {"Content-Length": str(len(response.body)), **response.headers}
        head = h11.Response(status_code=response.status, headers=list(headers.items()))
        for event in (head, h11.Data(data=response.body), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")
        await writer.drain()
        if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LARGEST:
                return None
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _request(head, bytes(body))
        else:
            return None


def _request(head: h11.Request, body: bytes) -> Request:
    target = urlsplit(head.target.decode("ascii", "replace"))
    raw: Mapping[str, Any] = {name.decode(): value.decode("latin-1") for name, value in head.headers}
    path = [unquote(segment) for segment in target.path.split("/") if segment]
    return Request(head.method.decode(), path, parse_qs(target.query), dict(raw), body)
