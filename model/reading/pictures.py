"""Pictures of a platform folder: what kind one is by its bytes, and what keeps it off paper.

A PNG is held against its own checksums (PNG specification, third edition, 5.3), an SVG is read as XML and may hold
nothing that runs or fetches (SVG 2, 2.2, "secure static mode"). Left out: whether it is a picture of anything.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET

PICTURES = (".png", ".svg")
"""The endings of pictures."""
PICTURE_MAX = 32 * 1024
"""A picture stands in each page, of which a municipality has hundreds."""

_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_INSIDE = ("#", "data:image/png;base64,", "data:image/jpeg;base64,")
"""What a reference may lead to: a part of the file itself, or a picture in it."""
_FETCHES = re.compile(r"url\((?!\s*['\"]?#)")
_RUNS = frozenset({"script", "foreignObject", "handler", "iframe", "audio", "video", "animate", "set"})


def media_type(name: str) -> str:
    """The media type of a picture, by its name."""
    return "image/png" if name.endswith(".png") else "image/svg+xml"


def data_uri(name: str, content: bytes) -> str:
    """The picture as it stands in a page."""
    return f"data:{media_type(name)};base64,{base64.b64encode(content).decode()}"


def wrong(name: str, content: bytes) -> str | None:
    """What is wrong with a picture and what to do; None when it can be printed."""
    return _wrong_png(content) if name.endswith(".png") else _wrong_svg(content)


def _wrong_png(content: bytes) -> str | None:
    try:
        kinds = [kind for kind, _ in _chunks(content)]
    except (ValueError, struct.error):
        return "is no PNG, or a part of it is missing; save it anew as PNG"
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or b"IDAT" not in kinds:
        return "is no whole PNG; save it anew as PNG"
    return None


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not content.startswith(_PNG):
        raise ValueError("no PNG")
    at = len(_PNG)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if struct.unpack_from(">I", content, at + 8 + length) != (zlib.crc32(kind + data),):
            raise ValueError("a checksum is wrong")
        yield kind, data
        at += length + 12


def _wrong_svg(content: bytes) -> str | None:
    # Entities are refused before a parser would expand them.
    if b"<!" in content.replace(b"<!--", b""):
        return "has a document type; save it as plain SVG"
    try:
        root = ET.fromstring(content)  # noqa: S314 - without a document type there is no entity to expand
    except (ET.ParseError, ValueError):
        root = None
    if root is None or root.tag != f"{_SVG}svg":
        return "is no SVG; save it anew as plain SVG"
    return next(filter(None, map(_wrong_element, root.iter())), None)


def _wrong_element(element: ET.Element) -> str | None:
    kind = str(element.tag).removeprefix(_SVG)
    if kind in _RUNS:
        return f"has a <{kind}>, which may run or change; save it as plain SVG"
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2]
        if name.startswith("on"):
            return f"has {name} on a <{kind}>, which runs; save it as plain SVG"
        if (name == "href" and not value.startswith(_INSIDE)) or _FETCHES.search(value):
            return f"fetches by {name} on a <{kind}>; put what it shows into the file"
    if kind == "style" and ("@import" in (element.text or "") or _FETCHES.search(element.text or "")):
        return "fetches by its style; put what it shows into the file"
    return None
