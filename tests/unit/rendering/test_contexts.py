"""Every target's contexts are frozen dataclasses, and no template names what they lack."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

import model
from model import Platform
from rendering.engine import environment
from rendering.plain import encoded, plain
from rendering.target import Target, targets
from templates import ansible, room, ssh
from tests.support.lilleby import changed
from tests.support.targets import TURNED, VARIED
from tests.support.template_names import lacking


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> list[Platform]:
    """Between them they have every file of every target, in every shape of its context."""
    return [
        changed(tmp_path_factory.mktemp("varied"), VARIED),
        changed(tmp_path_factory.mktemp("turned"), TURNED),
        model.load("herlev"),
    ]


def contexts(target: Target, platforms: list[Platform]) -> Iterator[tuple[str, Any]]:
    """The template and each part of the context of every file."""
    for platform in platforms:
        for file in target.files(platform):
            for part in file.context if isinstance(file.context, tuple) else (file.context,):
                yield f"{target.name}/{file.template}", part


def loose(value: Any) -> Iterator[str]:
    """The classes within a value that are dataclasses and can be changed."""
    if is_dataclass(value):
        if not type(value).__dataclass_params__.frozen or hasattr(value, "__dict__"):  # type: ignore[attr-defined]
            yield type(value).__name__
        for field in fields(value):
            yield from loose(getattr(value, field.name))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from loose(item)
    elif isinstance(value, dict):
        yield from loose(list(value.values()))


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_a_context_is_typed_and_its_template_names_nothing_else(target: Target, platforms: list[Platform]) -> None:
    shapes: dict[str, set[type]] = defaultdict(set)
    for template, part in contexts(target, platforms):
        assert is_dataclass(part), f"{template}: {type(part).__name__}"
        assert not set(loose(part)), template
        shapes[template].add(type(part))
    assert shapes
    found = {name: names for name, kinds in shapes.items() if (names := lacking(environment(), name, kinds))}
    assert not found


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("ansible/inventory.yaml.j2", ansible.Groups),
        ("room/room.html.j2", room.Page),
        ("room/room.svg.j2", room.Page),
        ("ssh/config.j2", ssh.Configuration),
    ],
)
def test_a_template_beside_the_targets_names_nothing_else(template: str, kind: type) -> None:
    assert not lacking(environment(), template, [kind])


def test_no_template_of_a_target_is_left_unread(platforms: list[Platform]) -> None:
    read = {template for target in targets() for template, _ in contexts(target, platforms)}
    folder = Path(str(environment().loader.searchpath[0]))  # type: ignore[union-attr] a FileSystemLoader
    there = {
        path.relative_to(folder).as_posix()
        for target in targets()
        for path in (folder / target.name).rglob("*.j2")
        if not path.name.startswith("_")
    }
    assert there - read == {"people/page.html.j2"}, "the page that the others extend"


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    from_: str


@dataclass(frozen=True, slots=True)
class Other:
    title: str


@dataclass(frozen=True, slots=True)
class More:
    more: Any


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Item | Other]
    by_name: dict[str, Item]
    one: Item | None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ one.name }}{{ one.from }}{{ owned }}", set()),
        ("{{ two }}", {"two"}),
        ("{{ one.nmae }}", {"Item.nmae"}),
        ("{% if false %}{{ one.nmae | tojson }}{% endif %}", {"Item.nmae"}),
        ("{% for item in items if item.nmae %}{{ item.name }}{{ item.title }}{{ loop.index }}{% endfor %}",
         {"Item | Other.nmae"}),
        ("{% for key, value in by_name.items() %}{{ key.any }}{{ value.nmae }}{% endfor %}", {"Item.nmae"}),
        ("{% for item in items %}{% endfor %}{{ item }}", {"item"}),
        ("{% macro shown(x) %}{{ x.nmae }}{% endmacro %}{{ shown(one) }}", {"Item.nmae"}),
        ("{% from 'macros' import shown %}{{ shown(one) }}", {"Item.nmae"}),
        ("{% extends 'parent' %}{% block body %}{{ one.nmae }}{% endblock %}", {"Item.nmae", "three"}),
        ("{% include 'parent' %}{% set own %}{{ one.name }}{% endset %}{{ own }}", {"three"}),
    ],
)  # fmt: skip
def test_a_name_that_no_type_has_is_found(text: str, expected: set[str]) -> None:
    macros = "{% macro shown(x) %}{{ x.nmae }}{% endmacro %}"
    loader = DictLoader({"text": text, "macros": macros, "parent": "{{ three }}{% block body %}{% endblock %}"})
    assert lacking(Environment(loader=loader, autoescape=True), "text", [Page]) == expected


def test_a_template_sees_what_the_digest_covers() -> None:
    context = (Item("æ", "b"), More((1, None, True)))
    assert encoded(context) == '{"name":"æ","from":"b","more":[1,null,true]}'
    assert plain(context) == json.loads(encoded(context))
    with pytest.raises(TypeError, match="is no plain data"):
        encoded(More(Path("x")))
