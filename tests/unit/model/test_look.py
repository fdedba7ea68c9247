"""Logo and colour of the papers: what is taken, and each fault by one thing that is wrong."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

import model
from model.reading.pictures import PICTURE_MAX
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import changed, written

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*kinds: bytes) -> bytes:
    """A PNG of one red point, of these parts alone."""
    held = {b"IHDR": struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0), b"IDAT": zlib.compress(b"\0\xff\0\0"), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, held[kind]) for kind in kinds)


WHOLE = png(b"IHDR", b"IDAT", b"IEND")


def with_logo(folder: Path, name: str, content: bytes, *edits: Edits) -> list[str]:
    """The faults, without their place, of a platform whose logo this is."""
    home = written(folder, {"people.yaml": {"look.logo": name}}, *edits)
    (home / "logo.svg").unlink()
    (home / name).write_bytes(content)
    try:
        assert model.load(str(home)).pictures == {name: content}
    except model.ModelError as error:
        return [f"{fault.file.rpartition('/')[2]} {fault.code} {fault.message}" for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.png", WHOLE),
        (
            "logo.svg",
            SVG.format('<path id="a" d="M0 0h9"/><use xlink:href="#a" fill="url(#b)"/>').encode(),
        ),
        ("Vaaben_2.svg", SVG.format("<!-- våbenet --><style>path { fill: #00543c }</style>").encode()),
    ],
)
def test_a_picture_that_can_be_shown_is_taken(tmp_path: Path, name: str, content: bytes) -> None:
    assert with_logo(tmp_path, name, content) == []


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("logo.png", b"GIF89a", "BAD-VALUE is no PNG, or a part"),
        ("logo.png", WHOLE[:-8], "BAD-VALUE is no PNG, or a part"),
        ("logo.png", WHOLE.replace(b"IDAT", b"IDAS"), "BAD-VALUE is no PNG, or a part"),
        ("logo.png", png(b"IHDR", b"IEND"), "BAD-VALUE is no whole PNG"),
        ("logo.png", WHOLE + chunk(b"tEXt", b"x" * PICTURE_MAX), "TOO-LARGE more than 32768 bytes"),
        ("logo.svg", b"<svg/>", "BAD-VALUE is no SVG"),
        ("logo.svg", b"\x89PNG", "BAD-VALUE is no SVG"),
        ("logo.svg", b"", "BAD-VALUE is no SVG"),
        ("logo.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.encode(), "BAD-VALUE has a document type"),
        ("logo.svg", SVG.format("<script>alert(1)</script>").encode(), "BAD-VALUE has a <script>"),
        ("logo.svg", SVG.format('<g onload="x()"/>').encode(), "BAD-VALUE has onload on a <g>"),
        ("logo.svg", SVG.format('<image xlink:href="//example.com/a.png"/>').encode(), "BAD-VALUE fetches by href"),
        ("logo.svg", SVG.format('<a href="javascript:x()"/>').encode(), "BAD-VALUE fetches by href"),
        ("logo.svg", SVG.format("<path fill=\"url( '//a.dk/x')\"/>").encode(), "BAD-VALUE fetches by fill"),
        ("logo.svg", SVG.format("<style>@import '//a.dk/x';</style>").encode(), "BAD-VALUE fetches by its style"),
        ("logo.svg", SVG.format("<foreignObject/>").encode(), "BAD-VALUE has a <foreignObject>"),
    ],
)
def test_what_is_no_picture_or_does_something_is_refused(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (told,) = with_logo(tmp_path, name, content)
    assert told.startswith(f"{name} {fault}")


def test_a_logo_that_is_not_there_and_a_picture_that_nobody_shows(tmp_path: Path) -> None:
    told = with_logo(tmp_path, "other.png", WHOLE, {"people.yaml": {"look.logo": "logo.png"}})
    assert sorted(fault.partition(";")[0] for fault in told) == [
        "other.png UNCLAIMED-FILE nothing shows this picture",
        "people.yaml NOT-FOUND no logo.png in the platform's folder",
    ]


def test_without_papers_nothing_shows_a_picture(tmp_path: Path) -> None:
    home = written(tmp_path, {"people.yaml": {"look.logo": REMOVE}})
    with pytest.raises(model.ModelError, match="UNCLAIMED-FILE"):
        model.load(str(home))
    (home / "logo.svg").unlink()
    assert changed(tmp_path).pictures == {}


@pytest.mark.parametrize(("colour", "told"), [("#ffdd00", "a contrast of 1.3"), ("#767676", None), ("#777777", "4.5;")])
def test_a_colour_can_be_read_on_paper(tmp_path: Path, colour: str, told: str | None) -> None:
    """#767676 is the palest grey that WCAG takes on white, as its own examples have it."""
    edits: Edits = {"people.yaml": {"look.colour": colour}}
    if told is None:
        assert changed(tmp_path, edits).people is not None
        return
    with pytest.raises(model.ModelError, match=told.replace(".", r"\.")):
        changed(tmp_path, edits)
