"""`python -m tests.golden [TARGET]...`: keeps what the targets render now as what they should render."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import model
from model import Platform
from rendering.target import Target, targets
from tests.golden.trees import HOLSTEBRO, KEPT, LILLEBY, SHOWN, rendered, summary
from tests.support.lilleby import changed
from tests.support.targets import VARIED


def main() -> None:
    """Writes lilleby's files whole, and of holstebro's their number and digest; removes what no target renders."""
    lilleby, holstebro = model.load(str(LILLEBY)), model.load(str(HOLSTEBRO))
    with tempfile.TemporaryDirectory() as folder:
        varied = changed(Path(folder), VARIED)
    names = {target.name for target in targets()}
    chosen = set(sys.argv[1:]) or names
    for kept in (path for name in ("lilleby", "varied", "holstebro") for path in (KEPT / name).glob("*")):
        if kept.stem in chosen or kept.stem not in names:
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    for target in targets():
        if target.name not in chosen:
            continue
        _keep("lilleby", lilleby, target)
        if target.name in SHOWN:
            _keep("varied", varied, target)
        file = KEPT / "holstebro" / f"{target.name}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(summary(holstebro, target))
        print(f"kept {target.name}")


def _keep(name: str, platform: Platform, target: Target) -> None:
    for path, content in rendered(platform, target):
        file = KEPT / name / target.name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


main()
