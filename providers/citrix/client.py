"""The connection to a site: sign-in, retries and background jobs.

One client serves all the engine's parallel operations. A token lives about an hour and is renewed once for all of
them, shortly before it ends and whenever the site says 401. A request that the site has refused for load (429) is
repeated; one that may have been carried out (5xx, a lost connection) only if repeating it does no harm, otherwise
`ApiError.uncertain` tells the caller to look first. Endpoints and fields: docs/decisions/0006-citrix-api.md.
"""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import httpx

from providers.citrix.errors import ApiError, CitrixError, JobFailedError

Json = dict[str, Any]
Progress = Callable[[str], Awaitable[None]]

_ATTEMPTS: Final = 8
_LONGEST_PAUSE: Final = 60.0
_MARGIN: Final = 60.0
"""Seconds before its end at which a token is renewed."""
_LIFE: Final = 3600.0
"""Life of a token whose end is not told, in seconds."""
_RUNNING: Final = {"Unknown", "NotStarted", "InProgress"}
_DONE: Final = {"Complete", "CompleteWithWarning"}
_HARMLESS: Final = {"GET", "PATCH", "PUT", "DELETE", "HEAD"}


async def _silence(_: str) -> None:
    return None


def one(segment: str) -> str:
    """A name or an id as one segment of a path; a slash in a name is escaped, folders are written `A|B|name`."""
    return quote(segment, safe="")


@dataclass(slots=True)
class _Token:
    value: str
    renew_at: float


@dataclass(slots=True)
class Client:
    """A signed-in client. `endpoint` is the API's base, `https://DDC/cvad/manage`."""

    endpoint: str
    user: str
    password: str = field(repr=False)
    customer: str = "CitrixOnPremises"
    verify: bool = True
    transport: httpx.AsyncBaseTransport | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    poll_seconds: float = 10.0
    job_timeout: float = 4 * 3600.0
    stopped: bool = False
    """The engine wants to end: no longer wait for what the site does by itself."""
    _http: httpx.AsyncClient | None = field(default=None, repr=False)
    _token: _Token | None = field(default=None, repr=False)
    _site: str = ""
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _hidden: set[str] = field(default_factory=set[str], repr=False)

    def __post_init__(self) -> None:
        self.endpoint = self.endpoint.rstrip("/")
        self.hide(self.password)

    @property
    def host(self) -> str:
        """The site's host, which some policy filters have to name."""
        return httpx.URL(self.endpoint).host

    def hide(self, secret: str) -> None:
        """From now on no message holds this text."""
        if secret:
            self._hidden.add(secret)

    def clean(self, text: str) -> str:
        """A text from the site as one line, without any secret that we know."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, "[secret]")
        return " ".join(text.split())

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def get(self, where: str, **params: Any) -> Json | None:
        """What is at a path; None if nothing is."""
        try:
            return await self.send("GET", where, params=params)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    async def items(self, where: str, **params: Any) -> list[Json]:
        """All items of a collection, page after page."""
        found: list[Json] = []
        while True:
            page = await self.get(where, **params) or {}
            found += page.get("Items") or []
            following = page.get("ContinuationToken")
            if not following:
                return found
            params["continuationToken"] = following

    async def send(self, method: str, where: str, body: Any = None, *, params: Mapping[str, Any] | None = None) -> Json:
        """Sends a request and returns the answer's body, {} if it has none. Raises ApiError."""
        response = await self._request(method, where, body, params)
        return _json(response)

    async def run(
        self,
        where: str,
        body: Any = None,
        *,
        method: str = "POST",
        params: Mapping[str, Any] | None = None,
        progress: Progress = _silence,
    ) -> None:
        """Starts background work and waits until it is done. Raises ApiError, JobFailedError."""
        response = await self._request(method, where, body, {**(params or {}), "async": "true"})
        location = response.headers.get("Location", "")
        job = location.rstrip("/").rsplit("/", maxsplit=1)[-1] or _json(response).get("Id", "")
        if job and (response.status_code == 202 or "Status" in _json(response)):
            await self.wait(str(job), progress=progress)

    async def wait(self, job: str, *, progress: Progress = _silence) -> None:
        """Waits until a job is done. Raises JobFailedError if it fails or takes too long."""
        began = self.clock()
        told = ""
        while True:
            response = await self._request("GET", f"Jobs/{one(job)}", None, None)
            state = _json(response)
            status = state.get("Status", "Unknown")
            if status in _DONE:
                return
            kind = state.get("Type", "the job")
            if self.stopped:
                raise JobFailedError(f"{kind} was not waited for; the site goes on with it, so run the update again")
            if status not in _RUNNING:
                reason = self.clean(str(state.get("ErrorString") or status))
                raise JobFailedError(f"{kind} failed on the site: {reason}")
            passed = self.clock() - began
            if passed > self.job_timeout:
                raise JobFailedError(
                    f"{kind} is still {status} after {passed / 60:.0f} minutes; it goes on, so wait "
                    "and run the update again"
                )
            percent = state.get("OverallProgressPercent")
            text = f"{kind}: {percent} %" if percent is not None else f"{kind}: {status}"
            if text != told:
                await progress(text)
                told = text
            usual = self.poll_seconds if passed < 30 else 3 * self.poll_seconds
            await self.sleep(_retry_after(response, usual))

    async def _request(self, method: str, where: str, body: Any, params: Mapping[str, Any] | None) -> httpx.Response:
        """One request, signed in, repeated as long as that is safe and may help."""
        renewed = False
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            pause = min(2.0 ** (attempt - 1), _LONGEST_PAUSE)
            token = await self._signed_in()
            headers = self._headers(token)
            try:
                response = await self._connection().request(
                    method, f"{self.endpoint}/{where}", json=body, params=params, headers=headers
                )
            except httpx.TransportError as error:
                unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if last or not (unsent or method in _HARMLESS):
                    raise self._unreachable(error, uncertain=not unsent) from None
                await self.sleep(pause)
                continue
            status = response.status_code
            if status == 401 and not renewed:
                renewed = True
                self._forget(token)
            elif not last and (status == 429 or (status >= 500 and method in _HARMLESS)):
                await self.sleep(_retry_after(response, pause))
            elif status >= 400:
                raise self._refused(method, where, response)
            else:
                return response
        raise AssertionError("unreachable")

    def _connection(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = httpx.AsyncClient(
                verify=self.verify, transport=self.transport, timeout=httpx.Timeout(120, connect=15)
            )
        return self._http

    def _headers(self, token: _Token) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Authorization": f"CWSAuth bearer={token.value}",
            "Citrix-CustomerId": self.customer,
        }
        return {**headers, "Citrix-InstanceId": self._site} if self._site else headers

    async def _signed_in(self) -> _Token:
        async with self._lock:
            if self._token is None or self.clock() >= self._token.renew_at:
                self._token = await self._sign_in()
            if not self._site:
                self._site = await self._find_site(self._token)
            return self._token

    def _forget(self, token: _Token) -> None:
        """Drops a token that the site no longer knows, unless somebody else has renewed it meanwhile."""
        if self._token is token:
            self._token = None

    async def _sign_in(self) -> _Token:
        for attempt in range(1, _ATTEMPTS + 1):
            pause = min(2.0 ** (attempt - 1), _LONGEST_PAUSE)
            try:
                response = await self._connection().post(f"{self.endpoint}/Tokens", auth=(self.user, self.password))
            except httpx.TransportError as error:
                if attempt == _ATTEMPTS:
                    raise self._unreachable(error, uncertain=False) from None
                await self.sleep(pause)
                continue
            if response.status_code in {401, 403}:
                raise ApiError(
                    f"{self.host} does not accept the credentials of {self.user!r}; set citrix:user "
                    "and citrix:password anew",
                    response.status_code,
                )
            if (response.status_code == 429 or response.status_code >= 500) and attempt < _ATTEMPTS:
                await self.sleep(_retry_after(response, pause))
                continue
            answer = _json(response)
            if response.status_code >= 400 or not answer.get("Token"):
                raise self._refused("POST", "Tokens", response)
            self.hide(str(answer["Token"]))
            return _Token(str(answer["Token"]), self.clock() + max(_life(response, answer) - _MARGIN, _MARGIN))
        raise AssertionError("unreachable")

    async def _find_site(self, token: _Token) -> str:
        response = await self._connection().get(f"{self.endpoint}/me", headers=self._headers(token))
        if response.status_code >= 400:
            raise self._refused("GET", "me", response)
        for customer in _json(response).get("Customers") or []:
            for site in customer.get("Sites") or []:
                return str(site["Id"])
        raise CitrixError(f"{self.user!r} administers no site at {self.host}; give the account a role in Studio")

    def _refused(self, method: str, where: str, response: httpx.Response) -> ApiError:
        answer = _json(response)
        reason = self.clean(str(answer.get("ErrorMessage") or response.reason_phrase or "no reason given")).rstrip(".")
        status = response.status_code
        advice = {
            403: "give the account the rights in Studio",
            409: "see which object is in the way",
            429: "the site is overloaded: run the update again later, or with a smaller --parallel",
        }.get(
            status,
            "the site is in trouble: look at its event log and run the update again"
            if status >= 500
            else "correct it and run the update again",
        )
        return ApiError(f"{method} {where}: {reason} (HTTP {status}); {advice}", status, uncertain=status >= 500)

    def _unreachable(self, error: httpx.TransportError, *, uncertain: bool) -> ApiError:
        reason = self.clean(str(error) or type(error).__name__)
        return ApiError(
            f"{self.host} does not answer ({reason}); check citrix:endpoint and the network", 0, uncertain=uncertain
        )


def _json(response: httpx.Response) -> Json:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"Items": found}


def _retry_after(response: httpx.Response, otherwise: float) -> float:
    """Seconds to wait, from `Retry-After` if it is there (a number or a date, RFC 9110 section 10.2.3)."""
    text = response.headers.get("Retry-After", "")
    try:
        return max(float(text), 0.0)
    except ValueError:
        pass
    wanted = _date(text)
    now = _date(response.headers.get("Date", ""))
    if wanted is None:
        return otherwise
    return max((wanted - (now or datetime.now(UTC))).total_seconds(), 0.0)


def _date(text: str) -> datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _life(response: httpx.Response, answer: Json) -> float:
    """Seconds that a token lives, by the site's own clock: its `Date`, which may differ from ours."""
    try:
        end = datetime.fromisoformat(str(answer.get("ExpiresAt", "")))
    except ValueError:
        return _LIFE
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    now = _date(response.headers.get("Date", "")) or datetime.now(UTC)
    life = (end - now).total_seconds()
    return life if life > 0 else _LIFE
