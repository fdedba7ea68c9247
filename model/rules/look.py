"""Rules over how papers look: the logo is a picture that can be shown, the colour can be read, no picture is idle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from model.faults import Fault, nearest
from model.reading.pictures import PICTURE_MAX, wrong
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

CONTRAST = 4.5
"""Of text with its background, at least (WCAG 2.1, success criterion 1.4.3)."""


def logo(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A logo stands in the platform's folder, is a picture, and small enough for every page; no other picture is there.

    Limit: PICTURE_MAX.
    """
    name = platform.people.look.logo if platform.people is not None else None
    if name is not None and name not in platform.pictures:
        message = f"no {name} in the platform's folder; {nearest(name, platform.pictures)}"
        yield written.sources["file", "people.yaml"].fault(("look", "logo"), "NOT-FOUND", message)
    folder = PurePath(written.sources["file", "platform.yaml"].parts[0].doc.file).parent
    for picture, content in platform.pictures.items():
        if picture != name:
            message = "nothing shows this picture; name it as `look.logo` in people.yaml, or remove it"
            yield Fault(str(folder / picture), 1, "UNCLAIMED-FILE", ".", message)
        elif len(content) > PICTURE_MAX:
            message = f"more than {PICTURE_MAX} bytes, and it is in every page; save it smaller"
            yield Fault(str(folder / picture), 1, "TOO-LARGE", ".", message)
        elif (why := wrong(picture, content)) is not None:
            yield Fault(str(folder / picture), 1, "BAD-VALUE", ".", why)


def colour(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The headings' colour is told from white paper.

    Limit: CONTRAST.
    """
    told = platform.people.look.colour if platform.people is not None else None
    if told is None:
        return
    ratio = 1.05 / (_luminance(told) + 0.05)
    if ratio < CONTRAST:
        message = f"{told} has a contrast of {ratio:.1f} with white and text needs {CONTRAST}; take a darker one"
        yield written.sources["file", "people.yaml"].fault(("look", "colour"), "BAD-VALUE", message)


def _luminance(told: str) -> float:
    """The relative luminance of a colour (WCAG 2.1, "relative luminance")."""
    shares = [int(told[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


RULES = (
    Rule(
        "look.logo",
        "A picture stands in each of many hundred papers, which are mailed and opened by everybody: what runs or "
        "fetches in it would do so there.",
        ("BAD-VALUE", "NOT-FOUND", "TOO-LARGE", "UNCLAIMED-FILE"),
        logo,
    ),
    Rule("look.colour", "Headings that are too pale are not read (WCAG 2.1, 1.4.3).", ("BAD-VALUE",), colour),
)
