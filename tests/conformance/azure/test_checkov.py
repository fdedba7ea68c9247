"""The deployment template of the sample, scanned by Checkov: no finding but those that stand with a reason."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.azure import arm, conformance, inventory, sample, scan
from twin.azure import ids


def template(**changes: dict[str, Any]) -> dict[str, Any]:
    found = (
        (token, deepcopy(inputs) | changes.get(token.rpartition(":")[2], {})) for token, inputs in sample.inventory()
    )
    return arm.template(conformance.enveloped(inventory.unrolled(found)))


def test_findings_are_those_that_are_listed(tmp_path: Path) -> None:
    found = scan.failed(template(), tmp_path)
    kept = set(conformance.kept()["checkov"])
    assert sorted(set(found) - kept) == []


@pytest.mark.parametrize(
    ("kind", "change", "finding"),
    [
        ("StorageAccount", {"minimumTlsVersion": "TLS1_0"}, "CKV_AZURE_44 Microsoft.Storage/storageAccounts"),
        ("StorageAccount", {"publicNetworkAccess": "Enabled"}, "CKV_AZURE_59 Microsoft.Storage/storageAccounts"),
        (
            "SecurityRule",
            {"access": "Allow", "destinationPortRange": "3389", "protocol": "Tcp"},
            "CKV_AZURE_9 Microsoft.Network/networkSecurityGroups/securityRules",
        ),
    ],
)
def test_checkov_sees_what_is_unsafe(tmp_path: Path, kind: str, change: dict[str, Any], finding: str) -> None:
    new = set(scan.failed(template(**{kind: change}), tmp_path)) - set(conformance.kept()["checkov"])
    assert finding in new


def test_a_template_has_names_scopes_and_no_secret() -> None:
    resources = {(item["type"], item["name"]): item for item in template()["resources"]}
    subnet = resources["Microsoft.Network/virtualNetworks/subnets", "vnet-hub/snet-app"]
    assert subnet["apiVersion"] == "2024-05-01"
    lock = resources["Microsoft.Authorization/locks", "keep"]
    assert lock["scope"].endswith("/storageAccounts/stfiles0001")
    share = resources["Microsoft.Storage/storageAccounts/fileServices/shares", "stfiles0001/default/profiles"]
    assert share["properties"]["shareQuota"] == 1024
    machine = resources["Microsoft.Compute/virtualMachines", "vm1"]
    assert machine["properties"]["osProfile"]["adminPassword"] == "[parameters('secret')]"
    assert ids.SUBSCRIPTION not in machine["name"]
