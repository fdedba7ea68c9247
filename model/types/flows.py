"""Flows that several systems share, as people write them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from model.base import Key, Model, Ports, Text
from model.types.estate import SystemCode


class SharedFlow(Model):
    """A flow that no system owns. `system` is whom it serves, where it is one."""

    name: Key
    sources: tuple[Key, ...] = Field(min_length=1)
    targets: tuple[Key, ...] = Field(min_length=1)
    ports: tuple[Ports, ...] = Field(min_length=1)
    owner: Text
    reason: Text
    system: SystemCode | None = None
    expires: date | None = None
