"""The core of every provider's client: one connection to a REST API, with a bound on whatever the other side decides.

What is repeated, for how long, how much is read, how many pages, what counts as success and what an error says is
decided here, once. A subclass says how it signs in, how its errors and its pages look. Left out: the API itself.

A retry library (tenacity 9) was looked at: it has the loop, and that is ten lines. What decides is whether a request
may have been carried out, what `Retry-After` says, and that a cancelled run stops waiting, which would be ours to
write as well (docs/decisions/0019-rest-clients.md).
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from providers.addresses import address_fault, on_loopback
from providers.answers import Answer, Json, UnusableError, read
from providers.errors import ApiError, ProviderError, StoppedError
from providers.masking import Masks

Sleep = Callable[[float], Awaitable[None]]

_HARMLESS: Final = {"GET", "PATCH", "PUT", "DELETE"}
"""Methods that may be sent twice: the second time nothing is changed that the first time would not have."""
_LOST: Final[tuple[tuple[type[Exception], str, bool], ...]] = (
    (httpx.ConnectTimeout, "no connection in time", False),
    (httpx.ConnectError, "no connection", False),
    (httpx.PoolTimeout, "too much at once", False),
    (httpx.LocalProtocolError, "the request can not be sent", False),
    (httpx.UnsupportedProtocol, "the address is not one of HTTP", False),
    (httpx.RemoteProtocolError, "the answer breaks off or is no HTTP", True),
    (httpx.ProxyError, "the proxy refuses", True),
    (httpx.TimeoutException, "no answer in time", True),
    (TimeoutError, "no whole answer in time", True),
    (httpx.HTTPError, "the connection was lost", True),
    (httpx.InvalidURL, "the address is not valid", False),
)
"""What went wrong on the way, in our words, and whether the request may have arrived. The library's own can hold a
token (LocalProtocolError shows the header that it does not like)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the other side may cost: bytes, pages, items, tries, and seconds."""

    body: int = 64 << 20
    pages: int = 2_000
    items: int = 1_000_000
    attempts: int = 8
    pause: float = 60.0
    """Longest pause of our own before a request is repeated."""
    asked_pause: float = 300.0
    """Longest pause that the API may ask for; one that asks for more is left until the next run."""
    request: float = 300.0
    """Longest time of one request, however slowly its answer drips."""


@dataclass(frozen=True, slots=True)
class _Lost:
    reason: str
    sent: bool


class Client(ABC):
    """A connection to an API at `endpoint`, which the configuration key `setting` names."""

    advice: Mapping[int, str] = {}
    """By status, what the person should do; 0 for every other refusal, 500 for all of a server's own."""

    def __init__(
        self,
        endpoint: str,
        *,
        setting: str,
        verify: bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        limits: Limits | None = None,
    ) -> None:
        fault = address_fault(endpoint)
        if fault is not None:
            raise ProviderError(f"{setting} {fault}")
        self.endpoint = endpoint.rstrip("/")
        self.setting = setting
        self.clock = clock
        self.limits = limits or Limits()
        self._sleep = sleep
        self._verify = verify
        self._transport = transport
        self._http: httpx.AsyncClient | None = None
        self._stopped = asyncio.Event()
        self._masks = Masks()

    # What a subclass says of its API.

    async def authorisation(self) -> Mapping[str, str]:
        """The headers of a request that is signed in."""
        return {}

    def renew(self, used: Mapping[str, str]) -> bool:
        """The API does not know these headers any more: whether it is worth while to sign in anew."""
        del used
        return False

    def reason(self, answer: Json) -> str:
        """What an error's body says."""
        del answer
        return ""

    def absent(self, answer: Json) -> bool:
        """Whether the body of a 404 is the API's own, about an object that it does not have."""
        del answer
        return False

    @abstractmethod
    def page(self, answer: Json) -> tuple[Any, Mapping[str, Any]]:
        """The items of a page, and the parameters of the next one, none behind the last."""

    # What providers use.

    @property
    def host(self) -> str:
        """The API's host."""
        return httpx.URL(self.endpoint).host

    def hide(self, secret: str) -> None:
        """From now on no message holds this text, in any encoding."""
        self._masks.add(secret)

    def clean(self, text: str) -> str:
        """A text of the API's as one line, without any secret that we know."""
        return self._masks.clean(text)

    def stop(self) -> None:
        """The engine wants to end: whoever waits, and whoever would, is told at once."""
        self._stopped.set()

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def sleep(self, seconds: float) -> None:
        """Waits. Raises StoppedError as soon as the engine wants to end."""
        if not self._stopped.is_set():
            pause = asyncio.ensure_future(self._sleep(seconds))
            stop = asyncio.ensure_future(self._stopped.wait())
            try:
                await asyncio.wait({pause, stop}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                pause.cancel()
                stop.cancel()
        if self._stopped.is_set():
            raise StoppedError(f"the run was cancelled while it waited for {self.host}; run the update again")

    async def get(self, where: str, **params: Any) -> Json | None:
        """The object at a path; None if the API says that there is none. Raises ApiError."""
        try:
            return await self.send("GET", where, params=params)
        except ApiError as error:
            if error.absent:
                return None
            raise

    async def items(self, where: str, **params: Any) -> list[Json]:
        """All items of a collection, page after page. Raises ApiError for one that is cut or has no end."""
        found: list[Json] = []
        seen: list[Mapping[str, Any]] = []
        while True:
            content = await self.content("GET", where, params=params)
            items, following = self.page(content) if isinstance(content, dict) else (content, {})
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise self._odd("GET", where, "a page without a list of items", 200)
            found += items
            if not following:
                return found
            if following in seen or len(seen) >= self.limits.pages or len(found) > self.limits.items:
                raise self._odd("GET", where, "pages without end", 200)
            seen.append(following)
            params = {**params, **following}

    async def send(self, method: str, where: str, body: Any = None, *, params: Mapping[str, Any] | None = None) -> Json:
        """Sends a request and returns the map that it is answered with, {} if there is nothing. Raises ApiError."""
        content = await self.content(method, where, body, params=params)
        if not isinstance(content, dict):
            raise self._odd(method, where, "a list where a map belongs", 200)
        return content

    async def content(
        self, method: str, where: str, body: Any = None, *, params: Mapping[str, Any] | None = None
    ) -> Any:
        """The same for a map or a list."""
        answer = await self.request(method, where, body, params=params)
        return answer.checked(method)

    async def polled(self, where: str, *, every: float, most: float) -> AsyncIterator[Answer]:
        """What is at a path, again and again, until `most` seconds are over: at first every `every` seconds, later
        three times as far apart, or as far as the API asks. Raises ApiError, StoppedError.
        """
        began, waited = self.clock(), 0.0
        while True:
            answer = await self.request("GET", where)
            yield answer
            passed = max(self.clock() - began, waited)
            if passed > most:
                return
            usual = every if passed < 3 * every else 3 * every
            asked = answer.pause()
            pause = usual if asked is None else min(max(asked, every), self.limits.asked_pause)
            await self.sleep(pause)
            waited += pause

    async def request(
        self,
        method: str,
        where: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, signed in unless `auth` or `headers` do it, repeated as long as that is safe and may help; its
        answer is a success. Raises ApiError, StoppedError.
        """
        signs_in = auth is not None
        harmless = method in _HARMLESS or signs_in
        renewed = False
        attempt = 0
        while True:
            attempt += 1
            used = headers if headers is not None or signs_in else await self.authorisation()
            outcome = await self._once(method, where, json=body, params=params, auth=auth, headers=used)
            status = outcome.status if isinstance(outcome, Answer) else 0
            if status == 401 and headers is None and not renewed and used and self.renew(used):
                renewed, attempt = True, attempt - 1
                continue
            if isinstance(outcome, Answer) and status < 400:
                return self._success(method, where, outcome)
            pause = self._pause(outcome, attempt, harmless=harmless)
            if pause is None:
                raise self._failure(method, where, outcome)
            await self.sleep(pause)

    async def _once(self, method: str, where: str, **given: Any) -> Answer | _Lost:
        """Sends a request once. Raises ApiError for an answer that is none."""
        given = {name: value for name, value in given.items() if value is not None}
        try:
            async with (
                asyncio.timeout(self.limits.request),
                self._connection().stream(method, f"{self.endpoint}/{where}", **given) as response,
            ):
                try:
                    return await read(response, self.limits.body)
                except UnusableError as error:
                    raise self._odd(method, where, str(error), response.status_code) from None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            reason, sent = next((reason, sent) for kind, reason, sent in _LOST if isinstance(error, kind))
            more = f": {self.clean(str(error))}" if isinstance(error, httpx.ConnectError) and str(error) else ""
            return _Lost(f"{reason}{more}", sent)

    def _connection(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = httpx.AsyncClient(
                verify=self._verify,
                transport=self._transport,
                timeout=httpx.Timeout(120, connect=15),
                follow_redirects=False,
                trust_env=not on_loopback(self.endpoint),  # no proxy leads to this machine
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            )
        return self._http

    def _pause(self, outcome: Answer | _Lost, attempt: int, *, harmless: bool) -> float | None:
        """Seconds before the request may be repeated, None if it may not be or has been often enough."""
        if attempt >= self.limits.attempts:
            return None
        usual = min(2.0 ** (attempt - 1), self.limits.pause)
        if isinstance(outcome, _Lost):
            return usual if harmless or not outcome.sent else None
        if outcome.status != 429 and not (outcome.status >= 500 and harmless):
            return None
        asked = outcome.pause()
        if asked is None:
            return usual
        return asked if asked <= self.limits.asked_pause else None

    def _success(self, method: str, where: str, answer: Answer) -> Answer:
        try:
            answer.checked(method)
        except UnusableError as error:
            raise self._odd(method, where, str(error), answer.status) from None
        return answer

    def _odd(self, method: str, where: str, what: str, status: int) -> ApiError:
        """The error of an answer that is none: what became of the request nobody knows, but for a redirect."""
        redirect = 300 <= status < 400
        return ApiError(
            f"{method} {where}: {self.host} answers with {what} (HTTP {status}); check that {self.setting} is the "
            "API's own address and that no proxy or sign-in page stands before it",
            status,
            uncertain=method != "GET" and not redirect,
        )

    def _failure(self, method: str, where: str, outcome: Answer | _Lost) -> ApiError:
        if isinstance(outcome, _Lost):
            message = f"{self.host} does not answer ({outcome.reason}); check {self.setting} and the network"
            return ApiError(message, 0, uncertain=outcome.sent)
        body, status = outcome.fields(), outcome.status
        asked = outcome.pause()
        if status in {429, 503} and asked is not None and asked > self.limits.asked_pause:
            message = f"{self.host} asks to be left alone for {asked / 60:.0f} minutes; run the update again then"
            return ApiError(message, status, uncertain=status >= 500)
        reason = self.clean(self.reason(body)).rstrip(".") or "no reason given"
        advice = self.advice.get(status) or self.advice.get(500 if status >= 500 else 0)
        absent = status == 404 and self.absent(body)
        if status == 404 and not absent:
            advice = f"check {self.setting}, for that is no answer of the API's"
        message = f"{method} {where}: {reason} (HTTP {status}); {advice or 'correct it and run the update again'}"
        return ApiError(message, status, uncertain=status >= 500, absent=absent)
