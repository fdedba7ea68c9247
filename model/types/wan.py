"""Whether a site's line carries what its people do: sessions, calls and video at the busiest time, in kbit/s.

The figures are planning figures of the profiles, marked there as assumed: measure them in the pilot. Left out: what can
wait (updates, prints, guests), which the quarter of the line that nobody plans with is for.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from model.base import Model, Text

Kbps = Annotated[int, Field(ge=0, le=1_000_000)]
"""A rate in kbit/s."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A share of a whole, from 0 to 1."""


class WanUse(Model):
    """What a workplace of a profile takes of its site's line, and which share of them does so at the busiest time."""

    session_kbps: Kbps
    """What a session takes, in kbit/s."""
    session_share: Share
    """The share of workplaces that have a session at the busiest time, from 0 to 1."""
    voice_kbps: Kbps
    """What a call takes, in kbit/s."""
    voice_share: Share
    """The share of workplaces that are in a call at the busiest time, from 0 to 1."""
    video_kbps: Kbps
    """What a video call takes, in kbit/s."""
    video_share: Share
    """The share of workplaces that are in a video call at the busiest time, from 0 to 1."""
    assumed: Text | None = None
    """Where the figures come from until they are measured."""
