"""The SDKs' schema as the twin reads it, and the faults that it finds in inputs."""

from __future__ import annotations

import importlib
import inspect
import json
from typing import Any

import pytest

from tests.support.paths import SHARED
from twin.engine import schema
from twin.engine.check import check, mark_secrets
from twin.engine.wire import UNKNOWN, Secret
from twin.vsphere.naming import MACHINE, token

PUBLISHED = SHARED / "schemas" / "vsphere-4.18.json"
AZURE_VM = "azure-native:compute:VirtualMachine"


def faults(type_: str, inputs: dict[str, Any]) -> list[str]:
    return [str(fault) for fault in check(schema.resource(type_).inputs, inputs)]


def test_every_fault_at_once() -> None:
    assert faults(
        MACHINE,
        {
            "nam": "x",
            "memory": "8",
            "num_cpus": 2,
            "networkinterfaces": [],
            "clone": {"templateUUID": "x", "customize": {"windowsOptions": {"computername": "a"}, "timeout": True}},
            "disks": [{"label": "disk0"}, {"label": "disk1", "sise": 4}],
            "__defaults": ["name"],
        },
    ) == [
        "nam: unknown property; did you mean 'name'",
        "memory: expected an integer, found a string",
        "num_cpus: unknown property; write it as on the wire, 'numCpus'",
        "networkinterfaces: unknown property; write 'networkInterfaces'",
        "clone.templateUUID: unknown property; write 'templateUuid'",
        "clone.customize.windowsOptions.computername: unknown property; write 'computerName'",
        "clone.customize.windowsOptions.computerName: missing; give it a string",
        "clone.customize.timeout: expected an integer, found a boolean",
        "clone.templateUuid: missing; give it a string",
        "disks[1].sise: unknown property; did you mean 'size'",
        "resourcePoolId: missing; give it a string",
    ]


@pytest.mark.parametrize(
    ("inputs", "fault"),
    [
        ({"priority": "Spott"}, "priority: 'Spott' is not allowed; use 'Regular', 'Low', 'Spot'"),
        ({"tags": {"owner": 1}}, "tags.owner: expected a string, found an integer"),
        ({"zones": "1"}, "zones: expected an array, found a string"),
        ({"osProfile": []}, "osProfile: expected an object, found an array"),
        (
            {"osProfile": {"adminPassword": Secret(5)}},
            "osProfile.adminPassword: the secret does not fit; use a string",
        ),
    ],
)
def test_one_fault(inputs: dict[str, Any], fault: str) -> None:
    assert faults(AZURE_VM, {"resourceGroupName": "rg"} | inputs) == [fault]


def test_what_is_fine() -> None:
    fine = {"resourceGroupName": UNKNOWN, "priority": "Spot", "hardwareProfile": {"vmSize": "Standard_D4s_v5"}}
    assert faults(AZURE_VM, fine) == []
    assert faults(MACHINE, {"resourcePoolId": "resgroup-9", "disks": UNKNOWN, "name": Secret("x")}) == []


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("vsphere:index/virtualMachin:VirtualMachine", MACHINE),
        ("vsphere:index/VirtualMachine:VirtualMachine", MACHINE),
        ("azure-native:compute:VirtualMachines", AZURE_VM),
        ("azure-native:computer:VirtualMachine", AZURE_VM),
        ("azure-native:compute/v20990101:VirtualMachine", AZURE_VM),
    ],
)
def test_an_unknown_token_names_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(schema.UnknownTokenError, match=nearest):
        schema.resource(wrong)


def test_an_unknown_function_names_the_nearest() -> None:
    assert "subnetName" in schema.function("azure-native:network:getSubnet").arguments.properties
    with pytest.raises(schema.UnknownTokenError, match=r"getVirtualMachine:getVirtualMachine'"):
        schema.function("vsphere:index/getVirtualMachin:getVirtualMachin")


@pytest.mark.parametrize("module", ["compute", "network", "desktopvirtualization", "storage", "resources"])
def test_the_inputs_are_those_of_the_constructor(module: str) -> None:
    package = importlib.import_module(f"pulumi_azure_native.{module}")
    getattr(package, "__all__", None)  # asking for an attribute fills the module
    names = [name for name in dir(package) if hasattr(getattr(package, name), "_internal_init")]
    assert len(names) > 3
    for name in names:
        taken = set(inspect.signature(getattr(package, name)._internal_init).parameters)
        taken -= {"__self__", "resource_name", "opts", "__props__"}
        found = schema.resource(f"azure-native:{module}:{name}").inputs
        # An input that is called as one of Pulumi's own parameters has an underscore behind it.
        assert set(found.python_names) == {parameter.rstrip("_") for parameter in taken}, name


def test_secrets_of_the_sdk_are_marked_at_any_depth() -> None:
    windows = {"computerName": "a", "adminPassword": "s3cret", "domainAdminPassword": UNKNOWN}
    marked = mark_secrets(
        schema.resource(MACHINE).inputs, {"clone": {"customize": {"windowsOptions": windows}}, "name": "a"}
    )
    options = marked["clone"]["customize"]["windowsOptions"]
    assert options == {"computerName": "a", "adminPassword": Secret("s3cret"), "domainAdminPassword": UNKNOWN}
    assert "s3cret" not in repr(marked)
    assert schema.resource(token("Host")).inputs.properties["password"].secret


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the provider's published schema does not stand beside the project")
def test_the_published_schema_says_the_same() -> None:
    published = json.loads(PUBLISHED.read_text())
    for type_, expected in published["resources"].items():
        found = schema.resource(type_)
        # The published file leaves `description` out, and what the SDK calls deprecated.
        more = {"description", "datastorePath"}
        assert set(found.inputs.properties) - more == set(expected["inputProperties"]), type_
        assert set(found.outputs) - more == set(expected["properties"]), type_
        required = {name for name, prop in found.inputs.properties.items() if prop.required}
        assert required == set(expected.get("requiredInputs", [])), type_
        for name, prop in expected["inputProperties"].items():
            if prop.get("secret"):
                assert found.inputs.properties[name].secret, (type_, name)
    for type_, expected in published["types"].items():
        for name, prop in expected["properties"].items():
            if prop.get("secret"):
                assert schema.is_secret(name), (type_, name)
