"""docs/daily-work.md, job by job on one life of the small platform: what the page writes shows what the page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

import model
import rendering
from tests.support import daily
from tests.support.edit import edit
from tests.support.engine import Engine
from tests.support.paths import ROOT

pytestmark = pytest.mark.e2e
CONFIGURATION = ("~", "pulumi:index:Stash", "configuration", "[diff: ~input]")
JOBS = daily.jobs(ROOT / "docs" / "daily-work.md")


@pytest.fixture(scope="module")
def engine(make_engine: Callable[[], Engine]) -> Iterator[Engine]:
    """Lilleby as the page has it: g22 serves and is adopted, g26 is tried."""
    made = make_engine()
    edit(made.platform, {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "pilot"}})
    try:
        made.start()
        made.up()
        yield made
    finally:
        made.stop()


def test_each_job_shows_what_the_page_shows(engine: Engine) -> None:
    """Jobs that meet in no resource share an update, for each costs some seconds."""
    awaited: set[daily.Line] = set()

    def update() -> None:
        shown = daily.lines(engine.up().stdout)
        # A job that changes configuration alone takes no update of its own: the next one has it.
        assert shown | {CONFIGURATION} == awaited | {CONFIGURATION}
        awaited.clear()

    for job in JOBS:
        for step in job.steps:
            if {line[2] for line in step.lines - {CONFIGURATION}} & {line[2] for line in awaited}:
                update()
            _write(engine, job, step)
            awaited |= step.lines
            if not step.lines:
                update()  # what shows nothing is the leave for what follows
    update()


def _write(engine: Engine, job: daily.Job, step: daily.Step) -> None:
    """Writes a step, and looks at which targets change and at what the page counts."""
    before = rendering.digests(model.load(str(engine.platform)))
    daily.write(engine.platform, step)
    after = rendering.digests(model.load(str(engine.platform)))
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == (job.targets if CONFIGURATION in step.lines else set()), job.title
    assert step.counts == Counter(sign for sign, *_ in step.lines), job.title
    for command in step.commands:
        if command.startswith("refresh twin seed"):
            engine.refresh("twin", "seed", str(engine.platform))
