"""Writes docs/errors.md: what each code means, and the rules that give it with what they demand.

From model/codes.py, importers/report_codes.py and the rules themselves (`python -m scripts.schema` writes it with the
others). Left out: why a rule is one, which `refresh check PLATFORM --rules` says.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from importers.report_codes import CODES as IMPORT_CODES
from model.codes import CODES
from model.rules.registry import DAY_RULES, RULES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "errors.md"
WIDTH = 128

HEAD = """# Errors

Every message reads `file:line: CODE path: what is wrong; what to do`. All faults of a run come at once, on standard
error, and the exit status is 2. A word after "did you mean" is the nearest one that is known.

Written by `python -m scripts.schema` from `model/codes.py` and the rules in `model/rules/`.

## Model faults

`refresh check`, `pulumi preview` and everything else that loads a platform folder give these. Below a code stand the
rules that give it; what no rule gives, the reader of the files or a type finds. `refresh check PLATFORM --rules` says
why each rule is one.
"""

IMPORTS = """## Import report codes

`refresh import` writes these to its report. A row that is not imported is in `reported` with its line; a note keeps
no row out. A file that cannot be used at all is a fault, with a code of the section above, and nothing is written.
"""


def page() -> str:
    """The page."""
    return "\n".join((HEAD, *_faults(), IMPORTS, *(_section(code, text) for code, text in IMPORT_CODES.items())))


def _faults() -> Iterator[str]:
    for code, text in CODES.items():
        rules = [
            textwrap.fill(f"- `{rule.id}`: {rule.what}", WIDTH, subsequent_indent="  ")
            for rule in (*RULES, *DAY_RULES)
            if code in rule.codes
        ]
        yield _section(code, text) + ("\n" + "\n".join(rules) + "\n" if rules else "")


def _section(code: str, text: str) -> str:
    filled = textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"### {code}\n\n{filled}\n"


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")
