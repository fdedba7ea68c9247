"""Where things are: the repository, the tests' own data, and what may stand beside the project."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
STACKS = DATA / "stacks"
LILLEBY = STACKS / "lilleby"
SHARED = ROOT.parent / "shared"
"""What others made, to judge the project by. It is there for its developers and in CI, and nowhere else."""
