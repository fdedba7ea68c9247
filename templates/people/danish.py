"""Danish for what people read: dates, numbers of things, and the words for what the model says in English."""

from __future__ import annotations

from datetime import date

_DAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
    "december",
)  # fmt: skip

KINDS = {
    "laptop": ("bærbar pc", "bærbare pc'er"),
    "shared-pc": ("fælles pc", "fælles pc'er"),
    "thin-client": ("tynd klient", "tynde klienter"),
}
"""A kind of workplace, one of it and several."""

CRITICALITY = {"vital": "meget høj", "high": "høj", "normal": "middel", "low": "lav"}
PERSONAL_DATA = {
    "none": "ingen",
    "ordinary": "almindelige (artikel 6)",
    "special": "følsomme (artikel 9)",
}
HOURS = {"weekday": "hverdage", "weekend": "alle ugens dage", "24x7": "døgnet rundt"}


def day(when: date) -> str:
    """`søndag den 7. februar 2027`."""
    return f"{_DAYS[when.weekday()]} den {when.day}. {_MONTHS[when.month - 1]} {when.year}"


def short_day(when: date) -> str:
    """`man. 8/2`."""
    return f"{_DAYS[when.weekday()][:3]}. {when.day}/{when.month}"


def visit(when: date, begins: str, ends: str) -> str:
    """`søndag den 7. februar 2027 kl. 8-14`."""
    return f"{day(when)} kl. {clock(begins)}-{clock(ends)}"


def short_visit(when: date, begins: str, ends: str) -> str:
    """`søn. 7/2 kl. 8-14`."""
    return f"{short_day(when)} kl. {clock(begins)}-{clock(ends)}"


def clock(time: str) -> str:
    """`8.30` and `16` for `08:30` and `16:00`, as Danes write a time of day."""
    hours, minutes = time.split(":")
    return f"{int(hours)}" + (f".{minutes}" if minutes != "00" else "")


def count(number: int, one: str, several: str) -> str:
    """`1 tynd klient`, `25 tynde klienter`."""
    return f"{number} {one if number == 1 else several}"


def listed(items: list[str]) -> str:
    """`a, b og c`."""
    return " og ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""
