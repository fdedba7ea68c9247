"""Cells in the spellings that exports use, and those that are refused rather than guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from importers import values
from importers.report import RowError


@pytest.mark.parametrize(
    ("cell", "number"),
    [("8192", 8192), ("8.192", 8192), ("8,192", 8192), ("8 192", 8192), ("8\u00a0192", 8192), ("1.048.576", 1048576),
     ("8192,0", 8192), ("8192.00", 8192), (" 4 ", 4)],
)  # fmt: skip
def test_a_whole_number_with_any_separators(cell: str, number: int) -> None:
    assert values.whole(cell, "Memory", 1, 2_000_000) == number


@pytest.mark.parametrize(
    ("cell", "mbit"),
    [("1000", 1000), ("1 Gbit", 1000), ("10 Gbit", 10000), ("300 Mbit/s", 300), ("2,5 Gbit", 2500), ("0.5 gbit/s", 500),
     ("1.000", 1000), ("100mbps", 100), ("2000 kbit", 2)],
)  # fmt: skip
def test_a_speed_with_or_without_its_unit(cell: str, mbit: int) -> None:
    assert values.mbit(cell, "WAN") == mbit


@pytest.mark.parametrize(
    "cell", ["00:E0:C5:77:3D:19", "00-e0-c5-77-3d-19", "00e0.c577.3d19", "00E0C5773D19", " 00 e0 c5 77 3d 19 "]
)
def test_a_mac_address_in_any_notation(cell: str) -> None:
    assert values.mac(cell, "MAC") == "00:E0:C5:77:3D:19"


@pytest.mark.parametrize(
    ("cell", "ports"),
    [("443", ["tcp/443"]), ("443;1433", ["tcp/443", "tcp/1433"]), ("UDP/3478-3481", ["udp/3478-3481"]),
     ("tcp:80, 443,443", ["tcp/80", "tcp/443"]), ("27000-27009", ["tcp/27000-27009"])],
)  # fmt: skip
def test_ports_with_or_without_a_protocol(cell: str, ports: list[str]) -> None:
    assert values.ports(cell, "Porte") == ports


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [("10.1.2.3", ("10.1.2.3",)), ("fe80::1, 10.1.2.3", ("10.1.2.3",)), ("169.254.7.1", ()), ("", ()),
     ("169.254.7.1;10.1.2.3 10.1.2.4, 10.1.2.3", ("10.1.2.3", "10.1.2.4")),
     ("172.17.0.1, 10.42.0.0, 10.42.0.1, 192.168.122.1, 10.1.2.3", ("10.1.2.3",)), ("172.17.0.10", ("172.17.0.10",))],
)  # fmt: skip
def test_the_addresses_that_others_reach(cell: str, addresses: tuple[str, ...]) -> None:
    assert values.ipv4s(cell, "Primary IP Address") == addresses


@pytest.mark.parametrize(("cell", "number"), [("4.000", 4), ("8,000", 8), ("768", 768), ("64,000", 64)])
def test_a_separator_that_can_part_no_thousands_is_a_decimal_one(cell: str, number: int) -> None:
    assert values.whole(cell, "CPUs", 1, 768) == number


@pytest.mark.parametrize(
    ("name", "kept"), [("A/B", "A%2fB"), ("A%2fB", "A%2fB"), ("100%", "100%25"), ("C:\\", "C:%5c"), ("A%25", "A%25")]
)
def test_a_name_is_as_vsphere_keeps_it(name: str, kept: str) -> None:
    assert values.name(name, "VM") == kept


@pytest.mark.parametrize(
    ("path", "pool"),
    [("CL01/Resources", "CL01/Resources"), ("/DC/CL01/Resources", "CL01/Resources"),
     ("/Rod/DC/CL01/Resources/Drift/Web", "CL01/Resources/Drift/Web"), ("Resources", "CL01/Resources"), ("", ""),
     ("/Resources/CL01/Resources", "CL01/Resources")],
)  # fmt: skip
def test_a_resource_pool_is_found_below_the_folder_of_the_hosts(path: str, pool: str) -> None:
    assert values.pool_path(path, "CL01") == pool


def test_true_and_false_in_two_languages() -> None:
    assert [values.flag(cell, "Template") for cell in ("True", "SAND", "False", "Falsk", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_a_note_becomes_one_line_without_control_characters() -> None:
    assert values.free_text("Filserver\r\n\tservice\x00 ons\u202e") == "Filserver service ons"
    assert len(values.free_text("x" * 5000)) == 200


REFUSED: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
    (values.whole, ("many", "Memory", 1, 9), "BAD-VALUE"),
    (values.whole, ("8,5", "Memory", 1, 9), "BAD-VALUE"),
    (values.whole, ("10", "Memory", 1, 9), "BAD-VALUE"),
    (values.whole, ("", "Memory", 1, 9), "MISSING-FIELD"),
    (values.whole, ("-1", "Memory", 1, 9), "BAD-VALUE"),
    (values.mbit, ("hurtig", "WAN"), "BAD-VALUE"),
    (values.mbit, ("0", "WAN"), "BAD-VALUE"),
    (values.mbit, ("1,5", "WAN"), "BAD-VALUE"),
    (values.mac, ("00:E0:C5:77:3D", "MAC"), "BAD-VALUE"),
    (values.mac, ("01:00:5e:00:00:01", "MAC"), "BAD-VALUE"),
    (values.mac, ("00:00:00:00:00:00", "MAC"), "BAD-VALUE"),
    (values.mac, ("", "MAC"), "MISSING-FIELD"),
    (values.ports, ("443;https", "Porte"), "BAD-VALUE"),
    (values.ports, ("70000", "Porte"), "BAD-VALUE"),
    (values.ports, ("90-80", "Porte"), "BAD-VALUE"),
    (values.ipv4s, ("10.1.2", "Address"), "BAD-VALUE"),
    (values.whole, ("4.000", "Memory", 1, 9000), "BAD-VALUE"),
    (values.flag, ("måske", "Template"), "BAD-VALUE"),
    (values.name, ("", "VM"), "MISSING-FIELD"),
    (values.name, ("=cmd|'/c calc'!A1", "VM"), "BAD-NAME"),
    (values.name, ("@SUM(1)", "VM"), "BAD-NAME"),
    (values.name, ("A\x07B", "VM"), "BAD-NAME"),
    (values.name, ("A\u202eB", "VM"), "BAD-NAME"),
    (values.name, ("A" * 81, "VM"), "BAD-NAME"),
    (values.text, ("x" * 201, "Navn"), "BAD-VALUE"),
    (values.text, ("a\x00b", "Navn"), "BAD-VALUE"),
]


@pytest.mark.parametrize(("parse", "arguments", "code"), REFUSED)
def test_what_could_mean_anything_is_refused_with_a_reason(
    parse: Callable[..., Any], arguments: tuple[Any, ...], code: str
) -> None:
    with pytest.raises(RowError) as caught:
        parse(*arguments)
    assert caught.value.code == code
    assert str(caught.value).startswith(str(arguments[1]))
