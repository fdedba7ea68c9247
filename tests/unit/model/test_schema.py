"""Schemas and reference pages: up to date, every key says what it is, and a validator agrees with the loader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from model import docstrings
from model.base import Model
from model.files import FILES, STACKS
from model.schema import schemas
from scripts import errors, reference
from scripts.schema import text
from tests.support.paths import LILLEBY


def plain(path: Path) -> Any:
    """As JSON has it: a date is text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(path.read_text()), default=str))


def test_the_schemas_in_the_repository_are_those_of_the_types() -> None:
    written = {path.name: path.read_text() for path in (STACKS / "schema").iterdir()}
    assert written == {name: text(schema) for name, schema in schemas().items()}, "run python -m scripts.schema"


def test_the_pages_in_the_repository_are_those_of_the_types() -> None:
    written = {path.name: path.read_text() for path in reference.FOLDER.iterdir()}
    assert written == reference.pages(), "run python -m scripts.schema"


def test_the_page_of_errors_is_what_codes_and_rules_give() -> None:
    assert errors.PAGE.read_text(encoding="utf-8") == errors.page(), "run python -m scripts.schema"


def test_every_key_of_every_file_says_what_it_is() -> None:
    silent = [f"{file} {path}" for file, schema in schemas().items() for path in _silent(schema, "")]
    assert silent == [], "a docstring below each field, then python -m scripts.schema"


def _silent(schema: Any, path: str) -> Iterator[str]:
    """The properties of a schema, at any depth, without a description."""
    if isinstance(schema, dict):
        for key, inner in schema.get("properties", {}).items():
            if not inner.get("description"):
                yield f"{path}.{key}"
        for key, inner in schema.items():
            yield from _silent(inner, f"{path}.{key}")
    if isinstance(schema, list):
        for inner in schema:
            yield from _silent(inner, path)


class Low(Model):
    told: int
    """What it is,
    in two lines.
    """
    silent: int


class High(Low):
    own: int
    """Its own."""


def test_a_field_is_described_by_the_docstring_below_it_its_own_or_inherited() -> None:
    assert docstrings.of_fields(High) == {"told": "What it is, in two lines.", "silent": "", "own": "Its own."}


def test_every_file_of_a_platform_has_a_page_and_no_column_is_silent() -> None:
    pages = reference.pages()
    assert {*pages} == {"README.md", *map(reference.page_of, FILES)}
    rows = [line for page in pages.values() for line in page.splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.rstrip(" |").count(" | ") < 3] == []


def test_every_link_of_a_page_leads_to_a_heading() -> None:
    made = reference.pages()
    headings = {
        name: {f"#{heading.lower().strip('`')}" for heading in re.findall(r"(?m)^#+ (.+)$", page)}
        for name, page in made.items()
    }
    links = [(name, *link) for name in made for link in re.findall(r"\]\((\w+\.md|)(#\w+|)\)", made[name])]
    assert len(links) > 200
    assert [link for link in links if link[2] and link[2] not in headings[link[1] or link[0]]] == []
    assert {target for _, target, _ in links if target} <= made.keys()


@pytest.mark.parametrize("path", [*LILLEBY.glob("*.yaml"), *LILLEBY.glob("systems/*.yaml")], ids=lambda p: p.stem)
def test_a_platform_without_faults_fits_its_schemas(path: Path) -> None:
    name = "system.json" if path.parent.name == "systems" else f"{path.stem}.json"
    Draft202012Validator.check_schema(schemas()[name])
    assert [e.message for e in Draft202012Validator(schemas()[name]).iter_errors(plain(path))] == []


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ("system.json", {"code": "sbsys", "servers": {"sbsys-app01": {"role": "app", "host": 1, "cpu": 4}}}),
        ("system.json", {"servers": {"sbsys-app01": {"host": 12}}}),
        ("platform.json", {"title": "A", "domain": "a..b"}),
        (
            "networks.json",
            {"networks": {"servers": {"purpose": "x", "switch": "p", "vlan": {"g26": 5000}, "prefix": {}}}},
        ),
        ("sites.json", {"sites": {"S001": {"name": "x", "postcode": 7500}}}),
        ("refresh.json", {"generation": {}}),
    ],
)
def test_what_the_loader_refuses_does_not_fit(schema: str, data: Any) -> None:
    assert list(Draft202012Validator(schemas()[schema]).iter_errors(data))
