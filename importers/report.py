"""What an import did with every row: imported, or reported with a code and a reason. Left out: any decision.

The counts are not kept by hand: a file's `imported` is its rows less those reported, so nothing can fall between.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from importers.report_codes import CODES


class RowError(Exception):
    """A row cannot be imported. `code` is one of CODES, `reason` is a sentence without a full stop."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = _known(code)
        self.reason = reason


def _known(code: str) -> str:
    if code not in CODES:
        raise ValueError(f"unknown report code {code}")
    return code


@dataclass(frozen=True, order=True, slots=True)
class Reported:
    """A row that was not imported. `row` is the line in the file where it begins."""

    row: int
    name: str
    code: str
    reason: str


@dataclass(slots=True)
class Source:
    """The account of one input. `kept_apart` counts the imported rows that are Citrix session machines."""

    file: str
    rows: int = 0
    kept_apart: int = 0
    reported: dict[int, Reported] = field(default_factory=dict)

    def reject(self, row: int, name: str, code: str, reason: str) -> None:
        """Reports a row, once: the first reason stands."""
        self.reported.setdefault(row, Reported(row, name, _known(code), reason))

    @property
    def imported(self) -> int:
        return self.rows - len(self.reported)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "rows": self.rows,
            "imported": self.imported,
            "kept_apart": self.kept_apart,
            "reported": [asdict(r) for r in sorted(self.reported.values())],
        }


@dataclass(slots=True)
class Report:
    """The whole account.

    `updated`: values taken from the export because nobody had changed them. `kept`: people's edits, where the export
    says what it said before. `conflicts`: both changed, and the people's value stands.
    """

    generation: str
    sources: dict[str, Source] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    updated: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    not_in_export: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def note(self, code: str, name: str, reason: str) -> None:
        """Notes something that a person should look at and that keeps no row out."""
        self.notes.append({"code": _known(code), "name": name, "reason": reason})

    def add(self, kind: str) -> None:
        self.added[kind] = self.added.get(kind, 0) + 1

    def as_json(self) -> str:
        """The report as JSON text: `files` by option of the command, then what happened in the folder."""
        whole = {
            "version": 1,
            "generation": self.generation,
            "files": {option: source.as_json() for option, source in self.sources.items()},
            "added": self.added,
            "updated": self.updated,
            "kept": self.kept,
            "conflicts": self.conflicts,
            "not_in_export": self.not_in_export,
            "notes": self.notes,
            "faults": self.faults,
        }
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
