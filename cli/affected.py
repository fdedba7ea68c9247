"""`refresh affected`: what a change touches, and the stacks that are to be previewed."""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import common

if TYPE_CHECKING:
    from model import Platform
    from refresh.affected.changes import Change
    from refresh.affected.checkout import Base, Repository

EVENT = "GITHUB_EVENT_PATH"
"""Where GitHub Actions has the event that started a workflow."""


@dataclass(frozen=True, slots=True)
class Found:
    """A platform that a change touches."""

    platform: str
    reasons: list[str] = field(default_factory=list[str])
    stacks: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    changes: list[Change] = field(default_factory=list["Change"])
    deletions: list[str] = field(default_factory=list[str])


def affected(
    base: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Compare with where this left REF, instead of with the event's base."),
    ] = None,
    stacks: Annotated[Path, typer.Option(help="The folder of platforms and stack files.")] = Path("stacks"),
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON, for a pipeline's matrix.")] = False,
) -> None:
    """Show what a change touches: items that differ, machines that end, and the stacks to preview.

    For example: refresh affected --base origin/main
    """
    from refresh.affected.checkout import BaseError, Repository
    from refresh.affected.checkout import base as base_of

    if not stacks.is_dir():
        common.fail(f"{stacks}: no such folder; name the one that holds the platforms")
    try:
        top = Path(Repository(stacks).git("rev-parse", "--show-toplevel"))
        repository = Repository(top)
        compared = base_of(repository, base, _event())
        with tempfile.TemporaryDirectory() as scratch:
            before = _extracted(repository, compared.commit, stacks.resolve().relative_to(top.resolve()), Path(scratch))
            found = list(_found(repository, compared, before, stacks))
    except BaseError as error:
        common.fail(str(error))
    if as_json:
        print(json.dumps({"base": asdict(compared), "platforms": [asdict(one) for one in found]}, ensure_ascii=False))
        return
    print(f"compared with {compared.commit[:12]}, {compared.why} (checkout: {compared.kind})")
    for one in found:
        _print(one)
    if not found:
        print("nothing is affected")


def _event() -> Mapping[str, Any]:
    """The event that started the pipeline; empty where there is none."""
    path = os.environ.get(EVENT)
    if not path or not Path(path).is_file():
        return {}
    return json.loads(Path(path).read_text(encoding="utf-8"))


def _extracted(repository: Repository, commit: str, below: Path, scratch: Path) -> Path:
    """The folder as it was at a commit, in a scratch folder; links are left out, and what leads out of it."""
    import subprocess

    command = ["git", "-C", str(repository.folder), "archive", "--format=tar", commit, below.as_posix()]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == 0:
        with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
            archive.extractall(scratch, filter="data")
    return scratch / below


def _found(repository: Repository, compared: Base, before: Path, after: Path) -> Iterator[Found]:
    from refresh.affected import changes

    paths = repository.git("-c", "core.quotePath=off", "diff", "--name-only", compared.commit).splitlines()
    paths += repository.git("-c", "core.quotePath=off", "ls-files", "--others", "--exclude-standard").splitlines()
    code = changes.of_code(paths)
    names = {path.parent.name for side in (before, after) for path in side.glob("*/platform.yaml")}
    for name in sorted(names):
        one = _compared(name, before / name, after / name)
        one.stacks.extend(_stacks(after, name))
        if code:
            more = f" and {len(code) - 1} more files" if code[1:] else ""
            one.reasons.append(f"the program changed: {code[0]}{more}")
        for stack in one.stacks:
            if _text(before / stack["file"]) != _text(after / stack["file"]):
                one.reasons.append(f"{stack['file']} changed")
        if one.reasons:
            yield one


def _compared(name: str, before: Path, after: Path) -> Found:
    """A platform's own differences. One that cannot be loaded as it was may differ in anything."""
    from refresh.affected import changes

    if not after.is_dir():
        return Found(name, ["the platform is gone"])
    now = common.load(str(after))
    if not before.is_dir():
        return Found(name, ["the platform is new"])
    was = _loaded(before)
    if was is None:
        return Found(name, ["the data could not be used as they were"])
    differing = list(changes.of_platforms(was, now))
    reasons = [f"{len(differing)} items differ" if differing[1:] else "1 item differs"] if differing else []
    return Found(name, reasons, changes=differing, deletions=list(changes.deletions(was, now)))


def _loaded(folder: Path) -> Platform | None:
    import model

    try:
        return model.load(str(folder))
    except model.ModelError:
        return None


def _stacks(folder: Path, platform: str) -> Iterator[dict[str, str]]:
    """The stacks of a platform with their layer, from their files."""
    from model.files import STACK_FILES
    from model.reading.source import as_map, read_yaml

    for path in sorted(folder.glob(STACK_FILES)):
        config = as_map((as_map(read_yaml(path, path.name).data) or {}).get("config")) or {}
        if config.get("platform-refresh:platform") == platform:
            name = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
            layer = str(config.get("platform-refresh:layer", "all"))
            yield {"stack": name, "layer": layer, "file": path.name}


def _text(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _print(one: Found) -> None:
    print(f"{one.platform}: {', '.join(one.reasons)}")
    for change in one.changes[: common.MANY]:
        print(f"  {change}")
    if len(one.changes) > common.MANY:
        print(f"  and {len(one.changes) - common.MANY} more")
    for name in one.deletions:
        print(f"  ends: {name}")
    names = [f"{stack['stack']} ({stack['layer']})" for stack in one.stacks]
    print(f"  preview: {', '.join(names) or 'no stack file names it'}")
