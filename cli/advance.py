"""`refresh advance`: takes a generation or a wave to its next state, by editing refresh.yaml and nothing else of it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import common

if TYPE_CHECKING:
    from model import Platform
    from model.derive.data_turns import DataTurn
    from model.derive.flips import Flip
    from model.types.lifecycle import Change

BOM = "\ufeff"
LIVE = "live"
"""The state that a cutover and a rollback give and take."""


def advance(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    item: Annotated[str, typer.Argument(help="The generation or wave that takes the step.")],
    to: Annotated[str, typer.Option(help="The state it goes to, or adopted.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the flips and leave the file alone.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print changes and flips as JSON.")] = False,
) -> None:
    """Take a generation or a wave to another state in refresh.yaml, comments kept; print the flips first."""
    from model.derive.data_turns import data_turns
    from model.derive.flips import flips
    from model.faults import Fault, nearest
    from model.load import folder_of
    from model.types import lifecycle

    before, written = common.trace(platform)
    section = "waves" if item in before.refresh.waves else "generations"
    try:
        if section == "waves":
            changes = lifecycle.advance_wave(before.refresh.waves, item, to)
        else:
            changes = lifecycle.advance(before.refresh.generations, item, to)
    except lifecycle.StepError as error:
        if (section, item) in written.sources:
            file, line = written.sources[section, item].origin(("state",))
            error_text = str(Fault(file, line, "LIFECYCLE", f"{section}.{item}.state", str(error)))
        else:
            error_text = (
                f"{error}, nor a wave; {nearest(item, before.refresh.waves)}" if before.refresh.waves else str(error)
            )
        common.fail(error_text)
    folder = folder_of(platform)
    file = folder / "refresh.yaml"
    old = file.read_bytes()
    new = edited(old, changes)
    after = _loaded(folder, new)
    flipped = flips(before, after)
    _report(after, changes, data_turns(before, after), flipped, as_json=as_json, written=not dry_run)
    if not flipped and any(change.kind == "generation" and LIVE in (change.before, change.after) for change in changes):
        print(_turns_nothing(after, item), file=sys.stderr)
    if not dry_run:
        sys.stdout.flush()
        replace(file, new)


def _turns_nothing(platform: Platform, item: str) -> str:
    """Why nobody is led elsewhere by a cutover, and what leads them."""
    from model.derive.flips import aliases

    lacks = [
        what
        for what, there in (
            ("no pool of it is in desktops.yaml", any(i.generation.name == item for i in platform.pool_instances)),
            ("no system has aliases", bool(aliases(platform))),
        )
        if not there
    ]
    why = f" ({', '.join(lacks)})" if lacks else ""
    return f"warning: the step turns nothing, so nobody is led to another generation{why}; add what leads people first"


def edited(old: bytes, changes: Sequence[Change]) -> bytes:
    """The file with the words of these changes replaced and every other byte as it was, quotes and comments too.

    A round trip through ruamel.yaml would set the whole file anew; the parser's marks say where a word stands.
    """
    from ruamel.yaml import YAML

    text = old.decode("utf-8")
    mark = BOM if text.startswith(BOM) else ""
    text = text.removeprefix(BOM)
    root = YAML(typ="safe").compose(text)
    words = [(_at(root, (f"{change.kind}s", change.name, change.field)), change) for change in changes]
    for node, change in sorted(words, key=lambda word: word[0].start_mark.index, reverse=True):
        start, end = node.start_mark.index, node.end_mark.index
        text = text[:start] + text[start:end].replace(change.before, change.after) + text[end:]
    return (mark + text).encode()


def _at(node: Any, path: Sequence[str]) -> Any:
    """The YAML node at a path of keys that the loader has found there."""
    for part in path:
        node = next(value for key, value in node.value if key.value == part)
    return node


def replace(file: Path, new: bytes) -> None:
    """Puts the new content in the file's place, whole or not at all."""
    from rendering.manifest import partial_of, write_partial

    target = file.resolve()
    partial = partial_of(target)
    write_partial(target, new)
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    shutil.copymode(target, partial)
    partial.replace(target)


def _loaded(folder: Path, refresh_yaml: bytes) -> Platform:
    """The platform with another refresh.yaml. Leaves with every fault that it would have, as a step that is refused."""
    from model import ModelError, load
    from model.files import STACK_FILES

    with tempfile.TemporaryDirectory() as somewhere:
        beside = Path(somewhere) / folder.resolve().name
        shutil.copytree(folder, beside)
        catalog = folder.resolve().parent / "catalog"
        if catalog.is_dir():
            (beside.parent / "catalog").symlink_to(catalog)
        for stack in folder.resolve().parent.glob(STACK_FILES):
            shutil.copy(stack, beside.parent)
        (beside / "refresh.yaml").write_bytes(refresh_yaml)
        try:
            return load(str(beside))
        except ModelError as error:
            for fault in error.faults:
                shown = str(fault).replace(str(beside), str(folder)).replace(str(beside.parent), str(folder.parent))
                print(shown, file=sys.stderr)
            print(f"refused: {folder / 'refresh.yaml'} stays as it is", file=sys.stderr)
            raise SystemExit(common.FOUND) from None


def _report(
    platform: Platform,
    changes: Sequence[Change],
    turned: Sequence[DataTurn],
    flipped: Sequence[Flip],
    *,
    as_json: bool,
    written: bool,
) -> None:
    stays = {name: stable.model_dump(include={"kind", "points_at"}) for name, stable in platform.refresh.stable.items()}
    if as_json:
        document = {
            "platform": platform.name,
            "changes": [_shown(change) for change in changes],
            "data": [asdict(turn) for turn in turned],
            "flips": [asdict(flip) for flip in flipped],
            "stays": stays,
            "written": written,
        }
        print(json.dumps(document, ensure_ascii=False))
        return
    for change in changes:
        print(f"{change.name}: {change.before} to {change.after}")
    _report_data(turned)
    print(f"flips: {len(flipped)}" if flipped else "flips: nothing")
    for flip in flipped:
        print(f"  {flip.kind} {flip.name}: {flip.before or 'none'} -> {flip.after or 'none'}")
    if stays:
        print(f"points at a stable name and stays: {len(stays)}")
        for name, stable in stays.items():
            print(f"  {stable['kind']} {name}: {stable['points_at']}")
    print("refresh.yaml is changed; run pulumi preview to see the rest" if written else "refresh.yaml is not changed")


def _report_data(turned: Sequence[DataTurn]) -> None:
    """What is done with data before the flips: the old side is closed, what was written last crosses, the new opens."""
    from model.derive.data_turns import SWITCHES_ITSELF

    if turned:
        print(f"data, before the flips: {len(turned)}")
    for turn in turned:
        how = "by hand"
        if turn.way in SWITCHES_ITSELF:
            how = "by itself"
        elif turn.read_only_by is not None:
            how = f"by {turn.read_only_by}"
        across = f"{turn.way} in {turn.minutes} minutes"
        print(f"  {turn.server}: close {turn.closes} to writing {how}, {across}, open {turn.opens}")


def _shown(change: Change) -> dict[str, str]:
    return {change.kind: change.name, "field": change.field, "before": change.before, "after": change.after}
