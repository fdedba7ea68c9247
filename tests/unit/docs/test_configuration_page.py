"""The page of what is rendered names every target, and no other."""

from __future__ import annotations

import re

from rendering.target import targets
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "configuration.md"


def test_the_page_has_a_row_for_each_target() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [target.name for target in targets()]
