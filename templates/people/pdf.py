"""Makes a page of HTML into a PDF for print: the headings, paragraphs, lists and tables of its `main`, and no more.

The same template gives both, so they cannot differ. The fonts are the standard Helvetica, which every reader has, with
the letters of Western Europe: another becomes its base letter, or `?`, in the PDF alone. Bytes are the same from run to
run. Left out: pictures, links and styles. Why no library writes it: docs/decisions/pdf-of-our-own.md.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import unescape
from itertools import groupby
from typing import NamedTuple

from templates.people import helvetica

_WIDTH, _HEIGHT = 595.28, 841.89
"""A4 in points."""
_MARGIN = 56.7
_BOTTOM = 62.0
_ROOM = _WIDTH - 2 * _MARGIN
_REGULAR, _BOLD = "F1", "F2"
_FONTS = {_REGULAR: ("Helvetica", helvetica.REGULAR), _BOLD: ("Helvetica-Bold", helvetica.BOLD)}
_TOKEN = re.compile(r"<(/?)([a-z0-9]+)[^>]*>|([^<]+)")
_STYLES = {
    "h1": (_BOLD, 18.0, 4.0, 8.0),
    "h2": (_BOLD, 12.5, 12.0, 4.0),
    "p": (_REGULAR, 10.5, 0.0, 6.0),
    "li": (_REGULAR, 10.5, 0.0, 3.0),
    "td": (_REGULAR, 9.5, 2.0, 2.0),
    "th": (_BOLD, 9.5, 2.0, 2.0),
}
"""Tag → font, size, space before and after, in points."""
_CELL_GAP = 8.0


class Block(NamedTuple):
    """A heading, paragraph, list item or row of a table with its cells. `head`: the row's cells are headings."""

    tag: str
    texts: tuple[str, ...]
    head: bool = False


class Line(NamedTuple):
    """Text at a place on a page, or a rule across it where there is no font; y is from the bottom, in points."""

    font: str
    size: float
    x: float
    y: float
    text: str


def pdf(html: str) -> bytes:
    """The PDF of a page of HTML that has one `main` with an `h1`."""
    found = blocks(html)
    title = next(block.texts[0] for block in found if block.tag == "h1")
    return _drawn(title, _pages(found))


def blocks(html: str) -> list[Block]:
    """What stands in the `main` of a page of ours: well-formed, and with every `<` of a value escaped."""
    inside = html[html.index("<main>") : html.index("</main>")]
    found: list[Block] = []
    cells: list[str] = []
    text: list[str] = []
    head = False
    for closing, tag, words in _TOKEN.findall(inside):
        if words:
            text.append(words)
        elif tag == "tr":
            if closing:
                found.append(Block("tr", tuple(cells), head))
            cells, head = [], False
        elif tag in _STYLES:
            if closing:
                held = " ".join(unescape("".join(text)).split())
                if tag in ("td", "th"):
                    cells.append(held)
                    head = head or tag == "th"
                else:
                    found.append(Block(tag, (held,)))
            text = []
    return found


def _pages(found: list[Block]) -> list[list[Line]]:
    """The lines of each page, from the top down. A row that does not fit goes to the next page whole."""
    pages: list[list[Line]] = [[]]
    y = _HEIGHT - _MARGIN
    measured: list[tuple[list[Line], float]] = []
    for tabular, run in groupby(found, key=lambda block: block.tag == "tr"):
        part = list(run)
        widths = _widths(part) if tabular else []
        measured += [_row(block, widths) if tabular else _paragraph(block) for block in part]
    for lines, height in measured:
        if y - height < _BOTTOM and pages[-1]:
            pages.append([])
            y = _HEIGHT - _MARGIN
        pages[-1] += [line._replace(y=y - line.y) for line in lines]
        y -= height
    return pages


@cache
def _paragraph(block: Block) -> tuple[list[Line], float]:
    """The lines of a heading, paragraph or list item from its top down, and its height. Papers share many."""
    font, size, before, after = _STYLES[block.tag]
    indent = 14.0 if block.tag == "li" else 0.0
    lines: list[Line] = [Line(font, size, _MARGIN + 2, before + size, "\u2022")] if indent else []
    y = before
    for text in _wrapped(block.texts[0], font, size, _ROOM - indent):
        lines.append(Line(font, size, _MARGIN + indent, y + size, text))
        y += size * 1.35
    return lines, y + after


def _row(block: Block, widths: list[float]) -> tuple[list[Line], float]:
    """The same of a row of a table, with a rule below."""
    font, size, before, after = _STYLES["th" if block.head else "td"]
    lines: list[Line] = []
    x, height = _MARGIN, size
    for place, (text, width) in enumerate(zip(block.texts, widths, strict=False)):
        y = before
        # The first cell of a row of facts names the fact.
        own = _BOLD if len(block.texts) == 2 and place == 0 else font
        for part in _wrapped(text, own, size, width - _CELL_GAP):
            lines.append(Line(own, size, x, y + size, part))
            y += size * 1.25
        x, height = x + width, max(height, y)
    lines.append(Line("", 0.0, _MARGIN, height + after, ""))
    return lines, height + after


def _widths(rows: list[Block]) -> list[float]:
    """The widths of a table's columns: as wide as the widest cell, and narrowed alike where that is too much.

    A table with empty cells is there to be written in and takes the whole width.
    """
    size = _STYLES["td"][1]
    natural = [
        max(min(_width(row.texts[i], _BOLD, size), _ROOM * 0.6) for row in rows if i < len(row.texts)) + _CELL_GAP
        for i in range(max(len(row.texts) for row in rows))
    ]
    scale = _ROOM / sum(natural)
    if not any(text == "" for row in rows for text in row.texts):
        scale = min(1.0, scale)
    return [width * scale for width in natural]


def _wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    """The text in lines that fit; a word that is wider than a line is cut."""
    if _width(text, font, size) <= room:
        return [text]
    lines: list[str] = []
    line, width, space = "", 0.0, _width(" ", font, size)
    for word in text.split(" "):
        for part in _cut(word, font, size, room):
            more = _width(part, font, size)
            if line and width + space + more > room:
                lines.append(line)
                line, width = part, more
            else:
                line, width = (f"{line} {part}", width + space + more) if line else (part, more)
    return [*lines, line]


def _cut(word: str, font: str, size: float, room: float) -> list[str]:
    if _width(word, font, size) <= room:
        return [word]
    parts = [""]
    for letter in word:
        if parts[-1] and _width(parts[-1] + letter, font, size) > room:
            parts.append("")
        parts[-1] += letter
    return parts


def _width(text: str, font: str, size: float) -> float:
    return _thousandths(text, font) * size / 1000


@cache
def _thousandths(text: str, font: str) -> int:
    widths = _FONTS[font][1]
    return sum(widths[code - 32] for code in _encoded(text))


@cache
def _encoded(text: str) -> bytes:
    """The text in the letters that the standard fonts have."""
    if not text.isascii():
        text = "".join(letter if _has(letter) else _base(letter) for letter in text)
    return re.sub(rb"[\x00-\x1f\x7f]", b" ", text.encode("cp1252"))


def _has(letter: str) -> bool:
    try:
        return bool(letter.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _base(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base != letter and _has(base) else "?"


def _drawn(title: str, pages: list[list[Line]]) -> bytes:
    """The file: catalogue, fonts, title, then each page and what stands on it (ISO 32000-1, section 7.5).

    Nothing is compressed: builds of zlib differ in what they make of the same bytes.
    """
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (da-DK) /ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
            for name, _ in _FONTS.values()
        ),
        f"<< /Title <feff{title.encode('utf-16-be', 'replace').hex()}> /Producer (platform-refresh) >>".encode(),
    ]
    for number, lines in enumerate(pages, start=1):
        foot = Line(_REGULAR, 8, _MARGIN, 34, f"{title}  \u2022  side {number} af {len(pages)}")
        rules = b"".join(_ruled(line) for line in lines if not line.font)
        text = b"".join(_shown(line) for line in (*lines, foot) if line.font)
        content = b"0.8 G 0.5 w\n" + rules + b"BT\n" + text + b"ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {len(objects) + 2} 0 R "
            f"/Resources << /Font << /{_REGULAR} 3 0 R /{_BOLD} 4 0 R >> >> >>".encode(),
            f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
        ]
    return _file(objects)


def _shown(line: Line) -> bytes:
    place = b"/%s %.4g Tf 1 0 0 1 %.2f %.2f Tm (" % (line.font.encode(), line.size, line.x, line.y)
    return place + _literal(line.text) + b") Tj\n"


def _ruled(line: Line) -> bytes:
    return b"%.2f %.2f m %.2f %.2f l S\n" % (line.x, line.y, line.x + _ROOM, line.y)


@cache
def _literal(text: str) -> bytes:
    return re.sub(rb"([\\()])", rb"\\\1", _encoded(text))


def _file(objects: list[bytes]) -> bytes:
    parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    place, places = len(parts[0]), list[int]()
    for number, held in enumerate(objects, start=1):
        places.append(place)
        parts.append(f"{number} 0 obj\n".encode() + held + b"\nendobj\n")
        place += len(parts[-1])
    table = "".join(f"{start:010d} 00000 n \n" for start in places)
    parts.append(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\n"
    parts.append(f"{trailer}startxref\n{place}\n%%EOF\n".encode())
    return b"".join(parts)
