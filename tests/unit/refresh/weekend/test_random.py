"""Random small platforms: every plan is taken by the verifier, every "impossible" is confirmed: what is said to be
enough is enough, and where all plans can be tried, none of them would have done.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import model
from model import Platform
from model.types.cutover import Crew, Effort, Shift
from model.types.estate import Site, Workplace
from refresh.weekend import relax, verdict
from refresh.weekend.verify import verify
from refresh.weekend.work import Job, Tour, Work, work
from tests.support.paths import STACKS

LILLEBY = model.load(str(STACKS / "lilleby"))
DAYS = {"friday": date(2027, 2, 5), "saturday": date(2027, 2, 6), "sunday": date(2027, 2, 7)}
EXAMPLES = int(os.environ.get("PLATFORM_REFRESH_FUZZ", "0"))
FEW = settings(max_examples=200 if EXAMPLES else 12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def shifts(draw: st.DrawFn) -> dict[str, Shift]:
    """Friday with the closing, and two days; eleven hours lie between them."""
    pause = draw(st.sampled_from((0, 30, 45)))
    ends = f"{draw(st.integers(17, 20)):02}:30"
    found = {"friday": Shift(day=DAYS["friday"], begins="16:00", ends=ends, with_closing=True)}
    for name in ("saturday", "sunday"):
        last = f"{draw(st.integers(10, 18)):02}:00"
        found[name] = Shift(day=DAYS[name], begins="08:00", ends=last, break_minutes=pause)
    return found


@st.composite
def site(draw: st.DrawFn, code: str) -> Site:
    """A school or a town hall within some kilometres, that may never close and lets in on some days."""
    access = {
        name: f"{begins:02}:00-{begins + draw(st.integers(1, 8)):02}:30"
        for name in DAYS
        if draw(st.booleans()) and (begins := draw(st.integers(8, 15)))
    }
    kind = draw(st.sampled_from(("S001", "S002")))
    return LILLEBY.places.sites[kind].model_copy(
        update={
            "code": code,
            "hours": draw(st.sampled_from(("weekday", "24x7"))),
            "access": access or {"saturday": "08:00-18:00"},
            "position": (56.36 + draw(st.integers(0, 20)) / 100, 8.6 + draw(st.integers(0, 20)) / 100),
        }
    )


@st.composite
def platforms(draw: st.DrawFn, most: int = 8, crews: int = 3) -> Platform:
    """Lilleby with other sites, people, hours and minutes."""
    codes = [f"S{number:03}" for number in range(1, draw(st.integers(1, most)) + 1)]
    sites = {code: draw(site(code)) for code in codes}
    kinds = ("TK00001", "TK00003", "PC00004")
    workplaces = {
        name: LILLEBY.places.workplaces[draw(st.sampled_from(kinds))].model_copy(update={"name": name, "site": code})
        for code in codes
        for name in (f"{code}-{number}" for number in range(draw(st.integers(1, 9))))
    }
    held = draw(shifts())
    people = {
        f"hold-{number}": Crew(
            title=f"Hold {number}",
            people=draw(st.integers(1, 3)),
            skills=draw(st.sampled_from(((), ("children",), ("children",)))),
            vehicle="van",
            start=draw(st.sampled_from(codes)),
            shifts=tuple(draw(st.sampled_from((["saturday"], ["friday", "saturday"], list(held))))),
            helpers=draw(st.sampled_from(({}, {"pupils": 1}))),
        )
        for number in range(1, draw(st.integers(1, crews)) + 1)
    }
    efforts = {
        key: each.model_copy(update={"p50": (p50 := draw(st.integers(3, 60))), "p90": p50 + draw(st.integers(0, 30))})
        for key, each in LILLEBY.weekend.efforts.items()
    }
    return _platform(sites, workplaces, held, people, efforts, draw(st.integers(1, 12)))


def _platform(
    sites: Mapping[str, Site],
    workplaces: Mapping[str, Workplace],
    held: Mapping[str, Shift],
    people: Mapping[str, Crew],
    efforts: Mapping[str, Effort],
    room: int,
) -> Platform:
    weekend, places = LILLEBY.weekend, LILLEBY.places
    assert weekend.cutover is not None
    centre = {f"centre-{name}": Shift(day=day, begins="00:00", ends="23:59") for name, day in DAYS.items()}
    team = weekend.teams["operations"].model_copy(update={"shifts": tuple(centre)})
    van = weekend.vehicles["van"].model_copy(update={"devices": room})
    return replace(
        LILLEBY,
        places=replace(places, sites=sites, workplaces=workplaces, workplace_devices={}),
        weekend=replace(
            weekend,
            cutover=weekend.cutover.model_copy(update={"technicians": 99, "longest_visit": 240}),
            shifts={**held, **centre},
            crews=people,
            efforts=efforts,
            vehicles={"van": van},
            teams={"operations": team},
            visits={},
        ),
    )


@pytest.mark.fuzz
@FEW
@given(platforms())
def test_a_plan_holds_and_a_verdict_is_confirmed(platform: Platform) -> None:
    """Two hundred of them in `make fuzz`."""
    found = verdict.plan(platform, iterations=200).document
    if found["feasible"]:
        assert verify(platform, found) == []
        return
    assert found["verdict"][0].startswith("IKKE MULIGT")
    short = found["short"]
    if short and short["people"]:
        assert verdict.holds(relax.more_people(platform, short["people"] // relax.likeness(platform).people))
    if short and short["minutes_per_swap"]:
        assert verdict.holds(relax.fewer_minutes(platform, short["minutes_per_swap"]))
    if short and short["closes"]:
        assert verdict.holds(relax.earlier(platform, 16 - int(short["closes"][11:13])))


@pytest.mark.fuzz
@FEW
@given(platforms(most=3, crews=2))
def test_what_is_impossible_is_so_however_it_is_tried(platform: Platform) -> None:
    """All orders on all tours, where there are few. A wait counts as no break here, as it does not to the solver."""
    job = work(platform)
    if len(job.jobs) <= 4 and not job.unplanned:
        assert verdict.plan(platform, iterations=200).document["feasible"] == any(
            all(_done(job, tour, list(order)) for tour, order in zip(job.tours, orders, strict=True))
            for parts in product(range(len(job.tours)), repeat=len(job.jobs))
            for orders in _orders(job, parts)
        )


def _orders(job: Work, parts: Sequence[int]) -> Iterator[tuple[Sequence[Job], ...]]:
    on = [
        [each for each, part in zip(job.jobs, parts, strict=True) if part == number] for number in range(len(job.tours))
    ]
    yield from product(*(list(permutations(each)) for each in on))


def _done(job: Work, tour: Tour, order: Sequence[Job]) -> bool:
    """Whether a tour can make these visits in this order, each in any of its windows as early as it can."""
    place, now = tour.start, tour.window.begins
    if sum(each.load for each in order) > tour.room or any(not each.skills <= tour.skills for each in order):
        return False
    for each in order:
        minutes = each.minutes.get(tour.people)
        if minutes is None:
            return False
        now += job.ways[place, each.site][1]
        begins = [max(now, w.begins) for w in each.windows if max(now, w.begins) + minutes <= w.ends]
        if not begins:
            return False
        now, place = min(begins) + minutes, each.site
    return now + job.ways[place, tour.start][1] <= tour.window.ends - tour.pause
