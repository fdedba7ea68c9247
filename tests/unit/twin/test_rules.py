"""The table of what replaces, against what the SDK's own documentation says and against the schema."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pulumi_vsphere
import pytest

from twin.engine import schema
from twin.engine.diff import Differ
from twin.engine.provider import Provider, State
from twin.engine.rules import Rules
from twin.engine.wire import UNKNOWN, Secret
from twin.vsphere import VSphere, rules
from twin.vsphere.naming import MACHINE, token
from twin.world.store import World

TABLE = rules()


@pytest.mark.parametrize("type_", TABLE)
def test_every_path_is_in_the_schema(type_: str) -> None:
    entry = TABLE[type_]
    for path in (*entry.replaces, *entry.updates, *entry.computed, *entry.unordered, *entry.defaults):
        shape = schema.resource(type_).inputs
        for step in path.replace("[*]", "").split("."):
            assert step in shape.properties, path
            kind = shape.properties[step].type
            while kind.items is not None:
                kind = kind.items
            shape = kind.object if kind.kind == "object" else shape


@pytest.mark.parametrize("type_", TABLE)
def test_what_the_sdk_says_replaces_is_in_the_table(type_: str) -> None:
    arguments = getattr(pulumi_vsphere, type_.rsplit(":", maxsplit=1)[-1] + "Args")
    names = schema.resource(type_).inputs.python_names
    text = inspect.getdoc(arguments.__init__) or ""
    for parameter in re.split(r"\n:param ", text)[1:]:
        head, _, words = parameter.partition(": ")
        if "forces a new resource" in " ".join(words.lower().split()):
            assert TABLE[type_].forces_replacement(names[head.split()[-1]]), head


@pytest.fixture
def differ() -> Differ:
    return Differ(schema.resource(MACHINE), TABLE[MACHINE])


OLD: dict[str, Any] = {
    "name": "a",
    "memory": 4096,
    "tags": ["t1", "t2"],
    "disks": [{"label": "disk0", "size": 60, "thinProvisioned": True}],
    "networkInterfaces": [{"networkId": "n", "macAddress": "00:50:56:00:00:01"}],
    "clone": {"templateUuid": "x", "customize": {"windowsOptions": {"adminPassword": Secret("p")}}},
}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, {}),
        ({"memory": 8192}, {"memory": "update"}),
        ({"memory": UNKNOWN}, {"memory": "update"}),
        ({"tags": ["t2", "t1"]}, {}),
        ({"tags": ["t2", "t3"]}, {"tags": "update"}),
        ({"firmware": "bios"}, {}),
        ({"firmware": "efi"}, {"firmware": "add"}),
        ({"annotation": None}, {}),
        ({"disks": [{"label": "disk0", "size": 60}]}, {}),
        ({"disks": [{"label": "disk0", "size": 80}]}, {"disks[0].size": "update"}),
        ({"disks": [*OLD["disks"], {"label": "disk1"}]}, {"disks[1]": "add"}),
        ({"disks": []}, {"disks[0]": "delete"}),
        ({"networkInterfaces": [{"networkId": "n"}]}, {}),
        ({"clone": {"templateUuid": "y", "customize": OLD["clone"]["customize"]}}, {"clone.templateUuid": "update"}),
        (
            {"clone": {"templateUuid": "x", "customize": {"windowsOptions": {"adminPassword": Secret("q")}}}},
            {"clone.customize.windowsOptions.adminPassword": "update"},
        ),
    ],
)
def test_differences(differ: Differ, changed: dict[str, Any], found: dict[str, str]) -> None:
    new = {key: value for key, value in (OLD | changed).items() if value is not None}
    assert differ.compare(OLD, new) == found


def test_what_is_no_longer_given(differ: Differ) -> None:
    assert differ.compare({"memory": 4096}, {}) == {"memory": "delete"}
    assert differ.compare({"memory": 1024}, {}) == {}, "the default"
    assert differ.compare({"annotation": "by hand"}, {}) == {}, "vCenter keeps it"
    assert differ.compare({"enableLogging": True}, {}) == {"enableLogging": "delete"}


@pytest.mark.parametrize(
    ("path", "replaces"),
    [
        ("clone.templateUuid", True),
        ("clone.customize.windowsOptions.domainAdminPassword", True),
        ("clone.timeout", False),
        ("clone.customize.networkInterfaces[0].ipv4Address", False),
        ("replaceTrigger", True),
        ("memory", False),
        ("name", False),
    ],
)
def test_what_replaces_a_machine(path: str, replaces: bool) -> None:
    assert TABLE[MACHINE].forces_replacement(path) is replaces


@pytest.fixture
def provider(tmp_path: Any) -> Provider:
    return Provider(World(tmp_path / "world.sqlite"), VSphere())


def test_an_imported_machine_may_be_given_a_clone(provider: Provider) -> None:
    new = {"hvMode": "hvAuto", "eptRviMode": "automatic", "clone": {"templateUuid": "x"}}
    for imported in (True, False):
        found = provider.diff(MACHINE, State("id", {"imported": imported}, {"hvMode": "hvAuto"}), new, [])
        assert bool(found.replaces) is not imported


def test_an_explicit_name_is_deleted_before_it_is_replaced(provider: Provider) -> None:
    tag = token("Tag")
    old = State("id", {}, {"categoryId": "a", "name": "t"})
    assert provider.diff(tag, old, {"categoryId": "b", "name": "t"}, []).delete_first
    made_up = {"categoryId": "b", "name": "t-1234567", "__defaults": ["name"]}
    found = provider.diff(tag, old, made_up, [])
    assert found.replaces == ["categoryId"]
    assert not found.delete_first


def test_a_type_that_is_not_in_the_table_is_not_guessed_at(provider: Provider) -> None:
    found = provider.diff(token("File"), State("id", {}, {"sourceFile": "a"}), {"sourceFile": "b"}, [])
    assert (found.replaces, found.unsure) == ([], ["sourceFile"])
    assert found.changes == {"sourceFile": "update"}


def test_without_rules_nothing_is_a_default() -> None:
    plain = Differ(schema.resource(MACHINE), None)
    assert plain.compare({}, {"firmware": "bios"}) == {"firmware": "add"}
    assert (
        Differ(schema.resource(MACHINE), Rules("x", defaults={"firmware": "bios"})).compare({}, {"firmware": "bios"})
        == {}
    )
