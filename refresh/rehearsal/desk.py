"""How many answer the telephone in the week after, hour by hour: Erlang C.

The formula: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic
telephone exchanges", 1917; the service level as in Gans, Koole and Mandelbaum, "Telephone call centers: tutorial,
review and research prospects", 2003, section 4.1. It takes everybody who waits to stay on the line, so it asks for
rather too many. Left out: who sits there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.types.rehearsal import Hour

if TYPE_CHECKING:
    from model.types.monday import Monday


def waiting(traffic: float, answering: int) -> float:
    """How likely a caller waits, with `traffic` in erlangs. 1 where there are too few for ever."""
    if answering <= traffic:
        return 1.0
    # By the recursion of Erlang B, which neither over- nor underflows.
    blocked = 1.0
    for number in range(1, answering + 1):
        blocked = traffic * blocked / (number + traffic * blocked)
    return blocked / (1 - traffic / answering * (1 - blocked))


def in_time(traffic: float, answering: int, seconds: float, call_seconds: float) -> float:
    """How likely a call is answered within so many seconds."""
    if answering <= traffic:
        return 0.0
    return 1 - waiting(traffic, answering) * math.exp(-(answering - traffic) * seconds / call_seconds)


def positions(calls_an_hour: float, call_minutes: float, percent: float, seconds: float, away_percent: float) -> Hour:
    """How few answer the calls of an hour in time, and how many have to be on duty for so many to be there."""
    traffic = calls_an_hour * call_minutes / 60
    answering = max(1, math.ceil(traffic))
    while in_time(traffic, answering, seconds, call_minutes * 60) < percent / 100:
        answering += 1
    on_duty = math.ceil(round(answering / (1 - away_percent / 100), 6))
    level = in_time(traffic, answering, seconds, call_minutes * 60)
    return Hour(0, "", round(calls_an_hour, 1), answering, on_duty, round(100 * level, 1))


def week(monday: Monday, workplaces: int) -> Iterator[Hour]:
    """Every hour of the days for which there are figures."""
    every = sum(monday.calls_by_hour.values())
    for day, per_hundred in enumerate(monday.calls, 1):
        calls = workplaces * per_hundred / 100
        for clock, share in sorted(monday.calls_by_hour.items()):
            hour = positions(
                calls * share / every,
                monday.call_minutes,
                monday.answered_percent,
                monday.answered_seconds,
                monday.away_percent,
            )
            yield Hour(day, clock, hour.calls, hour.answering, hour.on_duty, hour.in_time)
