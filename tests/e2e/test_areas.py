"""An organisation in Azure, area by area: what one brings changes nothing that is there; and one system of a platform
at home goes there by one line of data.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import moving, zone
from tests.support.edit import edit
from tests.support.engine import ROOT, Engine, Step

pytestmark = pytest.mark.e2e
LONGER = ("PolicyExemption", "update")
"""What the project of Azure Migrate is exempt from, it is until the last wave that brings something."""


@pytest.fixture
def herlev(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path / "twin", tmp_path / "stacks" / "herlev")
    shutil.copytree(ROOT / "stacks" / "catalog", tmp_path / "stacks" / "catalog")
    _copy(engine)
    for area in ("elder-care", "schools"):
        moving.without(engine.platform, area)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def _copy(engine: Engine) -> None:
    shutil.rmtree(engine.platform, ignore_errors=True)
    shutil.copytree(ROOT / "stacks" / "herlev", engine.platform)


def test_schools_and_then_elder_care_change_nothing_that_is_there(herlev: Engine) -> None:
    herlev.up()
    added: list[str] = []
    brought: set[str] = set()
    for area, rest in (("schools", ["elder-care"]), ("elder-care", [])):
        _copy(herlev)
        for other in rest:
            moving.without(herlev.platform, other)
        edit(herlev.platform, moving.said(brought))
        added.append(area)
        for wave in added:
            herlev.refresh("advance", str(herlev.platform), wave, "--to", "building")
        moving.register(herlev)
        steps = herlev.change()
        assert {(s.type, s.op) for s in steps if s.op != "create"} <= {LONGER}, [s for s in steps if s.op != "create"]
        made = Counter(s.type for s in steps)
        brought |= moving.bring(herlev)
        assert brought
        assert {s.op for s in herlev.change()} == {"import"}, "what was brought is taken over and nothing else is done"
        assert {s.op for s in herlev.change()} <= {"create", "update"}, "then it gets what ours have"
        assert (made["VirtualNetwork"], made["HostPool"]) == (1, 1)
    assert moving.outside_europe(herlev) == []
    assert moving.public_cards(herlev) == []


def test_one_line_takes_one_system_to_azure(make_engine: Callable[[], Engine]) -> None:
    engine = make_engine()
    quota = {"azure.yaml": {"quotas.corp": {"families": {"standardDASv5Family": 64}}}}
    engine.platform = zone.lilleby(engine.home.parent / "mixed", quota)
    engine.start()
    try:
        before = engine.preview()
        edit(engine.platform, {"systems/drift.yaml": {"placement": {"g26": {"area": "administration"}}}})
        after = engine.preview()
    finally:
        engine.stop()
    gone, come = _names(before) - _names(after), _names(after) - _names(before)
    assert {type_ for type_, name in gone if "drift" not in name} <= {"Tag"}, "tags that no other server has"
    assert {type_ for type_, name in come if "drift" not in name} <= {"IpGroup"}, "sets of those who reach it"
    assert {("NetworkInterface", f"drift-lnx0{n}-nic-g26") for n in (1, 2)} <= come


def _names(steps: list[Step]) -> set[tuple[str, str]]:
    return {(step.type, step.name) for step in steps}
