"""Resource bodies against Microsoft's own models, and proof that the check finds what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.azure import conformance, sample
from tests.conformance.azure.conformance import Body, bodies, enveloped
from twin.azure import Azure, ids, immutable
from twin.engine import schema
from twin.engine.provider import Provider
from twin.world.store import World

MACHINE = "azure-native:compute:VirtualMachine"


@pytest.fixture(scope="module")
def found() -> list[Body]:
    return enveloped(sample.inventory())


def one(token: str) -> dict[str, Any]:
    return deepcopy(next(inputs for kind, inputs in sample.inventory() if kind == token))


def test_one_of_each_kind_has_no_fault(found: list[Body]) -> None:
    assert [f"{body.token} {body.name}: {fault}" for body in found for fault in body.faults] == []


def test_the_twin_takes_the_same(tmp_path: Path) -> None:
    world = World(tmp_path / "world.sqlite")
    provider = Provider(world, Azure())
    for token, inputs in sample.inventory():
        _, faults = provider.check(token, "x", {}, inputs, b"")
        assert [str(fault) for fault in faults] == [], token
        with world.transaction():
            provider.create(token, inputs)
    world.close()


def test_every_type_with_rules_is_in_the_sample_or_has_a_model() -> None:
    known = {token for token, _ in sample.inventory()} | set(conformance.models())
    assert sorted(set(immutable.table()) - known) == []


def test_types_without_a_model_are_those_that_are_listed() -> None:
    listed = conformance.kept()["without"]
    assert sorted(set(listed) & set(conformance.models())) == []
    without = {token for token, _ in sample.inventory()} - set(conformance.models())
    assert sorted(without - set(listed)) == []
    assert len(listed) == 11


def test_versions_that_differ_are_those_that_are_listed() -> None:
    differing = {
        token for token, (_, _, version) in conformance.models().items() if conformance.api_version(token) != version
    }
    assert sorted(differing) == sorted(conformance.kept()["versions"])
    assert len(differing) == 12


def test_a_type_that_nobody_listed_is_a_fault() -> None:
    faults = bodies([("azure-native:automation:AutomationAccount", {"automationAccountName": "aa"})])
    assert faults == [
        "azure-native:automation:AutomationAccount aa: has no model: name one in models.yaml, or list it in kept.yaml"
    ]


def test_the_envelope(found: list[Body]) -> None:
    machine = next(body.body for body in found if body.token == MACHINE)
    assert sorted(machine) == ["identity", "location", "properties", "tags", "zones"]
    assert machine["properties"]["hardwareProfile"] == {"vmSize": "Standard_D4as_v5"}
    vault = next(body.body for body in found if body.token == ids.KEY_VAULT)
    assert "properties" not in vault["properties"]
    account = next(body.body for body in found if body.token == ids.STORAGE)
    assert account["properties"]["supportsHttpsTrafficOnly"] is True
    assert account["properties"]["networkAcls"]["defaultAction"] == "Deny"
    extension = next(body.body for body in found if body.token == ids.EXTENSION)
    assert extension["properties"]["type"] == "AzureMonitorWindowsAgent"


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))


WRONG = [
    (
        ("hardwareProfile", "vmSise"),
        "Standard_D4as_v5",
        "hardwareProfile.vmSise: unknown property; the model has 'vmSize'",
    ),
    (
        ("storageProfile", "osDisk", "createOption"),
        "FromNothing",
        "storageProfile.osDisk.createOption: 'FromNothing' is",
    ),
    (("storageProfile", "osDisk", "createOption"), None, "storageProfile.osDisk.createOption: is missing"),
    (("storageProfile", "dataDisks", 0, "lun"), "0", "storageProfile.dataDisks[0].lun: expected int, found str"),
    (("vmId",), "x", "vmId: is read-only"),
    (("zones",), "1", "zones: expected a list, found str"),
    (("securityProfile", "uefiSettings", "vTpmEnabled"), 1, "securityProfile.uefiSettings.vTpmEnabled: expected bool"),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG)
def test_what_is_wrong_with_a_machine_is_found(path: tuple[Any, ...], value: Any, message: str) -> None:
    inputs = one(MACHINE)
    holder: Any = inputs
    for step in path[:-1]:
        holder = holder[step]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    faults = bodies([(MACHINE, inputs)])
    assert len(faults) == 1, faults
    assert faults[0].startswith(f"{MACHINE} vm1: {message}")


@pytest.mark.parametrize(
    ("token", "change", "message"),
    [
        ("privatedns:VirtualNetworkLink", {"registrationEnabled": "no"}, "registrationEnabled: expected bool"),
        ("management:ManagementGroup", {"displayNam": "x"}, "displayNam: unknown property"),
        ("consumption:Budget", {"timeGrain": "Weekly"}, "timeGrain: 'Weekly' is not allowed"),
        ("maintenance:MaintenanceConfiguration", {"maintenanceScope": "Guest"}, "maintenanceScope: 'Guest' is not"),
        ("resources:ResourceGroup", {"tags": ["a"]}, "tags: expected a map"),
        ("network:Subnet", {"provisioningState": "Succeeded"}, "provisioningState: is read-only"),
        ("network:VirtualNetworkGatewayConnection", {"connectionProtocol": "IKEv3"}, "connectionProtocol: 'IKEv3' is"),
    ],
)
def test_models_of_both_generations_find_it(token: str, change: dict[str, Any], message: str) -> None:
    token = f"azure-native:{token}"
    faults = bodies([(token, one(token) | change)])
    assert len(faults) == 1, faults
    assert message in faults[0]


@pytest.mark.parametrize("token", [ids.BACKUP_POLICY, ids.token("network", "FirewallPolicyRuleCollectionGroup")])
def test_models_that_derive_from_others(token: str) -> None:
    inputs = one(token)
    inner = (
        inputs["properties"]["schedulePolicy"] if "properties" in inputs else inputs["ruleCollections"][0]["rules"][0]
    )
    inner["unheardOf"] = 1
    faults = bodies([(token, inputs)])
    assert len(faults) == 1
    assert "unheardOf: unknown property" in faults[0]


def test_all_misspelt_names_are_found(found: list[Body]) -> None:
    """Each name in each body of the sample, one at a time, with a letter too many."""
    asked: list[tuple[str, dict[str, Any]]] = []
    for body in found:
        if body.token not in conformance.models():
            continue
        forming = ids.holders(body.token)
        for path in paths(body.inputs):
            if path[0] in forming or isinstance(path[-1], int) or _is_free(body.token, path):
                continue
            wrong = deepcopy(body.inputs)
            holder: Any = wrong
            for step in path[:-1]:
                holder = holder[step]
            holder[f"{path[-1]}x"] = holder.pop(path[-1])
            asked.append((body.token, wrong))
    missed = [(token, wrong) for (token, wrong), body in zip(asked, enveloped(asked), strict=True) if not body.faults]
    assert len(asked) > 400
    assert missed == []


def _is_free(token: str, path: tuple[Any, ...]) -> bool:
    """Whether the name is one of a map's own: a tag, a parameter."""
    shape = schema.resource(token).inputs
    for step in path:
        if isinstance(step, int):
            continue
        prop = shape.properties.get(step)
        if prop is None:
            return True
        kind = prop.type
        while kind.kind == "array" and kind.items is not None:
            kind = kind.items
        if kind.kind in {"map", "any"} and step != path[-1]:
            return True
        members = [member for member in (kind, *kind.members) if member.kind == "object"]
        if not members:
            continue
        properties = {key: item for member in members for key, item in member.object.properties.items()}
        shape = schema.Object(properties, {})
    return False
