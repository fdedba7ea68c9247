"""`python -m tests.golden [TARGET]...`: keeps what the targets render now as what they should render."""

from __future__ import annotations

import shutil
import sys

import model
from templates.target import targets
from tests.golden.trees import HOLSTEBRO, KEPT, LILLEBY, rendered, summary


def main() -> None:
    """Writes lilleby's files whole, and of holstebro's their number and digest; removes what no target renders."""
    lilleby, holstebro = model.load(str(LILLEBY)), model.load(str(HOLSTEBRO))
    names = {target.name for target in targets()}
    chosen = set(sys.argv[1:]) or names
    for kept in (*(KEPT / "lilleby").glob("*"), *(KEPT / "holstebro").glob("*")):
        if kept.stem in chosen or kept.stem not in names:
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    for target in targets():
        if target.name not in chosen:
            continue
        for path, content in rendered(lilleby, target):
            file = KEPT / "lilleby" / target.name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        file = KEPT / "holstebro" / f"{target.name}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(summary(holstebro, target))
        print(f"kept {target.name}")


main()
