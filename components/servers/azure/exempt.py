"""Exemptions from policies that Azure Migrate's work cannot hold, each with the day on which it ends."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
from pulumi_azure_native import authorization

from model.derive.migration import Exemption


def declare(name: str, group: pulumi.Input[str], exemptions: Iterable[Exemption], opts: pulumi.ResourceOptions) -> None:
    """Exempts a resource group, by its ARM id, from each; `name` begins the names of the resources."""
    for exemption in exemptions:
        authorization.PolicyExemption(
            f"{name}-{exemption.policy}",
            policy_exemption_name=exemption.policy,
            scope=group,
            policy_assignment_id=exemption.assignment,
            exemption_category="Waiver",
            display_name=f"{exemption.title}: while it is migrated",
            expires_on=f"{exemption.expires.isoformat()}T23:59:59Z",
            opts=opts,
        )
