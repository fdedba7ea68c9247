"""`refresh plan`: the weekend of the cutover, crew by crew and task by task; and the server room as its waves empty
it.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import common
from cli.progress import step

if TYPE_CHECKING:
    from model import Platform
    from model.types.infrastructure import ServerRoom
    from model.types.server_room import Left, Plan

AGREED = "visits.csv"


def plan(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    out: Annotated[Path, typer.Option(help="The folder for plan.json, plan.html, calendars, and the room's files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON instead of text.")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="A plan.json or visits.csv that people have been told of: move little of it.")
    ] = None,
    agree: Annotated[
        bool, typer.Option("--agree", help="Write the visits into the platform's visits.csv: letters tell of them.")
    ] = False,
) -> None:
    """Plan the weekend and the emptying of the server room. Exit status 1 when one of them cannot be done.

    Example: refresh plan holstebro --out out/plan
    """
    loaded = common.load(platform)
    room = loaded.hardware.premises.room if loaded.hardware.premises is not None else None
    if room is None and loaded.weekend.cutover is None:
        common.fail(
            f"{loaded.name}: neither a weekend nor a room to plan; write cutover.yaml, or add `room:` to hardware.yaml"
        )
    if loaded.weekend.cutover is None and (keep is not None or agree):
        common.fail(f"{loaded.name}: no weekend to plan; write cutover.yaml, or leave out --keep and --agree")
    told = _told(keep) if keep is not None else None
    out.mkdir(parents=True, exist_ok=True)
    printed: dict[str, Any] = {}
    done = True
    if loaded.weekend.cutover is not None:
        printed = _weekend(loaded, out, told, quiet=as_json)
        done = printed["feasible"]
        if agree and done:
            _agreed(platform, printed)
    if room is not None:
        found = _room(loaded, room, out, quiet=as_json)
        printed = {**printed, "room": found.document()} if printed else found.document()
        done = done and found.empty
    if as_json:
        print(json.dumps(printed, ensure_ascii=False, default=str, indent=1))
    if not done:
        raise SystemExit(common.FOUND)


def _weekend(platform: Platform, out: Path, told: list[dict[str, str]] | None, *, quiet: bool) -> dict[str, Any]:
    """Plans the weekend, writes its files, and prints the verdict."""
    from refresh.weekend import calendars
    from refresh.weekend.verdict import plan as planned
    from templates.plan import files

    document = planned(platform, keep=told, watch=step).document
    content = {name: text.encode() for name, text in files(document)}
    content |= dict(calendars.files(document))
    content["plan.json"] = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
    for stale in out.glob("*.ics"):
        if stale.name not in content:
            stale.unlink()
    for name, data in sorted(content.items()):
        _write(out / name, data)
    if not quiet:
        for line in document["verdict"]:
            print(line)
        print(f"{out}: plan.json, plan.html, {sum(name.endswith('.ics') for name in content)} calendars")
    return document


def _told(path: Path) -> list[dict[str, str]]:
    """The visits that people have been told of, as rows of visits.csv, from a plan.json or from such a table."""
    from refresh.weekend.document import rows

    try:
        text = path.read_text(encoding="utf-8")
        table = text if path.suffix == ".csv" else _csv(rows(json.loads(text)))
        told = [{name: row[name] for name in rows({"visits": []})[0]} for row in csv.DictReader(io.StringIO(table))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        common.fail(f"{path}: no plan ({error}); give --keep a plan.json or a visits.csv of refresh plan")
    return told


def _agreed(platform: str, document: dict[str, Any]) -> None:
    from model.load import folder_of
    from refresh.weekend.document import rows

    path = folder_of(platform) / AGREED
    _write(path, _csv(rows(document)).encode())
    print(f"{path}: {len(document['visits'])} visits are agreed", file=sys.stderr)


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Only if it changed."""
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)


def _room(platform: Platform, room: ServerRoom, out: Path, *, quiet: bool) -> Plan:
    """Plans the server room, writes its files, and prints its table."""
    from refresh import server_room as rooms
    from templates import room as pictures

    found = rooms.plan(platform, room)
    text = json.dumps(found.document(), ensure_ascii=False, default=str, indent=1)
    for name, content in (("room.json", text + "\n"), *pictures.files(platform.settings.title, found)):
        _write(out / name, content.encode())
    if not quiet:
        _table(found)
        print(f"{out}: room.json, room.svg, room.html")
    return found


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
