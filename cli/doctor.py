"""`refresh doctor`: finds in a stack's state what would delete a machine that lives, and forgets it when asked to."""

from __future__ import annotations

import json
import subprocess
from typing import Annotated, Any

import typer

from cli import common


def doctor(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    stack: Annotated[str, typer.Option(help="The stack whose state is read.")],
    mend: Annotated[bool, typer.Option("--mend", help="Forget what is told; only the state is touched.")] = False,
) -> None:
    """Find what in a stack's state would delete a machine that lives. Against the twin: inside twin run."""
    from refresh import doctor as rules

    loaded = common.load(platform)
    state = json.loads(_pulumi("export", stack))
    resources: list[dict[str, Any]] = state["deployment"].get("resources") or []
    ills = rules.examine(loaded.instances, resources)
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
