"""Tables for tools that import CSV: a header and a row each, written so that a spreadsheet runs nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rendering.engine import render

TEMPLATE = "_shared/table.csv.j2"
Row = Mapping[str, str | int | None]


def table(rows: Iterable[Row], columns: Iterable[str]) -> str:
    """The rows as CSV, in the order of `columns`. Raises KeyError for a row that lacks one."""
    header = list(columns)
    return render(TEMPLATE, {"rows": [header, *([row[column] for column in header] for row in rows)]})
