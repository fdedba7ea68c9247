"""The tests' editor by path: what it changes, and that the layout of the data is nothing to the tables of faults."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from model.reading.source import read_yaml
from tests.e2e import test_moving_to_azure
from tests.e2e.test_desktop_images import VIDEO
from tests.e2e.test_walks import CARELESS
from tests.program.test_azure_servers import PLACED
from tests.program.test_inventories import FILES
from tests.support import avd, zone
from tests.support.edit import REMOVE, Edits, Plain, Renamed, edit, edited
from tests.support.lilleby import CUT_OVER, TRIED, written
from tests.support.targets import FOUR, PARTNERS, VARIED
from tests.support.waves import MOVING

Write = Callable[[Path], Path]
MODEL: dict[str, Write] = {
    "faults": written,
    "site_faults": written,
    "people_faults": written,
    "desktop_faults": written,
    "implausible": written,
    "generations": written,
    "gone": written,
    "azure_faults": zone.lilleby,
    "azure_servers": zone.lilleby,
    "avd_faults": avd.lilleby,
    "waves": lambda folder: zone.lilleby(folder, MOVING),
}
"""The modules of tests/unit/model whose CASES change data by path, and what they change."""


def cases(name: str) -> dict[str, Edits]:
    """Each case of a module, what it expects apart."""
    return {case: edits for case, (edits, *_) in import_module(f"tests.unit.model.test_{name}").CASES.items()}


def havneby(folder: Path) -> Path:
    return written(folder).with_name("havneby")


TABLES: dict[str, tuple[Write, Callable[[], dict[str, Edits]]]] = {
    **{name: (write, partial(cases, name)) for name, write in MODEL.items()},
    "inventories": (
        zone.lilleby,
        lambda: {file.stem: YAML(typ="safe").load(file)["edits"] for file in FILES},
    ),
    "states and targets": (
        written,
        lambda: {"tried": TRIED, "cut over": CUT_OVER, "partners": PARTNERS, "four": FOUR, "varied": VARIED},
    ),
    "Azure": (zone.lilleby, lambda: {"placed": PLACED, "moving": MOVING, "avd": avd.EDITS, "schools": zone.SCHOOLS}),
    "a walk": (written, lambda: {file: {file: changes} for file, changes in CARELESS}),
    "an image": (written, lambda: {"video": VIDEO}),
    "the way to Azure": (havneby, lambda: {"waves": test_moving_to_azure.MOVING, "after": test_moving_to_azure.NEXT}),
}
"""What each changes, and its edits by case."""

TEXT = """\
# On top.
a:   {b: 1, c: [x, y]}   # beside
rows:
  - {source: one}
  # between
  - source: two
lines:
    d.e: plain

    f:
        - 1
last:
- 1
"""
ONE = {
    "a value": ("a.b", "no", {"b: 1": 'b: "no"'}),
    "a key with a dot": ("lines.d.e", 2, {"plain": "2"}),
    "a new key in a row": ("a.d", {"e": None}, {"y]}": "y], d: {e: null}}"}),
    "a new key in lines": ("lines.g", "h", {"    - 1\n": "    - 1\n    g: h\n"}),
    "a new key with a dot": (("lines", "g.h"), 1, {"    - 1\n": "    - 1\n    g.h: 1\n"}),
    "one more in a row": ("a.c[2]", "z", {"y]": "y, z]"}),
    "one more in lines": ("rows[2]", {"source": "three"}, {"two\n": "two\n  - {source: three}\n"}),
    "the first of a row away": ("a.b", REMOVE, {"b: 1, ": ""}),
    "the last of a row away": ("a.c", REMOVE, {", c: [x, y]": ""}),
    "one of a row away": ("a.c[0]", REMOVE, {"x, ": ""}),
    "lines away": ("lines.d.e", REMOVE, {"    d.e: plain\n": ""}),
    "the last of them away": ("lines.f[0]", REMOVE, {"f:\n        - 1": "f: []"}),
    "a row for lines": ("rows", [], {"- {source: one}\n  # between\n  - source: two": "[]"}),
    "a row for lines in their key's column": ("last", [], {"last:\n- 1": "last:\n  []"}),
    "another key": ("lines.d.e", Renamed("g"), {"d.e:": "g:"}),
    "letter by letter": ("a.b", Plain("&x 1"), {"b: 1": "b: &x 1"}),
}


@pytest.mark.parametrize("name", ONE)
def test_one_change_leaves_the_rest_alone(name: str) -> None:
    where, value, ((old, new),) = *ONE[name][:2], ONE[name][2].items()
    assert TEXT.count(old) == 1
    assert edited(TEXT, where, value) == TEXT.replace(old, new)


@pytest.mark.parametrize("value", [REMOVE, Renamed("x"), Plain("x")])
def test_what_is_not_there_can_not_be_taken_away(value: Any) -> None:
    with pytest.raises(AssertionError, match="is not there"):
        edited(TEXT, "a.nothing", value)


def laid_out_anew(stacks: Path) -> None:
    """Every data file with one thing a line, other indentation and no comment."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.allow_unicode, yaml.width = False, True, 40
    yaml.indent, yaml.sort_base_mapping_type_on_output = 5, False  # pyright: ignore[reportAttributeAccessIssue]
    for path in stacks.rglob("*.yaml"):
        data = read_yaml(path, path.name).data
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(data, file)


def read(folder: Path, edits: Edits) -> list[Any]:
    """What the files say that a change touches, after it; they are then as before."""
    paths = [folder.parent / file if file.startswith("catalog/") else folder / file for file in edits]
    texts = {path: path.read_text(encoding="utf-8") for path in paths if path.exists()}
    edit(folder, edits)
    found = [
        path.read_text(encoding="utf-8") if path.suffix == ".csv" else _data(path) for path in paths if path.exists()
    ]
    for path in paths:
        path.unlink()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return found


def _data(path: Path) -> tuple[Any, list[str]]:
    document = read_yaml(path, path.name)
    return document.data, [fault.code for fault in document.faults]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_breaks_the_same_however_the_data_are_laid_out(tmp_path: Path, name: str) -> None:
    write, table = TABLES[name]
    original = write(tmp_path)
    other = Path(shutil.copytree(original.parent, tmp_path / "other" / "stacks")) / original.name
    laid_out_anew(other.parent)
    assert (other / "sites.yaml").read_text() != (original / "sites.yaml").read_text()
    found = {case: edits for case, edits in table().items() if edits}
    assert found
    for case, edits in found.items():
        assert read(other, edits) == read(original, edits), case
        assert read(original, edits) != read(original, {file: {} for file in edits}), f"{case}: it changes something"
