"""A new generation while it is written: the platform, the generation before it, and the changes so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from model.derive.capacity import Demand
from model.reading.source import TODO, as_map

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance
    from model.types.infrastructure import Generation


@dataclass(frozen=True, slots=True)
class Put:
    """A value at a path of a file of the platform's folder, with the comment that goes behind its line."""

    file: str
    path: tuple[str, ...]
    value: Any
    comment: str = ""


@dataclass(slots=True)
class Case:
    """What is worked with, and what it comes to. `demands` is what stands on VMware, `networks` where it stands;
    `unasked` is what no rule asks for and a person should think of.
    """

    platform: Platform
    written: Provenance
    old: Generation
    new: str
    puts: dict[tuple[str, tuple[str, ...]], Put] = field(default_factory=dict[tuple[str, tuple[str, ...]], Put])
    proposed: list[str] = field(default_factory=list[str])
    unasked: list[str] = field(default_factory=list[str])
    demands: list[Demand] = field(default_factory=list[Demand])
    networks: set[str] = field(default_factory=set[str])
    sized: set[str] = field(default_factory=set[str])
    shorts: set[str] = field(default_factory=set[str])

    def put(self, file: str, *path_and_value: Any, comment: str = "") -> None:
        """Notes a change once; what was noted first stays."""
        *path, value = path_and_value
        self.puts.setdefault((file, tuple(path)), Put(file, tuple(path), value, comment))

    def propose(self, what: str, items: Iterable[str]) -> None:
        """Notes what is proposed, if anything is."""
        listed = list(dict.fromkeys(items))
        if listed:
            shown = ", ".join(listed[:8]) + (f" and {len(listed) - 8} more" if len(listed) > 8 else "")
            self.proposed.append(f"{what}: {shown}")

    def workplaces(self, profile: str | None) -> int:
        """How many workplaces have a profile."""
        return sum(workplace.profile == profile for workplace in self.platform.places.workplaces.values())

    def alias_zone(self) -> str:
        """The zone of stable names; where there is none yet, one is assumed."""
        if self.platform.settings.alias_zone is not None:
            return self.platform.settings.alias_zone
        zone = f"access.{self.platform.settings.domain}"
        self.put(
            "platform.yaml", "alias_zone", zone, comment="assumed: turned at the cutover, so nobody else may have it"
        )
        self.put("networks.yaml", "alias_servers", [TODO])
        return zone

    def own(self, section: str, key: str) -> dict[str, Any]:
        """What an item says itself, without what it takes from elsewhere."""
        return as_map(self.written.sources[section, key].parts[-1].data) or {}

    def file_of(self, section: str, key: str) -> str:
        """The file of the platform's folder that a system or a server of it stands in."""
        return f"systems/{PurePath(self.written.sources[section, key].parts[-1].doc.file).name}"

    def renamed(self, names: Iterable[str]) -> list[str]:
        """The names of what stands beside these: with the new year for the old where all of them carry that, else to
        be said.
        """
        names = list(names)
        year, other = self.old.name[1:], self.new[1:]
        first = [name.partition(".")[0] for name in names]
        if all(label.count(year) == 1 for label in first):
            return [name.replace(year, other, 1) for name in names]
        return [TODO] * len(names)
