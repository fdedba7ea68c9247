"""What a long command is at: a line for each step on standard error, on a terminal. Pipes and logs get none."""

from __future__ import annotations

import sys


def step(text: str) -> None:
    """Says that a step begins or has ended."""
    if sys.stderr.isatty():
        print(f"  {text}", file=sys.stderr, flush=True)
