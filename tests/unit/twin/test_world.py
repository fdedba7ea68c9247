"""The world's file: transactions, claims, secrets, planting, drift."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.twin_estate import OLD_SERVER, TEMPLATE, estate, planted
from twin.azure import Azure
from twin.engine import schema
from twin.engine.platform import Platform, RefusedError
from twin.engine.provider import Provider, State
from twin.engine.wire import UNKNOWN, Secret, decode, encode
from twin.vsphere import VSphere
from twin.vsphere.invokes import ANSWERS, token_of
from twin.vsphere.naming import MACHINE, token
from twin.world import drift, seed
from twin.world.store import Object, World

PLATFORMS: list[Platform] = [VSphere(), Azure()]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world.sqlite")
    yield made
    made.close()


@pytest.fixture
def provider(world: World) -> Provider:
    seed.plant(world, PLATFORMS, estate())
    return Provider(world, VSphere())


def machine(**changes: Any) -> dict[str, Any]:
    return {
        "name": "hk-a",
        "folder": "Servers",
        "resourcePoolId": "resgroup-9",
        "datastoreClusterId": "group-p31",
        "memory": 4096,
        "guestId": "windows2022srvNext_64Guest",
        "networkInterfaces": [{"networkId": "dvportgroup-41"}],
        "disks": [{"label": "disk0", "size": 60}],
        "clone": {"templateUuid": TEMPLATE},
    } | changes


def test_all_or_nothing(world: World) -> None:
    with pytest.raises(sqlite3.IntegrityError), world.transaction():
        [world.add(Object("t", "1", "one", {})) for _ in range(2)]
    assert world.all() == []


def test_secrets_are_sealed(world: World, tmp_path: Path) -> None:
    with world.transaction():
        item = world.add(Object("t", "1", "one", {"a": {"password": Secret("Hunter2")}, "list": [Secret("Hunter2")]}))
    held = world.get("t", item.id)
    assert held is not None
    assert "Hunter2" not in b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode("latin-1")
    known = {"a": {"password": Secret("Hunter2")}, "list": [Secret("Hunter2")]}
    assert world.unseal(held.properties, known) == known
    other = world.unseal(held.properties, {"a": {"password": Secret("else")}})
    assert other["a"]["password"] != Secret("Hunter2"), "what does not match is not made up"


def test_the_wire_and_back() -> None:
    value = {
        "a": Secret({"b": [1, 2.5, "x", True, None]}),
        "c": {},
        "d": [],
        "e": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    }
    again = decode(encode(value))
    assert again["a"] == value["a"]
    assert encode(again) == encode(value)
    assert again["e"] is UNKNOWN


def test_planting_twice_changes_nothing(world: World) -> None:
    assert seed.plant(world, PLATFORMS, estate()) == (len(estate()), 0)
    before = [(item.seq, item.properties) for item in world.all()]
    assert seed.plant(world, PLATFORMS, estate()) == (0, 0)
    assert [(item.seq, item.properties) for item in world.all()] == before
    changed = [
        *estate()[:-1],
        planted("VirtualMachine", OLD_SERVER, **(estate()[-1]["properties"] | {"memory": 16384})),
    ]
    assert seed.plant(world, PLATFORMS, changed) == (0, 1)
    held = world.get(MACHINE, OLD_SERVER)
    assert held is not None
    assert held.properties["memory"] == 16384


def test_what_was_changed_since_is_planted_again_and_not_a_second_time(world: World) -> None:
    """By hand, or by a stack that adopted it: the estate can still be seeded, with what was found of it meanwhile."""
    seed.plant(world, PLATFORMS, estate())
    drift.change(world, PLATFORMS, "vm", "hk-app01", ["memory=16384"])
    assert seed.plant(world, PLATFORMS, estate()) == (0, 0)
    found = planted("VirtualMachine", OLD_SERVER, **(estate()[-1]["properties"] | {"memory": 16384}))
    assert seed.plant(world, PLATFORMS, [*estate()[:-1], found]) == (0, 1)
    assert len(world.named(MACHINE, "hk-app01")) == 1


def test_an_id_that_another_estate_has_taken_is_told(world: World) -> None:
    seed.plant(world, PLATFORMS, estate())
    template = next(entry for entry in estate() if entry.get("id") == TEMPLATE)
    other = template | {"properties": template["properties"] | {"name": "other"}}
    with pytest.raises(seed.PlantError, match=f"its id {TEMPLATE} is that of 'tpl-ws2025'"):
        seed.plant(world, PLATFORMS, [other])


def test_planting_reports_every_fault_and_plants_nothing(world: World) -> None:
    wrong = [
        *estate(),
        planted(
            "VirtualMachine",
            "u1",
            name="hk-app01",
            folder="Servers",
            resourcePoolId="resgroup-9",
            datastoreId="datastore-32",
        ),
        planted("VirtualMachine", "u2", name="x", resourcePoolId="resgroup-404", datastoreId="datastore-32"),
    ]
    with pytest.raises(seed.PlantError) as caught:
        seed.plant(world, PLATFORMS, wrong)
    assert len(caught.value.problems) == 2
    assert "'hk-app01' already exists" in caught.value.problems[0]
    assert "could not find resource pool ID 'resgroup-404'" in caught.value.problems[1]
    assert world.all() == []
    with pytest.raises(seed.PlantError) as caught:
        seed.plant(
            world,
            PLATFORMS,
            [
                planted("Host", hostname="h", cluter="c"),
                {"type": "twin:rack:Lun", "properties": {"name": 1}},
                {"typ": 1},
            ],
        )
    assert [problem.split(": ", maxsplit=1)[1] for problem in caught.value.problems] == [
        "cluter: unknown property; did you mean 'cluster'",
        "facts.cores: missing",
        "facts.memoryMb: missing",
        "name: expected str",
        "sizeMb: expected int",
        "typ: unknown key; use type, id, properties, facts",
        "type: '' is no resource token of vsphere or azure-native; write package:module:Name",
    ]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "HK-APP01"}, "already exists"),
        ({"folder": "Nowhere"}, "folder '/HB/vm/Nowhere' not found"),
        ({"resourcePoolId": "domain-c8"}, "could not find resource pool ID 'domain-c8'"),
        ({"datastoreClusterId": "group-p404"}, "error fetching datastore cluster ID 'group-p404'"),
        ({"networkInterfaces": [{"networkId": "dvportgroup-404"}]}, "could not find network with ID 'dvportgroup-404'"),
        ({"clone": {"templateUuid": "nope"}}, "cannot locate virtual machine or template with UUID 'nope'"),
        ({"guestId": "otherGuest"}, "invalid guest ID 'otherGuest' for clone. Please set it to 'windows2022srv"),
        ({"disks": []}, "not enough disks"),
        ({"disks": [{"label": "disk0", "size": 40}]}, "size 40 GB is less than the 60 GB of template"),
        ({"memory": 1 << 20}, "Insufficient memory resources in cluster 'CL1'"),
        ({"disks": [{"label": "disk0", "size": 11 << 10}]}, "Insufficient disk space on datastore cluster 'POD1'"),
        ({"tags": ["urn:none"]}, "tag 'urn:none' not found"),
        ({"hostSystemId": "host-404"}, "error locating host system at ID 'host-404'"),
    ],
)
def test_what_vcenter_refuses(provider: Provider, world: World, changes: dict[str, Any], refusal: str) -> None:
    count = len(world.all())
    with pytest.raises(RefusedError, match=refusal.replace("(", r"\(")), world.transaction():
        provider.create(MACHINE, machine(**changes))
    assert len(world.all()) == count


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"datastoreId": "datastore-32"}, "datastoreId"),
        ({"clone": {"templateUuid": TEMPLATE, "timeout": 9}}, "clone.timeout"),
        ({"disks": [{"label": "a", "size": 1}, {"label": "a", "size": 1, "unitNumber": 1}]}, "disks[1].label"),
        ({"disks": [{"label": "a", "size": 1}, {"label": "b", "size": 1}]}, "disks[1].unitNumber"),
        *(
            (
                {
                    "clone": {
                        "templateUuid": TEMPLATE,
                        "customize": {"networkInterfaces": [{}], "windowsOptions": {"computerName": name}},
                    }
                },
                "clone.customize.windowsOptions.computerName",
            )
            for name in ("sixteen-letters-", "with.dot", "12345", "")
        ),
        (
            {"clone": {"templateUuid": TEMPLATE, "customize": {"windowsOptions": {"computerName": "a"}}}},
            "clone.customize.networkInterfaces",
        ),
    ],
)
def test_what_a_plan_refuses(provider: Provider, changes: dict[str, Any], path: str) -> None:
    _, found = provider.check(MACHINE, "vm", {}, machine(**changes), b"")
    assert [fault.path for fault in found] == [path]


def test_names_are_made_up_once(provider: Provider) -> None:
    first, found = provider.check(
        token("TagCategory"), "tier", {}, {"cardinality": "SINGLE", "associableTypes": []}, b"1"
    )
    assert found == []
    assert first["name"].startswith("tier-")
    assert first["__defaults"] == ["name"]
    again, _ = provider.check(
        token("TagCategory"), "tier", first, {"cardinality": "SINGLE", "associableTypes": []}, b"2"
    )
    assert again["name"] == first["name"]


def test_a_lost_answer_is_given_again_and_only_then(provider: Provider, world: World) -> None:
    urn = "urn:pulumi:dev::p::vsphere:index/virtualMachine:VirtualMachine::hk-a"
    with world.transaction():
        made = provider.create(MACHINE, machine(), urn)
        assert provider.create(MACHINE, machine(), urn) == made
    with pytest.raises(RefusedError, match="already exists"), world.transaction():
        provider.create(MACHINE, machine(memory=8192), urn)
    with pytest.raises(RefusedError, match="already exists"), world.transaction():
        provider.create(MACHINE, machine(), urn.replace("dev", "other"))
    provider.heard(urn)
    with pytest.raises(RefusedError, match="already exists"), world.transaction():
        provider.create(MACHINE, machine(), urn)


def test_in_use_is_not_removed(provider: Provider, world: World) -> None:
    with world.transaction():
        provider.create(MACHINE, machine())
    with pytest.raises(RefusedError, match="is in use by VirtualMachine"), world.transaction():
        provider.delete(token("DistributedPortGroup"), State("dvportgroup-41", {}))


def test_disks_grow_and_do_not_shrink(provider: Provider, world: World) -> None:
    with world.transaction():
        made = provider.create(MACHINE, machine())
    state = State(made.id, made.outputs, machine())
    smaller = machine(disks=[{"label": "disk0", "size": 59}])
    with pytest.raises(RefusedError, match=r'"disk0": virtual disks cannot be shrunk \(old: 60 new: 59\)'):
        provider.diff(MACHINE, state, smaller, [])
    with pytest.raises(RefusedError, match="cannot be shrunk"), world.transaction():
        provider.update(MACHINE, state, machine(disks=[{"label": "disk0", "size": 59}], clone={}))
    with world.transaction():
        outputs = provider.update(MACHINE, state, machine(disks=[{"label": "disk0", "size": 90}]))
    assert outputs["disks"][0]["size"] == 90
    assert outputs["moid"] == made.outputs["moid"]


def test_a_renamed_folder_takes_its_machines_along(provider: Provider, world: World) -> None:
    folder = {"path": "Servere", "type": "vm", "datacenterId": "datacenter-2"}
    with world.transaction():
        provider.update(token("Folder"), State("group-v51", {}, folder | {"path": "Servers"}), folder)
        provider.create(MACHINE, machine(folder="Servere"))
    found = provider.read(MACHINE, State("/HB/vm/Servere/hk-app01", {}))
    assert found is not None
    assert found.inputs["folder"] == "Servere"
    with pytest.raises(RefusedError, match="already exists"), world.transaction():
        provider.create(MACHINE, machine(folder="Servere", name="hk-app01"))


def test_import_by_path_id_and_not_at_all(provider: Provider) -> None:
    by_path = provider.read(MACHINE, State("/HB/vm/Servers/hk-app01", {}))
    assert by_path is not None
    by_reference = provider.read(MACHINE, State(f"VirtualMachine:{by_path.outputs['moid']}", {}))
    assert by_path == by_reference
    assert provider.read(MACHINE, State(OLD_SERVER, {})) is None, "the provider looks for a UUID as for a name"
    assert [disk["label"] for disk in by_path.inputs["disks"]] == ["disk0", "disk1"]
    assert all(disk["keepOnRemove"] for disk in by_path.inputs["disks"])
    assert "clone" not in by_path.inputs
    assert provider.read(MACHINE, State("/HB/vm/Servers/nobody", {})) is None
    with pytest.raises(RefusedError, match="is a template and cannot be imported"):
        provider.read(MACHINE, State("/HB/vm/tpl-ws2025", {}))


def test_a_disk_made_by_hand_is_orphaned(provider: Provider, world: World) -> None:
    given = machine()
    with world.transaction():
        made = provider.create(MACHINE, given)
    disks = '[{"label":"x","size":60,"unitNumber":0},{"label":"y","size":5,"unitNumber":1}]'
    drift.change(world, PLATFORMS, "vm", "hk-a", [f"disks={disks}"])
    found = provider.read(MACHINE, State(made.id, made.outputs, given))
    assert found is not None
    assert [disk["label"] for disk in found.inputs["disks"]] == ["disk0", "orphaned_disk_1"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("vm", "hk-app1", "memory=1"), "there is no vm 'hk-app1'; did you mean 'hk-app01'"),
        (("vmm", "hk-app01", "memory=1"), "the world holds no 'vmm'"),
        (("vm", "hk-app01", "memory"), "'memory' is no assignment"),
        (("vm", "hk-app01", "memory=big"), "memory: expected an integer, found a string"),
        (("vm", "hk-app01", "disks[9].size=1"), "disks[9].size: nothing at 9"),
        (("vm", "hk-app01", "a b=1"), "'a b' is no path"),
        (("vm", "hk-app01", "folder=Nowhere"), "folder '/HB/vm/Nowhere' not found"),
        (("vm", "hk-app01", "memory=8192"), "can not take memory=8192: it is so already"),
        (
            ("vm", "hk-app01", "moid=vm-1"),
            "moid is computed and not changed by hand; change of 'hk-app01' one of ",
        ),
        (("vm", "hk-app01", "annotation="), 'it stays "", which follows from its other properties'),
    ],
)
def test_drift_that_can_not_be(provider: Provider, world: World, arguments: tuple[str, str, str], problem: str) -> None:
    kind, name, assignment = arguments
    before = provider.read(MACHINE, State(OLD_SERVER, {}))
    with pytest.raises(drift.DriftError) as caught:
        drift.change(world, PLATFORMS, kind, name, [assignment])
    assert problem in str(caught.value)
    assert provider.read(MACHINE, State(OLD_SERVER, {})) == before


def test_what_vcenter_fills_in_is_changed_by_hand(provider: Provider, world: World) -> None:
    given = machine(annotation="ours", hvMode="hvAuto", eptRviMode="automatic")
    with world.transaction():
        made = provider.create(MACHINE, given)
    wanted = {"annotation": "by hand", "hardwareVersion": 17, "guestId": "otherGuest", "hvMode": "hvOn"}
    changed = drift.change(world, PLATFORMS, "vm", "hk-a", [f"{key}={value}" for key, value in wanted.items()])
    assert changed.steps[:2] == ['annotation "ours" => "by hand"', "hardwareVersion 21 => 17"]
    assert changed.unseen == sorted(wanted)
    found = provider.read(MACHINE, State(made.id, made.outputs, given))
    assert found is not None
    assert {key: found.inputs[key] for key in wanted} == wanted
    assert sorted(provider.diff(MACHINE, found, given, []).changes) == ["annotation", "guestId", "hvMode"]


def test_functions_answer_from_the_world(provider: Provider) -> None:
    def ask(function: str, **arguments: Any) -> dict[str, Any]:
        result, found = provider.invoke(token_of(function), arguments)
        assert found == []
        return result

    dc = ask("getDatacenter", name="HB")
    assert dc["id"] == "datacenter-2"
    assert ask("getComputeCluster", name="CL1", datacenterId=dc["id"])["resourcePoolId"] == "resgroup-9"
    assert ask("getDatastoreCluster", name="POD1", datacenterId=dc["id"])["datastores"] == [
        "datastore-32",
        "datastore-33",
    ]
    template = ask("getVirtualMachine", name="tpl-ws2025", datacenterId=dc["id"])
    assert template["id"] == TEMPLATE
    assert template["disks"][0]["size"] == 60
    assert ask("getResourcePool", name="CL1/Resources", datacenterId=dc["id"])["id"] == "resgroup-9"
    assert ask("getNetwork", name="VLAN10", datacenterId=dc["id"])["type"] == "DistributedVirtualPortgroup"
    assert ask("getHost", name="esx1.kommune.test", datacenterId=dc["id"])["id"] == "host-21"
    assert ask("getVmfsDisks", hostSystemId="host-21", filter="naa")["disks"] == ["naa.600a"]
    assert int(ask("getDatastore", name="DS1", datacenterId=dc["id"])["stats"]["freeSpace"]) < 10 << 20
    assert ask("getRole", label="Admin")["id"] == "-1"
    assert ask("getFolder", path="/HB/vm/Servers")["id"] == "group-v51"


@pytest.mark.parametrize("function", ANSWERS)
def test_nothing_is_made_up(world: World, function: str) -> None:
    """In an empty world every function refuses, whatever it is asked for."""
    provider = Provider(world, VSphere())
    names = ("name", "path", "label", "address", "hostSystemId", "libraryId", "computeClusterId", "datacenterId")
    shape = provider_arguments(function)
    arguments = {name: "nobody" for name in names if name in shape}
    with pytest.raises(RefusedError):
        provider.invoke(function, arguments)


def provider_arguments(function: str) -> set[str]:
    return set(schema.function(function).arguments.properties)


def test_a_function_it_can_not_answer_is_named(provider: Provider) -> None:
    with pytest.raises(RefusedError, match="cannot answer vsphere:index/getZone:getZone"):
        provider.invoke(token_of("getZone"), {"name": "z"})


def test_the_file_is_ours_alone(world: World, tmp_path: Path) -> None:
    assert (tmp_path / "world.sqlite").stat().st_mode & 0o077 == 0
    other = sqlite3.connect(tmp_path / "world.sqlite")
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    assert world.count() == []
