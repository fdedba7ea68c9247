"""Lilleby with a landing zone in Azure: two areas, one of which has the town hall, and flows to and from them."""

from __future__ import annotations

import shutil
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"


def lilleby(folder: Path) -> Path:
    """Writes it below `folder` and gives its own folder."""
    stacks = Path(shutil.copytree(DATA / "stacks", folder / "stacks"))
    own = stacks / "lilleby"
    shutil.copy(DATA / "azure" / "azure.yaml", own)
    with (own / "flows.yaml").open("a", encoding="utf-8") as file:
        file.write((DATA / "azure" / "flows.yaml").read_text(encoding="utf-8"))
    return own
