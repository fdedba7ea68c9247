"""Crews that all report at once, for the tests and the benchmark: how long an answer takes, and that none is lost."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import time
import uuid
from dataclasses import dataclass
from typing import Any

from tests.support.board import Phone


@dataclass(frozen=True)
class Figures:
    """What was measured, in seconds."""

    sent: int
    rate: float
    """Reports a minute."""
    median: float
    p95: float
    worst: float


async def _crew(phone: Phone, visit: str, every: float, until: float, took: dict[str, float]) -> None:
    at = time.monotonic()
    reader, writer = await asyncio.open_connection(phone.client.base_url.host, phone.client.base_url.port)
    while at < until:
        key = str(uuid.uuid4())
        request = _request(phone, {"kind": "visit.done", "about": visit, "minutes": 1, "swapped": 1}, key)
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        begun = time.monotonic()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None
        answer = await reader.readexactly(int(length[1]))
        took[key] = time.monotonic() - begun
        assert head.startswith(b"HTTP/1.1 200"), answer
        at += every
    writer.close()


def _request(phone: Phone, report: dict[str, Any], key: str) -> bytes:
    """The bytes of a report. A client library would take more of the machine than the board does."""
    body = json.dumps({"key": key, "report": report})
    cookies = "; ".join(f"{name}={value}" for name, value in phone.client.cookies.items())
    origin = str(phone.client.base_url).rstrip("/")
    headers = {
        "Host": origin.partition("//")[2],
        "Origin": origin,
        "Cookie": cookies,
        "X-CSRF": phone.csrf,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    lines = ["POST /report HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", body]
    return "\r\n".join(lines).encode()


def press(phones: dict[str, Phone], a_minute: float, seconds: float) -> tuple[Figures, set[str]]:
    """Reports for each visit's phone, `a_minute` each, for some seconds; the figures and the keys that were
    acknowledged.
    """
    took: dict[str, float] = {}
    every = 60 / a_minute

    async def all_of_them() -> None:
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as tasks:
            for number, (visit, phone) in enumerate(phones.items()):
                # Not all in the same moment, as people are not.
                await asyncio.sleep(every / len(phones) * (number > 0))
                tasks.create_task(_crew(phone, visit, every, until, took))

    begun = time.monotonic()
    asyncio.run(all_of_them())
    minutes = (time.monotonic() - begun) / 60
    times = sorted(took.values())
    p95 = times[int(len(times) * 0.95)]
    return Figures(len(times), len(times) / minutes, statistics.median(times), p95, times[-1]), set(took)
