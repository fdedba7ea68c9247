"""Sites and workplaces into `sites.yaml` and `workplaces.csv`."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from importers.folder import Folder
from importers.merge import REMOVED, Merge, Place
from importers.records import Item
from importers.report import Source
from model.types.sites import FIRST_HOST

WORKPLACE_COLUMNS = ("name", "mac", "site", "kind", "model", "profile", "department")


def bring_sites(folder: Folder, merge: Merge, items: Sequence[Item], source: Source) -> None:
    """Merges or adds the sites."""
    if not folder.has("sites.yaml"):
        folder.put("sites.yaml", ("sites",), {})
    here = dict(folder.section("sites.yaml", "sites"))
    for item in items:
        code = item.key
        if isinstance(here.get(code), dict):

            def put(field: str, value: Any, code: str = code) -> None:
                folder.put("sites.yaml", ("sites", code, field), value)

            merge.item("sites", code, item.fields, Place("sites.yaml", here[code], put))
        elif merge.known("sites", code):
            merge.take("sites", code, merge.base["sites"][code])
            source.reject(item.row, code, "REMOVED-HERE", REMOVED)
        else:
            folder.put("sites.yaml", ("sites", code), dict(item.fields))
            merge.take("sites", code, item.fields)
            merge.report.add("sites")
    merge.gone("sites", ((code, "sites.yaml") for code in here))


def bring_workplaces(folder: Folder, merge: Merge, items: Sequence[Item], source: Source) -> None:
    """Merges or adds the workplaces. Rows that people keep stay in their order; new ones follow.

    Each gets the first number that is free at its site when it comes, and another when it has moved; nobody else's
    changes. A table of before that had no numbers gets them for all.
    """
    rows = _rows(folder)
    here = {row["name"].casefold(): row for row in rows}
    sites = {name: row["site"] for name, row in here.items()}
    first = len(rows)
    numberless = any(not row.get("host") for row in rows)
    for item in items:
        row = here.get(item.key.casefold())
        if row is not None:
            merge.item("workplaces", item.key, item.fields, Place("workplaces.csv", row, row.__setitem__))
        elif merge.known("workplaces", item.key):
            merge.take("workplaces", item.key, merge.base["workplaces"][item.key])
            source.reject(item.row, item.key, "REMOVED-HERE", REMOVED)
        else:
            rows.append({"name": item.key, **item.fields})
            merge.take("workplaces", item.key, item.fields)
            merge.report.add("workplaces")
    merge.gone("workplaces", ((row["name"], "workplaces.csv") for row in rows[:first]))
    if len(rows) > first or numberless or any(update["kind"] == "workplaces" for update in merge.report.updated):
        _number(rows, {id(row) for name, row in here.items() if row["site"] == sites[name]})
        folder.raw["workplaces.csv"] = csv_text((*WORKPLACE_COLUMNS, "host"), rows, _line_break(folder))


def _number(rows: Sequence[dict[str, str]], stayed: Collection[int]) -> None:
    """Gives every row that has no number, or has left the site where it had it, the first that is free."""
    taken: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if id(row) in stayed and row.get("host", "").isdigit():
            taken[row["site"]].add(int(row["host"]))
    for row in rows:
        if id(row) not in stayed or not row.get("host"):
            numbers = taken[row["site"]]
            host = next(number for number in itertools.count(FIRST_HOST) if number not in numbers)
            numbers.add(host)
            row["host"] = str(host)


def count_workplaces(merge: Merge, claimed: Mapping[str, int], workplaces: Sequence[Item]) -> None:
    """Notes where the list of sites claims another number of workplaces than was imported."""
    counted = Counter(item.fields["site"] for item in workplaces)
    for site, count in claimed.items():
        if counted[site] != count:
            reason = f"the list of sites says {count} workplaces, the list of workplaces has {counted[site]}"
            merge.report.note("WORKPLACE-COUNT", site, reason)


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], line_break: str = "\n") -> str:
    """Rows as comma-separated values by RFC 4180."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator=line_break)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _line_break(folder: Folder) -> str:
    """The line break of the folder's own table, which a person's spreadsheet may have chosen."""
    path = folder.root / "workplaces.csv"
    return "\r\n" if path.is_file() and b"\r\n" in path.read_bytes() else "\n"


def _rows(folder: Folder) -> list[dict[str, str]]:
    path = folder.root / "workplaces.csv"
    if not path.is_file():
        return []
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True))
