"""Every message says what is wrong and then, after `; `, what to do: an imperative, or the nearest words.

Read from the code, so that a message that no other test brings about is held to it as well.
"""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal

import pytest
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from model.faults import nearest
from model.reading.advice import advice
from tests.support import messages
from tests.support.paths import ROOT

FOLDERS = ("model", "importers", "cli", "rendering", "refresh", "components", "providers", "twin")
VERBS = (
    r"add|adopt|allow|ask|build|change|check|choose|clear|close|compare|convert|correct|declare|delete|empty|end|forget|"
    r"give|import|indent|let|look|read|replace|report|"
    r"keep|leave|link|lower|make|match|mend|name|order|preview|put|raise|rebuild|remove|restore|run|save|say|see|set|take|"
    r"trust|try|turn|update|use|wait|write"
)
FORMS = re.compile(rf"({VERBS})\b|did you mean |known are: |nearest are: |none is known")
"""How a second half begins: with what to do, or with what `faults.nearest` and its like name."""
KEPT = {
    "model/codes.py": "what each code means, at length",
    "importers/report_codes.py": "what each code of a report means, at length",
    "components/servers/vmware/clusters.py": "thumbprints, one after another",
    "refresh/guard/finding.py": "what is put together of what others word",
    "providers/rest.py": "the advice that each client words for an HTTP status",
    "twin/citrix/app.py": "a header of HTTP",
    "twin/engine/check.py": "the words that are allowed, put together",
    "twin/world/seed.py": "figures with their units",
    "twin/world/store.py": "statements of SQL, one after another",
    "refresh/board/store.py": "the same",
    "model/derive/flips.py": "who may use a pool and which hosts rest is a value that a cutover changes",
}
"""Files whose `; ` is in no message, and why."""
FILES = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if str(path.relative_to(ROOT)) not in KEPT
]


def test_what_to_do_is_said_in_the_imperative() -> None:
    found = [(path, line, half) for path in FILES for line, half in messages.messages(ast.parse(path.read_text()))]
    assert len(found) > 300, "the reader of messages has gone blind"
    assert [f"{path.relative_to(ROOT)}:{line}: {half}" for path, line, half in found if not FORMS.match(half)] == []


def test_every_fault_says_what_to_do() -> None:
    found = [(path, line, said) for path in FILES for line, said in messages.faults(ast.parse(path.read_text()))]
    assert len(found) > 150, "the reader of faults has gone blind"
    assert [f"{path.relative_to(ROOT)}:{line}: {said}" for path, line, said in found if "; " not in said] == []


@pytest.mark.parametrize(
    ("code", "half"),
    [
        ('def f(): return "no name; a name"', "a name"),
        ('def f(): what = "both" if x else "set it"; return f"no; {what}"', "both"),
        ('T = {"a": ("b", "apart")}\ndef f(): why, do = T.get(x, (None, "")); return f"no; {do}"', "apart"),
        ('def g(): return "one"\ndef f(): return f"no; {g()}"', "one"),
        ('def f(do): return f"no; {do}"', "{do}"),
    ],
)
def test_a_bare_word_is_found(code: str, half: str) -> None:
    halves = [half for _, half in messages.messages(ast.parse(code))]
    assert half in halves
    assert not FORMS.match(half)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (int, "many", "give a whole number"),
        (float, "many", "give a number"),
        (bool, "yes", "write true or false"),
        (str, 4, "write text"),
        (date, "2026-6", "write a day as YYYY-MM-DD"),
        (dict[str, int], [], "write a map"),
        (tuple[int, ...], 4, "write a list"),
        (Literal["a", "b"], "c", "write 'a' or 'b'"),
        (Literal[True], False, "write true"),
        (IPv4Network, "10.26.4.14/24", "write 10.26.4.0/24, without the host's bits"),
        (IPv4Address, "10.26.4", "write an IPv4 address, such as 10.26.4.14, or a prefix, such as 10.26.4.0/24"),
        (Annotated[int, Field(ge=2)], 1, "give 2 or more"),
        (Annotated[int, Field(gt=2)], 1, "give more than 2"),
        (Annotated[int, Field(le=2)], 3, "give 2 or less"),
        (Annotated[int, Field(lt=2)], 3, "give less than 2"),
        (Annotated[int, Field(multiple_of=4)], 3, "mend it: input should be a multiple of 4"),
        (Annotated[str, Field(pattern="^g[0-9]$")], "x", "match the pattern ^g[0-9]$"),
        (Annotated[str, Field(max_length=2)], "abc", "keep it to 2 characters"),
        (Annotated[str, Field(min_length=1)], "", "write something"),
        (Annotated[tuple[int, ...], Field(min_length=1)], [], "name at least one"),
        (Annotated[tuple[int, ...], Field(min_length=2)], [1], "name at least 2"),
        (Annotated[tuple[int, ...], Field(max_length=1)], [1, 2], "keep it to 1 entries"),
        (tuple[int, int], [1], "give it a value"),
    ],
)
def test_what_a_type_refuses_comes_with_what_to_write(kind: Any, value: Any, words: str) -> None:
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(kind, config=ConfigDict(strict=True)).validate_json(json.dumps(value))
    assert advice(raised.value.errors()[0]) == words
    assert FORMS.match(words)


def test_the_nearest_word_is_one_of_its_forms() -> None:
    assert FORMS.match(nearest("systm", ["system"]))
    assert FORMS.match(nearest("zzz", ["system"]))
    assert FORMS.match(nearest("zzz", []))
