"""Where an import prepares a folder, beside the folder: one import at a time, all of it or nothing, whenever it ends.

`.NAME.import` beside the folder is the lock and the workshop. What is to be is made and proved in there; then a list
of what moves is written, and file after file takes its place in one step each. A run that is killed before the list
has changed nothing; one that is killed after it is finished by the next, which leaves alone what a person has edited
meanwhile. Nothing here follows a link: an import would read or write what is not the platform's.

Left out: disks that lose what they have confirmed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from types import TracebackType

from model.faults import Fault, ModelError

_LIST = "moves.json"


class BusyError(Exception):
    """Another import is at work on the folder."""


class Staging:
    """The workshop of the folder at `root`, which need not exist; a context manager that holds it.

    Entering raises BusyError, ModelError for a folder with links or special files in it, and OSError.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real = root.resolve()
        self._place = self._real.parent / f".{self._real.name}.import"
        self._held = -1
        self._made: list[Path] = []

    @property
    def folder(self) -> Path:
        """The folder as it will be."""
        return self._place / self._real.name

    def shown(self, file: str) -> str:
        """A path of a message, as the reader knows it."""
        known = {self.folder: self.root, self._place: self.root.parent, self._real: self.root}
        for place, name in known.items():
            for written in (os.path.relpath(place), str(place)):
                if file == written or file.startswith(f"{written}/"):
                    return str(name) + file.removeprefix(written)
        return file

    def __enter__(self) -> Staging:
        self._made = [parent for parent in self._place.parents if not parent.exists()]
        self._real.parent.mkdir(parents=True, exist_ok=True)
        self._held = self._hold()
        try:
            refuse_links(self.root, self._real)
            self._finish()
            self._clear()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        """Removes the workshop, unless the next run has to finish what is on the list, and gives the lock back."""
        try:
            if not (self._place / _LIST).exists():
                shutil.rmtree(self._place, ignore_errors=True)
            with suppress(OSError):  # what was made for nothing goes again
                for parent in self._made:
                    parent.rmdir()
        finally:
            os.close(self._held)

    def copy(self) -> Path:
        """Copies the folder as it stands into the workshop, beside the catalog that it inherits from."""
        if self._real.is_dir():
            shutil.copytree(self._real, self.folder, symlinks=True)
        else:
            self.folder.mkdir()
        catalog = self._real.parent / "catalog"
        if catalog.is_dir():
            (self._place / "catalog").symlink_to(catalog, target_is_directory=True)
        return self.folder

    def commit(self, files: Iterable[str]) -> None:
        """Moves these files from the workshop into the folder, in this order. Raises OSError."""
        if not self._real.exists() or not any(self._real.iterdir()):
            self.folder.rename(self._real)
            return
        moves = {relative: _digest(self._real / relative) for relative in files}
        partial = self._place / f"{_LIST}.partial"
        partial.write_text(json.dumps(moves), encoding="utf-8")
        partial.replace(self._place / _LIST)
        self._finish()

    def _hold(self) -> int:
        """Takes the lock, which the kernel gives back when this process ends, however it does."""
        while True:
            with suppress(FileExistsError):
                self._place.mkdir()
            held = os.open(self._place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(held)
                raise BusyError(f"{self.root}: another import is at work on it; wait for it") from None
            with suppress(FileNotFoundError):
                if os.fstat(held).st_ino == self._place.lstat().st_ino:
                    return held
            os.close(held)  # who held it before has just removed it

    def _clear(self) -> None:
        for entry in self._place.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def _finish(self) -> None:
        """Moves what is on the list and still here, but not over what somebody has changed since the list was made."""
        for relative, before in self._moves().items():
            source, target = self.folder / relative, self._real / relative
            if source.is_file() and not source.is_symlink() and _digest(target) == before:
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
        (self._place / _LIST).unlink(missing_ok=True)

    def _moves(self) -> dict[str, str]:
        try:
            moves = json.loads((self._place / _LIST).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return {
            relative: before
            for relative, before in moves.items()
            if ".." not in PurePosixPath(relative).parts and not relative.startswith("/")
        }


def _digest(path: Path) -> str:
    """A digest of the file's bytes, nothing where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def refuse_links(shown: Path, folder: Path) -> None:
    """Raises ModelError for every entry below the folder that is neither a folder nor a plain file."""
    faults = [
        Fault(str(shown / path.relative_to(folder)), 1, "NOT-FOUND", ".", f"is {what}; put the file itself there")
        for path, what in _special(folder)
    ]
    if faults:
        raise ModelError(faults)


def _special(folder: Path) -> Iterator[tuple[Path, str]]:
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        mode = entry.lstat().st_mode
        if stat.S_ISDIR(mode):
            yield from _special(entry)
        elif stat.S_ISLNK(mode):
            yield entry, "a link, which an import does not follow"
        elif not stat.S_ISREG(mode):
            yield entry, "no plain file"
