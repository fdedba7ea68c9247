"""`refresh inventory`: a stack's output for another tool."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import backend, common

if TYPE_CHECKING:
    from model.types.inventory import Inventory


def inventory(
    stacks: Annotated[list[str], typer.Argument(metavar="STACK...", help="A stack that was built, or its layers.")],
    form: Annotated[str, typer.Option("--format", help="The tool: ansible, json, ssh ... (a wrong name lists all).")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
) -> None:
    """Export the stack outputs for another tool. Against the twin: `refresh twin run -- refresh inventory ...`."""
    from templates.inventories import FORMATS, written

    if form not in FORMATS:
        common.fail(f"--format {form}: no such format; name one of {', '.join(FORMATS)}")
    found = joined([read(stack) for stack in stacks])
    text = FORMATS[form](found)
    changed = common.write(out, text)
    print(f"{out}: {written(form, text, len(found.servers))}{'' if changed else ', as it was'}")


def joined(parts: Sequence[Inventory]) -> Inventory:
    """One inventory of the stacks of several generations; fails when they are not of one platform."""
    first = parts[0]
    platforms = sorted({part.platform for part in parts})
    if len(platforms) > 1:
        common.fail(f"the stacks are of {' and '.join(platforms)}; name stacks of one platform")
    servers = {name: server for part in parts for name, server in part.servers.items()}
    return first.model_copy(update={"servers": servers})


def read(stack: str) -> Inventory:
    """The stack's inventory, checked against its types; fails when the stack has none."""
    from pydantic import ValidationError

    from model.types.inventory import Inventory

    outputs = backend.outputs(stack, f"refresh inventory {stack}")
    if "inventory" not in outputs:
        common.fail(f"stack {stack} has no output inventory; build it first with pulumi up")
    try:
        return Inventory.model_validate_json(json.dumps(outputs["inventory"]))
    except ValidationError as error:
        common.fail(
            f"stack {stack}: its output is no inventory/v1: {error.error_count()} faults, the first {error.errors()[0]}"
        )
