"""How a value is written in each target language: one filter a language, for the templates.

Every filter gives text that stays where it stands, whatever the value, or raises UnwritableError where the language has
no way to hold it. What they return is `Written`, by which the engine knows a value that has passed a filter from one
that has not. Left out: numbers, which every language writes alike.
"""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

_WORD = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.:/@-]*[A-Za-z0-9_])?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")
_POWERSHELL_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")
_JSON_UNSAFE = re.compile("[<\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_XML_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_FORMULA = re.compile("(^[\t\r\n]*|[,;|\t\r\n][\"']*)(?=[=+@\uff1d\uff0b\uff0d\uff20-])")
_CSV_SPECIAL = re.compile("[,;|\t\r\n\"']|^\\s|\\s$")
_ASCII_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa", "?": ".", '"': "'"})
_NFT_COMMENT = 127
"""Bytes: the kernel keeps 128 with the closing zero (nftables, NFTNL_UDATA_COMMENT_MAXLEN)."""


class Written(str):
    """Text as its language has it."""

    __slots__ = ()


class UnwritableError(ValueError):
    """A value that the language it should stand in cannot hold; the text says which and why."""


def word(value: Any) -> Written:
    """An identifier, address or key that stands without quotes in any language: letters, digits, inner `. : / @ -`."""
    text = str(value)
    if not _WORD.fullmatch(text):
        raise UnwritableError(f"{shown(text)} is no word; write letters, digits, _ and inner . : / @ -")
    return Written(text)


def comment(value: Any) -> Written:
    """One printable line, for a comment that ends with its line."""
    return Written(_one_line(str(value)))


def ps(value: Any) -> Written:
    """A PowerShell literal. PowerShell ends a single-quoted string at a typographic quote too (about_Quoting_Rules)."""
    if value is None or isinstance(value, bool):
        return Written({None: "$null", True: "$true", False: "$false"}[value])
    if isinstance(value, int):
        return Written(value)
    if isinstance(value, (list, tuple)):
        return Written("@(" + ", ".join(map(ps, value)) + ")")
    doubled = _POWERSHELL_QUOTES.sub(r"\1\1", _without_zero(value))
    return Written(f"'{doubled}'")


def sh(value: Any) -> Written:
    """One word of a POSIX shell."""
    return Written(shlex.quote(_without_zero(str(value))))


def tojson(value: Any, indent: int | None = None) -> Written:
    """JSON, and so YAML, in the order of the context; what a YAML reader or a browser could mistake is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return Written(_JSON_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def xml(value: Any) -> Written:
    """Text or an attribute's value in XML 1.0, and in HTML. What XML cannot hold becomes the replacement character."""
    text = _XML_FORBIDDEN.sub("\ufffd", str(value))
    return Written(text.translate(_XML))


def qr(value: Any) -> Written:
    """A QR code of the text (ISO/IEC 18004), as a picture inside HTML that is as large as its place."""
    import segno  # noqa: PLC0415 only labels need it

    code = segno.make(str(value), error="m", micro=False)
    return Written(code.svg_inline(omitsize=True, svgclass=None, lineclass=None))


def csv_cell(value: Any) -> Written:
    """A cell that no spreadsheet takes for a formula, whichever separator it splits at (OWASP, CSV Injection)."""
    text = "" if value is None else value if isinstance(value, str) else str(value)
    if isinstance(value, str):
        text = _FORMULA.sub(r"\1'", text.replace("\0", ""))
    return Written('"' + text.replace('"', '""') + '"' if _CSV_SPECIAL.search(text) else text)


def dns_label(value: Any) -> Written:
    """One label of a DNS name, lower case."""
    text = str(value).lower()
    if not _LABEL.fullmatch(text):
        raise UnwritableError(f"{shown(text)} is no DNS label; write at most 63 letters, digits and inner hyphens")
    return Written(text)


def nft(value: Any) -> Written:
    """A quoted nftables comment. Its grammar has no escapes, so a quote becomes an apostrophe; at most 127 bytes."""
    text = _one_line(str(value)).replace('"', "'")
    return Written('"' + text.encode()[:_NFT_COMMENT].decode(errors="ignore") + '"')


def cli(value: Any) -> Written:
    """Up to 200 characters of text in a switch's command language: ASCII, for not all take more; `?` asks for help."""
    text = unicodedata.normalize("NFKD", _one_line(str(value)).translate(_ASCII_LETTERS))
    return Written("".join(letter for letter in text if " " <= letter <= "~")[:200].strip())


def icinga(value: Any) -> Written:
    """An Icinga 2 string literal; `$` begins a macro and is doubled (Icinga 2, Language Reference, String Literals)."""
    text = _without_zero(str(value)).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return Written('"' + text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"')


def shown(text: str) -> str:
    """A value for a message: escaped, and not longer than a line."""
    return json.dumps(text if len(text) <= 60 else text[:57] + "...")


def _one_line(text: str) -> str:
    """The text with each run of white space as one space, and without what cannot be seen."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)
    return " ".join(text.split())


def _without_zero(value: Any) -> str:
    if not isinstance(value, str):
        raise UnwritableError(f"a {type(value).__name__} is no text")
    if "\0" in value:
        raise UnwritableError(f"{shown(value)} holds a zero byte; write text without one")
    return value


FILTERS: Mapping[str, Callable[..., Written]] = {
    "cli": cli,
    "comment": comment,
    "csv_cell": csv_cell,
    "dns_label": dns_label,
    "icinga": icinga,
    "nft": nft,
    "ps": ps,
    "qr": qr,
    "sh": sh,
    "tojson": tojson,
    "word": word,
    "xml": xml,
    "yaml": tojson,
}
"""By their names in the templates. YAML is written as JSON, which it contains."""
