"""`refresh check --baseline` and `--controls`: the security baseline, apart from whether the data can be used."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.security.baseline import Report
    from model.security.control import Control, Finding

FORMS = (".csv", ".md", ".sarif")
"""What a report may end in."""


def print_controls(*, as_json: bool) -> None:
    """Every control of the baseline. They are the same for every platform."""
    from model.security.baseline import CONTROLS

    if as_json:
        print(json.dumps([_told(control) for control in CONTROLS.values()], ensure_ascii=False))
        return
    for control in CONTROLS.values():
        print(f"{control.id} ({control.severity}, {control.level}: {', '.join(control.places)})\n  {control.what}")
        print(f"  Why: {control.why}\n  Asked of: {control.applies}\n  Mend: {control.mend}")
        print(f"  Owner: {control.owner}\n  References: {', '.join(map(str, control.references))}")


def _told(control: Control) -> dict[str, Any]:
    return {
        "id": control.id, "what": control.what, "why": control.why, "owner": control.owner,
        "severity": control.severity, "level": control.level, "applies": control.applies, "mend": control.mend,
        "references": [str(reference) for reference in control.references], "places": control.places,
        "held_by": control.held_by, "resources": control.resources,
    }  # fmt: skip


def show(report: Report, files: Sequence[Path], *, as_json: bool) -> None:
    """Prints and writes what was found; exit status 1 where an enforced control does not hold."""
    for file in files:
        if file.suffix not in FORMS:
            common.fail(f"{file}: no report ends like this; end it in {', '.join(FORMS)}")
    for file in files:
        common.write(file, _written(report, file.suffix))
    if as_json:
        print(json.dumps(_plain(report), ensure_ascii=False))
    else:
        _print(report)
    if report.stopping:
        raise SystemExit(common.FOUND)


def _written(report: Report, form: str) -> str:
    from refresh.baseline import markdown, sarif

    if form == ".md":
        return markdown.page(report)
    if form == ".sarif":
        return json.dumps(sarif.document(report), ensure_ascii=False, indent=1) + "\n"
    return _table(report)


def _row(finding: Finding) -> dict[str, str]:
    from model.security.baseline import CONTROLS

    control = CONTROLS[finding.control]
    return {
        "control": finding.control, "severity": control.severity, "level": control.level, "scope": finding.scope,
        "file": finding.file, "line": str(finding.line), "path": finding.path, "message": finding.message,
        "exception": finding.exception or "", "owner": control.owner,
        "references": "; ".join(map(str, control.references)),
    }  # fmt: skip


def _table(report: Report) -> str:
    """The findings as a table for spreadsheets, a control's own words beside each."""
    from rendering.escape import csv_cell

    rows = [_row(finding) for finding in report.findings]
    heads = list(rows[0]) if rows else ["control"]
    return "".join(",".join(map(csv_cell, cells)) + "\n" for cells in (heads, *(row.values() for row in rows)))


def _plain(report: Report) -> dict[str, Any]:
    return {
        "platform": report.platform,
        "today": str(report.today),
        "stopping": len(report.stopping),
        "findings": [_row(f) | {"line": f.line} for f in report.findings],
        "exceptions": [
            p.exemption.model_dump(mode="json") | {"standing": p.standing} for p in report.exceptions
        ],
    }  # fmt: skip


def _print(report: Report) -> None:
    """What stops in full; the rest as counts, which `--report` has in full."""
    from model.security.baseline import CONTROLS

    for finding in report.stopping:
        print(finding)
    told = Counter(f.control for f in report.findings if f.exception is None and f not in report.stopping)
    for name, count in sorted(told.items()):
        print(f"{name}: {count} to look at: {CONTROLS[name].what}")
    standings = Counter(planned.standing for planned in report.exceptions)
    for planned in report.exceptions:
        if planned.standing == "expiring":
            print(f"exception {planned.exemption.name} ends on {planned.exemption.expires}")
    told_standings = f" ({', '.join(f'{n} {s}' for s, n in sorted(standings.items()))})" if standings else ""
    excepted = sum(finding.exception is not None for finding in report.findings)
    print(
        f"{report.platform}: {len(report.stopping)} to mend, {sum(told.values())} to look at, {excepted} excepted"
        f"{told_standings}, {len(CONTROLS)} controls"
    )
