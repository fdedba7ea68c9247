"""What holds for every request, before any page: hosts that are ours, headers, and who may change something.

A page from elsewhere can send a request here, but not with our cookie (SameSite=Strict), not from our origin, and not
with the value that our own pages carry (OWASP, Cross-Site Request Forgery Prevention). All three are asked for.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from refresh.board.access import csrf
from refresh.board.reports import RefusedError

_OURS = ("script-src", "style-src", "img-src", "connect-src", "worker-src", "form-action")
_NOBODYS = ("default-src", "base-uri", "frame-ancestors")
POLICY: Final = ";".join([f"{what} 'none'" for what in _NOBODYS] + [f"{what} 'self'" for what in _OURS])
"""No script, style or picture but our own files, nothing in line, nobody's frame."""
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
HSTS: Final = "max-age=31536000"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the board is reached. `origin`: scheme, name and port as browsers say them."""

    origin: str
    hosts: frozenset[str]
    """Names and addresses, without port, by which a request may ask for the board."""

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https:")

    @property
    def cookie(self) -> str:
        """A name that a browser takes over TLS alone, for this host alone (RFC 6265bis, cookie prefixes)."""
        return "__Host-board" if self.secure else "board"


class Guards:
    """The middleware around every page."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        self._app = app
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-cache")
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._place.secure:
                    headers["Strict-Transport-Security"] = HSTS
            await send(message)

        if _name(Headers(scope=scope).get("host", "")) not in self._place.hosts:
            await PlainTextResponse("Tavlen har ikke det navn.", 421)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def same_origin(request: Request) -> None:
    """Raises RefusedError for a change that a page from elsewhere asks for."""
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    ours = urlsplit(origin).netloc == request.headers.get("host", "") and urlsplit(origin).scheme == request.url.scheme
    if not ours or site != "same-origin":
        raise RefusedError(403, "Meldingen kommer fra en anden side.")
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise RefusedError(415, "Meldingen er ikke JSON.")


def ours(request: Request, session: str) -> None:
    """Raises RefusedError for a change that no page of this session asks for."""
    same_origin(request)
    if not hmac.compare_digest(request.headers.get("x-csrf", "").encode(), csrf(session).encode()):
        raise RefusedError(403, "Siden er ikke længere gyldig. Hent den igen.")


def _name(host: str) -> str:
    """`Host` without its port; an IPv6 address stays in its brackets."""
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0].lower()
