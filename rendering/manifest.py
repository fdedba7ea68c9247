"""The list of what was rendered into a folder, with digests, and the folder's lock.

`as_left` answers without the model and without a template whether anything is to be done: nothing is, when all that
decides the files is as it was when they were written, and so is every file. It imports nothing heavy for that.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
MANIFEST = "manifest.json"
FOLDER = "folder"
"""What stands for a digest where a folder is."""
_VERSION = 1


class WriteError(Exception):
    """Nothing was written. `edited` are the files that a person changed, where that is why."""

    def __init__(self, message: str, edited: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.edited = tuple(edited)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as we left it: the digest of its bytes and of all that decided them."""

    digest: str
    source: str


@dataclass(slots=True)
class Manifest:
    """What earlier runs wrote, and under `coming` what a run that did not end was about to.

    `inputs` is the digest of what the last run read, when that run wrote everything.
    """

    platform: str
    files: dict[str, Entry]
    coming: dict[str, str]
    inputs: str = ""


@dataclass(slots=True)
class Report:
    """What a run did, by path below the folder. `unchanged` counts the files that were as they should be."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0


def inputs(*folders: Path) -> str:
    """One digest of all that decides what is rendered: the data in `folders`, the program and its libraries.

    Nothing where not all of it can be read, and then nobody can tell.
    """
    try:
        whole = hashlib.sha256(f"{sys.version_info[:2]}".encode() + LOCK.read_bytes())
        for folder in (ROOT / "model", ROOT / "rendering", ROOT / "templates", *folders):
            whole.update(f"\0\0{folder.resolve().name}".encode())
            for path in sorted(_below(folder)):
                content = path.read_bytes() if path.is_file() else b""
                whole.update(f"\0{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    except OSError:
        return ""
    return whole.hexdigest()


def _below(folder: Path) -> Iterator[Path]:
    """What stands below a folder. Raises OSError where that is not all of it: behind a link to a folder there is more
    that the model reads, and what a FIFO holds nobody knows before it is read.
    """
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    for path in folder.rglob("*"):
        if "__pycache__" in path.parts:
            continue
        if not path.is_file() and (path.is_symlink() or not path.is_dir()):
            raise OSError(f"{path} is no plain file")
        yield path


def as_left(folder: Path, read: str) -> Report | None:
    """What there is to say when `read` are the inputs of what a run left there and every file is as it was; else None.

    Raises WriteError.
    """
    killed = os.path.lexists(partial_of(folder / MANIFEST))
    if not read or killed or not (folder / MANIFEST).is_file():
        return None
    with alone(folder):
        manifest = read_manifest(folder)
        same = manifest.inputs == read and not manifest.coming
        if same and all(digest_of(folder / path) == entry.digest for path, entry in manifest.files.items()):
            return Report(unchanged=len(manifest.files))
    return None


def digest_of(path: Path) -> str:
    """The digest of a file's bytes; nothing when there is none, and what no digest is for anything but a plain file,
    of which nothing is read.
    """
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if stat.S_ISREG(mode):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return FOLDER if stat.S_ISDIR(mode) else "no plain file"


def partial_of(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    return path.with_name(f".{path.name}.partial")


def write_partial(path: Path, content: bytes) -> None:
    """Writes what is to take the place of `path`. What a killed run, or anybody, left under that name is not written
    to, for it may be a link to something else: the file is always a new one.
    """
    partial = partial_of(path)
    try:
        partial.unlink(missing_ok=True)
        with partial.open("xb") as file:
            file.write(content)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None


def replace(path: Path, content: bytes) -> None:
    """Puts a file in its place, whole or not at all."""
    write_partial(path, content)
    partial_of(path).replace(path)


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the folder's manifest."""
    files = {path: {"sha256": e.digest, "source": e.source} for path, e in sorted(manifest.files.items())}
    data: dict[str, Any] = {"version": _VERSION, "platform": manifest.platform, "files": files}
    if manifest.inputs:
        data["inputs"] = manifest.inputs
    if manifest.coming:
        data["coming"] = dict(sorted(manifest.coming.items()))
    replace(folder / MANIFEST, (json.dumps(data, indent=1) + "\n").encode())


def read_manifest(folder: Path) -> Manifest:
    """The folder's manifest, empty where there is none; raises WriteError for what no run has written."""
    path = folder / MANIFEST
    if not os.path.lexists(path):
        return Manifest("", {}, {})
    if path.is_symlink() or not path.is_file():
        raise WriteError(f"{path} is no plain file, and no run has written it; remove it")
    try:
        data = json.loads(path.read_bytes())
    except ValueError as error:
        raise WriteError(f"{path} is no manifest ({error}); remove it together with what was rendered") from None
    try:
        if data["version"] != _VERSION:
            raise WriteError(
                f"{path} has version {data['version']} and this command writes {_VERSION}; use the one that wrote it"
            )
        files = {str(p): Entry(str(e["sha256"]), str(e["source"])) for p, e in data["files"].items()}
        coming = {str(p): str(d) for p, d in data.get("coming", {}).items()}
        manifest = Manifest(str(data["platform"]), files, coming, str(data.get("inputs", "")))
    except (AttributeError, KeyError, TypeError):
        raise WriteError(f"{path} is no manifest; remove it together with what was rendered") from None
    for name in (*manifest.files, *manifest.coming):
        parts = PurePosixPath(name).parts
        if len(parts) < 2 or ".." in parts or name.startswith("/"):
            raise WriteError(f"{path} lists {name!r}, which no run has written; remove it together with what was")
    return manifest


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the folder against another run; the kernel lets go of it when this process ends, however it does."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WriteError(f"{folder}: another render is at work there; wait for it") from None
        yield
    finally:
        os.close(descriptor)
