"""Findings as one page of Markdown: the verdict, what stops, what is only told, and how the exceptions stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from model.security.baseline import CONTROLS

if TYPE_CHECKING:
    from model.security.baseline import Report
    from model.security.control import Finding

_ESCAPED = str.maketrans({c: f"\\{c}" for c in r"\`*_{}[]<>#|~"} | {"\n": " "})


def page(report: Report) -> str:
    """The page."""
    stopping = report.stopping
    told = [f for f in report.findings if f.exception is None and f not in stopping]
    excepted = [f for f in report.findings if f.exception is not None]
    verdict = f"{_count(stopping, 'finding')} to mend" if stopping else "Nothing stops a merge"
    rest = f"{_count(told, 'finding')} more to look at, {_count(excepted, 'finding')} excepted"
    lines = [
        f"# Security baseline: {_text(report.platform)}",
        "",
        f"{verdict} on {report.today}, {rest}.",
        *_section("To mend", stopping),
        *_section("To look at", told),
        *_exceptions(report),
    ]
    return "\n".join(lines) + "\n"


def _section(title: str, findings: Iterable[Finding]) -> Iterator[str]:
    by_control: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_control[finding.control].append(finding)
    if by_control:
        yield from ("", f"## {title}")
    for name, found in sorted(by_control.items()):
        control = CONTROLS[name]
        yield from ("", f"### {name}: {_text(control.what)}", "")
        yield from (f"{control.severity}, {control.owner}. {_text(control.why)} {_text(control.mend)}", "")
        yield from (f"- `{f.file}:{f.line}` {_text(f.path)}: {_text(f.message)}" for f in found)


def _exceptions(report: Report) -> Iterator[str]:
    if not report.exceptions:
        return
    yield from ("", "## Exceptions", "", "| exception | control | of | until | stands | owner | why |")
    yield "|---|---|---|---|---|---|---|"
    for planned in report.exceptions:
        e = planned.exemption
        cells = (e.name, e.control, e.scope, str(e.expires), planned.standing, e.owner, e.reason)
        yield f"| {' | '.join(map(_text, cells))} |"


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}{'s' * (len(things) != 1)}"


def _text(text: str) -> str:
    return text.translate(_ESCAPED)
