"""Danish for the board: times of day, lengths, and the words for states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from refresh.board.state import Answer, Status

ZONE: Final = ZoneInfo("Europe/Copenhagen")
_DAYS = ("man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn.")

STATUS: Mapping[Status, str] = {
    "planned": "venter",
    "begun": "i gang",
    "blocked": "blokeret",
    "done": "færdig",
    "dropped": "udgået",
}
SIGN: Mapping[Status, str] = {"planned": "·", "begun": "▶", "blocked": "✕", "done": "✓", "dropped": "-"}
"""What stands beside a state, for who cannot tell the colours."""
ANSWER: Mapping[Answer, str] = {"open": "venter på svar", "go": "GO", "no-go": "NO-GO", "expired": "NO-GO"}
EVENT: Mapping[str, str] = {
    "plan": "planen er lagt ind",
    "link.issued": "link er udstedt",
    "link.revoked": "link er trukket tilbage",
    "day.opened": "arbejdet er sat i gang",
    "day.closed": "arbejdet er afsluttet",
    "visit.begun": "begyndt",
    "visit.done": "færdig",
    "visit.blocked": "blokeret",
    "task.begun": "begyndt",
    "task.done": "færdig",
    "task.blocked": "blokeret",
    "gate.decided": "besvaret",
    "gate.expired": "NO-GO, ingen svarede inden fristen",
    "gate.reopened": "genåbnet",
    "decided": "besluttet",
    "said": "besked",
}


def clock(when: datetime) -> str:
    """`7.05`, in Denmark."""
    here = when.astimezone(ZONE)
    return f"{here.hour}.{here.minute:02}"


def moment(when: datetime) -> str:
    """`lør. 7.05`."""
    return f"{_DAYS[when.astimezone(ZONE).weekday()]} {clock(when)}"


def hours(begins: datetime, ends: datetime) -> str:
    """`lør. 7.05-9.30`."""
    return f"{moment(begins)}-{clock(ends)}"


def length(minutes: float) -> str:
    """`45 min.`, `2 t. 5 min.`."""
    whole = abs(round(minutes))
    if whole < 60:
        return f"{whole} min."
    return f"{whole // 60} t." + (f" {whole % 60} min." if whole % 60 else "")


def likely(share: float) -> str:
    """`93 %`; never all or nothing of what is not known."""
    if share <= 0.005:
        return "under 1 %"
    return "over 99 %" if share >= 0.995 else f"{share * 100:.0f} %"
