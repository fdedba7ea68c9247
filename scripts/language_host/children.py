"""The processes that a language host has started, and their end.

Each leads a process group of its own. A signal to the host's group, which is how the engine stops a host, so
never reaches a program as KeyboardInterrupt, and what a program has started in turn ends with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHILD = Path(__file__).with_name("child.py")
# The engine allows a host five seconds between SIGINT and SIGKILL.
GRACE = 2.0


class Children:
    """Starts programs and ends them; `close` ends all that are left."""

    def __init__(self) -> None:
        # Only this process holds the writing end: see child.py.
        self._lifeline, self._held = os.pipe()
        self._running: set[asyncio.subprocess.Process] = set()

    async def start(
        self,
        python: Path,
        target: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        piped: bool = False,
    ) -> asyncio.subprocess.Process:
        """Runs `target` (kind, name, arguments: see child.py) by the given interpreter.

        Its output is the host's own, which the engine shows line by line, or is `piped` to the caller. Raises
        OSError when the interpreter or the folder is not there.
        """
        output = asyncio.subprocess.PIPE if piped else None
        process = await asyncio.create_subprocess_exec(
            *(str(python), "-u", str(CHILD), str(self._lifeline), *target),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=env,
            pass_fds=[self._lifeline],
            process_group=0,
        )
        self._running.add(process)
        return process

    async def end(self, process: asyncio.subprocess.Process) -> int:
        """Ends a process with its group, gently and then not, and returns its exit code (negative: a signal)."""
        if process.returncode is None:
            signal_group(process.pid, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), GRACE)
        signal_group(process.pid, signal.SIGKILL)
        code = await process.wait()
        self._running.discard(process)
        return code

    async def close(self) -> None:
        """Ends everything that still runs."""
        await asyncio.gather(*(self.end(process) for process in list(self._running)))


def signal_group(group: int, number: signal.Signals) -> None:
    """Signals a process group, if there is anything left of it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


async def engine_is_gone() -> None:
    """Returns when the engine has ended, however it ended.

    The engine keeps the other end of the host's standard input and never writes to it; its end closes the pipe,
    on SIGKILL too, and on Linux as on macOS. A host without such a pipe was started by hand, for an engine to
    attach to (PULUMI_DEBUG_LANGUAGES), and is ended by hand.
    """
    if not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        await asyncio.Event().wait()
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
