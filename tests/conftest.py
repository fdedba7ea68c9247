"""What holds for every test: how hypothesis draws, and an order in which no worker waits for another's last test.

Two workers take groups of tests one after the other from one list (`--dist loadgroup`). The tests of a file stay
together, for each worker would make for itself what they share; a test of the engine that shares nothing is on its own.
The longest come first, by the seconds in LONG: a test that begins last and takes two minutes costs two minutes.
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

LONG: dict[str, int] = {}
"""Seconds of processor time of the longest tests, measured 2026-11 (`--durations=40` tells); roughly will do."""
NATIVE = ("tests/native/", "tests/conformance/")
"""Folders in which every test runs a program that is no package of ours."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what a folder says, groups the tests, and puts the longest groups first."""
    group: dict[pytest.Item, str] = {}
    seconds: Counter[str] = Counter()
    for item in items:
        if item.nodeid.startswith(NATIVE):
            item.add_marker(pytest.mark.native)
        group[item] = item.nodeid
        if _shares(item):
            group[item] = item.nodeid.partition("::")[0]
            item.add_marker(pytest.mark.xdist_group(group[item]))
        seconds[group[item]] += LONG.get(item.name, 0)
    items.sort(key=lambda item: -seconds[group[item]])


def _shares(item: pytest.Item) -> bool:
    """Whether others of its file need what it needs: all but tests of the engine that have their own."""
    if item.get_closest_marker("e2e") is None:
        return True
    assert isinstance(item, pytest.Function)
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    return any(made.scope == "module" for each in fixtures for made in each)
