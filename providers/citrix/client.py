"""The connection to a site: how it is signed in to, how its errors and pages look, and its background jobs.

Everything that holds for any API, what is repeated and how much is read, is in providers/rest.py. One client serves
all the engine's parallel operations. A token lives about an hour and is renewed once for all of them, shortly before
it ends and whenever the site says 401. Endpoints and fields: docs/decisions/0006-citrix-api.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from providers import rest
from providers.addresses import one
from providers.answers import Answer
from providers.citrix.errors import JobFailedError
from providers.errors import ApiError, ProviderError, StoppedError

__all__ = ["Client", "Json", "Progress", "one"]

Json = dict[str, Any]
Progress = Callable[[str], Awaitable[None]]

_MARGIN: Final = 60.0
"""Seconds before its end at which a token is renewed."""
_LIFE: Final = 3600.0
"""Life of a token whose end is not told, in seconds; one that is told is believed for a day."""
_LONGEST_TOKEN: Final = 16_384
_RUNNING: Final = {"Unknown", "NotStarted", "InProgress"}
_DONE: Final = {"Complete", "CompleteWithWarning"}


async def _silence(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    renew_at: float


class Client(rest.Client):
    """A signed-in client. `endpoint` is the API's base, `https://DDC/cvad/manage`; `site` is the id or the name of one
    of the customer's sites, needed where there are several.
    """

    advice: Mapping[int, str] = {
        403: "give the account the rights in Studio",
        409: "see which object is in the way",
        429: "the site is overloaded: run the update again later, or with a smaller --parallel",
        500: "the site is in trouble: look at its event log and run the update again",
    }

    def __init__(
        self,
        endpoint: str,
        user: str,
        password: str,
        *,
        customer: str = "CitrixOnPremises",
        site: str = "",
        poll_seconds: float = 10.0,
        job_timeout: float = 4 * 3600.0,
        **rest_of_it: Any,
    ) -> None:
        super().__init__(endpoint, setting="citrix:endpoint", **rest_of_it)
        self.user = user
        self.customer = customer
        self.poll_seconds = poll_seconds
        self.job_timeout = job_timeout
        self._password = password
        self._wanted_site = site
        self._site = ""
        self._token: _Token | None = None
        self._lock = asyncio.Lock()
        self.hide(password)

    def reason(self, answer: Json) -> str:
        return str(answer.get("ErrorMessage") or "")

    def absent(self, answer: Json) -> bool:
        """The site says why in `ErrorMessage`; the 404 of a proxy or of a wrong path does not."""
        return bool(answer.get("ErrorMessage"))

    def page(self, answer: Json) -> tuple[Any, Mapping[str, Any]]:
        following = answer.get("ContinuationToken")
        return answer.get("Items"), {"continuationToken": str(following)} if following else {}

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
        answer = await self.request(method, where, body, params={**(params or {}), "async": "true"})
        location = answer.headers.get("Location", "").partition("?")[0].rstrip("/")
        state = answer.fields()
        job = location.rpartition("/")[2] or str(state.get("Id") or "")
        begun = answer.status == 202 or "Status" in state
        if begun and not job:
            raise ApiError(
                f"{method} {where}: the site began a job and does not say which; look at its logging and run the "
                "update again",
                answer.status,
                uncertain=True,
            )
        if begun:
            await self.wait(job, progress=progress)

    async def wait(self, job: str, *, progress: Progress = _silence) -> None:
        """Waits until a job is done. Raises JobFailedError if it fails, takes too long or is not known any more."""
        kind, told = "the job", ""
        try:
            async for answer in self.polled(f"Jobs/{one(job)}", every=self.poll_seconds, most=self.job_timeout):
                state = answer.fields()
                kind, status = self.clean(str(state.get("Type") or kind)), state.get("Status")
                if not isinstance(status, str) or str(state.get("Id", job)).lower() != job.lower():
                    raise JobFailedError(f"what became of {kind} is not known: the site answers of something else")
                if status in _DONE:
                    return
                if status not in _RUNNING:
                    reason = self.clean(str(state.get("ErrorString") or status))
                    raise JobFailedError(f"{kind} failed on the site: {reason}")
                percent = state.get("OverallProgressPercent")
                text = f"{kind}: {percent} %" if isinstance(percent, int | float) else f"{kind}: {status}"
                if text != told:
                    await progress(text)
                    told = text
        except StoppedError:
            message = f"{kind} was not waited for; run the update again, for the site goes on with it"
            raise JobFailedError(message) from None
        except ApiError as error:
            # What the site says of the job it does not say of what the job is about.
            raise JobFailedError(f"what became of {kind} is not known: {error}") from None
        raise JobFailedError(
            f"{kind} is not done after {self.job_timeout / 60:.0f} minutes; wait, for it goes on, and run the update "
            "again"
        )

    async def authorisation(self) -> Mapping[str, str]:
        async with self._lock:
            if self._token is None or self.clock() >= self._token.renew_at:
                self._token = await self._sign_in()
            if not self._site:
                self._site = await self._find_site(self._token)
            return {**self._headers(self._token), "Citrix-InstanceId": self._site}

    def renew(self, used: Mapping[str, str]) -> bool:
        """Drops a token that the site no longer knows, unless somebody else has renewed it meanwhile."""
        if self._token is not None and self._headers(self._token)["Authorization"] == used["Authorization"]:
            self._token = None
        return True

    def _headers(self, token: _Token) -> dict[str, str]:
        return {"Authorization": f"CWSAuth bearer={token.value}", "Citrix-CustomerId": self.customer}

    async def _sign_in(self) -> _Token:
        try:
            answer = await self.request("POST", "Tokens", auth=(self.user, self._password))
        except ApiError as error:
            if error.status not in {401, 403}:
                raise
            message = f"{self.host} does not accept the credentials of {self.user!r}; set citrix:user and "
            raise ApiError(f"{message}citrix:password anew", error.status) from None
        given = answer.fields()
        value = given.get("Token")
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TOKEN or not _visible(value):
            message = f"{self.host} signs in without a token; check that citrix:endpoint is the site's own address"
            raise ApiError(message, answer.status)
        self.hide(value)
        return _Token(value, self.clock() + max(_life(answer, given) - _MARGIN, _MARGIN))

    async def _find_site(self, token: _Token) -> str:
        """The one site of the configured customer that the account administers. Raises ProviderError for none or
        several.
        """
        given = (await self.request("GET", "me", headers=self._headers(token))).fields()
        customers = _maps(given.get("Customers"))
        own = [item for item in customers if str(item.get("Id")).lower() == self.customer.lower()]
        if not own:
            others = ", ".join(sorted(self.clean(str(item.get("Id"))) for item in customers)) or "none"
            raise ProviderError(
                f"{self.user!r} has no customer {self.customer!r} at {self.host}, which knows {others}; correct "
                "citrix:customer"
            )
        sites = [site for item in own for site in _maps(item.get("Sites")) if _header(site.get("Id"))]
        if self._wanted_site:
            wanted = self._wanted_site.lower()
            found = [site for site in sites if wanted in {str(site.get(key)).lower() for key in ("Id", "Name")}]
        else:
            found = sites
        if len(found) == 1:
            return str(found[0]["Id"])
        there = ", ".join(self.clean(str(site.get("Name") or site["Id"])) for site in sites)
        if not there:
            raise ProviderError(f"{self.user!r} administers no site at {self.host}; give the account a role in Studio")
        raise ProviderError(f"{self.user!r} administers {there} at {self.host}; name one of them in citrix:site")


def _maps(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _visible(text: str) -> bool:
    """Whether it may stand in a header: visible ASCII and nothing else."""
    return all("!" <= letter <= "~" for letter in text)


def _header(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 256 and _visible(value)


def _life(answer: Answer, given: Json) -> float:
    """Seconds that a token lives, by the site's own clock: its `Date`, which may differ from ours."""
    try:
        end = datetime.fromisoformat(str(given.get("ExpiresAt", "")))
        end = (end if end.tzinfo else end.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _LIFE
    life = (end - (answer.moment("Date") or datetime.now(UTC))).total_seconds()
    return min(life, 24 * _LIFE) if life > 0 else _LIFE
