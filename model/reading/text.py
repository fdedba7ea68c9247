"""Opens a text file of a platform folder.

A file is opened and not asked for: a link that leads nowhere, a folder or a pipe in its place is a fault, where asking
`is there such a file` would say no and drop all that it was to hold. Nothing but a regular file is read, and its size
is known before its contents are.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from model.faults import Fault

MAX_BYTES = 8 * 1024 * 1024

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_NO_TEXT = {
    b"PK\x03\x04": "an Excel workbook; save as CSV",
    b"\xd0\xcf\x11\xe0": "an Excel workbook; save as CSV",
    b"\xff\xfe": "UTF-16, as Excel's `Unicode Text` is; save the file as UTF-8",
    b"\xfe\xff": "UTF-16; save the file as UTF-8",
}
"""What a file is that begins so: zip and OLE2, which are xlsx and xls, and the byte order marks of UTF-16."""


class _RefusedError(Exception):
    def __init__(self, code: str, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.code, self.line = code, line


def read_text(path: Path, shown: str) -> tuple[str | None, list[Fault]]:
    """The file's text without a BOM, or None and the fault why there is none; None alone when there is no file."""
    try:
        return _decoded(_read(path)), []
    except FileNotFoundError:
        if not path.is_symlink():
            return None, []
        error = _RefusedError("NOT-A-FILE", "a link that leads nowhere; remove it, or link to a file")
    except OSError as problem:
        # A socket cannot be opened at all.
        wrong = "a socket" if problem.errno == errno.ENXIO else f"cannot be opened ({problem.strerror})"
        error = _RefusedError("NOT-A-FILE", f"{wrong}; put a file there that can be read, or none")
    except _RefusedError as refused:
        error = refused
    return None, [Fault(shown, error.line, error.code, ".", str(error))]


def _decoded(raw: bytes) -> str:
    for start, what in _NO_TEXT.items():
        if raw.startswith(start):
            raise _RefusedError("NOT-UTF8", what)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _RefusedError("NOT-UTF8", wrong, line) from None


def _read(path: Path) -> bytes:
    # Without O_NONBLOCK the opening of a pipe waits for whoever writes to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        kind = _KINDS.get(stat.S_IFMT(found.st_mode))
        if kind is not None:
            raise _RefusedError("NOT-A-FILE", f"{kind}; put a file there, or nothing")
        if found.st_size > MAX_BYTES:
            raise _RefusedError("TOO-LARGE", f"{found.st_size} bytes; keep it to {MAX_BYTES}")
        with open(descriptor, "rb", closefd=False) as file:
            raw = file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(raw) > MAX_BYTES:
        raise _RefusedError("TOO-LARGE", f"more than its size tells; keep it to {MAX_BYTES} bytes")
    return raw
