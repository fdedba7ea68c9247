"""Reads a table that somebody exported: any of the encodings, separators and header spellings that people send.

Rows come one at a time with the line they begin on. What makes the whole file unusable (no header, a column missing,
no known encoding) is a fault that stops the import; what is wrong with a single row is for the caller to report.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from model.faults import Fault, ModelError, nearest

MAX_BYTES = 512 * 1024 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table must and may have: field → the header spellings that mean it."""

    required: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]


class Row(dict[str, str]):
    """A row's cells by field, stripped; `line` is where it begins. `width` and `columns` differ in a broken row."""

    __slots__ = ("columns", "line", "width")

    def __init__(self, line: int, cells: list[str], at: Mapping[str, int], columns: int) -> None:
        super().__init__((field, cells[index].strip() if index < len(cells) else "") for field, index in at.items())
        self.line = line
        self.width = len(cells)
        self.columns = columns


def read_table(path: Path, columns: Columns) -> Iterator[Row]:
    """The rows of `path`. Raises ModelError for a file that cannot be used as a whole."""
    shown = str(path)
    text = _text(path, shown)
    skipped = 0
    if text[:4].lower() == "sep=":  # Excel's own hint stands before the header
        text, skipped = text.partition("\n")[2], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = next(reader, [])
        at = _positions(header, columns, shown, 1 + skipped)
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield Row(line + skipped, cells, at, len(header))
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"{error}; close every quote, and keep each cell to {csv.field_size_limit()} characters"
        raise ModelError([Fault(shown, reader.line_num + skipped, "BAD-CSV", ".", message)]) from None


def _text(path: Path, shown: str) -> str:
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        message = f"cannot be read ({error.strerror}); give a file that can be read"
        raise ModelError([Fault(shown, 1, "NOT-FOUND", ".", message)]) from None
    if size > MAX_BYTES:
        raise ModelError([Fault(shown, 1, "TOO-LARGE", ".", f"{size} bytes; keep it to {MAX_BYTES}")])
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            encodings = [encoding]
            break
    else:
        encodings = ["utf-8", "cp1252"]
    start = 0
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            start = error.start
    line = raw.count(b"\n", 0, start) + 1
    message = f"byte 0x{raw[start]:02x} at {start} is neither UTF-8 nor Windows-1252; save the file as UTF-8"
    raise ModelError([Fault(shown, line, "NOT-UTF8", ".", message)])


def _delimiter(text: str) -> str:
    """The separator that stands most often in the header, outside quotes."""
    header = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return max(";,\t", key=header.count)


def _normal(header: str) -> str:
    return " ".join(header.replace("\u00a0", " ").strip().rstrip(":").split()).casefold()


def _positions(header: list[str], columns: Columns, shown: str, line: int) -> dict[str, int]:
    if not any(cell.strip() for cell in header):
        raise ModelError(
            [Fault(shown, line, "BAD-CSV", ".", "no header; give a table whose first line names its columns")]
        )
    names = [_normal(cell) for cell in header]
    at: dict[str, int] = {}
    faults: list[Fault] = []
    for field, spellings in {**columns.required, **columns.optional}.items():
        found = [index for index, name in enumerate(names) if name in {_normal(s) for s in spellings}]
        if len(found) > 1:
            both = " and ".join(header[index].strip() for index in found)
            faults.append(Fault(shown, line, "BAD-CSV", field, f"columns {both} mean the same; remove one of them"))
        elif found:
            at[field] = found[0]
        elif field in columns.required:
            wanted = spellings[0]
            message = f"no column {wanted}; {nearest(wanted, [cell.strip() for cell in header if cell.strip()])}"
            faults.append(Fault(shown, line, "BAD-CSV", field, message))
    if faults:
        raise ModelError(faults)
    return at
