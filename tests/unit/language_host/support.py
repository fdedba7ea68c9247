"""A Pulumi project in a folder, run by the real engine with our language host, and what tests ask of processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = '#!/bin/sh\nexec "{python}" -P -m scripts.language_host "$@"\n'
PATIENCE = 60.0


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return not state.stdout.strip().startswith("Z")


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    table = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(row.split()[0]) for row in table.splitlines() if row.split()[1] == str(pid)]


class Project:
    """A Pulumi project; `pulumi` runs a command in it, `start` leaves it running."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        host = folder / "bin" / "pulumi-language-python"
        for path in (self.folder, host.parent, folder / "home", folder / "state"):
            path.mkdir()
        host.write_text(HOST.format(python=sys.executable))
        host.chmod(0o755)
        self.pulumi_program = Path(sys.prefix, "bin", "pulumi")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")} | {
            "PATH": os.pathsep.join([str(host.parent), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "of a test",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self.write("Pulumi.yaml", "name: test\nruntime: python\n")

    def write(self, name: str, text: str) -> Path:
        """Writes a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def command(self, *arguments: str | Path) -> list[str]:
        return [str(self.pulumi_program), *(str(one) for one in arguments), "--non-interactive", "--color=never"]

    def pulumi(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, output and errors together."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def outputs(self) -> dict[str, object]:
        return json.loads(
            subprocess.run(
                [str(self.pulumi_program), "stack", "output", "--json"],
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=True,
            ).stdout
        )

    @contextlib.contextmanager
    def start(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Starts a command, and ends it at the latest when the block ends."""
        process = subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.communicate()

    def reads(self, name: str) -> str:
        """What a running program writes to a file of the project, once it has."""
        path = self.folder / name
        until(lambda: path.exists() and path.read_text() != "", f"{name} is not written")
        return path.read_text()


def until(condition: Callable[[], bool], failure: str, seconds: float = PATIENCE) -> float:
    """Waits for a condition; returns the seconds it took and fails when it takes too long."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, failure
        time.sleep(0.05)
    return time.monotonic() - begun
