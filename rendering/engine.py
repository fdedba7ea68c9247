"""Renders a target's template: strict, escaped, in the order of its context, the same bytes from run to run.

An undefined name is an error, never an empty string, and so is text that no filter of escape.py has written: a quote or
a line break in the data cannot leave its place because somebody forgot a filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, Undefined

from rendering import escape
from rendering.escape import FILTERS, UnwritableError, Written, shown

FOLDER = Path(__file__).resolve().parent.parent / "templates"
OWNED = "Skrevet af platform-refresh ({}), som overskriver filen: ret platformens data i stedet."


class RenderError(Exception):
    """A template that cannot be rendered with its context; the text names the template and what is wrong."""


def render(template: str, context: Mapping[str, Any]) -> str:
    """The text of `template`, a path below templates/ such as `ansible/inventory.yaml.j2`, with `context`.

    `owned` in a template is the sentence that says whose the file is. Raises RenderError for a name that the context
    lacks, for text without a filter and for a value that its filter cannot write.
    """
    owned = escape.comment(OWNED.format(template.split("/", 1)[0]))
    try:
        return environment().get_template(template).render(context, owned=owned)
    except (TemplateError, UnwritableError, _UnfilteredError) as error:
        raise RenderError(f"{template}: {error}") from error


@cache
def environment() -> Environment:
    """The one environment of every template, which compiles each once in a process."""
    made = _Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        finalize=_filtered,
        autoescape=False,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Jinja's own filters that write HTML.
    for name in ("e", "escape", "forceescape", "safe", "urlize", "xmlattr"):
        del made.filters[name]
    made.filters.update(FILTERS)
    return made


class _Environment(Environment):
    """What a template or a macro has put together has passed its filters part by part."""

    @staticmethod
    def concat(parts: Iterable[str]) -> Written:
        return Written("".join(parts))


class _UnfilteredError(Exception):
    pass


def _filtered(value: Any) -> Any:
    kind = type(value)
    if kind is Written or kind is int or isinstance(value, Undefined):
        return value
    raise _UnfilteredError(f"{shown(str(value))} has passed no filter; use one of {', '.join(FILTERS)}")
