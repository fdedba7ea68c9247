"""A changed configuration shows in a preview of the real engine, as an update of the targets that tell of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import model
import templates
from tests.support.engine import Engine

pytestmark = pytest.mark.e2e


def stashes(engine: Engine, *arguments: str) -> dict[str, str]:
    """What a preview does to each Stash that changes."""
    done = engine.pulumi("preview", "--json", *arguments)
    document = json.loads(done.stdout[done.stdout.index("{") :])
    found = [step for step in document["steps"] if "pulumi:index:Stash::" in step["urn"] and step["op"] != "same"]
    return {step["urn"].rpartition("::")[2].removeprefix("configuration-"): step["op"] for step in found}


def test_a_changed_configuration_is_an_update_in_the_preview(make_engine: Callable[[], Engine]) -> None:
    engine = make_engine()
    engine.start()
    try:
        engine.up()
        assert stashes(engine, "--expect-no-changes") == {}
        before = templates.digests(model.load(str(engine.platform)))
        file = engine.platform / "systems" / "sbsys.yaml"
        file.write_text(file.read_text().replace("owner: Borgerservice", "owner: Borgere og Service"))
        after = templates.digests(model.load(str(engine.platform)))
        changed = {name for name in before if before[name] != after[name]}
        assert {"prometheus", "icinga"} <= changed < set(before)
        assert stashes(engine) == dict.fromkeys(changed, "update")
        engine.up()
        assert stashes(engine, "--expect-no-changes") == {}
    finally:
        engine.stop()
