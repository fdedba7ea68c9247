"""What holds for every test: how hypothesis draws, and an order in which no worker waits for another's last test.

Two workers take files one after the other from one list (`--dist loadfile`), for each worker would make for itself what
the tests of a file share, and some go on from where the one before left off. Groups (`loadgroup`) would be finer, but
pytest-xdist 3.8 writes them into a field that pytest 9.2 does not read any more. The longest come first, by the seconds
in LONG: a test that begins last and takes two minutes costs two minutes.
"""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from hypothesis import settings

# A deadline measures the machine: a busy one failed a test of 2 ms.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

# Platforms stay in memory for a whole run; looking through them again and again took a third of the time (2026-11).
gc.set_threshold(50_000, 20, 20)

LONG = {
    "test_the_room_empties_in_waves": 175,
    "test_schools_and_then_elder_care_change_nothing_that_is_there": 90,
    "test_the_whole_life_of_a_refresh": 80,
    "test_whatever_the_guard_lets_through_leaves_what_must_stay": 60,
    "test_the_landing_zone_stands_grows_and_goes": 50,
    "test_what_the_engine_built_is_certified": 30,
    "test_a_file_that_its_service_refuses_is_not_put_in_place": 29,
    "test_files_are_put_where_they_belong_and_reported": 25,
    "test_an_image_comes_by_waves_and_goes_back_by_one_change": 23,
    "test_one_line_takes_one_system_to_azure": 20,
    "test_drift_is_found_by_refresh_shown_by_preview_and_put_right": 18,
    "test_a_cutover_that_fails_is_rolled_back_whole": 15,
    "test_a_preview_after_up_shows_no_change": 14,
    "test_every_page_fits_can_be_read_and_complains_of_nothing": 8,
    "test_what_was_acknowledged_survives_a_kill": 12,
    "test_a_saturday": 12,
    "test_thirty_crews_report_at_once": 12,
    "test_the_twin_refuses_nothing": 10,
    "test_every_flow_with_an_end_in_azure_passes": 10,
    "test_a_new_image_makes_hosts_anew_only_while_their_generation_is_built": 10,
    "test_the_guard_never_lets_a_plan_touch_what_must_stay": 12,
}
"""Seconds of processor time of the longest tests, each of its cases, measured 2026-11; roughly will do."""
NATIVE = ("tests/native/", "tests/conformance/")
"""Folders in which every test runs a program that is no package of ours."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what a folder says, and puts the files with the longest tests first."""
    seconds: Counter[str] = Counter()
    for item in items:
        if item.nodeid.startswith(NATIVE):
            item.add_marker(pytest.mark.native)
        seconds[_file(item)] += LONG.get(item.name.partition("[")[0], 0)
    items.sort(key=lambda item: -seconds[_file(item)])


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
