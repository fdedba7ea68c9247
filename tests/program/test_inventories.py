"""The program against partial inventories: each file in inventories/ says what matters and nothing else.

`landed`: Lilleby has a landing zone in Azure; `edits` to it by file and path; `counts` by type; `values` a part of the
inputs by type and name, where a list is whole; `absent` what must not be declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import model
from tests.program.program import run
from tests.support import lilleby, zone

FILES = sorted((Path(__file__).parent / "inventories").glob("*.yaml"))


def differences(expected: Any, actual: Any, path: str) -> Iterator[str]:
    """What of `expected` is not in `actual`."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key in actual:
                yield from differences(value, actual[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}: missing; {value!r}"
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (value, other) in enumerate(zip(expected, actual, strict=True)):
            yield from differences(value, other, f"{path}[{index}]")
    elif expected != actual or isinstance(expected, bool) != isinstance(actual, bool):
        yield f"{path}: {actual!r}; {expected!r}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_program_declares_what_the_inventory_says(file: Path, tmp_path: Path) -> None:
    inventory = YAML(typ="safe").load(file)
    assert set(inventory) <= {"landed", "edits", "counts", "values", "absent"}
    write = zone.lilleby if inventory.get("landed", False) else lilleby.written
    program = run(model.load(str(write(tmp_path, inventory["edits"]))))
    declared = {str(r): r.inputs for r in program.resources}
    wrong = [
        f"{type_}: {program.counts()[type_]}; {count}"
        for type_, count in inventory["counts"].items()
        if program.counts()[type_] != count
    ]
    for name, values in inventory.get("values", {}).items():
        wrong += differences(values, declared[name], name) if name in declared else [f"{name}: not declared"]
    wrong += [f"{name}: declared" for name in inventory.get("absent", ()) if name in declared]
    assert wrong == []


def test_there_are_inventories() -> None:
    assert len(FILES) >= 5


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {}),
        ({"a": [1]}, {"a": [1, 2]}),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}),
        ({"a": True}, {"a": 1}),
    ],
)
def test_a_difference_is_found(expected: Any, actual: Any) -> None:
    assert list(differences(expected, actual, "x"))
