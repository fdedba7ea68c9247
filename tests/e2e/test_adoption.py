"""An observed generation taken under control: imports only at first, then nothing to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.engine import Engine

pytestmark = pytest.mark.e2e


def test_adoption_imports_and_then_changes_nothing(make_engine: Callable[[], Engine]) -> None:
    engine = make_engine()
    path = engine.platform / "refresh.yaml"
    text = path.read_text().replace("origin: observed", "origin: adopted")
    path.write_text(text.replace("state: building", "state: planned"))
    try:
        engine.start()
        preview = engine.preview()
        assert {step.name for step in preview if step.op != "import"} == {"access-sbsys"}, "the alias is new"
        before = engine.world() | {"dns:index:Record": {"given": 0, "created": 1}}
        assert {step.name for step in preview} >= {"ad-dc01-g22", "sbsys-sql01-g22", "drift-lnx01-g22"}
        engine.up()
        assert engine.preview("--expect-no-changes") == []
        assert engine.preview("--refresh", "--expect-no-changes") == []
        assert engine.world() == before, "adoption makes nothing and removes nothing"
        protected = {r["urn"].rpartition("::")[2] for r in engine.resources() if r.get("protect")}
        assert protected >= {"ad-dc01-g22", "sbsys-sql01-g22"}, "what is live is protected"
    finally:
        engine.stop()
