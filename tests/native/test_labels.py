"""Labels as a scanner reads them: Chromium draws the sheet, zbar reads every code on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import Platform
from model.derive.devices import coming, name_of
from rendering import native
from tests.native.conftest import Render
from tests.support.validators import program

pytestmark = pytest.mark.native


def test_a_scanner_reads_each_device(lilleby: Platform, render: Render, tmp_path: Path) -> None:
    browser, reader = program("chromium"), program("zbarimg")
    sheet = render(lilleby, "weekend") / "etiketter.html"
    picture = tmp_path / "labels.png"
    drawn = native.run(
        browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}",
        "--window-size=900,600", f"--screenshot={picture}", sheet.as_uri(),
    )  # fmt: skip
    assert picture.is_file(), drawn.stderr
    done = native.run(reader, "--quiet", "--raw", "--nodbus", picture)
    cutover = lilleby.weekend.cutover
    assert cutover is not None
    wanted = sorted(name_of(device) for device in coming(lilleby.places, cutover.generation).values())
    assert len(wanted) == 3
    assert sorted(done.stdout.split()) == wanted
