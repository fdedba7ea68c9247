"""Sites, workplaces and devices into `sites.yaml`, `workplaces.csv` and `devices.csv`."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from importers import lists
from importers.folder import Folder
from importers.merge import REMOVED, Merge, Place
from importers.records import Item
from importers.report import Source
from model.types.devices import Device
from model.types.sites import FIRST_HOST

WORKPLACES, DEVICES = "workplaces.csv", "devices.csv"
DEVICE_COLUMNS = tuple(Device.model_fields)
"""The serial number first."""
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
    table = rows(folder, WORKPLACES)
    here = {row["name"].casefold(): row for row in table}
    sites = {name: row["site"] for name, row in here.items()}
    first = len(table)
    numberless = any(not row.get("host") for row in table)
    _merge_rows(merge, ("workplaces", WORKPLACES, "name"), table, items, source)
    if len(table) > first or numberless or any(update["kind"] == "workplaces" for update in merge.report.updated):
        stayed = {id(row) for name, row in here.items() if row["site"] == sites[name]}
        for row in table:
            if id(row) not in stayed:
                row["host"] = ""
        _number(_at_sites(table), _at_sites(table, rows(folder, DEVICES)))
        own = [column for column in ("room", "port") if any(column in row for row in table)]
        columns = (*WORKPLACE_COLUMNS, *own, "host")
        folder.raw[WORKPLACES] = csv_text(columns, table, _line_break(folder, WORKPLACES))


def bring_devices(folder: Folder, merge: Merge, items: Sequence[Item], source: Source) -> None:
    """Merges or adds the devices, after the workplaces. What is for a workplace gets a number at its site, beside the
    workplace's own, once its MAC address is known.
    """
    table, workplaces = rows(folder, DEVICES), rows(folder, WORKPLACES)
    # A cell that is empty at first is one that a later list may fill.
    blank, there = dict.fromkeys(lists.DEVICES.optional, ""), {row["serial"] for row in table}
    whole = [item if item.key in there else replace(item, fields=blank | dict(item.fields)) for item in items]
    _merge_rows(merge, ("devices", DEVICES, "serial"), table, whole, source)
    first = {(row["name"], row["mac"]) for row in workplaces}
    new = [row for row in table if row.get("mac") and (row.get("workplace"), row["mac"]) not in first]
    _number(_at_sites(workplaces, new), _at_sites(workplaces))
    if table:
        folder.raw[DEVICES] = csv_text(DEVICE_COLUMNS, table, _line_break(folder, DEVICES))


def _merge_rows(
    merge: Merge, table: tuple[str, str, str], held: list[dict[str, str]], items: Sequence[Item], source: Source
) -> None:
    """Merges or adds the rows of a table, which is its kind, its file and the column of its key."""
    kind, file, key = table
    here = {row[key].casefold(): row for row in held}
    first = len(held)
    for item in items:
        row = here.get(item.key.casefold())
        if row is not None:
            merge.item(kind, item.key, item.fields, Place(file, row, row.__setitem__))
        elif merge.known(kind, item.key):
            merge.take(kind, item.key, merge.base[kind][item.key])
            source.reject(item.row, item.key, "REMOVED-HERE", REMOVED)
        else:
            held.append({key: item.key, **item.fields})
            merge.take(kind, item.key, item.fields)
            merge.report.add(kind)
    merge.gone(kind, ((row[key], file) for row in held[:first]))


def _at_sites(
    workplaces: Sequence[dict[str, str]], devices: Sequence[dict[str, str]] | None = None
) -> list[tuple[str, dict[str, str]]]:
    """The rows, each with the site that it is at: of the workplaces, or of devices that are for one of them."""
    if devices is None:
        return [(row["site"], row) for row in workplaces]
    sites = {row["name"]: row["site"] for row in workplaces}
    return [(sites[name], row) for row in devices if (name := row.get("workplace", "")) in sites]


def _number(given: Sequence[tuple[str, dict[str, str]]], others: Sequence[tuple[str, dict[str, str]]]) -> None:
    """Gives every row without a number the first that is free at its site, where `others` have theirs too."""
    taken: dict[str, set[int]] = defaultdict(set)
    for site, row in (*given, *others):
        if row.get("host", "").isdigit():
            taken[site].add(int(row["host"]))
    for site, row in given:
        if not row.get("host"):
            host = next(number for number in itertools.count(FIRST_HOST) if number not in taken[site])
            taken[site].add(host)
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


def _line_break(folder: Folder, file: str) -> str:
    """The line break of the folder's own table, which a person's spreadsheet may have chosen."""
    path = folder.root / file
    return "\r\n" if path.is_file() and b"\r\n" in path.read_bytes() else "\n"


def rows(folder: Folder, file: str) -> list[dict[str, str]]:
    """The rows of a table of the folder, as they will be; none when it has no such table."""
    path = folder.root / file
    text = folder.raw.get(file) or (path.read_text(encoding="utf-8-sig") if path.is_file() else "")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
