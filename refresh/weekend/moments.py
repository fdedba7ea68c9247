"""Moments in Denmark and minutes of a plan: minutes are counted through, also over a night in which clocks are set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Copenhagen")


def minute(origin: datetime, moment: datetime) -> int:
    """Whole minutes from `origin` to `moment`, both local and without a zone."""
    between = moment.replace(tzinfo=ZONE).astimezone(UTC) - origin.replace(tzinfo=ZONE).astimezone(UTC)
    return round(between / timedelta(minutes=1))


def moment(origin: datetime, minutes: float) -> datetime:
    """The moment so many minutes after `origin`, with its offset."""
    return (origin.replace(tzinfo=ZONE).astimezone(UTC) + timedelta(minutes=minutes)).astimezone(ZONE)
