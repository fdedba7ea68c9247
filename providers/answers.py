"""What an API answered: read with a bound, and JSON or nothing.

A success is an answer of 200, 201, 202 or 204 whose body is whole JSON, a map or a list. A body may be missing where
HTTP means it to: never in a read.
"""

from __future__ import annotations

import email.utils
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

import httpx

Json = dict[str, Any]

_SUCCESS: Final = {200, 201, 202, 204}


class UnusableError(Exception):
    """An answer that is none; the text says why, and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read whole."""

    status: int
    headers: httpx.Headers
    body: bytes

    def content(self) -> Any:
        """The body's JSON. Raises UnusableError."""
        try:
            found = json.loads(self.body.decode(), parse_constant=_no_number)
            if b"\\u" in self.body:
                json.dumps(found, ensure_ascii=False).encode()  # half a character can be sent to nobody
        except (ValueError, RecursionError):
            kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            told = kind if kind in {"text/html", "text/plain", "text/xml", "application/xml"} else "no JSON"
            raise UnusableError(f"{len(self.body)} bytes that are {told}, or JSON that breaks off") from None
        if not isinstance(found, dict | list):
            raise UnusableError("JSON that is neither a map nor a list")
        return found

    def fields(self) -> Json:
        """The body's map; what is no map has no fields. For errors, which may be anything."""
        try:
            found = self.content()
        except UnusableError:
            return {}
        return found if isinstance(found, dict) else {}

    def checked(self, method: str) -> Any:
        """What a success holds, {} where it holds nothing. Raises UnusableError for what is no success."""
        if 300 <= self.status < 400:
            raise UnusableError("a redirect, which is not followed")
        if self.status not in _SUCCESS or (method == "GET" and self.status != 200):
            raise UnusableError("a status that means nothing here")
        if not self.body and (self.status != 200 or method == "DELETE"):
            return {}
        return self.content()

    def pause(self) -> float | None:
        """Seconds that the API asks to be left alone, from `Retry-After` (a number or a date, RFC 9110, 10.2.3)."""
        text = self.headers.get("Retry-After", "")
        try:
            seconds = float(text)
        except ValueError:
            wanted = self.moment("Retry-After")
            if wanted is None:
                return None
            seconds = (wanted - (self.moment("Date") or datetime.now(UTC))).total_seconds()
        return max(seconds, 0.0) if math.isfinite(seconds) else None

    def moment(self, header: str) -> datetime | None:
        """A header's date, None where it has none that can be reckoned with."""
        try:
            found = email.utils.parsedate_to_datetime(self.headers.get(header, ""))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            return None


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


async def read(response: httpx.Response, most: int) -> Answer:
    """Reads an answer. Raises UnusableError for one that is longer than `most` or packed.

    Nothing packed is asked for, and none is opened: a few bytes of it can be gigabytes.
    """
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in {"", "identity"}:
        raise UnusableError("a packed answer, which was not asked for")
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > most:
            raise UnusableError(f"more than {most >> 20} MiB")
    return Answer(response.status_code, response.headers, bytes(body))
