"""What makes set-up safe to interrupt and quick to repeat.

A step is known by a digest of its inputs and counts as done only by what it leaves last:

- a *build* (`Store.build`) works in a folder under a temporary name and is renamed, whole, to a name that
  holds the digest: the name exists, so it is complete;
- an *installation* that cannot be moved (a virtual environment) is marked (`Mark`) after its last action, and
  without its mark it is thrown away and made again.

One lock file covers a whole run. Commands inherit it, so that a set-up that was killed still holds it until
the last command it started is gone: two runs never write at the same time.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEMPORARY = "unfinished-"


def digest(*inputs: str | Path) -> str:
    """Sixteen hex digits over the inputs in order; a path stands for its content."""
    total = hashlib.sha256()
    for item in inputs:
        data = item.read_bytes() if isinstance(item, Path) else item.encode()
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()[:16]


class Mark:
    """The digest of the inputs that an installation was last completed with."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def holds(self, key: str) -> bool:
        """Whether the installation was completed with exactly these inputs."""
        try:
            return self.path.read_text() == key
        except OSError:
            return False

    def clear(self) -> None:
        """Says that the installation is no longer to be trusted."""
        self.path.unlink(missing_ok=True)

    def write(self, key: str) -> None:
        """Says, at once or not at all, that the installation is complete."""
        unfinished = self.path.with_name(TEMPORARY + self.path.name)
        with unfinished.open("w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.path)


class Store:
    """A folder of finished builds, each under a name that holds the digest of its inputs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True)

    def has(self, name: str, key: str) -> bool:
        """Whether the build is there."""
        return self._finished(name, key).is_dir()

    def build(self, name: str, key: str, make: Callable[[Path], None]) -> Path:
        """The folder `<name>-<key>`, filled by `make` if missing. Builds of `name` with other inputs go."""
        finished = self._finished(name, key)
        if not finished.is_dir():
            unfinished = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{name}-", dir=self.root))
            try:
                make(unfinished)
                unfinished.rename(finished)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
        for other in self.root.glob(f"{name}-????????????????"):
            if other != finished:
                shutil.rmtree(other, ignore_errors=True)
        return finished

    def _finished(self, name: str, key: str) -> Path:
        return self.root / f"{name}-{key}"

    def log(self, name: str) -> Path:
        """Where the output of the last run of a command is kept."""
        return self.root / f"{name}.log"

    def sweep(self) -> None:
        """Removes what an interrupted run left behind. Only under the lock."""
        for left in self.root.glob(f"{TEMPORARY}*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[int]:
        """Waits until no other set-up writes here, and yields the descriptor that commands must inherit."""
        with (self.root / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("set-up: waiting for another set-up of this folder to finish", file=sys.stderr, flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
            yield file.fileno()


def place(source: Path, target: Path) -> None:
    """Puts a hard link to `source`, or a copy where links cannot be, at `target` in one move."""
    if target.exists() and target.samefile(source):
        return
    unfinished = target.with_name(TEMPORARY + target.name)
    unfinished.unlink(missing_ok=True)
    try:
        os.link(source, unfinished)
    except OSError:
        shutil.copy2(source, unfinished)
    unfinished.replace(target)


def point(source: Path, target: Path) -> None:
    """Puts a symbolic link to `source` at `target` in one move."""
    if target.is_symlink() and target.readlink() == source:
        return
    unfinished = target.with_name(TEMPORARY + target.name)
    unfinished.unlink(missing_ok=True)
    unfinished.symlink_to(source)
    unfinished.replace(target)
