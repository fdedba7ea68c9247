"""docs/daily-work.md, job by job on one life of the small platform: what the page writes shows what the page shows."""

from __future__ import annotations

import json
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
SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "+-"}
CONFIGURATION = ("~", "pulumi:index:Stash", "configuration")
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


def taken(engine: Engine) -> set[tuple[str, str, str]]:
    """The steps of an update, as lines of a preview: sign, type, name."""
    log = engine.home / "daily.events"
    engine.up("--event-log", str(log))
    events = [json.loads(line) for line in log.read_text().splitlines()]
    log.unlink()
    steps = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    lines: set[tuple[str, str, str]] = set()
    for step in steps:
        if step["op"] in SIGNS:
            kind, _, name = step["type"], "", step["urn"].rpartition("::")[2]
            package, module, short = (*kind.split(":"), "")[:3]
            lines.add((SIGNS[step["op"]], f"{package}:{module.partition('/')[0]}:{short}", name))
    return lines


@pytest.mark.parametrize("job", JOBS, ids=[job.title for job in JOBS])
def test_a_job_shows_what_the_page_shows(engine: Engine, job: daily.Job) -> None:
    for step in job.steps:
        before = rendering.digests(model.load(str(engine.platform)))
        daily.write(engine.platform, step)
        after = rendering.digests(model.load(str(engine.platform)))
        changed = {name for name in after if after[name] != before.get(name)}
        assert changed == (job.targets if CONFIGURATION in step.lines else set())
        assert step.counts == Counter(sign for sign, _, _ in step.lines)
        for command in step.commands:
            if command.startswith("refresh twin seed"):
                engine.refresh("twin", "seed", str(engine.platform))
        if step.lines != {CONFIGURATION}:
            assert taken(engine) | {CONFIGURATION} == step.lines | {CONFIGURATION}
