"""The board over HTTP: a page a role, one address for reports, and server-sent events that say when to look again.

Left out: uploads, passwords, anything that a link does not open. Addresses hold no secret: a link's token is in its
fragment, and comes here once, in the body of `/enter`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncGenerator
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from refresh.board import guards, pages
from refresh.board.access import Access, Identity, identities
from refresh.board.guards import Guards, Place
from refresh.board.live import Live
from refresh.board.reports import SENT, RefusedError

LOG = logging.getLogger("refresh.board")
BODY: Final = 16 * 1024
"""Bytes that a request may bring: a report has some hundred."""
STATIC: Final = pages.FOLDER / "static"
QUIET: Final = 15.0
"""Seconds after which an open stream says that it lives, and asks whether its session still does."""


class _Token(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
    token: str


class Board:
    """The handlers, around what they all need."""

    def __init__(self, live: Live, access: Access, place: Place) -> None:
        self._live = live
        self._access = access
        self._place = place
        self._people = identities(live.plan)
        self.failed = False
        """It has ended by itself."""

    def app(self) -> Starlette:
        """The application."""
        return Starlette(
            routes=[
                Route("/", self.home),
                Route("/enter", self.enter, methods=["GET", "POST"]),
                Route("/leave", self.leave, methods=["POST"]),
                Route("/part", self.part),
                Route("/report", self.report, methods=["POST"]),
                Route("/events", self.events),
                # A worker looks after the addresses beside and below its own, so it stands at the top.
                Route("/worker.js", self.worker),
                Mount("/static", StaticFiles(directory=STATIC)),
            ],
            middleware=[Middleware(Guards, place=self._place), Middleware(GZipMiddleware, minimum_size=2000)],
            exception_handlers={RefusedError: _refused, HTTPException: _http},
            lifespan=self._lifespan,
            max_body_size=BODY,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncGenerator[None]:
        running = asyncio.create_task(self._live.run())
        running.add_done_callback(self._ended)
        yield
        running.cancel()
        await asyncio.wait([running])

    def _ended(self, running: asyncio.Task[None]) -> None:
        """A board that cannot write any more says so and ends, for whoever watches it to start it again."""
        if not running.cancelled() and (error := running.exception()) is not None:
            LOG.critical("the board cannot go on", exc_info=error)
            self.failed = True
            signal.raise_signal(signal.SIGTERM)

    async def worker(self, _: Request) -> Response:
        """The script that opens the board without a line."""
        return FileResponse(STATIC / "worker.js", headers={"Cache-Control": "no-cache"})

    async def home(self, request: Request) -> Response:
        """The page of who asks."""
        session = self._session(request)
        who = self._who(session)
        if who is None:
            text = "Åbn det link, du har fået. Virker det ikke, er det udløbet: ring til skiftets vagttelefon."
            return HTMLResponse(pages.plain("Ingen adgang", text), 401)
        return HTMLResponse(pages.page(self._live, who, session))

    async def part(self, request: Request) -> Response:
        """What changes of that page."""
        return HTMLResponse(pages.part(self._live, self._known(request)))

    async def enter(self, request: Request) -> Response:
        """The page of a link, and the exchange of its token for a session."""
        if request.method != "POST":
            return HTMLResponse(pages.enter())
        guards.same_origin(request)
        try:
            token = _Token.model_validate_json(await request.body()).token
        except ValidationError:
            raise RefusedError(400, "Linket er ikke helt.") from None
        session = await asyncio.to_thread(self._access.enter, token, self._live.now())
        if session is None:
            raise RefusedError(401, "Linket er udløbet eller trukket tilbage.")
        done = JSONResponse({"ok": True})
        done.set_cookie(
            self._place.cookie,
            session,
            max_age=max(0, int((self._live.plan.expires - self._live.now()).total_seconds())),
            path="/",
            secure=self._place.secure,
            httponly=True,
            samesite="strict",
        )
        return done

    async def leave(self, request: Request) -> Response:
        """The end of a session."""
        session = self._session(request)
        self._known(request)
        guards.ours(request, session)
        await asyncio.to_thread(self._access.leave, session)
        done = JSONResponse({"ok": True})
        done.delete_cookie(self._place.cookie, path="/", secure=self._place.secure, httponly=True, samesite="strict")
        return done

    async def report(self, request: Request) -> Response:
        """Keeps a report; answered when it is on the disk."""
        who = self._known(request)
        guards.ours(request, self._session(request))
        try:
            sent = SENT.validate_json(await request.body())
        except ValidationError as error:
            fields = sorted({".".join(map(str, one["loc"])) for one in error.errors(include_input=False)})
            raise RefusedError(422, f"Meldingen er ikke udfyldt rigtigt: {', '.join(fields)}.") from None
        record = await self._live.submit(who, sent)
        return JSONResponse({"seq": record.seq, "digest": record.digest})

    async def events(self, request: Request) -> Response:
        """A stream that says when to look again, for as long as the session lives."""
        self._known(request)
        session = self._session(request)

        async def stream() -> AsyncGenerator[str]:
            yield "retry: 3000\n\n"
            async with contextlib.aclosing(self._live.changes(QUIET)) as changes:
                async for seq in changes:
                    if self._who(session) is None:
                        return
                    yield f"data: {seq}\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    def _session(self, request: Request) -> str:
        return request.cookies.get(self._place.cookie, "")

    def _who(self, session: str) -> Identity | None:
        key = self._access.who(session, self._live.now()) if session else None
        return self._people.get(key) if key is not None else None

    def _known(self, request: Request) -> Identity:
        who = self._who(self._session(request))
        if who is None:
            raise RefusedError(401, "Linket er udløbet eller trukket tilbage.")
        return who


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - starlette hands over what it was registered for
    return JSONResponse({"error": error.why}, error.status)


async def _http(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return HTMLResponse(pages.plain(str(status), "Siden findes ikke."), status)
