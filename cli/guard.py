"""`refresh guard`: reads a plan and refuses it when it takes away what somebody is served by."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cli import backend, common

if TYPE_CHECKING:
    from refresh.guard import Plan

PLATFORM_KEY = "platform-refresh:platform"


def guard(
    stack: Annotated[str, typer.Argument(help="The stack to preview, and the name in messages.")],
    plan: Annotated[
        Path | None, typer.Option(help="The output of pulumi preview --json, instead of a preview.")
    ] = None,
    outputs: Annotated[
        Path | None, typer.Option(help="With --plan: the output of pulumi stack output --json, of the same stack.")
    ] = None,
    today: Annotated[dt.datetime | None, common.TODAY] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Refuse a plan that takes away what somebody is served by. Against the twin: inside twin run."""
    from refresh import guard as rules

    read, failed = _asked(stack) if plan is None else (_handed(plan, outputs), "")
    if PLATFORM_KEY not in read.config:
        common.fail(f"stack {stack}: its preview has no {PLATFORM_KEY}; name a stack of this project")
    platform, written = common.trace(read.config[PLATFORM_KEY])
    findings = rules.guard(platform, written, read, common.day(today))
    refused = [finding for finding in findings if finding.permission is None]
    if as_json:
        print(json.dumps({"stack": stack, "refused": len(refused), "findings": [asdict(f) for f in findings]}))
    else:
        for finding in findings:
            print(finding, file=sys.stderr if finding.permission is None else sys.stdout)
    if refused:
        if not as_json:
            print(
                f"stack {stack}: {len(refused)} refused; add an override for it to refresh.yaml where it is meant",
                file=sys.stderr,
            )
        raise SystemExit(common.FOUND)
    errors = read.errors() or ([failed] if failed else [])
    if not errors and read.missing():
        flags = " ".join(rules.FLAGS)
        errors = [f"{len(read.missing())} resources that others rest on are left out; preview with {flags}"]
    if errors:
        common.fail("\n".join([f"stack {stack}: its plan is not known to be whole", *errors]))
    if not as_json:
        unseen = ", but states and births were not looked at, for --outputs is missing" if plan and not outputs else ""
        print(f"stack {stack}: nothing is taken from what must stay{unseen}")


def _asked(stack: str) -> tuple[Plan, str]:
    """The plan of a preview with what the last update kept, and an error of either."""
    from refresh.guard import FLAGS

    backend.require(f"refresh guard {stack}")
    text, failed = _pulumi("preview", "--json", *FLAGS, "--stack", stack)
    read = _parse(text, f"preview of {stack}", failed)
    kept, unkept = _pulumi("stack", "output", "--json", "--stack", stack)
    if not unkept:
        read.outputs = _kept(kept, f"outputs of {stack}")
    return read, failed or unkept


def _handed(plan: Path, outputs: Path | None) -> Plan:
    """The same from files."""
    read = _parse(_read(plan, "pulumi preview --json"), str(plan), "")
    if outputs is not None:
        read.outputs = _kept(_read(outputs, "pulumi stack output --json"), str(outputs))
    return read


def _read(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        common.fail(f"{file}: {error}; give the output of {what}")


def _kept(text: str, shown: str) -> dict[str, Any]:
    """The stack's outputs."""
    try:
        found: Any = json.loads(text[max(text.find("{"), 0) :])
    except json.JSONDecodeError as error:
        common.fail(f"{shown}: {error}; give the output of pulumi stack output --json")
    if not isinstance(found, dict):
        common.fail(f"{shown}: no map; give the output of pulumi stack output --json")
    return cast("dict[str, Any]", found)


def _pulumi(*arguments: str) -> tuple[str, str]:
    """What a command of pulumi prints, and its error when it failed."""
    command = ["pulumi", *arguments, "--non-interactive"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        common.fail("there is no command pulumi; run make setup and . .venv/bin/activate")
    return done.stdout, done.stderr.strip() or f"pulumi left with {done.returncode}" if done.returncode else ""


def _parse(text: str, shown: str, failed: str) -> Plan:
    from pydantic import ValidationError

    from refresh.guard import Plan

    try:
        # What runs around a preview, such as the twin, may say something first.
        return Plan.model_validate_json(text[max(text.find("{"), 0) :])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "."
        common.fail(failed or f"{shown}: {where}: {first['msg']}; give the output of pulumi preview --json")
