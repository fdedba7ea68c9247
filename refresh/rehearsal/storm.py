"""Monday's log-on: who comes when, and where people wait - at the site's line, at the controllers, or at the machines.

People come one by one at random within each quarter of an hour, from a seed, and log on in the order in which they
come. A log-on has a turn at the controllers, then needs room on the line of its site and a place on a session machine
of its pool, and holds both while it lasts. Whoever waits is counted where the wait was longest. Left out: what people
do once they are in, which the sizing of pools and lines counts (model/derive/pools.py, wan.py).
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from model.derive import wan
from model.types.rehearsal import Queue, Storm, Where

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.monday import Monday

QUARTER = 15 * 60
Z90 = 1.2815515655446004
"""The standard normal's quantile of 0.9."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who logs on: when, in seconds after midnight, from which site, to which pool, and how long it takes."""

    comes: float
    site: str
    pool: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """How many log-ons at a time on each site's line and each pool's machines; seconds of a turn at the controllers."""

    lines: Mapping[str, int]
    machines: Mapping[str, int]
    turn: float


@dataclass(frozen=True, slots=True)
class LoggedOn:
    """When somebody was in, how long they waited before the log-on began, and where."""

    person: Person
    begins: float
    where: Where

    @property
    def waited(self) -> float:
        """Seconds before the log-on began."""
        return self.begins - self.person.comes


def storm(platform: Platform, monday: Monday, generation: str, seed: int) -> Storm:
    """Runs the first morning of a platform."""
    found = log_on(people(platform, monday, generation, seed), limits(platform, monday, generation))
    return told(found, monday.patience_seconds)


def people(platform: Platform, monday: Monday, generation: str, seed: int) -> list[Person]:
    """Who comes: of each pool's workplaces as many as it is sized for, at random."""
    chance = Random(seed)  # noqa: S311 no secret
    quarters = [(_seconds(clock), share) for clock, share in sorted(monday.arrivals.items())]
    sigma = math.log(monday.log_on_seconds.p90 / monday.log_on_seconds.p50) / Z90
    found: list[Person] = []
    for instance in platform.pool_instances:
        if instance.generation.name != generation or instance.sizing is None:
            continue
        places = sorted(w.name for w in platform.places.workplaces.values() if w.profile == instance.pool.workplaces)
        for name in chance.sample(places, min(len(places), instance.sizing.sessions)):
            begins = chance.choices([q for q, _ in quarters], [share for _, share in quarters])[0]
            seconds = monday.log_on_seconds.p50 * math.exp(sigma * chance.gauss(0, 1))
            site = platform.places.workplaces[name].site
            found.append(Person(begins + chance.random() * QUARTER, site, instance.pool.name, seconds))
    return sorted(found, key=lambda person: (person.comes, person.site, person.pool))


def limits(platform: Platform, monday: Monday, generation: str) -> Limits:
    """What lines, controllers and machines take: of a line what calls, video and running sessions leave of it."""
    lines = {
        site: max(1, (demand.usable - demand.total) // monday.log_on_kbit)
        for site, demand in wan.demands(platform.places, platform.desktops).items()
    }
    machines = {
        i.pool.name: i.sizing.machines * monday.log_ons_a_host
        for i in platform.pool_instances
        if i.generation.name == generation and i.sizing is not None
    }
    return Limits(lines, machines, 60 / monday.brokered_a_minute)


def log_on(comers: Iterable[Person], held: Limits) -> list[LoggedOn]:
    """Everybody logged on, in the order in which they come."""
    lines = {site: [0.0] * number for site, number in held.lines.items()}
    machines = {pool: [0.0] * number for pool, number in held.machines.items()}
    controllers = 0.0
    found: list[LoggedOn] = []
    for person in comers:
        line, machine = lines[person.site], machines[person.pool]
        turn = max(person.comes, controllers)
        controllers = turn + held.turn
        free: dict[Where, float] = {"controllers": turn, "line": line[0], "machines": machine[0]}
        where = max(free, key=lambda place: free[place])
        begins = free[where]
        heapq.heapreplace(line, begins + person.seconds)
        heapq.heapreplace(machine, begins + person.seconds)
        found.append(LoggedOn(person, begins, where))
    return found


def told(found: Sequence[LoggedOn], patience: int) -> Storm:
    """The waits in sum, and each queue."""
    if not found:
        return Storm(0, 0, 0, 0, "00:00", ())
    waits = sorted(each.waited for each in found)
    queues: dict[tuple[Where, str], list[LoggedOn]] = defaultdict(list)
    for each in found:
        if each.waited > 0:
            queues[each.where, _name(each)].append(each)
    shown = [
        Queue(
            where,
            name,
            len(waiting),
            sum(each.waited > patience for each in waiting),
            round(max(each.waited for each in waiting), 1),
            _clock(max(waiting, key=lambda each: each.waited).person.comes),
        )
        for (where, name), waiting in queues.items()
    ]
    shown.sort(key=lambda queue: (-queue.longest, queue.where, queue.name))
    return Storm(
        people=len(found),
        impatient=sum(wait > patience for wait in waits),
        p90=round(waits[math.ceil(0.9 * len(waits)) - 1], 1),
        longest=round(waits[-1], 1),
        done=_clock(max(each.begins + each.person.seconds for each in found)),
        queues=tuple(shown),
    )


def _name(each: LoggedOn) -> str:
    return {"line": each.person.site, "controllers": "", "machines": each.person.pool}[each.where]


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) % 3600 // 60:02}"
