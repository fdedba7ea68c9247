"""The rules of an import, each on its own: the merge, system codes, keys, prefixes, disks, lines of a table."""

from __future__ import annotations

from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.codes import system_codes, unique_slug
from importers.merge import MISSING, decide
from importers.placement import prefix_of
from importers.records import Vm
from importers.sizes import disk_sum, disks_of, image_key, most_common, with_nulls
from importers.table import Columns, read_table
from model.names import slug

TWO = Columns(required={"name": ("VM",)}, optional={"note": ("Annotation", "Notes")})


@pytest.mark.parametrize(
    ("base", "current", "new", "decision"),
    [
        (1, 1, 1, "same"),
        (1, 2, 2, "same"),
        (1, 1, 2, "update"),
        (1, 2, 1, "keep"),
        (1, 2, 3, "conflict"),
        (1, None, 1, "keep"),
        (1, None, 2, "conflict"),
        (MISSING, 1, 1, "same"),
        (MISSING, 1, 2, "conflict"),
    ],
)
def test_three_way_merge_of_a_field(base: Any, current: Any, new: Any, decision: str) -> None:
    assert decide(base, current, new) == decision


def test_a_code_is_the_word_that_only_one_title_has() -> None:
    titles = ["KMD Nexus", "KMD Opus Løn og Personale", "SBSYS", "Økonomi", "Vagtplan Optima", "Vagtplan", "Vagtplanen"]
    assert system_codes(titles, {"sbsys"}) == {
        "KMD Nexus": "nexus",
        "KMD Opus Løn og Personale": "opus",
        "SBSYS": "sbsy2",
        "Økonomi": "oekon",
        "Vagtplan Optima": "optim",
        "Vagtplan": "vagtp",
        "Vagtplanen": "vagt2",
    }


@given(st.lists(st.text(max_size=30), unique=True, max_size=40))
def test_codes_are_unique_and_what_the_model_allows(titles: list[str]) -> None:
    codes = system_codes(titles, {"ad", "ctx"})
    assert len({*codes.values(), "ad", "ctx"}) == len(titles) + 2
    assert all(
        code.isascii() and code[0].isalpha() and code.isalnum() and 2 <= len(code) <= 5 for code in codes.values()
    )


@given(st.text(max_size=90), st.sets(st.just("item")))
def test_a_key_is_what_the_model_allows(name: str, taken: set[str]) -> None:
    key = unique_slug(name, taken)
    assert key not in taken
    assert key[0].isalpha()
    assert len(key) <= 40
    assert key == key.lower()
    assert key.replace("-", "a").isalnum()
    assert key.isascii()


def test_a_key_keeps_danish_letters_readable() -> None:
    assert slug("VLAN10_Servere Ærø/Ålborg") == "vlan10-servere-aeroe-aalborg"


@pytest.mark.parametrize(
    ("addresses", "prefix"),
    [
        ([], None),
        (["10.1.2.3"], "10.1.2.0/24"),
        (["10.1.2.3", "10.1.2.250"], "10.1.2.0/24"),
        (["10.1.2.3", "10.1.3.4"], "10.1.2.0/23"),
        (["10.1.2.3", "10.1.2.4", "192.168.1.1"], "10.1.2.0/24"),
    ],
)
def test_the_prefix_that_addresses_suggest(addresses: list[str], prefix: str | None) -> None:
    assert prefix_of(addresses) == (IPv4Network(prefix) if prefix else None)


def machine(disks: int, total_gib: int, *sizes_gib: int) -> Vm:
    return Vm(
        row=1, name="A", uuid="", instance_uuid="", moref="vm-1", power="on", template=False, dns_name="",
        cpus=1, memory_mib=1024,
        disks=disks, disk_mib=total_gib * 1024, in_use_mib=0, addresses=(), network="", resource_pool="", folder="",
        datacenter="D", cluster="C", host="", firmware="efi", hw_version=19, guest_os="", annotation="",
        disk_sizes=tuple(size * 1024 for size in sizes_gib),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("vm", "disks"),
    [
        (machine(1, 200), {"system": 200}),
        (machine(2, 1024), {"system": 100, "data": 924}),
        (machine(2, 60), {"system": 59, "data": 1}),
        (machine(4, 401), {"system": 100, "data": 101, "disk3": 100, "disk4": 100}),
        (machine(2, 150, 90, 60), {"system": 90, "data": 60}),
        (machine(0, 0), {"system": 1}),
    ],
)
def test_disks_from_what_an_export_tells(vm: Vm, disks: dict[str, int]) -> None:
    assert disks_of(vm, {"system": 100, "data": 500}) == disks
    assert disk_sum(disks) == {"count": max(1, vm.disks), "gib": max(1, vm.disk_mib // 1024)}


def test_a_disk_that_a_role_has_and_a_machine_has_not_is_switched_off() -> None:
    assert with_nulls({"system": 200}, {"system": 100, "data": 500}) == {"system": 200, "data": None}


@pytest.mark.parametrize(
    ("guest", "image"),
    [
        ("Microsoft Windows Server 2019 (64-bit)", "ws2019"),
        ("Microsoft Windows Server 2008 R2 (64-bit)", "ws2008r2"),
        ("Ubuntu Linux (64-bit)", "ubuntu"),
        ("Debian GNU/Linux 11 (64-bit)", "debian-gnu-linux-11"),
    ],
)
def test_the_image_of_a_guest(guest: str, image: str) -> None:
    assert image_key(guest) == image


def test_the_usual_value_of_a_role_prefers_the_catalogs_when_two_are_as_usual() -> None:
    assert most_common([4, 8, 8]) == 8
    assert most_common([16, 8], 16) == 16
    assert most_common([16, 8]) == 8


def lines(folder: Path, text: str) -> list[tuple[int, str, str]]:
    (folder / "t.csv").write_text(text, encoding="utf-8", newline="")
    return [(row.line, row["name"], row.get("note", "")) for row in read_table(folder / "t.csv", TWO)]


def test_a_row_is_named_by_the_line_where_it_begins(tmp_path: Path) -> None:
    text = 'sep=;\r\n"vm";Notes\r\nA;"one\r\ntwo; ""three"""\r\n\r\nB;x\r\n'
    assert lines(tmp_path, text) == [(3, "A", 'one\r\ntwo; "three"'), (6, "B", "x")]


def test_a_separator_inside_a_quoted_header_does_not_count(tmp_path: Path) -> None:
    assert lines(tmp_path, '"VM",Annotation,"a;b;c;d"\nA,x,y\n') == [(2, "A", "x")]
