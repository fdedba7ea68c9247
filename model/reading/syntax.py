"""Says in plain words what stops the reading of a YAML file, and what to do.

The parser's own words are about its grammar; a person has forgotten a comma. Left out: what the data mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS: Mapping[str, str] = {
    "did not find expected ',' or '}'": "a map in braces is not closed, or lacks a comma; add the `,` or the `}`",
    "did not find expected ',' or ']'": "a list in brackets is not closed, or lacks a comma; add the `,` or the `]`",
    "mapping values are not allowed in this context": (
        "a second `: ` where one value belongs; put the text in quotes, or its key on a line of its own"
    ),
    "could not find expected ':'": "a line without a colon; write `key: value`",
    "found unexpected ':'": "no space after a colon; write `key: value`",
    "found unexpected end of stream": "a quote is not closed; close it",
    "did not find expected key": "a key stands further left or right than its neighbours; indent both alike",
    "did not find expected '-' indicator": "a key among a list's items; indent it otherwise, or begin it with `- `",
    "found character that cannot start any token": "a value begins with a mark such as @, % or `; put it in quotes",
    "found unknown escape character": "a backslash within double quotes; use single quotes",
    "found invalid Unicode character escape code": "an escape that is no character; use single quotes",
    "control characters are not allowed": "a control character; delete it",
    "did not find expected <document start>": "text after the end of the document; write one document a file",
}
"""What libyaml says (its scanner.c, parser.c and reader.c) and what it comes from."""


def explain(error: Any, text: str) -> tuple[int, str]:
    """The line at which reading stopped, and why, of a libyaml error."""
    mark, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    position = getattr(error, "position", None)
    if mark is None and position is not None:
        # The reader counts characters from the start of the file.
        line = text.count("\n", 0, position) + 1
    else:
        line = mark.line + 1 if mark is not None else 1
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())]:
        return line, "a tab stands where spaces belong; indent with spaces"
    message = _WORDS.get(problem, f"{problem}; write YAML 1.2")
    if began is not None and began.line + 1 < line:
        message = message.replace(";", f", begun at line {began.line + 1};", 1)
    return line, message
