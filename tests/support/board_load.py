"""Crews that all report at once, for the tests and the benchmark: how long an answer takes, and that none is lost."""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from dataclasses import dataclass

import httpx

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
    cookies = dict(phone.client.cookies)
    headers = {"Origin": str(phone.client.base_url).rstrip("/"), "X-CSRF": phone.csrf}
    async with httpx.AsyncClient(base_url=phone.client.base_url, cookies=cookies, timeout=30) as client:
        at = time.monotonic()
        while at < until:
            key = str(uuid.uuid4())
            report = {"kind": "visit.done", "about": visit, "minutes": 1, "swapped": 1}
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            begun = time.monotonic()
            answer = await client.post("/report", json={"key": key, "report": report}, headers=headers)
            took[key] = time.monotonic() - begun
            assert answer.status_code == 200, answer.text
            at += every


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
