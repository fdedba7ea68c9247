"""Reads a CSV file into typed rows, with the line of every row. Left out: writing, which the importers do.

The header names the type's columns and no other; one whose field has a default may be left
out, and so may its value in a row. Order is free.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from model.base import Model
from model.faults import Fault, nearest
from model.reading.advice import advice
from model.reading.text import read_text

Row = TypeVar("Row", bound=Model)


@dataclass(slots=True)
class Table(Generic[Row]):
    """A table's rows, each with its line; `broken` are the cells of those that did not validate. `whole` is false when
    rows are missing that its faults do not name.
    """

    rows: list[tuple[int, Row]]
    faults: list[Fault]
    whole: bool = True
    broken: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


def read_csv(path: Path, shown: str, row_type: type[Row]) -> Table[Row]:
    """The rows of `path`, and every fault: header, width of a row, values. None and no fault when there is no file."""
    text, faults = read_text(path, shown)
    if text is None:
        return Table([], faults, whole=not faults)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, Row]] = []
    broken: list[dict[str, str]] = []
    try:
        header = next(reader, list[str]())
        faults = _header_faults(header, shown, row_type)
        if faults:
            return Table([], faults, whole=False)
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header):
                message = f"{len(cells)} columns; write {len(header)}, as in the header"
                faults.append(Fault(shown, line, "BAD-CSV", f"row {line}", message))
            else:
                told = dict(zip(header, cells, strict=True))
                row = _row(told, shown, line, row_type, faults)
                if row is not None:
                    rows.append((line, row))
                else:
                    broken.append(told)
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"{error}; write comma-separated values by RFC 4180"
        faults.append(Fault(shown, reader.line_num, "BAD-CSV", ".", message))
        return Table(rows, faults, whole=False)
    return Table(rows, faults, broken=broken)


def _header_faults(header: list[str], shown: str, row_type: type[Model]) -> list[Fault]:
    known = row_type.model_fields
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            message = f"its columns are separated by {name}; save it with commas, as `CSV UTF-8`"
            return [Fault(shown, 1, "BAD-CSV", ".", message)]
    faults = [
        Fault(shown, 1, "UNKNOWN-KEY", column, f"no such column; {nearest(column, known)}")
        for column in header
        if column not in known
    ]
    faults += [
        Fault(shown, 1, "MISSING-KEY", column, "no such column; add it to the header and every row")
        for column, field in known.items()
        if field.is_required() and column not in header
    ]
    faults += [
        Fault(shown, 1, "DUPLICATE-KEY", column, "named twice in the header; write each column once")
        for column in sorted({c for c in header if header.count(c) > 1})
    ]
    return faults


def _row(cells: dict[str, str], shown: str, line: int, row_type: type[Row], faults: list[Fault]) -> Row | None:
    try:
        fields = row_type.model_fields
        return row_type.model_validate_strings({c: v for c, v in cells.items() if v or fields[c].is_required()})
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            column = str(problem["loc"][0])
            cell = repr(cells[column])
            cell = cell if len(cell) <= 60 else f"{cell[:57]}..."
            faults.append(Fault(shown, line, "BAD-VALUE", column, f"{cell}; {advice(problem)}"))
        return None
