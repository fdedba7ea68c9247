"""The files of an import that no person edits: the machines as found, and what this import said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from importers.places import csv_text
from importers.records import Vm
from model.types.observed import Adapter, ObservedVm, adapters_cell

COLUMNS = tuple(ObservedVm.model_fields)
_IF_TOLD = frozenset({"active_memory_mib", "guest_id", "disk_sizes", "more_adapters", "instance_uuid"})


def observed_text(vms: Iterable[Vm]) -> str:
    """The machines as `model/types/observed.py` reads them, one a row; without a column that nothing fills."""
    rows = [_row(vm) for vm in vms]
    columns = [c for c in COLUMNS if c not in _IF_TOLD or any(row[c] not in ("", None) for row in rows)]
    return csv_text(columns, [{column: row[column] for column in columns} for row in rows])


def _row(vm: Vm) -> dict[str, Any]:
    apart = ("mac", "adapter", "switch", "disk_sizes", "more_adapters")
    row = {column: getattr(vm, column) for column in COLUMNS if column not in apart}
    nic = vm.nic
    more = [Adapter(nic.adapter, nic.network, nic.switch, nic.mac) for nic in vm.more_nics]
    return row | {
        "mac": nic.mac if nic else "",
        "adapter": nic.adapter if nic else "",
        "switch": nic.switch if nic else "",
        "disk_sizes": " ".join(map(str, vm.disk_sizes)),
        "more_adapters": adapters_cell(more),
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
