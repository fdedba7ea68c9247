"""What an update takes away from what must stay, on plans as the engine writes them; and the table that says so."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
import pytest

import model
from model import Platform, Provenance
from model.types.states import State
from refresh.guard import Finding, Plan, guard
from refresh.guard.takes_away import UNKNOWN, table

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2026, 11, 21)
VM, AZURE_VM = "vsphere:index/virtualMachine:VirtualMachine", "azure-native:compute:VirtualMachine"
HARDWARE = {
    "numCpus": 4,
    "memory": 16384,
    "disks": [{"label": "system", "size": 100, "unitNumber": 0}, {"label": "data", "size": 100, "unitNumber": 1}],
    "networkInterfaces": [
        {"networkId": "dvportgroup-1", "adapterType": "vmxnet3"},
        {"networkId": "dvportgroup-2", "adapterType": "vmxnet3"},
    ],
    "efiSecureBootEnabled": True,
    "tags": ["a", "b"],
    "vtpm": {"version": "2.0"},
}


@pytest.fixture(scope="module")
def platform() -> Platform:
    """Lilleby with g26 live."""
    found = model.load(str(ROOT / "tests" / "data" / "stacks" / "lilleby"))
    generations = {
        "g22": found.refresh.generations["g22"].model_copy(update={"state": State.STANDBY, "origin": "adopted"}),
        "g26": found.refresh.generations["g26"].model_copy(update={"state": State.LIVE}),
    }
    return dataclasses.replace(found, refresh=dataclasses.replace(found.refresh, generations=generations))


def update(type_: str, name: str, old: dict[str, Any], new: dict[str, Any], **more: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:e2e::platform-refresh::{type_}::{name}"
    state = {"urn": urn, "type": type_, "custom": True}
    return {
        "op": "update",
        "urn": urn,
        "oldState": {**state, "inputs": old},
        "newState": {**state, "inputs": new},
    } | more


def judge(platform: Platform, *steps: dict[str, Any]) -> list[Finding]:
    return guard(platform, Provenance({}, {}, {}), Plan.model_validate({"steps": list(steps)}), TODAY)


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"disks": HARDWARE["disks"][:1]}, "disks[data]"),
        ({"disks": [{**HARDWARE["disks"][0], "size": 60}, HARDWARE["disks"][1]]}, "disks[system].size (100 to 60)"),
        ({"networkInterfaces": HARDWARE["networkInterfaces"][:1]}, "networkInterfaces[dvportgroup-2]"),
        (
            {"networkInterfaces": [{"networkId": UNKNOWN, "adapterType": "vmxnet3"}, HARDWARE["networkInterfaces"][1]]},
            "networkInterfaces[dvportgroup-1]",
        ),
        ({"memory": 8192}, "memory (16384 to 8192)"),
        ({"numCpus": 2}, "numCpus (4 to 2)"),
        ({"vtpm": None}, "vtpm"),
        ({"efiSecureBootEnabled": False}, "efiSecureBootEnabled"),
    ],
)
def test_an_update_takes_nothing_from_a_live_server(platform: Platform, change: dict[str, Any], lost: str) -> None:
    (found,) = judge(platform, update(VM, "sbsys-app01-g26", HARDWARE, HARDWARE | change))
    assert found.permission is None
    assert found.lost == (lost,)
    assert "g26 is live" in found.why


@pytest.mark.parametrize(
    "change",
    [
        {"memory": 32768, "numCpus": 8},
        {"disks": [*HARDWARE["disks"], {"label": "logs", "size": 50, "unitNumber": 2}]},
        {"disks": [{**HARDWARE["disks"][0], "size": 120}, HARDWARE["disks"][1]]},
        {"tags": ["a"]},
        {"networkInterfaces": list(reversed(HARDWARE["networkInterfaces"]))},
    ],
)
def test_what_an_update_gives_passes(platform: Platform, change: dict[str, Any]) -> None:
    assert judge(platform, update(VM, "sbsys-app01-g26", HARDWARE, HARDWARE | change)) == []


def test_what_the_provider_found_beyond_what_is_declared_is_not_taken_either(platform: Platform) -> None:
    """An adapter that somebody gave the machine in vCenter is in no inputs; the provider's own difference tells."""
    difference = {"networkInterfaces[2]": {"kind": "delete", "inputDiff": False}}
    (found,) = judge(platform, update(VM, "ad-dc01-g22", HARDWARE, HARDWARE, detailedDiff=difference))
    assert found.lost == ("networkInterfaces[2]",)


@pytest.mark.parametrize(
    ("type_", "name", "old", "new", "lost"),
    [
        (
            "vsphere:index/distributedPortGroup:DistributedPortGroup",
            "production-g26-servers",
            {"vlanId": 220},
            {"vlanId": 221},
            "vlanId (220 to 221)",
        ),
        (
            "vsphere:index/distributedVirtualSwitch:DistributedVirtualSwitch",
            "production-g26-switch",
            {"maxMtu": 9000},
            {"maxMtu": 1500},
            "maxMtu (9000 to 1500)",
        ),
        (
            "vsphere:index/vmfsDatastore:VmfsDatastore",
            "standard-g26-DS-G26-01",
            {"disks": ["naa.1"]},
            {"disks": ["naa.2"]},
            "disks (['naa.1'] to ['naa.2'])",
        ),
        (
            "citrix:index:MachineCatalog",
            "office-g26-catalog",
            {"provisioningScheme": {"machineCount": 40}},
            {"provisioningScheme": {"machineCount": 0}},
            "provisioningScheme.machineCount (40 to 0)",
        ),
        (
            AZURE_VM,
            "sbsys-app01-g26",
            {"storageProfile": {"dataDisks": [{"lun": 0, "name": "d0"}, {"lun": 1, "name": "d1"}]}},
            {"storageProfile": {"dataDisks": [{"lun": 0, "name": "d0"}]}},
            "storageProfile.dataDisks[1]",
        ),
        (
            "azure-native:network:NetworkInterface",
            "sbsys-app01-nic-g26",
            {"ipConfigurations": [{"name": "primary", "privateIPAddress": "10.60.8.15"}]},
            {"ipConfigurations": [{"name": "primary", "privateIPAddress": "10.60.8.25"}]},
            "ipConfigurations[primary].privateIPAddress (10.60.8.15 to 10.60.8.25)",
        ),
        (
            "azure-native:recoveryservices:Vault",
            "vaults-corp-backup",
            {"properties": {"securitySettings": {"immutabilitySettings": {"state": "Unlocked"}}}},
            {"properties": {"securitySettings": {"immutabilitySettings": {"state": "Locked"}}}},
            "properties.securitySettings.immutabilitySettings ({'state': 'Unlocked'} to {'state': 'Locked'})",
        ),
        (
            "azure-native:network:VirtualNetwork",
            "spoke-schools-network",
            {"addressSpace": {"addressPrefixes": ["10.60.8.0/22", "10.60.12.0/22"]}},
            {"addressSpace": {"addressPrefixes": ["10.60.8.0/22"]}},
            "addressSpace.addressPrefixes[10.60.12.0/22]",
        ),
        (
            "pulumi:providers:vsphere",
            "vcenter",
            {"vsphereServer": "vcenter.example"},
            {"vsphereServer": "vcenter2.example"},
            "vsphereServer (vcenter.example to vcenter2.example)",
        ),
    ],
)
def test_no_type_loses_what_people_rest_on(
    platform: Platform, type_: str, name: str, old: dict[str, Any], new: dict[str, Any], lost: str
) -> None:
    (found,) = judge(platform, update(type_, name, old, new))
    assert found.lost == (lost,)
    assert found.permission is None


def test_what_a_cutover_turns_passes(platform: Platform) -> None:
    steps = [
        update(
            "citrix:index:DeliveryGroupAccess",
            "access-office-g22",
            {"inMaintenanceMode": False, "includedUsers": ["A"], "excludedUsers": ["B"]},
            {"inMaintenanceMode": True, "includedUsers": [], "excludedUsers": []},
        ),
        update("dns:index:Record", "access-sbsys", {"rdatas": ["10.20.20.15"]}, {"rdatas": ["10.26.20.15"]}),
        update(
            "azure-native:desktopvirtualization:ScalingPlan",
            "access-office-g26-scaling",
            {"hostPoolReferences": [{"scalingPlanEnabled": True}]},
            {"hostPoolReferences": [{"scalingPlanEnabled": False}]},
        ),
    ]
    assert judge(platform, *steps) == []


def test_an_update_of_a_type_that_the_table_does_not_know_is_refused(platform: Platform) -> None:
    (found,) = judge(platform, update("aws:ec2/instance:Instance", "thing-g26", {}, {"a": 1}))
    assert "takes_away.yaml" in found.instead


def declared_types() -> set[str]:
    """The type of every resource that a component makes, by reading components/ for calls of a resource's class."""
    found: set[type[pulumi.CustomResource]] = set()
    for file in sorted((ROOT / "components").rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        names = vars(importlib.import_module(name))
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call):
                made = _named(ast.unparse(call.func).split("."), names)
                if inspect.isclass(made) and issubclass(made, pulumi.CustomResource):
                    found.add(made)
    return {_token(made) for made in found}


def _named(parts: list[str], names: dict[str, Any]) -> Any:
    found = names.get(parts[0])
    for part in parts[1:]:
        found = getattr(found, part, None)
    return found


def _token(made: type[pulumi.CustomResource]) -> str:
    known = {pulumi.StackReference: "pulumi:pulumi:StackReference", pulumi.Stash: "pulumi:index:Stash"}
    if made in known:
        return known[made]
    package, *rest = made.__module__.split(".")
    if made.__name__ == "Provider":
        name = rest[0] if package == "providers" else package.removeprefix("pulumi_").replace("_", "-")
        return f"pulumi:providers:{name}"
    if package == "providers":
        return f"{rest[0]}:index:{made.__name__}"
    if package == "pulumi_azure_native":
        return f"azure-native:{rest[0]}:{made.__name__}"
    return f"vsphere:index/{made.__name__[0].lower()}{made.__name__[1:]}:{made.__name__}"


def test_the_table_knows_every_type_that_is_declared() -> None:
    types = declared_types()
    assert {VM, AZURE_VM, "dns:index:Record", "citrix:index:MachineCatalog", "pulumi:providers:vsphere"} <= types
    assert types - table().keys() == set()


def test_the_table_gives_a_source_for_everything() -> None:
    assert [type_ for type_, rules in table().items() if not rules.source.strip()] == []
