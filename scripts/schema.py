"""Writes stacks/schema/*.json, which editors check the data against: `python -m scripts.schema`."""

from __future__ import annotations

import json

from model.files import STACKS
from model.schema import schemas


def text(schema: dict[str, object]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Writes every schema."""
    folder = STACKS / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(text(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
