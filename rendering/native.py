"""Runs the native validators: the programs that will read what was rendered.

Those that are Python packages stand in .tools/validators, where set-up puts them, and those in Go beside this Python;
Debian puts many of the others in sbin, which is not on every user's PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rendering.target import Missing

OWN = Path(__file__).resolve().parent.parent / ".tools" / "validators"
_BUILT = str(Path(sys.executable).parent)
_SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/icinga2/sbin")


def find(program: str) -> str:
    """Where a program is; raises Missing."""
    path = shutil.which(program, path=str(OWN / "bin")) or shutil.which(program)
    path = path or shutil.which(program, path=os.pathsep.join((_BUILT, *_SBIN)))
    if path is None:
        raise Missing(program)
    return path


def run(
    program: str,
    *arguments: str | Path,
    folder: Path | None = None,
    given: str | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: int = 120,
) -> subprocess.CompletedProcess[str]:
    """Runs a validator with `given` on its input; its status and text are for the caller to judge. Raises Missing."""
    return subprocess.run(
        [find(program), *map(str, arguments)],
        cwd=folder,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )
