"""YAML that an import writes and edits reads back as meant, and an edit touches nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.yamltext import edit, emit, flow
from model.reading.source import read_yaml

WRITTEN = """\
# yaml-language-server: $schema=../../schema/system.json
code: sbsys        # æøå 😀

owner: null    # nobody yet
flows:
  - {source: workplaces, ports: [tcp/443]}   # the client
servers:
  # the databases
  sbsys-sql01: {role: sql,   host: 15, found: {g22: HOLSQL04}, cpus: 16}   # the big one
  sbsys-app01: {role: app,   host: 38, found: {g22: HOLAPP09}}

  sbsys-app02:
      role: app
      # why not 40
      host: 39   # asked for by the vendor
# the end
"""


def read(text: str, folder: Path) -> Any:
    (folder / "file.yaml").write_text(text, encoding="utf-8", newline="")
    doc = read_yaml(folder / "file.yaml", "file.yaml")
    assert doc.faults == []
    return doc.data


EDITS = {
    "a value": (("code",), "novax", {"code: sbsys        #": "code: novax        #"}),
    "a value in a row": (("servers", "sbsys-sql01", "cpus"), 8, {"cpus: 16}   #": "cpus: 8}   #"}),
    "a value deep in a row": (("servers", "sbsys-sql01", "found", "g22"), "no", {"g22: HOLSQL04": 'g22: "no"'}),
    "a new key in a row": (("servers", "sbsys-app01", "cpus"), 4, {"g22: HOLAPP09}}": "g22: HOLAPP09}, cpus: 4}"}),
    "a new key in lines": (
        ("servers", "sbsys-app02", "cpus"),
        4,
        {"by the vendor\n": "by the vendor\n      cpus: 4\n"},
    ),
    "a new item": (
        ("servers", "sbsys-app03"),
        {"role": "app", "host": 40},
        {"by the vendor\n": "by the vendor\n  sbsys-app03: {role: app, host: 40}\n"},
    ),
    "a new key of the file": (
        ("vendor",),
        "Firma: A/S",
        {"by the vendor\n": 'by the vendor\nvendor: "Firma: A/S"\n'},
    ),
    "a key without a value": (("owner",), "Borgerservice", {"owner: null    #": "owner: Borgerservice    #"}),
    "an entry of a list": (("flows", 0, "ports"), ["tcp/80"], {"[tcp/443]": "[tcp/80]"}),
    "lines become a row": (("flows",), [], {"  - {source: workplaces, ports: [tcp/443]}   #": "  []   #"}),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_changes_what_it_names_and_nothing_else(case: str, tmp_path: Path) -> None:
    path, value, difference = EDITS[case]
    expected = WRITTEN
    for old, new in difference.items():
        assert old in expected
        expected = expected.replace(old, new)
    edited = edit(WRITTEN, {path: value}, {})
    assert edited == expected
    data: Any = read(edited, tmp_path)
    for part in path:
        data = data[part]
    assert data == value


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_keeps_the_line_breaks_of_the_file(case: str) -> None:
    path, value, _ = EDITS[case]
    assert edit(WRITTEN.replace("\n", "\r\n"), {path: value}, {}) == edit(WRITTEN, {path: value}, {}).replace(
        "\n", "\r\n"
    )


def test_several_edits_at_once_and_a_comment_for_a_new_row(tmp_path: Path) -> None:
    changes = {
        ("servers", "sbsys-app03"): {"role": "app"},
        ("servers", "sbsys-app04"): {"role": "app"},
        ("servers", "sbsys-sql01", "cpus"): 2,
        ("networks", "a", "vlan"): 1,
    }
    edited = edit(WRITTEN, changes, {("servers", "sbsys-app04"): "assumed"})
    assert "  sbsys-app03: {role: app}\n  sbsys-app04: {role: app}  # assumed\n# the end\n" not in edited
    assert "  sbsys-app03: {role: app}\n  sbsys-app04: {role: app}  # assumed\n" in edited
    data = read(edited, tmp_path)
    assert data["networks"] == {"a": {"vlan": 1}}
    assert data["servers"]["sbsys-sql01"]["cpus"] == 2


@pytest.mark.parametrize(
    "text", ["", "# only a comment\n", "a: 1", "a: {}\n", "a: null\n", "a: |\n  literal\n", "a: >-\n  x\n\n"]
)
def test_something_is_added_to_any_file(text: str, tmp_path: Path) -> None:
    before = read(text, tmp_path) or {}
    edited = edit(text, {("b", "c"): 1}, {})
    assert edited.startswith(text.rstrip("\n"))
    assert read(edited, tmp_path) == before | {"b": {"c": 1}}


def test_a_literal_block_is_replaced_whole(tmp_path: Path) -> None:
    assert read(edit("a: |\n  one\n  two\nb: 2\n", {("a",): "x"}, {}), tmp_path) == {"a": "x", "b": 2}


keys = st.text(min_size=1, max_size=8)
scalars = st.one_of(
    st.text(max_size=20),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.none(),
    st.sampled_from(["7500", "1e3", "0x1F", "no", "~", "a: b", "a #b", "- x", "10.20.0.0/24", "24x7", "=1", "Ærø"]),
)
maps = st.dictionaries(
    keys, st.recursive(scalars, lambda s: st.lists(s, max_size=3) | st.dictionaries(keys, s, max_size=3))
)


def readable(text: str) -> bool:
    """YAML 1.2 has no place for these, and a file with them cannot be UTF-8."""
    return not any("\ud800" <= c <= "\udfff" for c in text)


@given(maps.filter(lambda data: readable(repr(data)) and readable("".join(map(str, data)))))
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert (read(emit("x.json", data, {}), folder) or {}) == data
    assert read(f"row: {flow(data)}\n", folder) == {"row": data}


@given(st.integers(0, 4), st.sampled_from(["cpus", "memory_gib", "ø"]), scalars.filter(lambda v: readable(str(v))))
def test_a_row_of_many_is_edited_alone(
    tmp_path_factory: pytest.TempPathFactory, index: int, field: str, value: Any
) -> None:
    data = {"servers": {f"sbsys-app0{i}": {"cpus": i, "found": {"g22": "æøå"}} for i in range(5)}}
    text = emit("x.json", data, {})
    edited = edit(text, {("servers", f"sbsys-app0{index}", field): value}, {})
    data["servers"][f"sbsys-app0{index}"][field] = value
    assert read(edited, tmp_path_factory.getbasetemp()) == data
    assert sum(a != b for a, b in zip(text.splitlines(), edited.splitlines(), strict=True)) <= 1
