"""What ends a set-up: one line that says what is wrong and what to do.

A command's own output goes to a log file, for a wall of `pip` or `go` output hides the cause. The causes that
people meet (disk full, no network) are recognised and named.
"""

from __future__ import annotations

import errno
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

DISK_FULL = ("no space left on device", "disk quota exceeded")
NO_NETWORK = (
    "connection refused",
    "could not resolve",
    "failed to establish a new connection",
    "i/o timeout",
    "name or service not known",
    "network is unreachable",
    "no such host",
    "nodename nor servname",
    "temporary failure in name resolution",
    "tls handshake timeout",
)


class SetupError(Exception):
    """A set-up that cannot go on; its text is the one line that people see."""


def run(
    what: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    inherit: Sequence[int] = (),
) -> None:
    """Runs a command with its output in `log`; `inherit` are the descriptors it keeps open.

    Raises SetupError with the likely cause when the command fails or cannot start.
    """
    with log.open("wb") as output:
        try:
            code = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=env,
                pass_fds=inherit,
                check=False,
            ).returncode
        except OSError as error:
            raise SetupError(f"{what}: {command[0]} does not start: {error.strerror}") from error
    if code != 0:
        raise SetupError(f"{what}: {cause(log.read_text(errors='replace'))} (all of it: {log})")


def cause(output: str) -> str:
    """The reason in a failed command's output: a known one, else its last line."""
    lower = output.lower()
    if any(sign in lower for sign in DISK_FULL):
        return "the disk is full; free some space and run again"
    if any(sign in lower for sign in NO_NETWORK):
        return "no connection to the package registry; check network and proxy settings and run again"
    if "ensurepip is not available" in lower:
        return "this Python cannot make environments; on Debian and Ubuntu install python3-venv"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it failed without a word"


def explain(error: OSError) -> str:
    """An operating system error of our own in one line."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full at {error.filename}; free some space and run again"
    return f"{error.filename}: {error.strerror}"
