"""What a site's line carries at the busiest time: sessions, calls and video, in kbit/s.

Left out: what can wait (updates, prints, guests), which the quarter of the line that nobody plans with is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.types.qos import BY_NAME

if TYPE_CHECKING:
    from model.platform import Desktops, Places


USABLE_PERCENT = 75
"""The part of a line that is planned with; the rest is for bursts and for what is not counted."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a site asks of its line, in kbit/s, and what the line and its backup have for it."""

    sessions: int
    voice: int
    video: int
    usable: int
    voice_most: int
    backup_usable: int | None

    @property
    def total(self) -> int:
        """All that is asked at once."""
        return self.sessions + self.voice + self.video

    @property
    def percent(self) -> int:
        """How much of what may be used is asked, rounded up."""
        return -(-100 * self.total // self.usable)

    def shortages(self) -> Iterator[str]:
        """What the line or its backup does not carry, with the numbers; nothing when it carries all."""
        if self.total > self.usable:
            yield (
                f"sessions {self.sessions}, voice {self.voice} and video {self.video} are {self.total} kbit/s and "
                f"the line carries {self.usable}, {USABLE_PERCENT} % of it"
            )
        if self.voice > self.voice_most:
            yield f"voice is {self.voice} kbit/s and the priority queue of the line carries {self.voice_most}"
        if self.backup_usable is not None and self.sessions + self.voice > self.backup_usable:
            yield (
                f"sessions {self.sessions} and voice {self.voice} are {self.sessions + self.voice} kbit/s and the "
                f"backup line carries {self.backup_usable}, {USABLE_PERCENT} % of it"
            )


def demands(places: Places, desktops: Desktops) -> Mapping[str, Demand]:
    """What each site asks, by its code."""
    people = Counter((w.site, w.profile) for w in places.workplaces.values())
    found: dict[str, Demand] = {}
    for code, site in places.sites.items():
        sessions = voice = video = 0.0
        for name, profile in desktops.profiles.items():
            count, use = people[code, name], profile.wan
            sessions += count * use.session_share * use.session_kbps
            voice += count * use.voice_share * use.voice_kbps
            video += count * use.video_share * use.video_kbps
        found[code] = Demand(
            sessions=round(sessions),
            voice=round(voice),
            video=round(video),
            usable=site.wan_mbit * 10 * USABLE_PERCENT,
            voice_most=site.wan_mbit * 10 * BY_NAME["audio"].percent,
            backup_usable=site.backup.mbit * 10 * USABLE_PERCENT if site.backup is not None else None,
        )
    return found
