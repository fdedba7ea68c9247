"""What holds for every test: how hypothesis draws, and an order in which no worker waits for another's last test.

Two workers take tests one after the other from one list (`--dist loadgroup`). Tests that share a fixture of their module
stay together, for each worker would make it for itself; every other test is on its own. The longest come first, by the
seconds in LONG: a test that begins last and takes two minutes costs two minutes.
"""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from hypothesis import settings

# A deadline measures the machine: a busy one failed a test of 2 ms.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

# Platforms stay in memory for a whole run; looking through them again and again took a third of the tests' time (2026-11).
gc.set_threshold(50_000, 20, 20)

LONG: dict[str, int] = {}
"""Seconds of processor time of the longest tests, measured 2026-11 (`--durations=40` tells); roughly will do."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts tests that share a fixture into a group, and the longest groups first."""
    group = {item: _group(item) for item in items}
    seconds: Counter[str] = Counter()
    for item, name in group.items():
        item.add_marker(pytest.mark.xdist_group(name))
        seconds[name] += LONG.get(item.name, 0)
    items.sort(key=lambda item: -seconds[group[item]])


def _group(item: pytest.Item) -> str:
    fixtures: dict[str, tuple[pytest.FixtureDef[object], ...]] = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    shared = any(made.scope == "module" for name in fixtures for made in fixtures[name])
    return item.nodeid.partition("::")[0] if shared else item.nodeid
