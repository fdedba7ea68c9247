"""How the papers look: the municipality's logo and colour, the same on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.reading.pictures import data_uri

if TYPE_CHECKING:
    from model import Platform
    from model.types.people import People


@dataclass(frozen=True, slots=True)
class Look:
    """`logo` is a picture as it stands in a page, `colour` that of headings; each may be empty."""

    logo: str
    colour: str


def of(platform: Platform, people: People) -> Look:
    """What the municipality's papers look like."""
    name = people.look.logo
    logo = data_uri(name, platform.pictures[name]) if name is not None else ""
    return Look(logo, (people.look.colour or "").lower())
