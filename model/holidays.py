"""Danish public holidays, computed for the years that the data name: nothing here looks at a clock.

Left out: days that a municipality closes by its own decision, such as Constitution Day or Christmas Eve; data add them.
"""

from __future__ import annotations

from datetime import date, timedelta

_FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)
"""Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension Day, Whit Sunday and Monday, in days from Easter.
Great Prayer Day is none since 2024 (lov nr. 214 af 2023).
"""
_FIXED = ((1, 1), (12, 25), (12, 26))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous algorithm as Meeus gives it (Astronomical Algorithms,
    chapter 8).
    """
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, odd = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    quarter, left = divmod(rest, 4)
    weekday = (32 + 2 * odd + 2 * quarter - epact - left) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def danish(year: int) -> tuple[date, ...]:
    """The public holidays of a year, in order."""
    sunday = easter(year)
    return tuple(
        sorted(
            {
                *(sunday + timedelta(days) for days in _FROM_EASTER),
                *(date(year, month, day) for month, day in _FIXED),
            }
        )
    )
