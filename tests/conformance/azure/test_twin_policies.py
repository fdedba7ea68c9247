"""What the twin denies by policy, beside Microsoft's own rule of the same id: they agree on every body."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.azure import policies
from twin.azure.policies import DENIALS

pytestmark = pytest.mark.skipif(
    not policies.FOLDER.is_dir(), reason="Azure's built-in policies do not stand beside the project"
)
GIVEN = {
    "listOfAllowedLocations": ["swedencentral"],
    "listOfResourceTypesNotAllowed": ["Microsoft.Network/publicIPAddresses"],
    "minimumTlsVersion": "TLS1_2",
}
CARDS = ([], [{"subnet": {"id": "s"}}], [{"publicIPAddress": {"id": "a"}}], [{"publicIPAddress": {"id": "a"}}, {}])
BODIES: list[tuple[str, dict[str, Any]]] = [
    *(("Microsoft.Network/virtualNetworks", {"subnets": subnets}) for subnets in (
        [], [{}], [{"defaultOutboundAccess": False}], [{"defaultOutboundAccess": True}]
    )),
    *(("Microsoft.Network/virtualNetworks/subnets", body) for body in (
        {}, {"defaultOutboundAccess": False}, {"defaultOutboundAccess": True}
    )),
    *(("Microsoft.Network/networkInterfaces", {"ipConfigurations": cards}) for cards in CARDS),
    *(("Microsoft.Network/networkInterfaces", {"enableIPForwarding": value, "ipConfigurations": [{}]})
      for value in (True, False)),
    ("Microsoft.Network/publicIPAddresses", {}),
    *(("Microsoft.Compute/virtualMachines", body) for body in (
        {}, {"securityProfile": {}}, {"securityProfile": {"encryptionAtHost": False}},
        {"securityProfile": {"encryptionAtHost": True}},
    )),
    *(("Microsoft.KeyVault/vaults", {"properties": body}) for body in (
        {}, {"publicNetworkAccess": "Enabled"}, {"publicNetworkAccess": "Disabled"}, {"createMode": "recover"},
    )),
    *(("Microsoft.Storage/storageAccounts", {key: value}) for key, values in {
        "publicNetworkAccess": ("Enabled", "Disabled"), "minimumTlsVersion": ("TLS1_0", "TLS1_2"),
        "enableHttpsTrafficOnly": (True, False),
    }.items() for value in values),
    ("Microsoft.Storage/storageAccounts", {}),
]  # fmt: skip
"""Inputs as azure-native takes them. In a template a vault's are as they are here, all others lie in `properties`."""
TEMPLATE = {"enableHttpsTrafficOnly": "supportsHttpsTrafficOnly", "enableIPForwarding": "enableIpForwarding"}


@pytest.mark.parametrize("definition", DENIALS)
def test_they_agree(definition: str) -> None:
    known = policies.definitions()[definition]
    told: set[bool] = set()
    for kind, inputs in BODIES:
        for location in ("swedencentral", "eastus", "global"):
            found = DENIALS[definition].refuses(kind, {**inputs, "location": location}, GIVEN)
            told.add(found)
            resource = {"type": kind, "apiVersion": "2024-05-01", "name": "x", "location": location}
            body = inputs.get("properties", {TEMPLATE.get(key, key): value for key, value in inputs.items()})
            assert found == policies.holds(known, GIVEN, resource | {"properties": body}), (kind, inputs, location)
    assert told == {True, False} or definition.startswith("e765b5de"), "no body is a resource group"


@pytest.mark.parametrize("definition", DENIALS)
def test_what_they_do_when_nobody_says(definition: str) -> None:
    assert DENIALS[definition].effect.lower() == policies.effect(policies.definitions()[definition], {})
