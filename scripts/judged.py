"""Writes the table of docs/configuration.md that says who judged each target (`python -m scripts.schema` writes it with
the others).

From what the targets say of themselves. A test holds that each program is run, and that it is of the version named.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rendering.target import Judge, targets

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
BEGIN, END = "<!-- begin: who judged it -->\n", "<!-- end: who judged it -->\n"


def page(text: str) -> str:
    """The page with its table as it should be."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n".join((*_table(), "")) + END + rest.split(END)[1]


def _table() -> Iterator[str]:
    yield "| target | read by | judged by | nobody judged |"
    yield "|---|---|---|---|"
    for target in targets():
        judged = "; ".join(map(_judge, target.judges)) or "nobody"
        yield f"| {target.name} | {target.consumer} | {judged} | {target.unjudged} |"


def _judge(judge: Judge) -> str:
    name = judge.name if judge.kind == "table" else f"`{judge.name}`"
    version = f" {judge.version}" if judge.version else ""
    where = f" ([test](../{judge.test}))" if judge.test else ""
    return f"{judge.kind} {name}{version}: {judge.says}{where}"


def main() -> None:
    """Writes the table into the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
