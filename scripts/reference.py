"""Writes docs/reference: for each file of a platform folder its keys, their types, defaults and what they are.

From the types and the docstrings below their fields, like the schemas beside it (`python -m scripts.schema` writes
both). Left out: what only the whole platform can tell, which docs/errors.md lists.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from model import docstrings
from model.files import CATALOG, INHERITING, REQUIRED, SECTIONS, TOPS
from model.types.estate import Server, System, Workplace
from model.types.observed import ObservedVm
from scripts import kinds

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"

ABOUT: Mapping[str, str] = {
    "platform.yaml": "The municipality itself: its domain, its alias zone, who takes rendered configuration.",
    "refresh.yaml": "Generations and their states, who is served by which, waves, and what points at stable names.",
    "vmware.yaml": "Where virtual servers run: datacenter, clusters, distributed switches, datastore clusters.",
    "networks.yaml": "The data centre's networks, and what holds for the networks of all sites.",
    "hardware.yaml": "Hosts, datastores and what else stands in the server room.",
    "images.yaml": "What servers are made from.",
    "roles.yaml": "Kinds of server, and what follows from each.",
    "site_types.yaml": "Kinds of place, address plans, and models of access switch.",
    "sites.yaml": "The places where people work.",
    "systems/*.yaml": "A system and its servers, one system a file.",
    "workplaces.csv": "The devices that people work at, one a row.",
    "flows.yaml": "Flows that no single system owns.",
    "profiles.yaml": "Ways of working that desktops are tuned for.",
    "desktops.yaml": "Pools of desktops and applications, their images, and what workplaces can do.",
    "baselines.yaml": "What Group Policy sets on the Windows machines that we build.",
    "people.yaml": "The cutover as people at the sites meet it. Roles alone, never anybody's name.",
    "azure.yaml": "Subscriptions, the hub, and the areas of the organisation with their spokes.",
    "landing_zone.yaml": "Management groups, policies, backup classes, patch rings: what holds for every area.",
    "sizes.yaml": "Sizes of virtual machine and types of disk that may be chosen in Azure.",
    "observed/*.csv": "Machines as an import found them, one a row: `<generation>.csv` servers, "
    "`<generation>-vdas.csv` session machines.",
}
"""Every file of a platform folder and what stands in it."""


@dataclass(frozen=True)
class Part:
    """A part of a file: its heading, the type of an item, and the keys that are not written in the item."""

    heading: str
    kind: type[BaseModel]
    note: str = ""
    hidden: tuple[str, ...] = ()


def pages() -> dict[str, str]:
    """The pages by file name."""
    found = {page_of(file): _page(file) for file in ABOUT}
    return {"README.md": _index(found.values()), **found}


def page_of(file: str) -> str:
    """The page of a file: `sites.md` for sites.yaml, `systems.md` for systems/*.yaml."""
    return f"{file.partition('/')[0].partition('.')[0]}.md"


def _page(file: str) -> str:
    parts = list(_parts(file))
    lines = [f"# {file}", "", ABOUT[file], "", *_levels(file)]
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


def _parts(file: str) -> Iterator[Part]:
    if file == "workplaces.csv":
        yield Part("Columns", Workplace)
    elif file == "observed/*.csv":
        yield Part("Columns", ObservedVm)
    elif file == "systems/*.yaml":
        yield Part("At the top", System)
        yield Part("`servers`", Server, _key(Server, "identity"), ("identity", "system"))
    if file in TOPS:
        yield Part("At the top", TOPS[file][0])
    for section, (kind, key) in SECTIONS.get(file, {}).items():
        yield Part(f"`{section}`", kind, _key(kind, key), () if key is None else (key,))
    rule = INHERITING.get(file)
    if rule is not None:
        note = f" It takes what it does not say from the item of `{rule.other}` that its `{rule.by}` names."
        yield Part(f"`{rule.section}`", rule.kind, note + _key(rule.kind, rule.key), (rule.key,))


def _key(kind: type[BaseModel], key: str | None) -> str:
    """What the key of an item in its section is."""
    return f" Items stand by their `{key}`: {docstrings.of_fields(kind)[key]}" if key is not None else ""


def _levels(file: str) -> list[str]:
    if file in CATALOG:
        text = (
            f"`stacks/catalog/{file}` has what a middle-sized municipality starts from; its own file is merged over "
            "it, key by key. A list replaces a list, and `null` takes a key away. What is required, one of them says."
        )
        return [text, ""]
    return [] if file in REQUIRED or "/" in file else ["A platform may do without this file.", ""]


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
        *(f"| [{file}]({page_of(file)}) | {about} |" for file, about in ABOUT.items()),
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
