"""`refresh guard`: reads a plan and refuses it when it touches what a live or standby generation rests on."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import common

if TYPE_CHECKING:
    from refresh.guard import Plan

PLATFORM_KEY = "platform-refresh:platform"


def guard(
    stack: Annotated[str, typer.Argument(help="The stack to preview, and the name in messages.")],
    plan: Annotated[
        Path | None, typer.Option(help="The output of pulumi preview --json, instead of a preview.")
    ] = None,
    today: Annotated[dt.datetime | None, common.TODAY] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Refuse a plan that touches what a live or standby generation rests on. Against the twin: inside twin run."""
    from refresh import guard as rules

    if plan is not None:
        try:
            text = plan.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            common.leave(f"{plan}: {error}; the output of pulumi preview --json")
        failed = ""
    else:
        text, failed = _preview(stack)
    read = _parse(text, str(plan or f"preview of {stack}"), failed)
    if PLATFORM_KEY not in read.config:
        common.leave(f"stack {stack}: its preview has no {PLATFORM_KEY}; a stack of this project")
    platform = common.load(read.config[PLATFORM_KEY])
    findings = rules.guard(platform, read, common.day(today))
    refused = [finding for finding in findings if finding.leave is None]
    if as_json:
        print(json.dumps({"stack": stack, "refused": len(refused), "findings": [asdict(f) for f in findings]}))
    else:
        for finding in findings:
            print(finding, file=sys.stderr if finding.leave is None else sys.stdout)
    if refused:
        if not as_json:
            print(
                f"stack {stack}: {len(refused)} refused; an override in refresh.yaml names a resource", file=sys.stderr
            )
        raise SystemExit(common.FOUND)
    errors = read.errors() or ([failed] if failed else [])
    if errors:
        common.leave("\n".join([f"stack {stack}: its preview failed, so its plan is not known to be whole", *errors]))
    if not as_json:
        print(f"stack {stack}: {len(read.steps)} steps, none touches what must stay")


def _preview(stack: str) -> tuple[str, str]:
    """What a preview prints, and its error when it failed."""
    command = ["pulumi", "preview", "--json", "--stack", stack, "--non-interactive"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        common.leave("there is no command pulumi; run make setup and . .venv/bin/activate")
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
        common.leave(failed or f"{shown}: {where}: {first['msg']}; the output of pulumi preview --json")
