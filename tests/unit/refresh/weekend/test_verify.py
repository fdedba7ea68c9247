"""The verifier, tried on plans that are broken in one thing each: it takes the whole one, and finds every fault."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest

from model import Platform
from refresh.weekend import verdict
from refresh.weekend.verify import verify
from tests.support.edit import Edits
from tests.support.lilleby import changed

Plan = dict[str, Any]

CARE: Edits = {
    "sites.yaml": {
        "sites.S001.hours": "24x7",
        "sites.S001.parallel": {"seats": 1, "minutes": 5, "how": "Vagten bruger nødpladsen."},
    },
    "catalog/profiles.yaml": {
        "profiles.office.restart": {"time": "03:00"},
        "profiles.office.settings.disconnect_timer": True,
        "profiles.office.settings.disconnect_minutes": 60,
    },
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return changed(tmp_path_factory.mktemp("lilleby"), CARE)


@pytest.fixture(scope="module")
def plan(platform: Platform) -> Plan:
    return verdict.plan(platform).document


def later(plan: Plan, visit: int, minutes: int, *keys: str) -> None:
    held = plan["visits"][visit]
    for key in keys or ("arrives", "begins", "ends"):
        held[key] = (datetime.fromisoformat(held[key]) + timedelta(minutes=minutes)).isoformat()


def shift_of(plan: Plan, visit: str) -> dict[str, Any]:
    return next(shift for crew in plan["crews"] for shift in crew["shifts"] if visit in shift["visits"])


def of_visit(key: str, value: object, visit: int = 1) -> Callable[[Plan], None]:
    def change(plan: Plan) -> None:
        plan["visits"][visit][key] = value

    return change


def of_shift(key: str, value: object, visit: str = "S002-1") -> Callable[[Plan], None]:
    def change(plan: Plan) -> None:
        shift_of(plan, visit)[key] = value

    return change


def moved(minutes: int, *keys: str, visit: int = 1) -> Callable[[Plan], None]:
    return lambda plan: later(plan, visit, minutes, *keys)


def swapped(plan: Plan) -> None:
    first, second = plan["visits"][0]["workplaces"], plan["visits"][1]["workplaces"]
    first[0], second[0] = second[0], first[0]


def overlapping(plan: Plan) -> None:
    """Both visits at one moment, by one crew."""
    target = plan["visits"][0]
    for key in ("arrives", "begins", "ends"):
        plan["visits"][1][key] = target[key]


BROKEN: dict[str, tuple[Callable[[Plan], None], str]] = {
    "it says itself that it is none": (lambda plan: plan.update(feasible=False), "says itself"),
    "a visit that is lost": (lambda plan: plan["visits"].pop(), "too often on the shifts"),
    "a visit that nobody makes": (lambda plan: shift_of(plan, "S002-1")["visits"].remove("S002-1"), "is on no shift"),
    "a visit twice on a shift": (lambda plan: shift_of(plan, "S002-1")["visits"].append("S002-1"), "too often"),
    "two visits of one id": (lambda plan: plan["visits"].append(deepcopy(plan["visits"][0])), "two visits have one id"),
    "a visit that is not there": (
        lambda plan: shift_of(plan, "S002-1")["visits"].append("S009-1"),
        "S009-1 is 1 times",
    ),
    "a site that is left out": (
        lambda plan: plan["unplanned"].append({"site": "S002", "reason": "intet hold"}),
        "S002 is not planned",
    ),
    "a workplace that is lost": (lambda plan: plan["visits"][1]["workplaces"].pop(), "is visited 0 times"),
    "a workplace twice": (
        lambda plan: plan["visits"][1]["workplaces"].append("TK00003"),
        "TK00003 is visited 2 times",
    ),
    "a workplace of another site": (swapped, "is no workplace of"),
    "a workplace of nobody": (
        lambda plan: plan["visits"][1]["workplaces"].append("TK99999"),
        "TK99999 is no workplace",
    ),
    "a visit that is too short": (moved(-5, "ends"), "minutes and takes"),
    "a visit that ends before it begins": (moved(-120, "ends"), "minutes and takes"),
    "a visit before somebody lets in": (moved(-600), "lets in"),
    "a visit in the night": (moved(750), "lets in"),
    "a visit over midnight": (moved(900, "ends"), "lets in"),
    "a visit a week later": (moved(7 * 1440), "there is no such crew on a shift"),
    "a visit that begins too late": (of_visit("latest", "2027-02-05T16:00:00+01:00"), "after its latest moment"),
    "a visit that begins before the crew is there": (moved(-3, "begins"), "begins before its crew arrives"),
    "a visit that another crew names": (of_visit("crew", "hold-2"), "is on no shift of hold-2"),
    "a crew of nobody": (of_visit("crew", "hold-9"), "there is no such crew"),
    "devices that are too many": (of_visit("devices", 9), "says 9 devices, and they are 1"),
    "kilometres that are too few": (of_visit("kilometres", 0.1), "says 0.1 km"),
    "a shift's kilometres": (of_shift("kilometres", 90.0), "says 90.0 km"),
    "a shift that is not the crew's": (of_shift("begins", "2027-02-05T01:00:00+01:00"), "has no shift from"),
    "a shift that ends before the crew is home": (
        lambda plan: shift_of(plan, "S002-1").update(ends=plan["visits"][1]["ends"]),
        "is home",
    ),
    "a crew in two places": (overlapping, "is at"),
    "a crew that flies": (
        lambda plan: plan["visits"][1].update(arrives=shift_of(plan, "S002-1")["begins"]),
        "is at S001 until",
    ),
    "a crew that is nobody's": (lambda plan: plan["crews"][0].update(key="hold-9"), "there is no crew hold-9"),
    "a night that is too short": (
        lambda plan: plan["crews"][0]["shifts"].append(
            {**plan["crews"][0]["shifts"][0], "visits": [], "kilometres": 0.0}
        ),
        "hold-1 rests",
    ),
}


def test_there_are_thirty() -> None:
    assert len(BROKEN) == 30


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plan_is_found(platform: Platform, plan: Plan, case: str) -> None:
    broken = deepcopy(plan)
    assert verify(platform, broken) == []
    change, message = BROKEN[case]
    change(broken)
    found = verify(platform, broken)
    assert [line for line in found if message in line], found


# What of the data is changed after the plan was made, and what the verifier says of the plan then.
AGED: dict[str, tuple[Edits, str]] = {
    "a vehicle that became smaller": ({"cutover.yaml": {"vehicles.van.devices": 0}}, "its vehicle has room for 0"),
    "a house that goes dark": ({"sites.yaml": {"sites.S001.parallel.seats": 0}}, "S001 is dark"),
    "a break that became longer": (
        {
            "cutover.yaml": {
                "shifts.friday.break_minutes": 200,
                "shifts.saturday.break_minutes": 250,
                "shifts.sunday.break_minutes": 400,
            }
        },
        "minutes of break",
    ),
    "slower roads": ({"cutover.yaml": {"travel.minutes": 60}}, "away"),
    "a key that is back later": ({"sites.yaml": {"sites.S002.access": {"saturday": "15:55-16:00"}}}, "lets in"),
    "a crew that can not do it any more": (
        {"cutover.yaml": {"crews.hold-1.skills": [], "crews.hold-2.skills": ["children"]}},
        "asks for children, and hold-1 can not do it",
    ),
    "minutes that were measured": ({"cutover.yaml": {"minutes.slow.p50": 90, "minutes.slow.p90": 95}}, "and takes"),
}


@pytest.mark.parametrize("case", AGED)
def test_a_plan_that_the_data_have_left_is_found(plan: Plan, tmp_path: Any, case: str) -> None:
    edits, message = AGED[case]
    platform = changed(tmp_path, CARE, edits)
    assert [line for line in verify(platform, plan) if message in line], verify(platform, plan)
