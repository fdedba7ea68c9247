"""Writes what follows from types and rules: stacks/schema/*.json for editors, docs/reference, docs/errors.md, and the
table of judges in docs/configuration.md.

Run it as `python -m scripts.schema` after a change of a type, a rule, a code or of a docstring below a field.
"""

from __future__ import annotations

import json

from model.files import STACKS
from model.schema import schemas
from scripts import errors, judged, reference


def text(schema: dict[str, object]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Writes every schema and every page of them."""
    folder = STACKS / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(text(schema), encoding="utf-8")
    reference.main()
    errors.main()
    judged.main()


if __name__ == "__main__":
    main()
