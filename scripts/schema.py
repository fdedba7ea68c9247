"""Writes what follows from the types: stacks/schema/*.json for editors and docs/reference for people.

Run it as `python -m scripts.schema` after a change of a type or of a docstring below a field.
"""

from __future__ import annotations

import json

from model.files import STACKS
from model.schema import schemas
from scripts import reference


def text(schema: dict[str, object]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Writes every schema and every page."""
    folder = STACKS / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(text(schema), encoding="utf-8")
    reference.main()


if __name__ == "__main__":
    main()
