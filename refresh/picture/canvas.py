"""A drawing by hand: boxes, lines and lines of text that are cut where their room ends.

Escaping is the XML library's. How wide a text gets is estimated for DejaVu Sans, the widest that a
reader may have, for the picture asks nobody for a font.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

INK = "#1c2321"
QUIET = "#5c6763"
EDGE = "#c3cbc7"
PAPER = "#ffffff"
PANEL = "#f3f5f4"
MARGIN = 30

_NARROW = frozenset("iljtfrI.,:;'|!()[]-· ")
_WIDE = frozenset("mwMW@%&")

STATES = {
    "planned": "planlagt",
    "building": "under opbygning",
    "pilot": "pilot",
    "live": "i drift",
    "standby": "i beredskab",
    "retiring": "under afvikling",
    "retired": "afviklet",
}
"""The states of a generation, as Danish readers call them."""


def width_of(text: str, size: float, bold: bool = False) -> float:
    """About how wide a text gets, in the picture's units."""
    return sum(_share(letter) for letter in text) * size * (1.12 if bold else 1)


def _share(letter: str) -> float:
    if ord(letter) >= 0x2000:
        return 1.0
    if letter in _NARROW:
        return 0.41
    if letter in _WIDE:
        return 1.0
    return 0.76 if letter.isupper() else 0.63


def number(value: int) -> str:
    """A number as it is written in Danish: 1.000."""
    return f"{value:,}".replace(",", ".")


def counted(value: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number(value)} {one if value == 1 else many}"


class Canvas:
    """An SVG that grows downwards; `finish` gives its bytes as text."""

    def __init__(self, width: float, title: str, description: str) -> None:
        self.width = width
        self._root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "role": "img",
                "font-family": "Segoe UI, Arial, Helvetica, sans-serif",
                "fill": INK,
            },
        )
        ET.SubElement(self._root, "title").text = title
        ET.SubElement(self._root, "desc").text = description
        self._paper = ET.SubElement(self._root, "rect", {"fill": PAPER})
        self.text(MARGIN, 44, title, width - 2 * MARGIN, size=24, bold=True)
        self.text(MARGIN, 68, description, width - 2 * MARGIN, size=14, fill=QUIET)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        room: float,
        *,
        size: float = 11,
        bold: bool = False,
        fill: str = INK,
        end: bool = False,
    ) -> float:
        """A line of text from `x`, or up to it, in `room`; what is cut is told where the pointer rests."""
        shown = text
        while len(shown) > 1 and width_of(shown, size, bold) > room:
            shown = shown.removesuffix("…")[:-1].rstrip() + "…"
        attributes = {"x": _figure(x), "y": _figure(y), "font-size": _figure(size)}
        if bold:
            attributes["font-weight"] = "600"
        if fill != INK:
            attributes["fill"] = fill
        if end:
            attributes["text-anchor"] = "end"
        element = ET.SubElement(self._root, "text", attributes)
        element.text = shown
        if shown != text:
            ET.SubElement(element, "title").text = text
        return width_of(shown, size, bold)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = PAPER,
        edge: str | None = EDGE,
        dashed: bool = False,
    ) -> None:
        """A rectangle."""
        attributes = {"x": _figure(x), "y": _figure(y), "width": _figure(width), "height": _figure(height)}
        attributes |= {"rx": "3", "fill": fill}
        if edge is not None:
            attributes["stroke"] = edge
        if dashed:
            attributes["stroke-dasharray"] = "3 2"
        ET.SubElement(self._root, "rect", attributes)

    def line(self, *points: tuple[float, float], color: str = QUIET, thick: float = 1.5, arrow: bool = False) -> None:
        """A line through points, with a head at its end if it is an arrow that goes right."""
        way = " ".join(f"{_figure(x)},{_figure(y)}" for x, y in points)
        ET.SubElement(
            self._root, "polyline", {"points": way, "fill": "none", "stroke": color, "stroke-width": _figure(thick)}
        )
        if arrow:
            x, y = points[-1]
            head = " ".join(f"{_figure(a)},{_figure(b)}" for a, b in ((x, y), (x - 7, y - 4), (x - 7, y + 4)))
            ET.SubElement(self._root, "polygon", {"points": head, "fill": color})

    def key(self, y: float, entries: list[tuple[str, str]]) -> float:
        """What the colours mean, a line or more from `y`; where the next line would stand."""
        x = float(MARGIN)
        for color, label in entries:
            width = 18 + width_of(label, 12) + 24
            if x > MARGIN and x + width > self.width - MARGIN:
                x, y = MARGIN, y + 20
            self.box(x, y - 10, 12, 12, fill=color, edge=None)
            self.text(x + 18, y, label, self.width - MARGIN - x - 18, size=12)
            x += width
        return y + 20

    def finish(self, height: float) -> str:
        """The picture, as high as it got."""
        size = {"width": _figure(self.width), "height": _figure(height)}
        self._root.attrib.update({"viewBox": f"0 0 {size['width']} {size['height']}"} | size)
        self._paper.attrib.update(size)
        ET.indent(self._root, "")
        return ET.tostring(self._root, encoding="unicode") + "\n"


def _figure(value: float) -> str:
    return f"{round(value, 1):g}"
