"""What the twin's Azure refuses by policy and by time, with where it is known from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support import azure
from tests.support.azure import ADMINISTRATOR, GROUP, REGION, Cloud
from twin.azure import ids
from twin.engine.provider import State
from twin.world import today

MANAGEMENT_GROUPS = "/providers/Microsoft.Management/managementGroups"
HOST_ENCRYPTION = "fc4d8e41-e223-45ea-9bf5-eada37891d87"
SCOPE = f"/subscriptions/{ids.SUBSCRIPTION}/resourceGroups/{GROUP}"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    yield from azure.fresh(tmp_path)


def at(cloud: Cloud, moment: str) -> None:
    with cloud.world.transaction():
        today.set_day(cloud.world, datetime.fromisoformat(moment))


def placed(cloud: Cloud) -> None:
    """The subscription below two management groups."""
    top = cloud.make("management:ManagementGroup", groupId="mg-top")
    cloud.make("management:ManagementGroup", groupId="mg-low", details={"parent": {"id": top.id}})
    cloud.make("management:ManagementGroupSubscription", groupId="mg-low")


def assign(cloud: Cloud, definition: str, **more: Any) -> State:
    parameters = {"effect": {"value": "Deny"}} | more.pop("parameters", {})
    return cloud.make(
        "authorization:PolicyAssignment",
        **{
            "scope": f"{MANAGEMENT_GROUPS}/mg-top",
            "policyAssignmentName": "rule",
            "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{definition}",
            "parameters": parameters,
            "nonComplianceMessages": [{"message": "Servers encrypt at the host"}],
        }
        | more,
    )


def test_what_is_assigned_above_refuses_and_says_what_to_do(cloud: Cloud) -> None:
    placed(cloud)
    assign(cloud, HOST_ENCRYPTION)
    cloud.network()
    nic = cloud.interface("nic", cloud.subnet())
    text = cloud.refuses("RequestDisallowedByPolicy", "compute:VirtualMachine", **azure.machine("vm1", nic))
    assert "Servers encrypt at the host" in text
    assert "mg-top/providers/Microsoft.Authorization/policyAssignments/rule" in text
    encrypted = cloud.machine("vm1", nic, securityProfile={"encryptionAtHost": True})
    cloud.refuses_change("RequestDisallowedByPolicy", "compute:VirtualMachine", encrypted, securityProfile={})


@pytest.mark.parametrize("told", [{"enforcementMode": "DoNotEnforce"}, {"parameters": {"effect": {"value": "Audit"}}}])
def test_what_reports_refuses_nothing(cloud: Cloud, told: dict[str, Any]) -> None:
    placed(cloud)
    assign(cloud, HOST_ENCRYPTION, **told)
    cloud.network()
    cloud.machine("vm1", cloud.interface("nic", cloud.subnet()))


def test_an_exemption_holds_until_its_day(cloud: Cloud) -> None:
    placed(cloud)
    rule = assign(cloud, HOST_ENCRYPTION)
    cloud.make(
        "authorization:PolicyExemption", scope=SCOPE, policyExemptionName="rule", policyAssignmentId=rule.id,
        exemptionCategory="Waiver", expiresOn="2027-02-08T23:59:59Z",
    )  # fmt: skip
    at(cloud, "2027-02-08T12:00")
    cloud.network()
    machine = cloud.machine("vm1", cloud.interface("nic", cloud.subnet()))
    at(cloud, "2027-02-09")
    cloud.refuses_change("RequestDisallowedByPolicy", "compute:VirtualMachine", machine, tags={"a": "b"})


def test_trusted_launch_wants_a_disk_that_was_made_for_it(cloud: Cloud) -> None:
    cloud.network()
    nic = cloud.interface("nic", cloud.subnet())
    disk: dict[str, Any] = {"location": REGION, "creationData": {"createOption": "Empty"}, "diskSizeGB": 100}
    plain = cloud.make("compute:Disk", diskName="plain", **disk)
    secure = cloud.make("compute:Disk", diskName="secure", securityProfile={"securityType": "TrustedLaunch"}, **disk)
    brought = {"securityProfile": {"securityType": "TrustedLaunch"}, "osProfile": None}

    def over(disk: State) -> dict[str, Any]:
        system = {"createOption": "Attach", "osType": "Windows", "managedDisk": {"id": disk.id}}
        inputs = azure.machine("vm1", nic) | brought | {"storageProfile": {"osDisk": system}}
        return {key: value for key, value in inputs.items() if value is not None}

    text = cloud.refuses("BadRequest", "compute:VirtualMachine", **over(plain))
    assert "not compatible with the security type of attached OS Disk" in text
    cloud.make("compute:VirtualMachine", **over(secure))


def test_a_registration_token_ends_within_27_days(cloud: Cloud) -> None:
    at(cloud, "2026-12-01")
    pool: dict[str, Any] = {
        "hostPoolName": "vdpool", "location": REGION, "hostPoolType": "Pooled", "loadBalancerType": "BreadthFirst",
        "preferredAppGroupType": "Desktop",
    }  # fmt: skip

    def until(moment: str) -> dict[str, Any]:
        return pool | {"registrationInfo": {"expirationTime": moment, "registrationTokenOperation": "Update"}}

    for wrong in ("2026-12-28T01:00:00Z", "2026-12-01T00:30:00Z", "2026-11-30T00:00:00Z"):
        assert "27 days from now" in cloud.refuses("BadRequest", "desktopvirtualization:HostPool", **until(wrong))
    made = cloud.make("desktopvirtualization:HostPool", **until("2026-12-27T00:00:00Z"))
    at(cloud, "2027-01-15")
    cloud.change("desktopvirtualization:HostPool", made, maxSessionLimit=12)


def test_a_budget_begins_in_no_month_that_is_over_and_keeps_its_day(cloud: Cloud) -> None:
    at(cloud, "2027-01-10")
    budget: dict[str, Any] = {
        "scope": f"/subscriptions/{ids.SUBSCRIPTION}", "budgetName": "budget", "amount": 1, "category": "Cost",
        "timeGrain": "Monthly",
    }  # fmt: skip
    old, new = ({"timePeriod": {"startDate": f"{month}-01T00:00:00Z"}} for month in ("2026-12", "2027-01"))
    assert "prior to the current month" in cloud.refuses("400", "consumption:Budget", **budget, **old)
    made = cloud.make("consumption:Budget", **budget, **new)
    at(cloud, "2027-06-01")
    cloud.change("consumption:Budget", made, amount=2)
    cloud.refuses_change("400", "consumption:Budget", made, **old)


def test_rights_at_a_management_group_come_after_a_quarter_of_an_hour(cloud: Cloud) -> None:
    at(cloud, "2026-12-01T09:00")
    placed(cloud)
    role = {
        "scope": f"{MANAGEMENT_GROUPS}/mg-top", "roleAssignmentName": "00000000-0000-0000-0000-000000000001",
        "principalId": "00000000-0000-0000-0000-000000000002", "roleDefinitionId": ADMINISTRATOR,
    }  # fmt: skip
    cloud.refuses("AuthorizationFailed", "authorization:RoleAssignment", **role)
    at(cloud, "2026-12-01T09:15")
    cloud.make("authorization:RoleAssignment", **role)
    assign(cloud, HOST_ENCRYPTION)
