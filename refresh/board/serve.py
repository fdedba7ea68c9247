"""The board as a process: where it listens, TLS, and one process a folder.

Only loopback without a certificate. uvicorn writes no line a request: an address has no secret in it, and who looked
when is nobody's business. What fails goes to standard error.
"""

from __future__ import annotations

import contextlib
import fcntl
import ssl
from collections.abc import Generator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from refresh.board.access import Access
from refresh.board.guards import Place
from refresh.board.live import Live
from refresh.board.server import Board

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
CONNECTIONS: Final = 600
"""Connections at a time, so that nobody can hold all of the machine's: a phone has two or three."""


class WhereError(Exception):
    """The board cannot be served like that; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where the board listens, and by which address it is reached."""

    host: str
    port: int
    certificate: Path | None
    key: Path | None
    place: Place


def where(listen: str, url: str | None, certificate: Path | None, key: Path | None) -> Where:
    """Reads the options. Raises WhereError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise WhereError(f"--listen {listen} is no address and port; give it like 127.0.0.1:8765")
    if (certificate is None) != (key is None):
        raise WhereError("one of --certificate and --key is missing; give both")
    if not _loopback(host) and certificate is None:
        raise WhereError(f"--listen {listen} is reached by other machines; give --certificate and --key for TLS")
    if not _loopback(host) and url is None:
        raise WhereError(f"--listen {listen} has no name for phones; give --url, like https://tavle.example:8443")
    scheme = "https" if certificate is not None else "http"
    origin = (url or f"{scheme}://{listen}").rstrip("/")
    parts = urlsplit(origin)
    if parts.scheme != scheme or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise WhereError(f"--url {url} does not fit; give {scheme}:// with a name and, if need be, a port")
    for path in (certificate, key):
        if path is not None and not path.is_file():
            raise WhereError(f"{path} is not there; name the PEM file")
    if certificate is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
        except (ssl.SSLError, OSError) as error:
            raise WhereError(
                f"{certificate} and {key} cannot be used ({error}); name a certificate and its key"
            ) from None
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Where(host.strip("[]"), int(port), certificate, key, Place(origin, LOOPBACK | {name.lower()}))


def _loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@contextlib.contextmanager
def alone(folder: Path) -> Generator[None]:
    """Holds the folder while the board is up. Raises WhereError when another process has it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WhereError(f"a board is up on {folder} already; end it first, or give another --data") from None
        yield


def serve(live: Live, access: Access, at: Where) -> None:
    """Serves until it is told to end. Raises WhereError when it could not go on."""
    board = Board(live, access, at.place)
    config = uvicorn.Config(
        board.app(),
        host=at.host,
        port=at.port,
        http="h11",
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=2,
        ssl_certfile=at.certificate,
        ssl_keyfile=at.key,
    )
    uvicorn.Server(config).run()
    if board.failed:
        raise WhereError("the board has ended by itself; look above why, and start it again")
