"""`refresh new-generation`: writes what the next generation needs into a platform's files, all of it or nothing."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import common

if TYPE_CHECKING:
    from model import Platform


def new_generation(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    name: Annotated[str, typer.Argument(help="The generation to write: g and the year in two digits.")],
    old: Annotated[str, typer.Option("--from", help="The generation that it follows.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the changes and leave the files alone.")] = False,
) -> None:
    """Write the next generation beside the one before, with a TODO for each thing that only a person can say.

    `refresh check` then names each TODO and nothing else. Example: refresh new-generation holstebro g30 --from g26
    """
    from importers.folder import Folder
    from importers.staging import Staging
    from model.faults import shown_path
    from model.load import folder_of
    from refresh.skeleton import skeleton

    root = folder_of(platform)
    if not root.is_dir():
        common.trace(platform)
    with _told(root), Staging(root) as staging:
        loaded, written = common.trace(platform)
        _refuse(loaded, name, old)
        case = skeleton(loaded, written, old, name)
        folder = Folder(staging)
        for put in case.puts.values():
            folder.put(put.file, put.path, put.value, put.comment)
        stacks = _stacks(root, loaded.name, old, name)
        changed = folder.changed()
        faults = folder.prepare()
        if any(fault.code != "TO-SAY" for fault in faults):
            common.fail_with(faults)
        if dry_run:
            _print_diff({root / file: text for file, text in changed.items()} | stacks)
        else:
            for path, text in stacks.items():
                _write(path, text)
            folder.commit()
    print(f"{name} after {old} ({case.old.origin}, {case.old.state})")
    for line in case.proposed:
        print(f"  proposed {line}")
    for line in case.unasked:
        print(f"  not asked: {line}")
    for path in stacks:
        print(f"  {shown_path(path)}, without secrets")
    to_say = f"{len(faults)} thing{'s' * (len(faults) != 1)} to say"
    print(f"{to_say}, and nothing is changed" if dry_run else f"{to_say}; see refresh check {platform}")


def _refuse(platform: Platform, name: str, old: str) -> None:
    """Leaves unless `old` is there and `name` is a new one that comes after all others."""
    from model import names
    from model.faults import nearest

    generations = platform.refresh.generations
    if not re.fullmatch(r"g[0-9]{2}", name):
        common.fail(f"refresh new-generation: {name}; write g and the year in two digits, such as g30")
    if name in generations:
        common.fail(f"refresh new-generation: {name} is there already and {generations[name].state}; name another")
    if old not in generations:
        common.fail(f"refresh new-generation: no generation {old}; {nearest(old, generations)}")
    last = max(generations, key=names.year)
    if names.year(name) <= names.year(last):
        common.fail(f"refresh new-generation: {name} does not come after {last}; name a later year")


@contextmanager
def _told(root: Path) -> Iterator[None]:
    """Leaves with what is wrong with the folder, each thing on a line."""
    from importers.staging import BusyError
    from model import ModelError

    try:
        yield
    except ModelError as error:
        common.fail_with(error.faults)
    except BusyError as error:
        common.fail(str(error))
    except OSError as error:
        where = error.filename or root
        common.fail(f"refresh new-generation: {where}: {error.strerror or error}, and nothing is changed")


def _stacks(root: Path, platform: str, old: str, new: str) -> dict[Path, str]:
    """A stack file for the new generation's layer, for each that the old one's has. Secrets are each stack's own."""
    from importers.yamltext import scalar
    from model.files import STACK_FILES
    from model.reading.source import as_map, read_yaml

    found: dict[Path, str] = {}
    for path in sorted(root.resolve().parent.glob(STACK_FILES)):
        config = as_map((as_map(read_yaml(path, str(path)).data) or {}).get("config")) or {}
        mine = config.get("platform-refresh:platform") == platform and config.get("platform-refresh:layer") == old
        beside = path.with_name(path.name.replace(f"-{old}.", f"-{new}."))
        if mine and not beside.exists():
            plain = {key: value for key, value in config.items() if as_map(value) is None}
            plain["platform-refresh:layer"] = new
            lines = [f"  {key}: {scalar(value)}" for key, value in plain.items()]
            found[root.parent / beside.name] = "\n".join(["config:", *lines]) + "\n"
    return found


def _write(path: Path, text: str) -> None:
    from rendering.manifest import partial_of, write_partial

    write_partial(path, text.encode())
    partial_of(path).replace(path)


def _print_diff(files: Mapping[Path, str]) -> None:
    from model.faults import shown_path

    for path, text in sorted(files.items()):
        shown = shown_path(path)
        before = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.is_file() else []
        after = text.splitlines(keepends=True)
        sys.stdout.writelines(difflib.unified_diff(before, after, shown if before else "/dev/null", shown, n=1))
