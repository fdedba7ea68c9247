"""Every declared property against the provider's published schema, where that stands beside the repository.

The SDK is made from that schema, but lets any value through at run time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.program.program import Program, Secret
from tests.support.paths import SHARED

PUBLISHED = SHARED / "schemas" / "vsphere-4.18.json"
pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_file(), reason="vsphere-4.18.json, the provider's published schema, is not beside the repository"
)
# The published copy comes without texts, and properties of this name went with them.
LOST = {"description"}
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int, float),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return json.loads(PUBLISHED.read_text())


def faults(schema: dict[str, Any], shape: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    """What is wrong with a value by its shape in the schema."""
    if isinstance(value, Secret):
        value = value.value
    if "$ref" in shape:
        kind = schema["types"][shape["$ref"].removeprefix("#/types/")]
        yield from object_faults(schema, kind["properties"], kind.get("required", []), value, path)
        return
    kind = shape["type"]
    if not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{path}: {value!r}; a {kind}"
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from faults(schema, shape["items"], item, f"{path}[{index}]")
    elif kind == "integer" and value != int(value):
        yield f"{path}: {value!r}; write a whole number"


def object_faults(
    schema: dict[str, Any], known: dict[str, Any], required: list[str], value: dict[str, Any], path: str
) -> Iterator[str]:
    yield from (f"{path}.{key}: missing" for key in required if key not in value)
    for key, item in value.items():
        if key in known:
            yield from faults(schema, known[key], item, f"{path}.{key}")
        elif key not in LOST:
            yield f"{path}.{key}: unknown"


def resource_faults(schema: dict[str, Any], token: str, inputs: dict[str, Any], path: str) -> list[str]:
    shape = schema["resources"][token]
    return list(object_faults(schema, shape["inputProperties"], shape.get("requiredInputs", []), inputs, path))


@pytest.mark.parametrize("fixture", ["building", "adopted"])
def test_every_property_is_one_of_the_published_schema(
    fixture: str, request: pytest.FixtureRequest, published: dict[str, Any]
) -> None:
    program: Program = request.getfixturevalue(fixture)
    checked = [r for r in program.resources if r.token.startswith("vsphere:")]
    assert checked
    wrong = [fault for r in checked for fault in resource_faults(published, r.token, r.inputs, str(r))]
    assert wrong == []


def test_what_is_ignored_exists(building: Program, published: dict[str, Any]) -> None:
    ignoring = [r for r in building.resources if r.ignore_changes]
    assert {r.type for r in ignoring} == {"VirtualMachine", "VmfsDatastore"}
    for resource in ignoring:
        assert resource.ignore_changes <= set(published["resources"][resource.token]["inputProperties"]), resource


@pytest.mark.parametrize(
    ("inputs", "fault"),
    [
        ({"name": "x"}, "x.categoryId: missing"),
        ({"categoryId": 1}, "x.categoryId: 1; a string"),
        ({"categoryId": "c", "nmae": "x"}, "x.nmae: unknown"),
    ],
)
def test_a_wrong_property_is_found(inputs: dict[str, Any], fault: str, published: dict[str, Any]) -> None:
    assert resource_faults(published, "vsphere:index/tag:Tag", inputs, "x") == [fault]
