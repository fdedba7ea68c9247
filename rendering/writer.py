"""Writes a platform's configuration into a folder that it shares with whatever else is there.

The folder's manifest.json lists what was written, with digests. By it a run writes only what changed, removes only what
an earlier run wrote, and refuses when a person has changed a file since. Before the first file is touched the manifest
says what each will be: a run that is killed half-way is told from a person's edit, and the next one finishes its work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rendering.contents import contents
from rendering.manifest import (
    FOLDER,
    LOCK,
    MANIFEST,
    Entry,
    Manifest,
    Report,
    WriteError,
    alone,
    digest_of,
    partial_of,
    read_manifest,
    replace,
    save_manifest,
)
from rendering.target import File, Target, drafts

if TYPE_CHECKING:
    from model import Platform


@dataclass(frozen=True, slots=True)
class Work:
    """What a run has to do in a folder, worked out and not yet done. Paths are below the folder.

    `found` has the digest of what stands at each path, `changed` the bytes that belong at those that differ, `gone`
    what no target renders any more, and `edited` which of both a person has changed since.
    """

    before: Manifest
    ours: frozenset[str]
    found: dict[str, str]
    wanted: dict[str, Entry]
    changed: dict[str, bytes]
    gone: list[str]
    edited: list[str]

    @property
    def removed(self) -> list[str]:
        """What goes and is a file."""
        return [path for path in self.gone if self.found[path] not in ("", FOLDER)]


def _untold(target: str) -> None:
    """Nobody wants to know which target is being rendered."""


def write(
    platform: Platform,
    targets: Iterable[Target],
    folder: Path,
    *,
    whole: bool,
    force: bool = False,
    read: str = "",
    told: Callable[[str], None] = _untold,
) -> Report:
    """Renders `targets` into `folder`, each into a folder of its own, and says what changed.

    `whole`: these are all the targets there are, so what another one wrote goes. `force` writes over what a person
    edited. `read` is the digest of the inputs, taken before they were read. `told` hears of each target when it is its
    turn. Raises WriteError, with nothing written, when a file was edited, when the folder holds another platform's
    configuration, or while another run is at work in it; RenderError when a template does not render.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        work = _worked_out(platform, tuple(targets), folder, whole=whole, told=told)
        manifest = work.before
        if work.edited and not force:
            raise WriteError(f"{folder}: edited since they were written, or not written by this command", work.edited)
        after = Manifest(
            platform.name,
            {path: entry for path, entry in manifest.files.items() if path not in work.ours} | work.wanted,
            {path: digest for path, digest in manifest.coming.items() if path not in work.ours},
        )
        # What a part was written from says nothing of the rest.
        after.inputs = read if whole else manifest.inputs if after.files == manifest.files else ""
        ours_now = {path: work.found[path] for path in work.changed if work.found[path] in _known(manifest, path)}
        _apply(folder, _as_found(manifest, ours_now), after, work.changed, work.gone)
        return Report(sorted(work.changed), work.removed, len(work.wanted) - len(work.changed))


def look(
    platform: Platform, targets: Iterable[Target], folder: Path, *, whole: bool, told: Callable[[str], None] = _untold
) -> Work:
    """What `write` would do, with nothing written; also where the folder is not there yet. Raises as `write` does, but
    not for what a person edited.
    """
    with alone(folder) if folder.is_dir() else nullcontext():
        return _worked_out(platform, tuple(targets), folder, whole=whole, told=told)


def _worked_out(
    platform: Platform, targets: Sequence[Target], folder: Path, *, whole: bool, told: Callable[[str], None]
) -> Work:
    manifest = read_manifest(folder)
    if manifest.platform not in ("", platform.name):
        raise WriteError(f"{folder} holds the configuration of {manifest.platform}; name another folder")
    names = {target.name for target in targets}
    ours = {path for path in (*manifest.files, *manifest.coming) if whole or PurePosixPath(path).parts[0] in names}
    found = {path: digest_of(folder / path) for path in sorted(ours)}
    wanted: dict[str, Entry] = {}
    stale: list[tuple[str, File, str]] = []
    for path, file, source in _drafts(targets, platform, told):
        entry = manifest.files.get(path)
        if entry is None or entry.source != source or found[path] != entry.digest:
            stale.append((path, file, source))
        else:
            wanted[path] = entry
    changed: dict[str, bytes] = {}
    made = contents([(path.split("/", 1)[0], file) for path, file, _ in stale])
    for (path, _, source), content in zip(stale, made, strict=True):
        wanted[path] = Entry(hashlib.sha256(content).hexdigest(), source)
        if path not in found:
            found[path] = digest_of(folder / path)
        if found[path] != wanted[path].digest:
            changed[path] = content
    gone = sorted(ours - wanted.keys())
    _inside(folder, (*changed, *gone, *manifest.coming))
    _not_in_the_way(folder, [path for path in changed if found[path] == FOLDER], gone)
    edited = [path for path in (*changed, *gone) if found[path] not in ("", FOLDER, *_known(manifest, path))]
    return Work(manifest, frozenset(ours), found, wanted, changed, gone, edited)


def _drafts(
    targets: Iterable[Target], platform: Platform, told: Callable[[str], None]
) -> Iterator[tuple[str, File, str]]:
    """Each file with its path below the folder and its digest of sources. No path is another's in any letter case.

    What a library makes of the same sources is its next version's to change, so the lock is a source here.
    """
    seen: set[str] = set()
    lock = LOCK.read_bytes() if LOCK.is_file() else b""
    libraries = hashlib.sha256(lock).hexdigest()
    for target in targets:
        told(target.name)
        for file, source in drafts(target, platform):
            path = f"{target.name}/{file.path}"
            if path.casefold() in seen:
                raise ValueError(f"{target.name} renders {path} twice, in any letter case")
            seen.add(path.casefold())
            yield path, file, hashlib.sha256(f"{libraries} {source}".encode()).hexdigest()


def _apply(folder: Path, before: Manifest, after: Manifest, changed: dict[str, bytes], gone: list[str]) -> None:
    """Announces, removes, writes, and says that it is done; each file whole or not at all."""
    partial_of(folder / MANIFEST).unlink(missing_ok=True)
    if changed or gone:
        coming = before.coming | {path: after.files[path].digest for path in changed}
        save_manifest(folder, Manifest(after.platform, before.files, coming))
    for path in before.coming:
        partial_of(folder / path).unlink(missing_ok=True)
    for path in gone:
        if digest_of(folder / path) not in ("", FOLDER):
            (folder / path).unlink()
        _prune(folder, path)
    for parent in sorted({(folder / path).parent for path in changed}):
        parent.mkdir(parents=True, exist_ok=True)
    for path, content in changed.items():
        replace(folder / path, content)
    if changed or gone or before != after:
        save_manifest(folder, after)


def _as_found(manifest: Manifest, found: dict[str, str]) -> Manifest:
    """The manifest with what stands there now. A run that did not end left another file than the list of its
    predecessor says; were that forgotten, this run's end would make it a person's edit.
    """
    files = {path: Entry(digest, "") for path, digest in found.items()}
    return Manifest(manifest.platform, manifest.files | files, manifest.coming, manifest.inputs)


def _known(manifest: Manifest, path: str) -> Iterator[str]:
    if path in manifest.files:
        yield manifest.files[path].digest
    if path in manifest.coming:
        yield manifest.coming[path]


def _not_in_the_way(folder: Path, paths: Iterable[str], gone: Iterable[str]) -> None:
    """Raises WriteError when a folder that does not go stands where a file belongs."""
    for path in paths:
        inside = {file.relative_to(folder).as_posix() for file in (folder / path).rglob("*") if not file.is_dir()}
        if path in gone or not inside <= set(gone):
            raise WriteError(f"{folder / path} is a folder; remove it, for a file goes there")


def _inside(folder: Path, paths: Iterable[str]) -> None:
    """Raises WriteError when a link on the way to one of the paths leads out of the folder."""
    root = folder.resolve()
    for parent in sorted({(folder / path).parent for path in paths}):
        if not parent.resolve().is_relative_to(root):
            raise WriteError(f"{parent} leads out of {folder} by a link; put a folder there")


def _prune(folder: Path, path: str) -> None:
    """Removes the folders that the removed file leaves empty."""
    for parent in PurePosixPath(path).parents:
        if parent == PurePosixPath("."):
            return
        try:
            (folder / parent).rmdir()
        except OSError:
            return
