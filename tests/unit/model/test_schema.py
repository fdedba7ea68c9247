"""The editors' schemas: up to date, and an independent validator finds with them what the loader finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from model.files import STACKS
from model.schema import schemas
from scripts.schema import text
from tests.support.paths import LILLEBY


def plain(path: Path) -> Any:
    """As JSON has it: a date is text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(path.read_text()), default=str))


def test_the_schemas_in_the_repository_are_those_of_the_types() -> None:
    written = {path.name: path.read_text() for path in (STACKS / "schema").iterdir()}
    assert written == {name: text(schema) for name, schema in schemas().items()}, "run python -m scripts.schema"


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
