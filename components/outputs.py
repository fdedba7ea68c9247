"""Outputs that the SDK has no function for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi


def gathered(outputs: Sequence[pulumi.Output[Any]]) -> pulumi.Output[list[Any]]:
    """What Output.all gives, for values that hold no further Outputs.

    Output.all makes two or three more of each one: 2,500 for 230 servers, beside 32,000 that the resources have. Their
    cost grows faster than their number, for the SDK waits for all of them again and again (pulumi 3.250.0, stack.py).
    """

    async def resources() -> set[pulumi.Resource]:
        return {resource for output in outputs for resource in await output.resources()}

    async def values() -> list[Any]:
        return [await output.future() for output in outputs]

    async def known() -> bool:
        return all([await output.is_known() for output in outputs])

    async def secret() -> bool:
        return any([await output.is_secret() for output in outputs])

    return pulumi.Output(Later(resources), Later(values), Later(known), Later(secret))


@dataclass(frozen=True, slots=True)
class Later(Awaitable[Any]):
    """A coroutine that is made when it is awaited.

    An Output awaits its parts in turn: when one fails, the others are never awaited, and Python warns of each coroutine
    that was made for nothing, at whatever moment its memory is collected (pulumi 3.250.0, output.py).
    """

    make: Callable[[], Coroutine[Any, Any, Any]]

    def __await__(self) -> Generator[Any, Any, Any]:
        return self.make().__await__()


def waiting(value: pulumi.Output[str], others: Sequence[pulumi.Output[Any]]) -> pulumi.Output[str]:
    """`value`, there once the others are, and in a preview known although they are not.

    What Output.all gives is unknown as long as any of its parts is. One resource more among those that something only
    waits for would then look as if it was to be made anew, where the unknown value is one that replaces.
    """

    async def resources() -> set[pulumi.Resource]:
        return {resource for output in (value, *others) for resource in await output.resources()}

    async def later() -> str | None:
        for output in others:
            await output.future()
        return await value.future()

    return pulumi.Output(Later(resources), Later(later), Later(value.is_known), Later(value.is_secret))
