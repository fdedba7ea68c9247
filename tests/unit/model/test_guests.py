"""The table of guests against pyVmomi, which is made from VMware's own description of the API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pyVmomi import vim

from model.types.guests import ALSO, GUESTS, guest_id, os_of
from model.types.infrastructure import Image

_ENUM: Any = vim.vm.GuestOsDescriptor.GuestOsIdentifier
IDS: list[str] = list(_ENUM.values)


def test_the_table_has_the_guests_of_the_api_and_no_other() -> None:
    assert sorted(GUESTS) == sorted(IDS)
    assert set(ALSO.values()) <= set(GUESTS)


def test_every_name_means_one_guest() -> None:
    assert {name: guest_id(name) for name in GUESTS.values()} == {name: id_ for id_, name in GUESTS.items()}
    assert {name: guest_id(name) for name in ALSO} == ALSO
    assert {id_: guest_id(id_) for id_ in GUESTS} == {id_: id_ for id_ in GUESTS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("microsoft windows server 2019 (64 bit)", "windows2019srv_64Guest"),
        (" Debian  GNU/Linux 12 (64-bit)", "debian12_64Guest"),
        ("WINDOWS9_64GUEST", "windows9_64Guest"),
        ("Debian GNU/Linux 99 (64-bit)", None),
        ("", None),
    ],
)
def test_a_name_in_another_spelling(text: str, expected: str | None) -> None:
    assert guest_id(text) == expected


def test_the_bits_of_a_name_are_those_of_its_id() -> None:
    wrong = [
        id_
        for id_, name in GUESTS.items()
        if (match := re.search(r"\((32|64)-bit\)", name)) and (match[1] == "64") != ("64" in id_)
    ]
    assert wrong == ["crxPod1Guest", "crxSys1Guest"], "vSphere's own exceptions"


def test_each_is_an_image_of_the_model_under_the_rule_for_its_system() -> None:
    for id_, name in GUESTS.items():
        image = Image(os=os_of(id_), title=name, guest_id=id_)
        assert (image.os == "windows") is image.guest_id.startswith("win")
        assert os_of(name) == image.os
