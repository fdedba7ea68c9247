"""`refresh rehearse`: the planned weekend thousands of times, and which promises to people are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import common
from cli.progress import step

if TYPE_CHECKING:
    from model import Platform


def rehearse(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    out: Annotated[Path, typer.Option(help="The folder for rehearsal.json, rehearsal.html and week-after.html.")],
    runs: Annotated[int, typer.Option(min=100, max=100_000, help="How many weekends.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="What chance begins with: the same gives the same.")] = 1,
    plan: Annotated[Path | None, typer.Option(help="The plan.json to rehearse, else it is planned first.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON instead of lines.")] = False,
) -> None:
    """Rehearse the planned weekend in numbers. Exit status 1 when it cannot be planned.

    Example: `refresh rehearse holstebro --out out/holstebro --runs 2000`
    """
    from dataclasses import asdict

    from refresh.rehearsal import desk, storm
    from refresh.rehearsal.course import read
    from refresh.rehearsal.findings import rehearse as run
    from templates import rehearsal as pages
    from templates.rehearsal import week

    loaded = common.load(platform)
    cutover, monday = loaded.weekend.cutover, loaded.weekend.monday
    if cutover is None or monday is None:
        common.fail(f"{loaded.name}: nothing says when the cutover is; write cutover.yaml with `closes`")
    document = _plan(loaded, plan)
    if not document["visits"] and not document["feasible"]:
        print("\n".join(document["verdict"]))
        raise SystemExit(common.FOUND)
    found = run(read(document, loaded), loaded.weekend.mishaps, runs, seed)
    morning = storm.storm(loaded, monday, cutover.generation, seed)
    hours = list(desk.week(monday, len(loaded.places.workplaces)))
    whole = {**found.document(), "log_on": asdict(morning), "service_desk": [asdict(hour) for hour in hours]}
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    common.write(out / "rehearsal.json", text + "\n")
    common.write(out / "rehearsal.html", pages.page(loaded.settings.title, found, morning))
    common.write(out / "week-after.html", week.page(loaded, hours))
    if as_json:
        print(text)
        return
    print(f"{pages.verdict(found)}.")
    for loser in found.losers[:3]:
        print(f"taber mest: {loser.title}: {loser.minutes} minutter i gennemsnit")
    if told := pages.storm_told(morning):
        print(f"mandag: {told}")
    first = [hour for hour in hours if hour.day == 1]
    print(f"servicedesk, første dag: højst {max(hour.on_duty for hour in first)} på vagt")
    print(f"{out}: rehearsal.json, rehearsal.html, week-after.html")


def _plan(platform: Platform, file: Path | None) -> dict[str, Any]:
    """The plan in a file, or a new one."""
    if file is None:
        from refresh.weekend import verdict

        return verdict.plan(platform, watch=step).document
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        common.fail(f"{file}: {error}; give --plan a plan.json that `refresh plan` wrote")
    if not isinstance(found, dict) or found.get("platform") != platform.name:
        common.fail(f"{file}: no plan of {platform.name}; give --plan what `refresh plan {platform.name}` wrote")
    return found
