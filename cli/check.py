"""`refresh check`: loads and checks a platform folder."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import check_baseline, common

if TYPE_CHECKING:
    from model import Platform


def check(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    today: Annotated[dt.datetime | None, common.TODAY] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Print every rule and why it is one; check nothing.")] = False,
    baseline: Annotated[bool, typer.Option("--baseline", help="Ask the security baseline too.")] = False,
    controls: Annotated[
        bool, typer.Option("--controls", help="Print every control of the security baseline; check nothing.")
    ] = False,
    report: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Write what the baseline finds: FILE ends in .sarif, .md or .csv."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts, or what was asked for, as JSON.")] = False,
) -> None:
    """Load and check a platform; every fault as `file:line: CODE path: what is wrong; what to do`.

    With --baseline, status 1 tells that a control does not hold that is enforced and not excepted.
    """
    if rules:
        _print_rules(as_json=as_json)
        return
    if controls:
        check_baseline.print_controls(as_json=as_json)
        return
    from model.rules import registry
    from model.security.baseline import report as ask

    loaded, written = common.trace(platform)
    day = common.day(today)
    asked = ask(loaded, written, day)
    faults = [*registry.due(loaded, written, day), *asked.faults]
    if faults:
        common.fail_with(sorted(faults))
    if baseline or report:
        check_baseline.show(asked, report or [], as_json=as_json)
        return
    _print_counts(loaded, as_json=as_json)


def _print_counts(loaded: Platform, *, as_json: bool) -> None:
    """What there is, and what is not as it will be."""
    from model.derive import growth
    from model.derive.pools import behind_lines, registration_lines

    counts = {
        "sites": len(loaded.places.sites),
        "workplaces": len(loaded.places.workplaces),
        "systems": len(loaded.estate.systems),
        "servers": len(loaded.estate.servers),
        "instances": {name: len(loaded.instances_of(name)) for name in loaded.refresh.generations},
        "session machines": {name: len(machines) for name, machines in loaded.observed.vdas.items()},
    }
    if as_json:
        print(json.dumps({"platform": loaded.name, "faults": 0} | counts, ensure_ascii=False))
        return
    parts: list[str] = []
    for what, count in counts.items():
        by = f" ({', '.join(f'{name} {n}' for name, n in count.items())})" if isinstance(count, dict) else ""
        parts.append(f"{sum(count.values()) if isinstance(count, dict) else count} {what}{by}")
    print(f"{loaded.name}: no faults in {', '.join(parts)}")
    pools = loaded.pool_instances
    for line in (*growth.lines(loaded), *behind_lines(loaded.desktops, pools), *registration_lines(pools)):
        print(line)


def _print_rules(*, as_json: bool) -> None:
    """What is checked beside what the types say of each item alone. It is the same for every platform."""
    from model.rules import registry

    told = [
        {"id": r.id, "severity": r.severity, "codes": r.codes, "what": r.what, "why": r.why}
        for r in (*registry.RULES, *registry.DAY_RULES)
    ]
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for rule in told:
        print(f"{rule['id']} ({rule['severity']}: {', '.join(rule['codes'])})\n  {rule['what']}\n  Why: {rule['why']}")
