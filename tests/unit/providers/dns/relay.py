"""Stands between a client and a name server, sees every message, and lets a test decide what becomes of it."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import dns.message


@dataclass(frozen=True)
class Exchange:
    """A message that came in, and how to ask the real server."""

    message: dns.message.Message
    ask: Callable[[], bytes]


def bare_answer(message: dns.message.Message, rcode: int) -> bytes:
    """An unsigned answer that is nothing but a header."""
    response = 0x8000
    return struct.pack("!HH8x", message.id, response | message.opcode() << 11 | rcode)


class Relay:
    """Listens on a port of loopback; one message a connection.

    `handler` returns what to answer, or None to hang up without an answer.
    """

    def __init__(self, port: int) -> None:
        self.target = port
        self.handler: Callable[[Exchange], bytes | None] = self.passing
        self.messages: list[dns.message.Message] = []
        outer = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer.connection(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]

    @staticmethod
    def passing(exchange: Exchange) -> bytes | None:
        return exchange.ask()

    def connection(self, client: socket.socket) -> None:
        wire = receive(client)
        message = dns.message.from_wire(wire, continue_on_error=True, keyring=False)
        self.messages.append(message)

        def ask() -> bytes:
            with socket.create_connection(("127.0.0.1", self.target), timeout=10) as server:
                send(server, wire)
                return receive(server)

        with contextlib.suppress(OSError):
            answer = self.handler(Exchange(message, ask))
            if answer is not None:
                send(client, answer)

    @contextlib.contextmanager
    def running(self) -> Iterator[Relay]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def send(connection: socket.socket, wire: bytes) -> None:
    connection.sendall(struct.pack("!H", len(wire)) + wire)


def receive(connection: socket.socket) -> bytes:
    def exactly(count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = connection.recv(count - len(data))
            if not piece:
                raise ConnectionError("closed")
            data += piece
        return data

    return exactly(struct.unpack("!H", exactly(2))[0])
