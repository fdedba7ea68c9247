"""The plan of a schedule, with OR-Tools' CP-SAT last: a module of its own, for OR-Tools takes long to import.

One worker and a limit in deterministic time: the same problem gives the same schedule. CP-SAT starts from what
schedule.py found, and that stands when it finds nothing shorter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ortools.sat.python import cp_model

from refresh.weekend.schedule import (
    SEED,
    Effort,
    Problem,
    Schedule,
    Steps,
    bound,
    followers_of,
    greedy,
    order_of,
    packed,
    shaken,
)

DEFAULT = Effort()


def plan(problem: Problem, effort: Effort = DEFAULT) -> Schedule:
    """The shortest schedule that is found with `effort`, with what is proved of it."""
    first = greedy(problem)
    if first.unplaced or not problem.works:
        return first
    order = order_of(problem)
    least = bound(problem, order)
    found = replace(shaken(problem, first, effort.rounds), bound=least)
    if not found.proved:
        found = shorten(problem, order, found, effort.seconds)
    # Whatever the solver left late begins as early as it can: nobody waits for nothing.
    early = packed(problem, order, followers_of(problem), found.begins)
    return replace(early, bound=max(least, found.bound))


def shorten(problem: Problem, order: Sequence[str], first: Schedule, effort: float) -> Schedule:
    """A schedule at most as long as `first`, with the bound that CP-SAT proved."""
    model = cp_model.CpModel()
    begins: dict[str, cp_model.IntVar] = {}
    intervals: dict[str, cp_model.IntervalVar] = {}
    end = model.new_int_var(0, first.ends, "end")
    for key in order:
        work = problem.works[key]
        latest = first.ends if work.latest is None else min(work.latest, first.ends)
        begins[key] = model.new_int_var(work.earliest, latest - work.duration, key)
        intervals[key] = model.new_fixed_size_interval_var(begins[key], work.duration, key)
        for need in work.needs:
            model.add(begins[key] >= begins[need] + problem.works[need].duration)
        model.add(end >= begins[key] + work.duration)
        model.add_hint(begins[key], first.begins[key])
    for resource, steps in problem.resources.items():
        users = [key for key in order if problem.works[key].demands.get(resource) and problem.works[key].duration]
        most = max(number for _, number in steps)
        away, missing = _away(model, steps, most, first.ends)
        demands = [problem.works[key].demands[resource] for key in users]
        model.add_cumulative([*(intervals[key] for key in users), *away], [*demands, *missing], most)
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_deterministic_time = effort
    # The linear relaxation says little of a schedule and costs one worker most of its time: without it the mean gap of
    # six of PSPLIB's j120 fell from 6.9 to 3.9 %.
    solver.parameters.linearization_level = 0
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return first
    return Schedule(
        {key: solver.value(begins[key]) for key in order}, solver.value(end), bound=round(solver.best_objective_bound)
    )


def _away(model: cp_model.CpModel, steps: Steps, most: int, ends: int) -> tuple[list[cp_model.IntervalVar], list[int]]:
    """The times at which fewer than `most` are there, as intervals that take the rest."""
    away: list[cp_model.IntervalVar] = []
    missing: list[int] = []
    for (begins, number), (until, _) in pairwise([*steps, (ends, 0)]):
        if number < most and begins < min(until, ends):
            away.append(model.new_fixed_size_interval_var(begins, min(until, ends) - begins, f"away-{begins}"))
            missing.append(most - number)
    return away, missing
