"""A site on loopback that answers with whatever bytes a test gives it, over a real connection."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pulumi.provider.experimental import provider as api

from providers.citrix.client import Client
from providers.citrix.values import plain_map, wrap_map
from providers.rest import Limits
from tests.unit.providers.citrix.lab import PASSWORD, Lab

BASE = "/cvad/manage"
TOKEN = "t0ken-of-the-site"
ZONE = {"Id": "00000000-0000-4000-8000-000000000001", "Name": "Skov", "Description": "Serverrum"}
DRIP = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
"""An answer that begins and of which nothing more ever comes."""

Reply = bytes | Callable[[], bytes]


def reply(
    status: int, content: Any = None, /, body: bytes | None = None, length: int | None = None, **headers: Any
) -> bytes:
    """An answer's bytes: JSON, or a body as it is; `length` is what it says of its length."""
    if body is None:
        body = b"" if content is None else json.dumps(content).encode()
    lines = [f"HTTP/1.1 {status} Reason", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def html(status: int) -> bytes:
    return reply(status, body=b"<html><title>Sign in</title></html>", Content_Type="text/html")


def problem(status: int, **headers: Any) -> bytes:
    return reply(status, {"ErrorMessage": "The site does not want to."}, **headers)


SIGN_IN = reply(200, {"Token": TOKEN})
ME = reply(200, {"Customers": [{"Id": "CitrixOnPremises", "Sites": [{"Id": "site-1", "Name": "Holstebro"}]}]})


class Hostile(Lab):
    """The provider against `answers`: replies by `METHOD /path` without the query, the last one again and again."""

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.answers: dict[str, list[Reply]] = {}
        self.asked: Counter[str] = Counter()
        self.heard = asyncio.Event()
        self.limits = limits or Limits(request=5)
        self.settings: dict[str, str] = {}
        self._port = 0
        super().__init__(path)
        self._server = self.run(asyncio.start_server(self._answer, "127.0.0.1", 0))
        self._port = self._server.sockets[0].getsockname()[1]
        self.configure()

    def _connect(self, *args: Any, **kwargs: Any) -> Client:
        self.client = Client(*args, **kwargs, sleep=self._sleep, limits=self.limits)
        return self.client

    def configure(self) -> None:
        args = {"endpoint": f"http://127.0.0.1:{self._port}{BASE}", "user": "u", "password": PASSWORD, **self.settings}
        self.run(self.provider.configure(api.ConfigureRequest({}, wrap_map(args, secret={"password"}), True, True)))

    def end(self) -> None:
        self._server.close()
        self.run(self.provider.close())
        self.run(self._server.wait_closed())
        self.loop.close()
        self.world.close()

    def says(self, request: str, *replies: Reply) -> None:
        """What is answered to `METHOD /path`, one reply after the other."""
        self.answers[request] = list(replies)

    def read_zone(self) -> dict[str, Any]:
        """A refresh of a zone that is in the state; {} if the provider says that it is gone."""
        answer = self.run(self.provider.read(self.request_of_zone()))
        return plain_map(answer.properties) if answer.resource_id else {}

    def request_of_zone(self) -> api.ReadRequest:
        state = wrap_map({"name": "Skov", "description": "Serverrum"}, secret=set())
        return api.ReadRequest(self.urn("Zone", "it"), ZONE["Id"], state, state)

    def delete_zone(self) -> None:
        self.delete("Zone", ZONE["Id"], {"name": "Skov"})

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:  # whoever came has gone again
            writer.close()
            return
        for line in head.lower().split("\r\n"):
            if line.startswith("content-length:"):
                await reader.readexactly(int(line.split(":")[1]))
        method, target, _ = head.split(" ", maxsplit=2)
        request = f"{method} {target.partition('?')[0].removeprefix(BASE)}"
        self.asked[request] += 1
        self.heard.set()
        usual: dict[str, list[Reply]] = {"POST /Tokens": [SIGN_IN], "GET /me": [ME]}
        replies = self.answers.get(request) or usual.get(request) or [problem(404)]
        chosen = replies.pop(0) if len(replies) > 1 else replies[0]
        raw = chosen if isinstance(chosen, bytes) else chosen()
        writer.write(raw)
        if raw is DRIP:
            await reader.read()  # until the client has had enough
        writer.close()


def numbers() -> Iterator[int]:
    """1, 2, 3 ..., for answers of which no two are the same."""
    number = 0
    while True:
        number += 1
        yield number
