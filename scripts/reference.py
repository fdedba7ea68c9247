"""Writes docs/reference: for each file of a platform folder its keys, their types, defaults and what they are.

From the types and the docstrings below their fields, like the schemas beside it (`python -m scripts.schema` writes
both). Left out: what only the whole platform can tell, which docs/errors.md lists.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from model import docstrings
from model.files import FILES, DataFile, Section
from scripts import kinds

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"


@dataclass(frozen=True)
class Part:
    """A part of a file: its heading, the type of an item, and the keys that are not written in the item."""

    heading: str
    kind: type[BaseModel]
    note: str = ""
    hidden: tuple[str, ...] = ()


def pages() -> dict[str, str]:
    """The pages by file name."""
    found = {page_of(file.name): _page(file) for file in FILES.values()}
    return {"README.md": _index(found.values()), **found}


def page_of(file: str) -> str:
    """The page of a file: `sites.md` for sites.yaml, `systems.md` for systems/*.yaml."""
    return f"{file.partition('/')[0].partition('.')[0]}.md"


def _page(file: DataFile) -> str:
    parts = list(_parts(file))
    lines = [f"# {file.name}", "", file.about, "", *_levels(file)]
    nested: dict[type[BaseModel], None] = {}
    for part in parts:
        lines += [f"## {part.heading}", "", docstrings.of_type(part.kind) + part.note, "", *_table(part), ""]
        nested |= dict.fromkeys(_nested(part.kind))
    own = {part.kind for part in parts}
    inner = [kind for kind in nested if kind not in own]
    if inner:
        lines += ["## What keys above hold", ""]
    for kind in inner:
        lines += [f"### {kind.__name__}", "", docstrings.of_type(kind), "", *_table(Part("", kind)), ""]
    return "\n".join(lines)


def _parts(file: DataFile) -> Iterator[Part]:
    whole = file.top or file.item
    if whole is not None:
        yield Part("Columns" if file.name.endswith(".csv") else "At the top", whole.kind)
    for section in file.sections:
        hidden = (*section.placed, *((section.key,) if section.key is not None else ()))
        yield Part(f"`{section.name}`", section.kind, _inherits(section) + _key(section.kind, section.key), hidden)


def _inherits(section: Section) -> str:
    """Where an item's keys come from that it does not say."""
    other = section.inherits
    if other is None:
        return ""
    return f" It takes what it does not say from the item of `{other.section}` that its `{other.by}` names."


def _key(kind: type[BaseModel], key: str | None) -> str:
    """What the key of an item in its section is."""
    return f" Items stand by their `{key}`: {docstrings.of_fields(kind)[key]}" if key is not None else ""


def _levels(file: DataFile) -> list[str]:
    if file.catalog:
        text = (
            f"`stacks/catalog/{file.name}` has what a middle-sized municipality starts from; its own file is merged "
            "over it, key by key. A list replaces a list, and `null` takes a key away. What is required, one of them "
            "says."
        )
        return [text, ""]
    return [] if file.required or file.folder is not None else ["A platform may do without this file.", ""]


def _table(part: Part) -> Iterator[str]:
    hints = typing.get_type_hints(part.kind, include_extras=True)
    told = docstrings.of_fields(part.kind)
    own = part.kind.__annotations__
    yield "| key | type | default | what it is |"
    yield "|---|---|---|---|"
    for name in sorted(told, key=lambda name: name not in own):
        if name not in part.hidden:
            field = part.kind.model_fields[name]
            cells = (f"`{name}`", kinds.words(hints[name], field.metadata), _default(field), told[name])
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(field: Any) -> str:
    """A default as it would be written; nothing where the key is simply absent."""
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value in ((), {}, ""):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (str, int, float)):
        return f"`{value}`"
    return "see there" if isinstance(value, BaseModel) else "see text"


def _nested(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The types of an item's keys, and of theirs."""
    for hint in typing.get_type_hints(kind, include_extras=True).values():
        for inner in _types(hint):
            yield inner
            yield from _nested(inner)


def _types(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias) and issubclass(hint, BaseModel):
        yield hint
    arguments: Sequence[Any] = typing.get_args(hint)
    for inner in arguments:
        yield from _types(inner)


def _index(described: Collection[str]) -> str:
    lines = [
        "# Every key of the data",
        "",
        "One page a file of a platform folder (`stacks/<platform>/`), written by `python -m scripts.schema` from the",
        "types in `model/`. The schemas in `stacks/schema/` say the same to editors; `refresh explain` shows values.",
        "",
        "| file | what stands in it |",
        "|---|---|",
        *(f"| [{file.name}]({page_of(file.name)}) | {file.about} |" for file in FILES.values()),
        "",
        "## Kinds of values",
        "",
        "Types that the pages name. An unknown key, or a value of another type, is a fault of `refresh check`.",
        "",
    ]
    for name, text in kinds.named():
        if any(f"(README.md#{name.lower()})" in page for page in described):
            lines += [f"### {name}", "", text, ""]
    return "\n".join(lines)


def main() -> None:
    """Writes every page and removes what is none."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for path in FOLDER.iterdir():
        if path.name not in made:
            path.unlink()
    for name, page in made.items():
        (FOLDER / name).write_text(page, encoding="utf-8")
