"""The cells of a file that somebody exported or saved: CSV in any dress, or a workbook of Excel or LibreOffice.

What programs put before the header is left out: Excel's `sep=;`, PowerShell's `#TYPE`, empty lines. Left out: what
the cells mean.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from model.faults import Fault, ModelError

MAX_BYTES = 512 * 1024 * 1024
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How a workbook begins: xlsx, xlsm and ods are zip archives, xls is a compound file."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_BEFORE = re.compile(
    r"""(?:\#TYPE[^\r\n]* | "?sep=(?P<separator>[^\r\n"])?"?[;,\t]* | [;,\t ]* )(?:\r\n|\n|\r)""",
    re.IGNORECASE | re.VERBOSE,
)
"""A line before the header: PowerShell's type, Excel's separator, or nothing."""

Line = tuple[int, list[str]]
"""The number of a line, where a row begins, and the row's cells."""


def is_workbook(path: Path) -> bool:
    """Whether the file is a workbook, whatever its name says. One that cannot be read is none."""
    try:
        with path.open("rb") as file:
            return file.read(8).startswith(WORKBOOKS)
    except OSError:
        return False


def sheet_names(path: Path) -> list[str]:
    """The names of a workbook's sheets. Raises ModelError."""
    return list(_workbook(path).sheet_names)


def sheets_of(path: Path, names: Sequence[str]) -> list[list[Line]]:
    """The tables that a file may mean: its lines, or those of each sheet called one of `names`, else of every sheet.

    Raises ModelError for a file that cannot be read as a whole.
    """
    raw = _bytes(path)
    if not raw.startswith(WORKBOOKS):
        return [list(_csv(_text(raw, str(path)), str(path)))]
    book = _workbook(path)
    wanted = {name.casefold() for name in names}
    named = [name for name in book.sheet_names if name.casefold() in wanted]
    return [_sheet(book, name) for name in named or book.sheet_names]


def _bytes(path: Path) -> bytes:
    shown = str(path)
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        message = f"cannot be read ({error.strerror}); give a file that can be read"
        raise ModelError([Fault(shown, 1, "NOT-FOUND", ".", message)]) from None
    if size > MAX_BYTES:
        raise ModelError([Fault(shown, 1, "TOO-LARGE", ".", f"{size} bytes; keep it to {MAX_BYTES}")])
    return raw


def _workbook(path: Path) -> Any:
    # A CSV needs no reader of workbooks, and an environment of before has none.
    from python_calamine import (  # noqa: PLC0415 # pyright: ignore[reportMissingImports]
        CalamineError,
        CalamineWorkbook,
        PasswordError,
    )

    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
            if size > MAX_BYTES:
                raise ModelError([Fault(str(path), 1, "TOO-LARGE", ".", f"{size} bytes; keep it to {MAX_BYTES}")])
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        message = "is protected by a password; save it without one"
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        message = f"is no workbook that can be read ({error}); save it anew as an Excel workbook or as CSV"
    raise ModelError([Fault(str(path), 1, "BAD-CSV", ".", message)])


def _sheet(book: Any, name: str) -> list[Line]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    lines = [(number, [_cell(value) for value in row]) for number, row in enumerate(rows, 1)]
    first = next((index for index, (_, cells) in enumerate(lines) if any(map(str.strip, cells))), len(lines))
    last = next((index for index in range(len(lines), first, -1) if any(map(str.strip, lines[index - 1][1]))), first)
    return lines[first:last]


def _cell(value: Any) -> str:
    """A cell as CSV would have it. A number with a fraction never looks as if its point parted thousands."""
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() else repr(value)
        return text + "0" if re.fullmatch(r"-?\d{1,3}\.\d{3}", text) else text
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _text(raw: bytes, shown: str) -> str:
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


def _csv(text: str, shown: str) -> Iterator[Line]:
    separator, skipped = "", 0
    while match := _BEFORE.match(text):
        separator = match["separator"] or separator
        text, skipped = text[match.end() :], skipped + 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or _delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line + skipped, cells
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"{error}; close every quote, and keep each cell to {csv.field_size_limit()} characters"
        raise ModelError([Fault(shown, reader.line_num + skipped, "BAD-CSV", ".", message)]) from None


def _delimiter(text: str) -> str:
    """The separator that stands most often in the header, outside quotes."""
    header = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return max(";,\t", key=header.count)
