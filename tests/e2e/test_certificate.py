"""The Monday certificate of what the real engine built on the twin: its stack is asked, and that is enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.edit import edit
from tests.support.engine import Engine
from tests.support.lilleby import CUT_OVER

pytestmark = pytest.mark.e2e


def test_what_the_engine_built_is_certified(make_engine: Callable[[], Engine], tmp_path: Path) -> None:
    engine = make_engine()
    edit(engine.platform, CUT_OVER, {"workplaces.csv": {"TK00003.profile": "office"}})
    rendered, out = tmp_path / "rendered", tmp_path / "certificate"
    engine.refresh("render", str(engine.platform), "--out", str(rendered))
    command = [
        "certify", str(engine.platform), "--rendered", str(rendered), "--stack", engine.stack, "--out", str(out),
        "--today", "2027-02-08",
    ]  # fmt: skip
    try:
        engine.start()
        engine.up()
        done = engine.refresh("twin", "run", "--", "refresh", *command)
        assert "2 of 2 sites are whole" in done.stdout
        office = engine.outputs()["desktops"]["office-g26"]
        engine.refresh("advance", str(engine.platform), "g22", "--to", "live")
        engine.up()
        done = engine.refresh("twin", "run", "--", "refresh", *command, check=False)
    finally:
        engine.stop()
    assert office["name"] == "DG-G26-OFFICE"
    assert office["settings"]["HDXAdaptiveTransport"] == "Preferred", "as Citrix gave it back"
    assert done.returncode == 1
    broken = {each["site"]: each["broken"] for each in json.loads((out / "certificate.json").read_text())["sites"]}
    assert broken == {"S001": ["store"], "S002": ["store"]}, "rolled back, and the files are still Monday's"
    assert "sbsys.access.lilleby.example i den zone, der blev lagt: 10.26.20.15, 10.26.20.16" in done.stdout
