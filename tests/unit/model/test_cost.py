"""What Azure costs, against a reviewer's own estimate of the same data, and what a budget out of proportion is told."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import model
from model.derive import cost
from model.platform import Platform
from model.rules import registry
from model.types.avd import Scaling, Schedule
from tests.support.edit import edit
from tests.support.paths import ROOT

DAY = date(2026, 12, 1)
DOLLAR = 6.9
ESTIMATE = {"compute": 7_040 + 2_140, "Windows": 6_110, "disks": 2_700, "hub": 2_220, "profiles": 980, "logs": 4_140,
            "logs kept": 2_160, "backup": 1_500}  # fmt: skip
"""Dollars a month, as the reviewer of Herlev's landing zone worked them out by hand from the same data."""


@pytest.fixture(scope="module")
def herlev() -> Platform:
    return model.load("herlev")


@pytest.mark.parametrize("what", ESTIMATE)
def test_a_stranger_comes_to_the_same(herlev: Platform, what: str) -> None:
    told = cost.total(cost.items(herlev), "what")[what] / DOLLAR
    assert 0.75 < told / ESTIMATE[what] < 1.25, (what, round(told))


def test_everything_has_a_price_and_is_told_once_however_it_is_told(herlev: Platform) -> None:
    found = list(cost.items(herlev))
    assert [item.name for item in found if item.amount is None] == []
    whole = {round(sum(cost.total(found, by).values())) for by in ("what", "area", "subscription", "system", "wave")}
    assert len(whole) == 1
    assert cost.total(found, "wave").keys() >= set(herlev.refresh.waves) - {"desktops", "pilots"}


def test_a_disk_is_priced_as_the_next_larger_one(herlev: Platform) -> None:
    steps = herlev.azure.prices["Premium_ZRS"].steps
    disks = [item for item in cost.items(herlev) if item.what == "disks" and 128 < item.quantity <= 256]
    assert disks
    assert {item.amount for item in disks} <= {steps[256], herlev.azure.prices["StandardSSD_ZRS"].steps[256]}


def test_hosts_that_stop_at_night_cost_their_hours() -> None:
    plan = Schedule.model_validate(
        {
            "days": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
            "ramp_up": "06:00",
            "peak": "08:00",
            "ramp_down": "16:00",
            "off_peak": "18:00",
            "morning_hosts": 50,
            "evening_hosts": 0,
        }
    )
    assert cost.share_of_hours(Scaling(schedules={"all": plan})) == pytest.approx((1 + 8) / 24)
    assert cost.share_of_hours(None) == 1.0


def test_what_saves_most_comes_first_and_without_azure_there_is_nothing(herlev: Platform) -> None:
    found = cost.savings(herlev)
    assert found[0].how.startswith("windows_licence: own")
    assert [s.amount for s in found] == sorted((s.amount for s in found), reverse=True)
    holstebro = model.load("holstebro")
    assert (list(cost.items(holstebro)), cost.savings(holstebro)) == ([], [])


@pytest.mark.parametrize(("budget", "told"), [(300_000, 1), (120_000, 0), (20_000, 1)])
def test_a_budget_out_of_proportion_is_told_with_what_is_not(tmp_path: Path, budget: int, told: int) -> None:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    folder = tmp_path / "stacks" / "herlev"
    edit(folder, {"azure.yaml": {"subscriptions.corp.budget": budget}})
    found = [fault for fault in registry.due(*model.trace(str(folder)), DAY) if fault.code == "BUDGET"]
    assert len(found) == told
    assert all("subscriptions.corp.budget" in f.path and "set it between" in f.message for f in found)
