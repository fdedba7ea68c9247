"""Lilleby as it stands, in a folder of the test's own; `zone` has it with a landing zone, `avd` with desktops there."""

from __future__ import annotations

import shutil
from pathlib import Path

import model
from model import Platform
from tests.support.edit import Edits, edit
from tests.support.paths import STACKS

TRIED: Edits = {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "pilot"}}
"""g22 is under control, and pilots try g26."""
CUT_OVER: Edits = {
    "refresh.yaml": {
        "generations.g22.origin": "adopted",
        "generations.g22.state": "standby",
        "generations.g26.state": "live",
    }
}
"""g26 serves, and g22 is the way back."""


def written(folder: Path, *edits: Edits) -> Path:
    """Writes it below `folder`, edited, and gives its own folder; what was written before is edited further."""
    if not (folder / "stacks").is_dir():
        shutil.copytree(STACKS, folder / "stacks")
    return edit(folder / "stacks" / "lilleby", *edits)


def changed(folder: Path, *edits: Edits) -> Platform:
    """The platform that stands below `folder` then."""
    return model.load(str(written(folder, *edits)))
