"""`refresh doctor`: what is missing or wrong on this machine, around a platform, and in a stack's state.

A line for each thing: `ok`, `do` with what to do, `may` with what some verb would want. Only --mend changes something:
it forgets in a state what would delete a machine that lives.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import backend, common
from cli.doctor_lines import Line

if TYPE_CHECKING:
    from model import Platform
    from refresh.doctor import Ill


def doctor(
    platform: Annotated[str | None, typer.Argument(help="A platform under stacks/, or the path of a folder.")] = None,
    stack: Annotated[str | None, typer.Option(help="Look at nothing but the state of this stack.")] = None,
    mend: Annotated[bool, typer.Option("--mend", help="Forget what --stack tells; only the state is touched.")] = False,
    today: Annotated[dt.datetime | None, common.TODAY] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as JSON.")] = False,
) -> None:
    """Say what is missing or wrong: tools, backend, secrets, the twin, windows of time, what waits for deletion.

    For example: refresh doctor holstebro. Against the twin: refresh twin run -- refresh doctor holstebro
    """
    if stack is not None:
        if platform is None:
            common.fail("refresh doctor: --stack needs the platform; name it before the option")
        backend.require(f"refresh doctor {platform} --stack {stack}")
        _state(common.load(platform), stack, mend=mend)
        return
    if mend:
        common.fail("refresh doctor: --mend changes one state; name the stack with --stack")
    found: list[Line] = []
    for line in _lines(common.load(platform) if platform is not None else None, _now(today)):
        found.append(line)
        if not as_json:
            print(line, flush=True)
    if as_json:
        print(json.dumps([dataclasses.asdict(line) for line in found], ensure_ascii=False))
    if any(line.state == "do" for line in found):
        raise SystemExit(common.FOUND)


def _now(today: dt.datetime | None) -> dt.datetime:
    return dt.datetime.now(dt.UTC) if today is None else today.replace(tzinfo=dt.UTC)


def _lines(platform: Platform | None, now: dt.datetime) -> Iterator[Line]:
    from cli import doctor_azure, doctor_machine, doctor_platform

    yield from doctor_machine.lines(platform)
    if platform is None:
        return
    yield from doctor_platform.lines(platform, now)
    yield from doctor_azure.lines(platform, now)
    known = doctor_platform.known_stacks()
    for stack in doctor_platform.stack_files(platform.name):
        if stack.name in known:
            ills, count = _examined(platform, stack.name)
            mending = f"refresh doctor {platform.name} --stack {stack.name} --mend"
            if ills:
                yield from (Line("do", f"stack {stack.name}", f"{ill}: {mending}") for ill in ills)
            else:
                yield Line("ok", f"stack {stack.name}", f"{count} resources, none waits to delete a machine that lives")


def _examined(platform: Platform, stack: str) -> tuple[list[Ill], int]:
    from refresh import doctor as rules

    resources: list[dict[str, Any]] = json.loads(_pulumi("export", stack))["deployment"].get("resources") or []
    return rules.examine(platform.instances, resources), len(resources)


def _state(platform: Platform, stack: str, *, mend: bool) -> None:
    from refresh import doctor as rules

    state = json.loads(_pulumi("export", stack))
    resources: list[dict[str, Any]] = state["deployment"].get("resources") or []
    ills = rules.examine(platform.instances, resources)
    for ill in ills:
        print(ill)
    if not ills:
        print(f"stack {stack}: {len(resources)} resources, nothing in its state would delete a machine that lives")
    elif mend:
        state["deployment"]["resources"] = rules.mended(resources, ills)
        _pulumi("import", stack, json.dumps(state))
        print(f"stack {stack}: {len(ills)} forgotten, and the next preview shows what is adopted anew")
    else:
        raise SystemExit(common.FOUND)


def _pulumi(verb: str, stack: str, given: str | None = None) -> str:
    """`pulumi stack export` or `import`, whose secrets stay encrypted."""
    command = ["pulumi", "stack", verb, "--stack", stack, "--non-interactive"]
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        common.fail("there is no command pulumi; run make setup and . .venv/bin/activate")
    if done.returncode:
        common.fail(f"stack {stack}: {' '.join(done.stderr.split())}")
    # What runs around it, such as the twin, may say something first.
    return done.stdout[max(done.stdout.find("{"), 0) :]
