"""Rules over who takes the configuration that is rendered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.consumers import RUNS_ON
from model.faults import Fault, nearest
from model.provenance import Provenance

if TYPE_CHECKING:
    from model.platform import Platform


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every consumer's servers are there and run what it is written for."""
    source = written.sources["file", "platform.yaml"]
    for name, identities in platform.settings.consumers.items():
        for index, identity in enumerate(identities):
            path = ("consumers", name, index)
            if identity not in written.known.get("servers", set()):
                message = f"no server {identity}; {nearest(identity, platform.estate.servers)}"
                yield source.fault(path, "DANGLING", message)
            elif identity in platform.estate.servers and platform.estate.servers[identity].os != RUNS_ON[name]:
                message = f"{identity} runs {platform.estate.servers[identity].os}; name a server with {RUNS_ON[name]}"
                yield source.fault(path, "BAD-VALUE", message)
