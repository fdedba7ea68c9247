"""Whether a schedule holds, minute by minute: it shares nothing with the planner but the words of the problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from refresh.weekend.schedule import Problem, Work


def broken(problem: Problem, begins: Mapping[str, int]) -> list[str]:
    """What does not hold, in words. Empty where all are placed, in order, in their windows, with enough people."""
    found = [f"{key} is not placed" for key in problem.works if key not in begins]
    taken: Counter[tuple[str, int]] = Counter()
    for key, begin in begins.items():
        work = problem.works[key]
        found += [f"{key} begins before {n} ends" for n in work.needs if begin < begins[n] + problem.works[n].duration]
        if begin < work.earliest or (work.latest is not None and begin + work.duration > work.latest):
            found.append(f"{key} lies outside its window")
        for minute in range(begin, begin + work.duration):
            taken.update({(resource, minute): wanted for resource, wanted in work.demands.items()})
    for (resource, minute), wanted in taken.items():
        there = 0
        for since, number in problem.resources[resource]:
            there = number if since <= minute else there
        if wanted > there:
            found.append(f"{resource}: {wanted} of {there} at {minute}")
    return found


def psplib(path: Path) -> Problem:
    """A problem of PSPLIB from its .sm file: jobs by number, resources by number."""
    text = path.read_text()

    def rows(title: str, skip: int) -> list[list[int]]:
        lines = text.split(title)[1].split("*****")[0].splitlines()[skip:]
        return [[int(word) for word in line.split()] for line in lines if line.strip()]

    needs: dict[int, list[int]] = {}
    for job, _, _, *after in rows("PRECEDENCE RELATIONS:", 2):
        needs.setdefault(job, [])
        for other in after:
            needs.setdefault(other, []).append(job)
    works = {
        str(job): Work(minutes, tuple(map(str, needs[job])), {str(n): d for n, d in enumerate(demands) if d})
        for job, _, minutes, *demands in rows("REQUESTS/DURATIONS:", 3)
    }
    (capacity,) = rows("RESOURCEAVAILABILITIES:", 2)
    return Problem(works, {str(n): [(0, most)] for n, most in enumerate(capacity)})
