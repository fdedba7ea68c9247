"""What the policies that we assign would say of what we declare: they refuse nothing, and report what is listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import model
from model import Platform
from tests.conformance.azure import arm, conformance, policies
from tests.conformance.azure.inventory import declared
from tests.program.program import Program, run
from tests.support.paths import ROOT

pytestmark = pytest.mark.skipif(
    not policies.FOLDER.is_dir(), reason="Azure's built-in policies do not stand beside the project"
)
LOOKED_UP = {"auditifnotexists", "deployifnotexists", "modify", "disabled"}
"""Effects that come of what stands beside a resource, not of the resource."""


@pytest.fixture(scope="module")
def herlev() -> Platform:
    return model.load(str(ROOT / "stacks" / "herlev"))


@pytest.fixture(scope="module")
def program(herlev: Platform) -> Program:
    return run(herlev)


def resources(program: Program) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each resource as a template has it, with the key of its subscription."""
    keys = {r.name: str(r.inputs["subscriptionId"]) for r in program.resources if r.token.startswith("pulumi:provider")
            if "subscriptionId" in r.inputs}  # fmt: skip
    for name, key in keys.items():
        own = [r for r in program.resources if r.provider.split("::")[-2:-1] == [name]]
        for resource in arm.template(conformance.enveloped(declared(own)))["resources"]:
            yield key, {"properties": {}, **resource}


def assigned(platform: Platform, key: str) -> Iterator[str]:
    """The policies of the groups above a subscription."""
    groups = platform.landing_zone.management_groups
    at: str | None = platform.azure.subscriptions[key].management_group
    while at is not None:
        yield from groups[at].policies
        at = groups[at].parent


def told(platform: Platform, key: str, resource: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The assignments whose effect comes of a resource, each with its effect."""
    for name in assigned(platform, key):
        policy = platform.landing_zone.policies[name]
        definition = policies.definitions().get(str(policy.definition))
        if policy.kind == "policy" and definition is not None:
            given = {
                key: list(value) if isinstance(value, tuple) else value for key, value in policy.parameters.items()
            }
            done = policies.effect(definition, given)
            if done not in LOOKED_UP and policies.holds(definition, given, resource):
                yield name, done


def test_they_refuse_and_report_nothing_of_herlev(herlev: Platform, program: Program) -> None:
    asked, found, tried = 0, list[str](), set[str]()
    for key, resource in resources(program):
        asked += 1
        tried |= set(assigned(herlev, key))
        found += [
            f"{done} by {name}: {resource['type']} {resource['name']}" for name, done in told(herlev, key, resource)
        ]
    assert found == []
    assert asked > 350
    assert len(tried & {n for n, p in herlev.landing_zone.policies.items() if p.kind == "policy"}) >= 10


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "locations": ("Microsoft.Network/virtualNetworks", {"location": "eastus"}),
    "no-public-nic": (
        "Microsoft.Network/networkInterfaces",
        {"properties": {"ipConfigurations": [{"properties": {"publicIPAddress": {"id": "/subscriptions/x"}}}]}},
    ),
    "no-public-address": ("Microsoft.Network/publicIPAddresses", {}),
    "no-forwarding": ("Microsoft.Network/networkInterfaces", {"properties": {"enableIPForwarding": True}}),
    "host-encryption": ("Microsoft.Compute/virtualMachines", {"properties": {"securityProfile": {}}}),
    "private-subnets": ("Microsoft.Network/virtualNetworks/subnets", {"properties": {"defaultOutboundAccess": True}}),
    "vault-private": ("Microsoft.KeyVault/vaults", {"properties": {"publicNetworkAccess": "Enabled"}}),
    "storage-private": ("Microsoft.Storage/storageAccounts", {"properties": {"publicNetworkAccess": "Enabled"}}),
    "storage-tls": ("Microsoft.Storage/storageAccounts", {"properties": {"minimumTlsVersion": "TLS1_0"}}),
    "storage-https": ("Microsoft.Storage/storageAccounts", {"properties": {"supportsHttpsTrafficOnly": False}}),
}


@pytest.mark.parametrize("name", WRONG)
def test_they_would(herlev: Platform, name: str) -> None:
    kind, wrong = WRONG[name]
    right = {"type": kind, "apiVersion": "2024-05-01", "name": "x", "location": "swedencentral", "properties": {}}
    assert name in dict(told(herlev, "corp", right | wrong))
