"""Flows that several systems share, as people write them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from model.base import Key, Model, Ports, Ref, Text
from model.types.estate import Published, SystemCode


class SharedFlow(Model):
    """A flow that no single system owns."""

    name: Key
    """Name of the flow: the rules that it becomes carry it."""
    sources: tuple[Key, ...] = Field(min_length=1)
    """Where the traffic comes from, by the names of ends. docs/sites.md lists them."""
    targets: tuple[Key, ...] = Field(min_length=1)
    """Where it goes, by the names of ends."""
    ports: tuple[Ports, ...] = Field(min_length=1)
    """Destination ports with their protocol: `tcp/443`, `udp/16500-16509`."""
    owner: Text
    """The department that answers for the flow."""
    reason: Text
    """Why it is let through; it stands beside the rule in the firewall."""
    system: Annotated[SystemCode, Ref("systems")] | None = None
    """The code of the system that the flow serves, where it is one."""
    expires: date | None = None
    """The last day of a temporary flow. After it `refresh check` fails (`EXPIRED`). Without one the flow is permanent.
    """
    published: tuple[Published, ...] = ()
    """For what the internet, or a vendor there, reaches in Azure: a public address for each server."""
