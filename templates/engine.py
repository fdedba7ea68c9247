"""Renders a target's template: strict, sorted by its context, the same bytes from run to run.

An undefined name is an error, never an empty string. Values are written by the filter of the format that they stand in
(`tojson` for YAML and JSON), so a quote or a line break in the data cannot leave its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parent


def render(template: str, context: Mapping[str, Any]) -> str:
    """The text of `template`, a path below templates/ such as `ansible/inventory.yaml.j2`, with `context`.

    Raises jinja2.UndefinedError for a name that the context lacks.
    """
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 no target is HTML; each filters by its own format
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    return environment.get_template(template).render(context)
