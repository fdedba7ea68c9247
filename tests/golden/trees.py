"""What the tests of rendered configuration share: platforms rendered whole, and what is kept of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from model import Platform
from rendering.engine import render
from rendering.plain import plain
from rendering.target import Target, drafts
from tests.support.paths import ROOT

LILLEBY = ROOT / "tests" / "data" / "stacks" / "lilleby"
HOLSTEBRO = ROOT / "stacks" / "holstebro"
SHOWN = (
    "ansible_apply", "certificates", "dell_wyse", "freeradius", "kea", "rsyslog", "sql_server", "stratodesk", "vsphere",
)  # fmt: skip
"""The targets that are kept of the varied lilleby too (tests/support/targets.py), for it has what they render of it."""
KEPT = Path(__file__).resolve().parent
AGAIN = "after looking at the difference: .venv/bin/python -m tests.golden"


def rendered(platform: Platform, target: Target) -> Iterator[tuple[str, bytes]]:
    """Each file of a target by its path below the target's folder."""
    for file, _ in drafts(target, platform):
        yield file.path, file.encode(render(f"{target.name}/{file.template}", plain(file.context)))


def summary(platform: Platform, target: Target) -> str:
    """How many files and bytes a target renders, and one digest of them all."""
    whole, files, size = hashlib.sha256(), 0, 0
    for path, content in rendered(platform, target):
        files, size = files + 1, size + len(content)
        whole.update(f"{path}\0{len(content)}\0".encode() + content)
    return json.dumps({"files": files, "bytes": size, "sha256": whole.hexdigest()}, indent=1) + "\n"
