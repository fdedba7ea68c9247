"""Every flow as it is written, whoever owns it: a system's own and those that several share, as one kind of value.

For rules and controls that ask who is let in, by the names of ends. Who filters reads flows.rules, which has addresses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from model.derive.flows import flow_name
from model.reading.source import Path_

if TYPE_CHECKING:
    from model.platform import Estate
    from model.types.estate import Published
    from model.types.flows import SharedFlow


@dataclass(frozen=True, slots=True)
class Opening:
    """A flow with where it is written: the item and the path in it. `name` is that of the rule that it becomes."""

    section: str
    key: str
    path: Path_
    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    role: str | None
    ports: tuple[str, ...]
    expires: date | None
    published: tuple[Published, ...]

    @property
    def where(self) -> Path_:
        """The path of who is let in."""
        return (*self.path, "source") if self.path else ("sources",)


def openings(estate: Estate, flows: Mapping[str, SharedFlow]) -> Iterator[Opening]:
    """Every flow, systems first, in the order of the files."""
    for code, system in estate.systems.items():
        for index, flow in enumerate(system.flows):
            name, path = flow_name(code, flow.source, flow.role), ("flows", index)
            ends: tuple[tuple[str, ...], tuple[str, ...]] = ((flow.source,), (code,))
            yield Opening("systems", code, path, name, *ends, flow.role, flow.ports, flow.expires, flow.published)
    for key, flow in flows.items():
        ends = (flow.sources, flow.targets)
        yield Opening("flows", key, (), key, *ends, None, flow.ports, flow.expires, flow.published)
