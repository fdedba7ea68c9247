"""The twin's process: one daemon for a folder, started, found, asked and stopped.

The folder (`.twin` at the repository's root, or `TWIN_HOME`) holds the world, the daemon's lock, its log, and
`twin.json` with its process id and ports. The lock, held for as long as the daemon lives, decides whether
there is one: a file left behind by a killed daemon, or a process id that another process has since taken,
misleads nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from twin.host import states

ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE: Final = 60.0
"""Seconds that a start or a stop may take on a busy machine."""
_UNREADABLE: Final = 3
"""Exit status of a daemon that can not read its world."""
_LOOPBACK: Final = "127.0.0.1,localhost,::1"
_GLANCE: Final = 2.0
"""Seconds between two looks at whether the folder is still there."""


class TwinError(Exception):
    """The twin can not do what is asked; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon that serves: its process id, the port of each package's provider, and by package where each of our own
    providers finds its platform.
    """

    pid: int
    ports: dict[str, int]
    apis: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one twin."""

    path: Path

    @property
    def world(self) -> Path:
        return self.path / "world.sqlite"

    @property
    def log(self) -> Path:
        return self.path / "twin.log"

    @property
    def lock(self) -> Path:
        return self.path / "twin.lock"

    @property
    def address(self) -> Path:
        return self.path / "twin.json"


def beside_proxies(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables with loopback left out of every proxy.

    gRPC in Python sends a call to 127.0.0.1 through `http_proxy` too (it asks `no_grpc_proxy`, then `no_proxy`), so
    that a program never reaches its engine. Go never does.
    """
    given = {key: variables.get(key, "") for key in ("NO_PROXY", "no_proxy", "no_grpc_proxy")}
    either = given["no_proxy"] or given["NO_PROXY"]
    return {**variables, **{key: ",".join(filter(None, (value or either, _LOOPBACK))) for key, value in given.items()}}


def home() -> Home:
    """The twin's folder: `TWIN_HOME`, else `.twin` at the repository's root."""
    return Home(Path(os.environ.get("TWIN_HOME") or ROOT / ".twin").absolute())


def running(here: Home) -> Running | None:
    """The daemon, if one serves."""
    if _is_free(here):
        return None
    try:
        found = json.loads(here.address.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return Running(found["pid"], found["ports"], found.get("apis", {}))


def up(here: Home) -> Running:
    """Starts the daemon unless it serves already, and waits until it does. Raises TwinError."""
    already = running(here)
    if already:
        return already
    here.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    with here.log.open("ab") as log:
        # The daemon outlives this command: it has a session of its own and holds none of our files.
        process = subprocess.Popen(
            [sys.executable, "-m", "twin.host.process", str(here.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=ROOT,
            env=beside_proxies(os.environ),
        )
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        serving = running(here)
        if serving:
            return serving
        if process.poll() == _UNREADABLE:
            raise TwinError(here.log.read_text(errors="replace").splitlines()[-1])
        if process.poll() not in {None, 0}:
            raise TwinError(f"the twin did not start; see its log {here.log}:\n{_tail(here.log)}")
        time.sleep(0.02)
    raise TwinError(f"the twin did not start within {_PATIENCE:.0f} s; see its log {here.log}")


def down(here: Home) -> bool:
    """Stops the daemon and waits until it is gone; whether there was one. Raises TwinError."""
    serving = running(here)
    if serving is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(serving.pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if _is_free(here):
            return True
        time.sleep(0.02)
    raise TwinError(f"the twin (process {serving.pid}) did not stop within {_PATIENCE:.0f} s")


def reset(here: Home) -> list[str]:
    """Makes the world an empty one, whatever has become of its file, and removes the stacks that were built on it.

    A twin that served serves again. The names of the stacks. Raises TwinError while somebody works on one.
    """
    for lock in states.held(here.path / "backend"):
        raise TwinError(f"stack {lock.stack}: process {lock.pid} on {lock.host} works on it; wait for it or end it")
    served = down(here)
    for file in here.path.glob(f"{here.world.name}*"):
        file.unlink()
    stacks = states.forget(here.path / "backend")
    if served:
        up(here)
    return stacks


def unreadable(here: Home, error: Exception) -> str:
    """What to say of a world that can not be read."""
    return f"the twin's world {here.world} can not be read ({error}); make an empty one with `refresh twin reset`"


def _is_free(here: Home) -> bool:
    """Whether no daemon holds the lock; looking takes a shared lock, which two who look do not deny each other."""
    if not here.lock.exists():
        return True
    with here.lock.open("ab") as file:
        return _try(file, fcntl.LOCK_SH)


def _try(file: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _is_ours(here: Home, file: IO[bytes]) -> bool:
    """Whether the folder still holds the lock file that we hold, and not none or another's."""
    try:
        return here.lock.stat().st_ino == os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return False


async def serve(here: Home, file: IO[bytes]) -> None:
    """Runs the daemon, which holds the lock `file`, until it is told to stop or its folder has been deleted."""
    # Only the daemon needs the SDKs: whoever asks for its status is spared them.
    from twin import citrix  # noqa: PLC0415
    from twin.azure import Azure  # noqa: PLC0415
    from twin.dns import nameserver  # noqa: PLC0415
    from twin.engine import server  # noqa: PLC0415
    from twin.vsphere import VSphere  # noqa: PLC0415
    from twin.world.store import World  # noqa: PLC0415

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    world = World(here.world)
    servers, ports = await server.start(world, [VSphere(), Azure()])
    site, site_base = await citrix.start(world)
    zones = await nameserver.start(world)
    partial = here.address.with_suffix(".partial")
    partial.write_text(
        json.dumps({"pid": os.getpid(), "ports": ports, "apis": {"citrix": site_base, "dns": zones.address}})
    )
    partial.replace(here.address)
    while not stop.is_set() and _is_ours(here, file):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _GLANCE)
    if _is_ours(here, file):
        here.address.unlink(missing_ok=True)
    site.close()
    zones.close()
    await asyncio.gather(*(item.stop(grace=1) for item in servers))
    world.close()


def main(folder: str) -> int:
    """The daemon's own process; a second one for the same folder ends at once, for the first serves."""
    here = Home(Path(folder))
    here.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    with here.lock.open("ab") as file:
        patience = time.monotonic() + 2
        while not _try(file, fcntl.LOCK_EX):
            # Another daemon, or somebody who looks whether there is one and lets go at once.
            if time.monotonic() > patience:
                return 0
            time.sleep(0.01)
        here.address.unlink(missing_ok=True)
        try:
            asyncio.run(serve(here, file))
        except sqlite3.DatabaseError as error:
            sys.stderr.write(f"{unreadable(here, error)}\n")
            return _UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
