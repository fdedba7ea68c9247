"""JSON Schema of every file of a platform folder, for editors: completion, and a red line before `refresh check`.

Generated from the types and from the docstrings below their fields, so it cannot say anything else. What needs the
whole platform to tell, a reference or an address, no schema sees. In the files of several levels no key is required,
for any level may give it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from model import docstrings
from model.files import FILES, DataFile, Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Described(GenerateJsonSchema):
    """A schema in which each field says what it is."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """The schema of one type."""
        made = super().model_schema(schema)
        for name, text in docstrings.of_fields(schema["cls"]).items():
            made["properties"][name]["description"] = text
        return made


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by file name: `system.json` for `systems/*.yaml`, else that of the YAML file it is for."""
    return {_name(file): _schema(file) for file in FILES.values() if file.name.endswith(".yaml")}


def _name(file: DataFile) -> str:
    return file.name.replace(".yaml", ".json") if file.folder is None else "system.json"


def _schema(file: DataFile) -> dict[str, Any]:
    whole = file.top or file.item
    items = {section.name: _items(section, merged=file.catalog) for section in file.sections}
    return _file(whole.kind if whole is not None else None, items)


def _items(section: Section, *, merged: bool) -> dict[str, Any]:
    """A map of a section's items by key. What the key or the place gives is not written in the item."""
    kind, key = section.kind, section.key
    required = not merged and section.inherits is None
    item = kind.model_json_schema(schema_generator=_Described)
    of = f" Key: {docstrings.of_fields(kind)[key]}" if key is not None else ""
    for name in (*section.placed, key):
        if name is not None:
            del item["properties"][name]
    item["required"] = [name for name in item.get("required", []) if name in item["properties"]] if required else []
    if section.inherits is not None:
        item["required"] = list(section.inherits.asked)
    _allow_null(item, required=required)
    definitions = item.pop("$defs", {})
    about = docstrings.of_type(kind) + of
    return {"type": "object", "description": about, "additionalProperties": item, "$defs": definitions}


def _allow_null(item: dict[str, Any], *, required: bool) -> None:
    """Where levels merge, `null` takes a key away."""
    if not required:
        item["properties"] = {
            name: {"description": value.pop("description"), "anyOf": [value, {"type": "null"}]}
            for name, value in item["properties"].items()
        }


def _file(whole: type[BaseModel] | None, sections: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The schema of a file: the fields of `whole` at its top, and its sections."""
    empty: dict[str, Any] = {"type": "object", "properties": {}}
    schema = whole.model_json_schema(schema_generator=_Described) if whole is not None else empty
    definitions: dict[str, Any] = schema.pop("$defs", {})
    for name, section in sections.items():
        definitions |= section.pop("$defs")
        schema["properties"][name] = section
    schema["additionalProperties"] = False
    schema.pop("title", None)
    return {"$schema": DIALECT, **schema} | ({"$defs": definitions} if definitions else {})
