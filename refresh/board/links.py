"""The sheet of links: one for each crew and role, as text or as a page of QR codes to cut apart.

A link is told once, here, and kept by nobody but who gets it. The file is its owner's alone and never overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import segno

from refresh.board import danish, pages
from refresh.board.access import Identity
from refresh.board.plan import Plan


@dataclass(frozen=True, slots=True)
class Link:
    """A link and whose it is."""

    who: Identity
    address: str


def address(origin: str, token: str) -> str:
    """Where a link leads. The token is in the fragment, which browsers keep to themselves."""
    return f"{origin}/enter#{token}"


def write(path: Path, plan: Plan, links: Sequence[Link]) -> None:
    """Writes the sheet: a page with QR codes for a name that ends in `.html`, else text. Raises FileExistsError."""
    text = (
        _page(plan, links) if path.suffix == ".html" else "".join(f"{one.who.title}\t{one.address}\n" for one in links)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _page(plan: Plan, links: Sequence[Link]) -> str:
    codes = [(one, segno.make(one.address, error="m", micro=False).svg_inline(scale=4)) for one in links]
    return pages.render("links.html.j2", plan=plan, codes=codes, until=danish.moment(plan.expires))
