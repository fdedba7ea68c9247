"""`refresh render`: a platform's configuration for everything that is no resource of Pulumi's."""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import common, progress

if TYPE_CHECKING:
    from model import Platform
    from rendering.difference import Difference
    from rendering.manifest import Report
    from rendering.target import Finding, Target

REQUIRED = "PLATFORM_REFRESH_REQUIRE_VALIDATORS"
"""Set to 1 where every native validator is installed, as in CI: then a missing one is a failure."""


def render(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    out: Annotated[Path, typer.Option(help="The folder to write; a folder in it for each target.")],
    target: Annotated[list[str] | None, typer.Option(help="Only this target; may be given again.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Run the native validators and the round trips.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over what a person edited.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change, and exit 1 then.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Render configuration: writes what changed, removes what it once wrote and no longer should.

    For example: refresh render holstebro --out out/holstebro --diff | less
    """
    if diff and (verify or force):
        common.fail("refresh render: --diff writes nothing; use it without --verify and --force")
    # What is made here is kept until the end, and looking for garbage among it takes a fifth of the time (2026-11).
    gc.set_threshold(50_000)
    folders = _folders(platform)
    _refuse_data(folders, out)
    read = _inputs(folders)
    report = None if target or verify else _as_left(out, read)
    if diff:
        found = [] if report else _differences(common.load(platform), _chosen(target), out, whole=not target)
        _differ(found, as_json)
        return
    findings, missing = dict[str, "list[Finding]"](), dict[str, str]()
    if report is None:
        chosen = _chosen(target)
        progress.step(f"reading {platform}")
        loaded = common.load(platform)
        report = _write(loaded, chosen, out, whole=not target, force=force, read=read)
        if verify:
            findings, missing = _verified(loaded, chosen, out)
    if as_json:
        shown = {name: [[f.path, f.message] for f in found] for name, found in findings.items()}
        done = {"written": report.written, "removed": report.removed, "unchanged": report.unchanged}
        print(json.dumps(done | {"findings": shown, "missing": missing}, ensure_ascii=False))
    else:
        _print(out, report, findings, missing)
    if any(findings.values()) or (missing and os.environ.get(REQUIRED) == "1"):
        raise SystemExit(common.FOUND)


def _folders(platform: str) -> tuple[Path, Path]:
    """The platform's folder and its catalog: those of model.load, which takes longer to import than all this."""
    from rendering.manifest import ROOT

    stacks = ROOT / "stacks"
    folder = Path(platform) if "/" in platform or os.sep in platform else stacks / platform
    catalog = folder.parent / "catalog"
    return folder, catalog if catalog.is_dir() else stacks / "catalog"


def _inputs(folders: Sequence[Path]) -> str:
    """The digest of all that is read."""
    from rendering.manifest import inputs

    return inputs(*folders)


def _refuse_data(folders: Sequence[Path], out: Path) -> None:
    """Leaves when what is rendered would come to stand among the data, where nothing belongs that nobody wrote."""
    from rendering.manifest import ROOT

    place = out.resolve()
    data = [ROOT / "stacks", *(folder.resolve() for folder in folders)]
    homes = {folder.parent for folder in data[1:] if (folder.parent / "catalog").is_dir()}
    of_a_platform = any((above / "platform.yaml").is_file() for above in (place, *place.parents))
    if of_a_platform or place in homes or any(place.is_relative_to(folder) for folder in data):
        common.fail(f"refresh render: --out {out} lies among the data; name a folder of its own, such as out/NAME")


def _as_left(out: Path, read: str) -> Report | None:
    from rendering.manifest import as_left

    with _told(out):
        return as_left(out, read)


def _chosen(names: Sequence[str] | None) -> list[Target]:
    from rendering.target import targets

    every = {found.name: found for found in targets()}
    for name in names or ():
        if name not in every:
            from model.faults import nearest

            common.fail(f"--target {name}: no such target; {nearest(name, every)}")
    return [every[name] for name in sorted(set(names or every))]


def _write(platform: Platform, chosen: Sequence[Target], out: Path, *, whole: bool, force: bool, read: str) -> Report:
    from rendering.engine import RenderError
    from rendering.writer import write

    with _told(out):
        try:
            return write(platform, chosen, out, whole=whole, force=force, read=read, told=_rendering)
        except RenderError as error:
            common.fail(f"templates/{error}")


def _rendering(target: str) -> None:
    progress.step(f"rendering {target}")


def _differences(platform: Platform, chosen: Sequence[Target], out: Path, *, whole: bool) -> list[Difference]:
    from rendering.difference import differences
    from rendering.engine import RenderError
    from rendering.writer import look

    with _told(out):
        try:
            return list(differences(look(platform, chosen, out, whole=whole, told=_rendering), out))
        except RenderError as error:
            common.fail(f"templates/{error}")


def _differ(found: Sequence[Difference], as_json: bool) -> None:
    """Shows what would change: the diffs on standard output, and on standard error what `patch` is not to read."""
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            sys.stdout.write(one.diff)
        for one in found:
            if one.edited:
                print(f"{one.path}: edited since it was written, so its text is not shown", file=sys.stderr)
        kinds = Counter(one.kind for one in found)
        told = ", ".join(f"{kinds[kind]} {kind}" for kind in ("added", "changed", "removed"))
        print(f"{len(found)} files would change: {told}" if found else "nothing would change", file=sys.stderr)
    if found:
        raise SystemExit(common.FOUND)


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Leaves with what is wrong with the folder."""
    from rendering.manifest import WriteError

    try:
        yield
    except WriteError as error:
        for path in error.edited:
            print(f"{out / path}: edited; put the change into the platform's data, or use --force", file=sys.stderr)
        common.fail(str(error), common.FOUND if error.edited else common.BAD_INPUT)
    except OSError as error:
        common.fail(f"{error.filename or out}: {error.strerror}")


def _verified(
    platform: Platform, chosen: Sequence[Target], out: Path
) -> tuple[dict[str, list[Finding]], dict[str, str]]:
    """What each target's proof found, and by target the program that it lacked. Threads, for they wait for programs."""
    from rendering.target import Missing

    def one(target: Target) -> tuple[list[Finding], str | None]:
        try:
            return target.verify(platform, out / target.name), None
        except Missing as error:
            return error.findings, error.program
        finally:
            progress.step(f"proved {target.name}")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        proofs = dict(zip((target.name for target in chosen), pool.map(one, chosen), strict=True))
    findings = {name: found for name, (found, _) in proofs.items()}
    return findings, {name: program for name, (_, program) in proofs.items() if program is not None}


def _print(out: Path, report: Report, findings: dict[str, list[Finding]], missing: dict[str, str]) -> None:
    total = len(report.written) + report.unchanged
    print(
        f"{out}: {total} files: {len(report.written)} written, {report.unchanged} as they were, "
        f"{len(report.removed)} removed"
    )
    for name, found in findings.items():
        for finding in found:
            print(f"{out / name / finding.path}: {finding.message}", file=sys.stderr)
    good = [name for name, found in findings.items() if not found and name not in missing]
    if good:
        print(f"verified: {', '.join(good)}")
    for name, program in missing.items():
        print(f"skipped: {name} without its validator, for {program} is not installed")
