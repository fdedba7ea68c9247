"""Says what `refresh new-generation` left to a person: an answer to each TO-SAY that `refresh check` names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import model
from model.faults import Fault
from tests.support.edit import Renamed, edit

Answer = Callable[[re.Match[str], int], Any]
"""From the path of what is to be said, and a number of its own, to the answer."""

ANSWERS: Mapping[str, Answer] = {
    r"vlan\.g\d\d": lambda _, n: 2000 + n,
    r"prefix\.g\d\d": lambda _, n: f"10.99.{n}.0/24",
    r"models\..*\.cores": lambda _match, _n: 64,
    r"models\..*\.memory_gib": lambda _match, _n: 1024,
    r"hosts\.TODO-\d+": lambda _, n: Renamed(f"esx{n}.next.example"),
    r"datastores\.TODO-\d+": lambda _, n: Renamed(f"next-{n}"),
    r"datastores\..*\.lun": lambda _, n: f"naa.600a0980{n:04d}",
    r"images\.(.*)\.template": lambda match, _: f"tpl-{match[1]}",
    r"data\.way": lambda _match, _n: "backup-restore",
    r"data\.\w+_minutes": lambda _match, _n: 60,
    r"alias_servers\[0\]": lambda _match, _n: "lnx-lnx01",
    r"citrix\.licensing\.controllers": lambda _match, _n: "2507",
    r"citrix\.vcenter": lambda _match, _n: "vcenter.next.example",
    r"desktop_images\.(.*)\.master": lambda match, _: f"tpl-vda-{match[1]}",
    r"versions\..*\.vda": lambda _match, _n: "2507",
    r"versions\..*\.built": lambda _match, _n: "2026-11-16",
    r"versions\..*\.snapshot": lambda _match, _n: "first",
    r"strategy\.g\d\d\.how": lambda _match, _n: "retire",
    r"users\[0\]": lambda _match, _n: "GG-Desktop",
    r"registration\..*\.opens": lambda _match, _n: "2030-01-07T07:00:00Z",
}


def to_say(folder: Path) -> tuple[Fault, ...]:
    """The faults of a platform, each of which is something to say."""
    with pytest.raises(model.ModelError) as caught:
        model.load(str(folder))
    assert {fault.code for fault in caught.value.faults} == {"TO-SAY"}, caught.value
    return caught.value.faults


def say(folder: Path, answers: Mapping[str, Answer] = ANSWERS) -> None:
    """Answers everything, what lies deepest first, so that a new name moves nothing that is still to be said."""
    faults = sorted(to_say(folder), key=lambda fault: -fault.path.count("."))
    for fault, value in zip(faults, _answers(faults, answers), strict=True):
        file = fault.file[fault.file.index(f"{folder.name}/") + len(folder.name) + 1 :]
        edit(folder, {file: {fault.path: value}})


def _answers(faults: list[Fault], answers: Mapping[str, Answer]) -> Iterator[Any]:
    for number, fault in enumerate(faults):
        found = [
            (answer, match) for words, answer in answers.items() if (match := re.search(rf"{words}\Z", fault.path))
        ]
        assert len(found) == 1, f"{fault} has {len(found)} answers"
        yield found[0][0](found[0][1], number)
