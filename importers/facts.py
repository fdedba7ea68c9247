"""The files of an import that no person edits: the machines as found, and what this import said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from importers.places import csv_text
from importers.records import Vm
from model.types.observed import ObservedVm

COLUMNS = tuple(ObservedVm.model_fields)


def observed_text(vms: Iterable[Vm]) -> str:
    """The machines as types/observed.py reads them, one a row; without a column of use that the export has not."""
    rows = list(vms)
    told = any(vm.active_memory_mib is not None for vm in rows)
    columns = [column for column in COLUMNS if told or column != "active_memory_mib"]
    return csv_text(columns, [_row(vm, columns) for vm in rows])


def _row(vm: Vm, columns: Iterable[str]) -> dict[str, Any]:
    row = {column: getattr(vm, column) for column in columns if column not in ("mac", "adapter", "switch")}
    nic = vm.nic
    return row | {
        "mac": nic.mac if nic else "",
        "adapter": nic.adapter if nic else "",
        "switch": nic.switch if nic else "",
    }


def base_text(base: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """What this import said, as JSON with one item a line: the base that the next import compares with.

    Values and not digests, because a conflict can then tell what the export said before, and because they are shorter.
    """
    kinds = []
    for kind in sorted(base):
        items = ",\n".join(f"  {_json(name)}: {_json(base[kind][name])}" for name in sorted(base[kind]))
        kinds.append(f"{_json(kind)}: {{\n{items}\n}}")
    return "{\n" + ",\n".join(kinds) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
