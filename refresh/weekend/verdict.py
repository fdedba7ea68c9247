"""Whether a weekend can be done, and if not, by how much: solved again with one thing at a time less tight.

Each answer is one that the verifier (verify.py) takes, so what is said to be enough is enough. That nothing less
would do is what the search found in its effort; where even the work alone does not fit, it is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refresh.weekend import centre as centres
from refresh.weekend import keep as keeping
from refresh.weekend import relax, routes
from refresh.weekend.document import closing, document, outings, sums, told
from refresh.weekend.verify import verify
from refresh.weekend.work import bound, work

if TYPE_CHECKING:
    from model import Platform
    from refresh.weekend.routes import Route
    from refresh.weekend.work import Work

CREWS = 40
"""At most so many crews more are tried."""
HOURS = 9
"""At most so many hours earlier than the closing."""
NOTHING = "hverken flere folk, kortere tid eller tidligere lukning rækker alene"
EFFORT = 300
"""Iterations of a trial. A plan that is there is found in less than a hundred."""

Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, or that there is none: plan.json, the work and its routes."""

    document: dict[str, Any]
    work: Work
    routes: tuple[Route, ...]


def plan(
    platform: Platform,
    *,
    keep: Sequence[Mapping[str, str]] | None = None,
    iterations: int = routes.ITERATIONS,
    watch: Watch = lambda _: None,
) -> Planned:
    """The plan of a platform's weekend, with as little moved as can be of what was told (`keep`, rows of visits.csv).
    Where there is none, what would be enough. Raises RuntimeError for a plan of ours that does not hold, which is a
    fault of this program.
    """
    job = work(platform)
    watch(f"{len(job.jobs)} visits for {len({tour.crew for tour in job.tours})} crews")
    found, moved = _found(job, keep, iterations) if bound(job) >= 0 and not job.unplanned else (None, None)
    if found is not None:
        watch("the data centre's tasks")
        centre = centres.plan(platform, list(outings(job, found)))
        verdict = possible(platform, job, found)
        verdict["verdict"] += [f"{problem}." for problem in centre.problems]
        verdict["feasible"] = not centre.unplaced
        if moved is not None:
            verdict["moved"] = list(moved)
            listed = f": {', '.join(moved[:12])}{' ...' if len(moved) > 12 else ''}" if moved else ""
            verdict["verdict"].append(f"{len(moved)} besøg er ikke som aftalt{listed}.")
        made = document(job, found, verdict, centre.document())
        if centre.unplaced:
            verdict["verdict"][0] = verdict["verdict"][0].replace("MULIGT", "IKKE MULIGT", 1)
        elif wrong := verify(platform, made):
            raise RuntimeError(f"the plan does not hold: {wrong[0]}")
        return Planned(made, job, found)
    watch("no plan: looking for what would be enough")
    verdict = _impossible(platform, job, watch)
    return Planned(document(job, (), verdict, centres.plan(platform, []).document()), job, ())


def _found(
    job: Work, told: Sequence[Mapping[str, str]] | None, iterations: int
) -> tuple[tuple[Route, ...] | None, tuple[str, ...] | None]:
    """The routes, and which visits are not as they were told."""
    if told is None:
        return routes.solve(job, iterations=iterations), None
    kept = keeping.keep(job, [keeping.told(row) for row in told], iterations=iterations)
    return (kept.routes, kept.moved) if kept is not None else (None, None)


def possible(platform: Platform, job: Work, found: Sequence[Route]) -> dict[str, Any]:
    """The verdict of a plan that holds."""
    cutover, total = closing(platform), sums(job, found)
    longest = total["longest_shift"]
    crew = platform.weekend.crews[longest["crew"]].title if longest["crew"] else ""
    lines = [
        (
            f"MULIGT med {cutover.technicians}: {total['visits']} besøg på {total['sites']} steder, "
            f"{_number(total['workplaces'])} arbejdspladser, heraf {_number(total['devices'])} med ny enhed."
        ),
        (
            f"{_number(total['hours_in_all'])} af {_number(total['hours_there'])} mandetimer er brugt, "
            f"og der køres {_number(total['kilometres'])} km."
        ),
        f"Længste vagt: {crew}, {longest['minutes'] // 60} t. {longest['minutes'] % 60} min.",
    ]
    return {"feasible": True, "proved": True, "short": None, "verdict": lines}


def _impossible(platform: Platform, job: Work, watch: Watch) -> dict[str, Any]:
    """What one thing alone would be enough; None of what is not enough however much of it there were."""
    cutover = closing(platform)
    if job.unplanned:
        return _verdict(platform, job, {"people": None, "minutes_per_swap": None, "closes": None})
    people = relax.likeness(platform).people
    most = max(held.p50 for held in platform.weekend.efforts.values()) - 1
    watch("more people")
    crews = least(lambda n: relax.more_people(platform, n), CREWS)
    watch("fewer minutes")
    minutes = least(lambda n: relax.fewer_minutes(platform, n), most)
    watch("an earlier Friday")
    with_closing = any(shift.with_closing for shift in platform.weekend.shifts.values())
    hours = least(lambda n: relax.earlier(platform, n), HOURS) if with_closing else None
    closes = relax.earlier(platform, hours).weekend.cutover if hours is not None else None
    short = {
        "people": crews * people if crews is not None else None,
        "minutes_per_swap": minutes,
        "closes": told(closes.closes.order) if closes is not None else None,
    }
    return _verdict(platform, job, short, cutover.technicians)


def least(loosened: Callable[[int], Platform], most: int) -> int | None:
    """The least number with which there is a plan that the verifier takes; None where the most is not enough. It
    doubles until there is one, and halves the rest.
    """
    low, high = 0, 1
    while not holds(loosened(min(high, most))):
        if high >= most:
            return None
        low, high = high, high * 2
    high = min(high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(loosened(middle)) else (middle, high)
    return high


def holds(platform: Platform) -> bool:
    """Whether a plan is found that the verifier takes."""
    job = work(platform)
    if bound(job) < 0 or job.unplanned:
        return False
    found = routes.solve(job, iterations=EFFORT, first=True)
    return found is not None and not verify(platform, document(job, found, possible(platform, job, found)))


def _verdict(platform: Platform, job: Work, short: dict[str, Any], people: int | None = None) -> dict[str, Any]:
    technicians = people or closing(platform).technicians
    ways = [
        f"{short['people']} personer" if short["people"] else "",
        f"{short['minutes_per_swap']} minutter pr. plads" if short["minutes_per_swap"] else "",
        f"fredag fra {short['closes'][11:16].replace(':', '.')}" if short["closes"] else "",
    ]
    enough = "mangler " + ", eller ".join(way for way in ways if way) if any(ways) else NOTHING
    proved = bound(job) < 0 or bool(job.unplanned)
    lines = [f"IKKE MULIGT med {technicians}: {enough}."]
    if job.unplanned:
        lines = [f"IKKE MULIGT med {technicians}: {len(job.unplanned)} steder kan ikke planlægges."]
        lines += [f"{left.site}: {left.reason}." for left in job.unplanned]
    elif bound(job) < 0:
        lines.append(f"Arbejdet alene er {_number(-bound(job) / 60)} timer mere, end holdene har, uden kørsel.")
    return {"feasible": False, "proved": proved, "short": short, "verdict": lines}


def _number(value: float) -> str:
    """A number as Danes write it, without decimals that say nothing: `1.019`."""
    return f"{round(value):,}".replace(",", ".")
