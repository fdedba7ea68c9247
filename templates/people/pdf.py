"""Makes a page of HTML into a PDF for print: the headings, paragraphs, lists and tables of its `main`, and no more.

The same template gives both, so they cannot differ. The fonts are the standard Helvetica, which every reader has, with
the letters of Western Europe: another becomes its base letter, or `?`, in the PDF alone. Bytes are the same from run to
run; a logo is packed by zlib, whose builds differ. A logo that is a PNG and the headings' colour are the page's.
Left out: other pictures, links and styles. Why by reportlab's canvas alone: docs/decisions/0014-pdf-by-canvas.md.
"""

from __future__ import annotations

import base64
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from itertools import groupby, zip_longest
from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.lib.rl_accel import escapePDF, fp_str
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase.pdfmetrics import getFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

_MARGIN, _BOTTOM = 56.7, 62.0
_TOP, _ROOM = A4[1] - _MARGIN, A4[0] - 2 * _MARGIN
_GAP, _INDENT = 8.0, 14.0
_REGULAR, _BOLD = "Helvetica", "Helvetica-Bold"
_STYLES = {
    "h1": (_BOLD, 18.0, 4.0, 8.0),
    "h2": (_BOLD, 12.5, 12.0, 4.0),
    "p": (_REGULAR, 10.5, 0.0, 6.0),
    "li": (_REGULAR, 10.5, 0.0, 3.0),
    "tr": (_REGULAR, 9.5, 2.0, 2.0),
}
"""Tag → font, size, space before and after, in points."""
_HEADINGS = frozenset({_STYLES["h1"][1], _STYLES["h2"][1]})
"""The sizes of headings, which nothing else has."""
_TOKEN = re.compile(r"<(/?)([a-z0-9]+)[^>]*>|([^<]+)")

_LOGO = re.compile(r'<img class="logo" alt="" src="data:image/png;base64,([A-Za-z0-9+/=]+)">')
_COLOUR = re.compile(r'<meta name="theme-color" content="#([0-9a-f]{6})">')
_LOGO_ROOM = (150.0, 34.0)
"""How wide and how high a logo gets at most, in points; it is in the upper margin."""


class Block(NamedTuple):
    """A heading, paragraph, list item or row of a table with its cells. `head`: the row's cells are headings."""

    tag: str
    texts: tuple[str, ...]
    head: bool = False


class _Line(NamedTuple):
    """Text on a page, or a rule across it where there is no font; y is from the bottom, in points.

    What shows it stands around y in `before` and `after`, in the operators of PDF.
    """

    font: str
    size: float
    y: float
    before: str
    after: str


class _Look(NamedTuple):
    """The PNG in the corner of the first page, in base64, and the colour of headings; None where a page has none."""

    logo: str | None
    colour: tuple[float, ...] | None


def pdf(html: str) -> bytes:
    """The PDF of a page of HTML that has one `main` with an `h1`."""
    found = blocks(html)
    title = next(block.texts[0] for block in found if block.tag == "h1")
    pages = _pages([block._replace(texts=tuple(map(_printable, block.texts))) for block in found])
    return _drawn(title, pages, _look(html))


def _look(html: str) -> _Look:
    logo, colour = _LOGO.search(html), _COLOUR.search(html)
    shares = tuple(int(colour[1][at : at + 2], 16) / 255 for at in (0, 2, 4)) if colour is not None else None
    return _Look(logo[1] if logo is not None else None, shares)


def blocks(html: str) -> list[Block]:
    """What stands in the `main` of a page of ours: well-formed, and with every `<` of a value escaped."""
    inside = html[html.index("<main>") : html.index("</main>")]
    found: list[Block] = []
    cells: list[str] = []
    text, head = "", False
    for closing, tag, words in _TOKEN.findall(inside):
        text += words
        held = " ".join(unescape(text).split()) if closing else ""
        if tag == "tr":
            if closing:
                found.append(Block(tag, tuple(cells), head))
            cells, head = [], False
        elif tag in ("td", "th", *_STYLES):
            if closing and tag in _STYLES:
                found.append(Block(tag, (held,)))
            elif closing:
                cells.append(held)
                head = head or tag == "th"
            text = ""
    return found


@cache
def _printable(text: str) -> str:
    """The text in Windows-1252, which is all that the standard fonts have."""
    if text.isascii() and text.isprintable():
        return text
    letters = (
        letter.encode("cp1252", "ignore") or unicodedata.normalize("NFKD", letter)[0].encode("cp1252", "replace")
        for letter in text
    )
    return re.sub(r"[\x00-\x1f\x7f]", " ", b"".join(letters).decode("cp1252"))


def _pages(found: list[Block]) -> list[list[_Line]]:
    """The lines of each page, from the top down. A block that does not fit goes to the next page whole."""
    pages: list[list[_Line]] = [[]]
    y = _TOP
    for table, run in groupby(found, key=lambda block: block.tag == "tr"):
        part = list(run)
        widths = _widths(part) if table else (_ROOM + _GAP,)
        for block in part:
            lines, height = _laid(block, widths)
            if y - height < _BOTTOM and pages[-1]:
                pages.append([])
                y = _TOP
            pages[-1] += [_Line(font, size, y - down, *around) for font, size, down, *around in lines]
            y -= height
    return pages


def _widths(rows: list[Block]) -> tuple[float, ...]:
    """The widths of a table's columns: as wide as the widest cell, and narrowed alike where that is too much.

    A table with empty cells is there to be written in and takes the whole width.
    """
    columns = zip_longest(*(row.texts for row in rows), fillvalue="")
    natural = [max(min(_width(text, _BOLD, 9.5), _ROOM * 0.6) for text in column) + _GAP for column in columns]
    scale = _ROOM / sum(natural)
    if not any(text == "" for row in rows for text in row.texts):
        scale = min(1.0, scale)
    return tuple(width * scale for width in natural)


@cache
def _laid(block: Block, widths: tuple[float, ...]) -> tuple[list[_Line], float]:
    """The lines of a block from its top down, and its height; a row ends in a rule. Papers share many blocks."""
    font, size, before, after = _STYLES[block.tag]
    texts, row = block.texts, block.tag == "tr"
    if block.tag == "li":
        texts, widths = ("\u2022", *texts), (_INDENT, widths[0] - _INDENT)
    lines: list[_Line] = []
    x, bottom = _MARGIN, 0.0
    for place, (text, width) in enumerate(zip(texts, widths, strict=False)):
        # The first cell of a row of facts names the fact.
        own = _BOLD if block.head or (row and len(texts) == 2 and place == 0) else font
        y = before
        for part in _wrapped(text, own, size, width - _GAP):
            lines.append(_text(own, size, x, y + size, part))
            y += size * 1.3
        x, bottom = x + width, max(bottom, y)
    if row:
        lines.append(_Line("", 0.0, bottom + after, "", ""))
    return lines, bottom + after


def _text(font: str, size: float, x: float, y: float, text: str) -> _Line:
    """A line of text as reportlab's text object writes it, which takes four times as long for all of them."""
    shown = f"({escapePDF(text.encode(getFont(font).encName))}) Tj" if text else ""
    return _Line(font, size, y, f"1 0 0 1 {_number(x)} ", f" Tm {shown} T*")


def _wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    """The text in lines that fit; a word that is wider than a line is cut."""
    if _width(text, font, size) <= room:
        return [text]
    return simpleSplit(" ".join(_cut(word, font, size, room) for word in text.split(" ")), font, size, room)


def _cut(word: str, font: str, size: float, room: float) -> str:
    """The word, with a space wherever it has to go on in the next line."""
    if _width(word, font, size) <= room:
        return word
    parts = [""]
    for letter in word:
        if parts[-1] and stringWidth(parts[-1] + letter, font, size) > room:
            parts.append("")
        parts[-1] += letter
    return " ".join(parts)


_width = cache(stringWidth)


@cache
def _picture(logo: str) -> ImageReader:
    """The logo, which hundreds of papers share."""
    return ImageReader(io.BytesIO(base64.b64decode(logo)))


def _draw_logo(canvas: Canvas, logo: str) -> None:
    picture = _picture(logo)
    across, up = picture.getSize()
    scale = min(_LOGO_ROOM[0] / across, _LOGO_ROOM[1] / up)
    width, height = across * scale, up * scale
    canvas.drawImage(picture, A4[0] - _MARGIN - width, _TOP + 8, width, height, mask="auto")


def _drawn(title: str, pages: list[list[_Line]], look: _Look) -> bytes:
    """The file. Nothing is compressed, for builds of zlib differ; its date and id are no clock's, by `invariant`."""
    canvas = Canvas("", pagesize=A4, pageCompression=0, invariant=1, pdfVersion=(1, 7), lang="da-DK")
    canvas.setTitle(title)
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setCreator("platform-refresh")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for number, lines in enumerate(pages, start=1):
        canvas.setStrokeGray(0.8)
        canvas.setLineWidth(0.5)
        if number == 1 and look.logo is not None:
            _draw_logo(canvas, look.logo)
        foot = _printable(f"{title}  \u2022  side {number} af {len(pages)}")
        for line in lines:
            if not line.font:
                canvas.line(_MARGIN, line.y, _MARGIN + _ROOM, line.y)
        shown = (line for line in (*lines, _text(_REGULAR, 8.0, _MARGIN, 34.0, foot)) if line.font)
        canvas.addLiteral(" ".join(("BT 1 0 0 1 0 0 Tm", *_operators(canvas, shown, look.colour), "ET")))
        canvas.showPage()
    return canvas.getpdfdata()


def _operators(canvas: Canvas, lines: Iterable[_Line], colour: tuple[float, ...] | None) -> Iterator[str]:
    for (font, size), run in groupby(lines, key=lambda line: (line.font, line.size)):
        # No other way makes the file have the font and says its name.
        name = canvas._doc.getInternalFontName(font)  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue]
        yield f"{name} {_number(size)} Tf {_number(size * 1.2)} TL"
        if colour is not None:
            yield f"{' '.join(map(_number, colour if size in _HEADINGS else (0, 0, 0)))} rg"
        for line in run:
            yield f"{line.before}{_number(line.y)}{line.after}"


_number = cache(fp_str)
