"""Writes a platform's configuration into a folder that it shares with whatever else is there.

The folder's manifest.json lists what was written, with digests. By it a run writes only what changed, removes only what
an earlier run wrote, and refuses when a person has changed a file since. Before the first file is touched the manifest
says what each will be: a run that is killed half-way is told from a person's edit, and the next one finishes its work.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from templates.engine import render
from templates.target import File, Target, drafts

if TYPE_CHECKING:
    from model import Platform

MANIFEST = "manifest.json"
_VERSION = 1
_FOLDER = "folder"


class WriteError(Exception):
    """Nothing was written. `edited` are the files that a person changed, where that is why."""

    def __init__(self, message: str, edited: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.edited = tuple(edited)


@dataclass(slots=True)
class Report:
    """What a run did, by path below the folder. `unchanged` counts the files that were as they should be."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file as we left it: the digest of its bytes and of all that decided them."""

    digest: str
    source: str


@dataclass(slots=True)
class _Manifest:
    """What earlier runs wrote, and under `coming` what a run that did not end was about to."""

    platform: str
    files: dict[str, _Entry]
    coming: dict[str, str]


def write(platform: Platform, targets: Iterable[Target], folder: Path, *, whole: bool, force: bool = False) -> Report:
    """Renders `targets` into `folder`, each into a folder of its own, and says what changed.

    `whole`: these are all the targets there are, so what another one wrote goes. `force` writes over what a person
    edited. Raises WriteError, with nothing written, when a file was edited, when the folder holds another platform's
    configuration, or while another run is at work in it; RenderError when a template does not render.
    """
    chosen = tuple(targets)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        manifest = _read(folder)
        if manifest.platform not in ("", platform.name):
            raise WriteError(f"{folder} holds the configuration of {manifest.platform}; another folder")
        names = {target.name for target in chosen}
        ours = {path for path in (*manifest.files, *manifest.coming) if whole or PurePosixPath(path).parts[0] in names}
        found = {path: _digest(folder / path) for path in sorted(ours)}
        wanted: dict[str, _Entry] = {}
        changed: dict[str, bytes] = {}
        for path, file, source in _drafts(chosen, platform):
            entry = manifest.files.get(path)
            if entry is None or entry.source != source or found[path] != entry.digest:
                content = file.encode(render(f"{path.split('/', 1)[0]}/{file.template}", file.context))
                entry = _Entry(hashlib.sha256(content).hexdigest(), source)
                if path not in found:
                    found[path] = _digest(folder / path)
                if found[path] != entry.digest:
                    changed[path] = content
            wanted[path] = entry
        gone = sorted(ours - wanted.keys())
        _inside(folder, (*changed, *gone, *manifest.coming))
        _not_in_the_way(folder, [path for path in changed if found[path] == _FOLDER], gone)
        edited = [path for path in (*changed, *gone) if found[path] not in ("", _FOLDER, *_known(manifest, path))]
        if edited and not force:
            raise WriteError(f"{folder}: edited since they were written, or not written by this command", edited)
        removed = [path for path in gone if found[path] not in ("", _FOLDER)]
        after = _Manifest(
            platform.name,
            {path: entry for path, entry in manifest.files.items() if path not in ours} | wanted,
            {path: digest for path, digest in manifest.coming.items() if path not in ours},
        )
        _apply(folder, manifest, after, changed, gone)
        return Report(sorted(changed), removed, len(wanted) - len(changed))


def _drafts(targets: Iterable[Target], platform: Platform) -> Iterator[tuple[str, File, str]]:
    """Each file with its path below the folder and its digest of sources. No path is another's in any letter case."""
    seen: set[str] = set()
    for target in targets:
        for file, source in drafts(target, platform):
            path = f"{target.name}/{file.path}"
            if path.casefold() in seen:
                raise ValueError(f"{target.name} renders {path} twice, in any letter case")
            seen.add(path.casefold())
            yield path, file, source


def _apply(folder: Path, before: _Manifest, after: _Manifest, changed: dict[str, bytes], gone: list[str]) -> None:
    """Announces, removes, writes, and says that it is done; each file whole or not at all."""
    _partial(folder / MANIFEST).unlink(missing_ok=True)
    if changed or gone:
        coming = before.coming | {path: after.files[path].digest for path in changed}
        _save(folder, _Manifest(after.platform, before.files, coming))
    for path in before.coming:
        _partial(folder / path).unlink(missing_ok=True)
    for path in gone:
        if (folder / path).is_file() or (folder / path).is_symlink():
            (folder / path).unlink()
        _prune(folder, path)
    for path, content in changed.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        _replace(folder / path, content)
    if changed or gone or before != after:
        _save(folder, after)


def _known(manifest: _Manifest, path: str) -> Iterator[str]:
    if path in manifest.files:
        yield manifest.files[path].digest
    if path in manifest.coming:
        yield manifest.coming[path]


def _digest(path: Path) -> str:
    """The digest of a file's bytes; nothing when there is none, and what no digest is for a link or a folder."""
    if path.is_symlink():
        return "link"
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except IsADirectoryError:
        return _FOLDER


def _not_in_the_way(folder: Path, paths: Iterable[str], gone: Iterable[str]) -> None:
    """Raises WriteError when a folder that does not go stands where a file belongs."""
    for path in paths:
        inside = {file.relative_to(folder).as_posix() for file in (folder / path).rglob("*") if not file.is_dir()}
        if path in gone or not inside <= set(gone):
            raise WriteError(f"{folder / path} is a folder; a place for a file")


def _inside(folder: Path, paths: Iterable[str]) -> None:
    """Raises WriteError when a link on the way to one of the paths leads out of the folder."""
    root = folder.resolve()
    for parent in sorted({(folder / path).parent for path in paths}):
        if not parent.resolve().is_relative_to(root):
            raise WriteError(f"{parent} leads out of {folder} by a link; a folder of its own")


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


def _replace(path: Path, content: bytes) -> None:
    partial = _partial(path)
    partial.write_bytes(content)
    partial.replace(path)


def _prune(folder: Path, path: str) -> None:
    """Removes the folders that the removed file leaves empty."""
    for parent in PurePosixPath(path).parents:
        if parent == PurePosixPath("."):
            return
        try:
            (folder / parent).rmdir()
        except OSError:
            return


def _save(folder: Path, manifest: _Manifest) -> None:
    files = {path: {"sha256": e.digest, "source": e.source} for path, e in sorted(manifest.files.items())}
    data: dict[str, Any] = {"version": _VERSION, "platform": manifest.platform, "files": files}
    if manifest.coming:
        data["coming"] = dict(sorted(manifest.coming.items()))
    _replace(folder / MANIFEST, (json.dumps(data, indent=1) + "\n").encode())


def _read(folder: Path) -> _Manifest:
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return _Manifest("", {}, {})
    except ValueError as error:
        raise WriteError(f"{path} is no manifest ({error}); remove it together with what was rendered") from None
    try:
        if data["version"] != _VERSION:
            raise WriteError(f"{path} has version {data['version']}; this command writes {_VERSION}")
        files = {str(p): _Entry(str(e["sha256"]), str(e["source"])) for p, e in data["files"].items()}
        manifest = _Manifest(str(data["platform"]), files, {str(p): str(d) for p, d in data.get("coming", {}).items()})
    except (AttributeError, KeyError, TypeError):
        raise WriteError(f"{path} is no manifest; remove it together with what was rendered") from None
    for name in (*manifest.files, *manifest.coming):
        parts = PurePosixPath(name).parts
        if len(parts) < 2 or ".." in parts or name.startswith("/"):
            raise WriteError(f"{path} lists {name!r}, which no run has written; remove it together with what was")
    return manifest


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder against another run; the kernel lets go of it when this process ends, however it does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WriteError(f"{folder}: another render is at work there; wait for it") from None
        yield
    finally:
        os.close(descriptor)
