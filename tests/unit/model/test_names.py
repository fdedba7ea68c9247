"""Computed names and addresses keep their limits whatever ids the model allows."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import names
from model.derive.instances import address_in

codes = st.from_regex(r"[a-z][a-z0-9]{1,4}", fullmatch=True)
shorts = st.from_regex(r"[a-z]{2,4}", fullmatch=True)
numbers = st.integers(1, 999)
generations = st.integers(0, 99).map(lambda year: f"g{year:02d}")


@given(codes, shorts, numbers, generations)
def test_a_computer_name_keeps_the_netbios_limits(code: str, short: str, number: int, generation: str) -> None:
    assert names.computer_name_fault(names.computer_name(code, short, number, generation)) is None


@given(codes, shorts, numbers)
def test_an_identity_gives_its_number_back(code: str, short: str, number: int) -> None:
    assert names.server_number(names.server_identity(code, short, number), code, short) == number


@given(codes, shorts, numbers, generations, generations)
def test_names_of_two_generations_differ(code: str, short: str, number: int, one: str, other: str) -> None:
    same = names.computer_name(code, short, number, one) == names.computer_name(code, short, number, other)
    assert same == (one == other)


@pytest.mark.parametrize("name", ["SBSYSAPPLICATION1", "SBSYS APP01", "-SBSYS", "SBSYS-", "0123456789", "SBSYS.APP"])
def test_a_name_that_breaks_a_limit_is_refused(name: str) -> None:
    assert names.computer_name_fault(name) is not None


@pytest.mark.parametrize(
    ("unit", "escaped"),
    [
        ("App", "App"),
        ("A,B", "A\\,B"),
        ("A=B+C", "A\\=B\\+C"),
        ("#1", "\\#1"),
        (" a ", "\\ a\\ "),
        ('a"\\;', 'a\\"\\\\\\;'),
    ],
)
def test_an_ou_is_escaped_as_rfc_4514_says(unit: str, escaped: str) -> None:
    assert names.ou(unit, "g26", "Servere", "a.b") == f"OU={escaped},OU=G26,OU=Servere,DC=a,DC=b"


@given(st.integers(8, 30), st.integers(0, 1 << 16))
def test_an_address_is_a_host_of_its_prefix_or_none(length: int, host: int) -> None:
    prefix = IPv4Network((0x0A000000, length))
    address = address_in(prefix, host)
    if address is None:
        assert host == 0 or host >= prefix.num_addresses - 1
    else:
        assert isinstance(address, IPv4Address)
        assert address in prefix
        assert address not in (prefix.network_address, prefix.broadcast_address)
