"""Whether a site's line carries what its people do: sessions, calls and video at the busiest time, in kbit/s.

The figures are planning figures of the profiles, marked there as assumed: measure them in the pilot. Left out: what can
wait (updates, prints, guests), which the quarter of the line that nobody plans with is for.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from model.base import Model, Text

Kbps = Annotated[int, Field(ge=0, le=1_000_000)]
Share = Annotated[float, Field(ge=0, le=1)]


class WanUse(Model):
    """What a workplace of a profile takes of its site's line, and which part of them does so at the busiest time.

    `assumed` says where the figures are from until they are measured.
    """

    session_kbps: Kbps
    session_share: Share
    voice_kbps: Kbps
    voice_share: Share
    video_kbps: Kbps
    video_share: Share
    assumed: Text | None = None
