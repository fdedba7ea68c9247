"""Outputs of our own, awaited in a loop of the test's own."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi

from components.outputs import waiting


def output(value: Any, *, known: bool) -> pulumi.Output[Any]:
    def soon(found: Any) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        future.set_result(found)
        return future

    return pulumi.Output(soon(set()), soon(value), soon(known))


def test_what_only_waits_for_another_is_known_in_a_preview_before_that_is() -> None:
    async def found() -> tuple[bool, Any]:
        made = waiting(output("the group", known=True), [output(None, known=False)])
        return await made.is_known(), await made.future()

    assert asyncio.run(found()) == (True, "the group")


def test_what_is_not_known_itself_stays_so() -> None:
    async def found() -> bool:
        return await waiting(output(None, known=False), [output("there", known=True)]).is_known()

    assert asyncio.run(found()) is False
