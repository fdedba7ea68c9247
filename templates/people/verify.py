"""Reads the papers back: each workplace stands in its site's list, each paper is there, and PDF says what HTML does.

The PDFs are read by poppler, which shares no code with what wrote them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rendering import native, proof
from rendering.target import Finding
from templates.people.context import DESK, HOTLINE, LETTER, PLACES, SHEET
from templates.people.pdf import blocks

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and poppler find."""
    return proof.joined(_back(platform, folder), lambda: list(printed(folder)))


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    if platform.people is None:
        return
    sites = {workplace.site for workplace in platform.places.workplaces.values()}
    papers = {f"{site}/{paper}" for site in sites for paper in (SHEET, LETTER, PLACES, DESK)}
    papers |= {f"systemer/{code}" for code in platform.estate.systems} | {HOTLINE}
    wanted = {f"{paper}.{kind}" for paper in papers for kind in ("html", "pdf")} | {"index.html"}
    there = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    yield from proof.differences(".", "paper", wanted, there)
    rows = blocks((folder / f"{HOTLINE}.html").read_text(encoding="utf-8")) if f"{HOTLINE}.html" in there else []
    listed = [row.texts[0] for row in rows if row.tag == "tr" and len(row.texts) > 3 and not row.head]
    titles = [system.title for system in platform.estate.systems.values()]
    yield from proof.differences(f"{HOTLINE}.html", "system", [" ".join(title.split()) for title in titles], listed)
    wanted = [f"{w.site} {w.name}" for w in platform.places.workplaces.values()]
    for paper, columns in ((DESK, 6), (PLACES, 7)):
        listed = [
            f"{path.parent.name} {block.texts[0]}"
            for path in sorted(folder.glob(f"*/{paper}.html"))
            for block in blocks(path.read_text(encoding="utf-8"))
            if block.tag == "tr" and len(block.texts) == columns and not block.head
        ]
        yield from proof.differences(".", f"workplace on a {paper}", wanted, listed)


def printed(folder: Path) -> Iterator[Finding]:
    """A PDF that poppler cannot read, one that lacks a letter of its HTML, and a letter to people that fills a page."""
    program = native.find("pdftotext")
    for path in sorted(folder.rglob("*.pdf")):
        shown = path.relative_to(folder).as_posix()
        done = native.run(program, "-raw", path, "-")
        if done.returncode != 0 or done.stderr.strip():
            yield Finding(shown, done.stderr.strip() or "poppler cannot read it")
            continue
        if path.stem == LETTER and "side 1 af 1" not in done.stdout:
            yield Finding(shown, "the letter is longer than a page")
        html = path.with_suffix(".html").read_text(encoding="utf-8")
        words = Counter(word for block in blocks(html) for text in block.texts for word in _letters(text))
        missing = words - Counter(_letters(done.stdout))
        if missing:
            yield Finding(shown, f"{missing.total()} letters of the page are not in print: {''.join(missing)[:40]}")


def _letters(text: str) -> list[str]:
    """What can be compared over line breaks and cut words: the letters and digits that the standard fonts have."""
    return [letter for letter in text if letter.isascii() and letter.isalnum()]
