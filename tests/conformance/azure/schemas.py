"""Holds resources of a template against Microsoft's JSON Schemas of their types at the API version that they name.

A schema of a type is `<version>/<namespace>.json` below `FOLDER`; types whose schema is not there are not held.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.support.paths import SHARED

FOLDER = SHARED / "data" / "arm-schemas"
_TOP = frozenset({"apiVersion", "identity", "kind", "location", "name", "scope", "sku", "tags", "type", "zones"})
"""What stands beside `properties` in a resource."""
_SECTIONS = ("resourceDefinitions", "subscription_resourceDefinitions", "managementGroup_resourceDefinitions",
             "tenant_resourceDefinitions", "extension_resourceDefinitions", "unknown_resourceDefinitions")  # fmt: skip


def faults(resources: list[Mapping[str, Any]]) -> tuple[list[str], set[str]]:
    """What is wrong, as type, place in it and why, and the types that were held."""
    found: list[str] = []
    held: set[str] = set()
    for resource in resources:
        validator = _validators(str(resource["apiVersion"])).get(str(resource["type"]).lower())
        if validator is not None:
            held.add(str(resource["type"]))
            # Some schemas have the name below the parent, some the whole.
            short = {**resource, "name": str(resource["name"]).rsplit("/", maxsplit=1)[-1]}
            wrong = [list(_wrong(validator, _whole(named))) for named in (short, resource)]
            found += [f"{resource['type']} {text}" for text in min(wrong, key=len)]
    return found, held


def _whole(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """The resource with the `properties` that azure-native puts round what does not stand at the top."""
    if "properties" in resource:
        return resource
    own = {key: value for key, value in resource.items() if key not in _TOP}
    return {key: value for key, value in resource.items() if key in _TOP} | {"properties": own}


def _wrong(validator: jsonschema.Draft4Validator, resource: Mapping[str, Any]) -> Iterator[str]:
    for error in validator.iter_errors(resource):
        # Each value is that of the schema or an expression: what is wrong with it as a value tells more.
        best = best_match([error]) or error
        yield f"{'.'.join(map(str, best.absolute_path))}: {best.message}"


@functools.cache
def _validators(version: str) -> dict[str, jsonschema.Draft4Validator]:
    found: dict[str, jsonschema.Draft4Validator] = {}
    for file in sorted((FOLDER / version).glob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        for section in _SECTIONS:
            for name, definition in schema.get(section, {}).items():
                (kind,) = definition["properties"]["type"]["enum"]
                whole = {"$ref": f"{schema['id']}/{section}/{name}"}
                found[kind.lower()] = jsonschema.Draft4Validator(whole, registry=_registry(file))
    return found


@functools.cache
def _registry(file: Path) -> Registry[Any]:
    every = [json.loads(path.read_text(encoding="utf-8")) for path in (file, FOLDER / "common-definitions.json")]
    found = [(schema["id"].rstrip("#"), Resource(schema, specification=DRAFT4)) for schema in every]
    return Registry[Any]().with_resources(found)
