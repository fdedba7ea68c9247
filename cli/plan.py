"""`refresh plan`: the server room as its waves empty it, against the day on which it must be empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import common

if TYPE_CHECKING:
    from model.types.server_room import Left, Plan


def plan(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    out: Annotated[Path, typer.Option(help="The folder for room.json, room.svg and room.html.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON instead of a table.")] = False,
) -> None:
    """Show what each wave leaves in the server room. Exit status 1 when it is not empty on its day."""
    from refresh import server_room as rooms
    from templates import room as pictures

    loaded = common.load(platform)
    room = loaded.hardware.premises.room if loaded.hardware.premises is not None else None
    if room is None:
        common.fail(f"{loaded.name}: hardware.yaml has no room; add `room:` with the day on which it must be empty")
    found = rooms.plan(loaded, room)
    text = json.dumps(found.document(), ensure_ascii=False, default=str, indent=1)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in (("room.json", text + "\n"), *pictures.files(loaded.settings.title, found)):
        path = out / name
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
    if as_json:
        print(text)
    else:
        _table(found)
        print(f"{out}: room.json, room.svg, room.html")
    if not found.empty:
        raise SystemExit(common.FOUND)


def _table(found: Plan) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("after", "day", "state", title=f"{found.title}, {found.generation}", title_justify="left")
    for column in ("servers", "vCPU", "GiB", "disk GiB", "hosts", "rack units"):
        table.add_column(column, justify="right")
    table.add_row("now", "", "", *_numbers(found.start))
    for milestone in found.milestones:
        day = f"{milestone.day}{' LATE' if milestone.late else ''}"
        table.add_row(milestone.title, day, milestone.state or "", *_numbers(milestone.left))
    console = Console(width=None if Console().is_terminal else 120)
    console.print(table)
    for machine in found.stays:
        until = f"until {machine.leaves}" if machine.leaves is not None else "stays"
        print(f"{machine.name} {until}: {machine.why}")
    for line in found.assumed:
        print(f"assumed: {line}")
    if found.empty:
        print(f"empty on {found.empty_on}, and it must be on {found.empty_by}")
    else:
        last = found.milestones[-1].left if found.milestones else found.start
        when = f"empty on {found.empty_on}" if found.empty_on is not None else f"{last.rack_units} rack units stay"
        print(f"NOT empty by {found.empty_by}: {when}")


def _numbers(left: Left) -> tuple[str, ...]:
    values = (left.servers, left.cpus, left.memory_gib, left.disk_gib, left.hosts, left.rack_units)
    return tuple(f"{value:,}" for value in values)
