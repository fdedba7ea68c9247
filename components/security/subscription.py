"""What every subscription has: its activity log, Defender's plans, who is told by Defender, and a budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import consumption, monitor, resources, security

from model import azure_names as names
from model.types.azure import Azure
from model.types.azure import Subscription as Settings
from model.types.landing_zone import DefenderPlan

_PRICINGS = "Microsoft.Security/pricings"
_PRICINGS_API = "2024-01-01"

_ACTIVITY = (
    "Administrative", "Alert", "Autoscale", "Policy", "Recommendation", "ResourceHealth", "Security", "ServiceHealth",
)  # fmt: skip
"""Every category of the activity log (Azure Monitor, "Categories in the activity log")."""

_WARNINGS = (("actual", "Actual", 80), ("forecast", "Forecasted", 100))
"""When a budget is told of: its name, what is measured, and percent of it."""


@dataclass(frozen=True, kw_only=True)
class SubscriptionArgs:
    """`key` is the subscription's in the data."""

    azure: Azure
    key: str
    settings: Settings
    plans: Mapping[str, DefenderPlan]
    workspace: pulumi.Input[str]
    tags: Mapping[str, str]


class Subscription(pulumi.ComponentResource):
    """What watches over a subscription."""

    def __init__(self, name: str, args: SubscriptionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:security:Subscription", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        scope = f"subscriptions/{args.settings.id}"
        monitor.SubscriptionDiagnosticSetting(
            f"{name}-activity",
            name="workspace",
            workspace_id=args.workspace,
            logs=[monitor.SubscriptionLogSettingsArgs(category=category, enabled=True) for category in _ACTIVITY],
            opts=here,
        )
        _declare_plans(f"{name}-defender", args, self)
        security.SecurityContact(
            f"{name}-contact",
            security_contact_name="default",
            emails=args.azure.security_contact,
            is_enabled=True,
            notifications_by_role=security.SecurityContactPropertiesNotificationsByRoleArgs(
                state="On", roles=["Owner"]
            ),
            notifications_sources=[
                security.NotificationsSourceAlertArgs(source_type="Alert", minimal_severity="Medium")
            ],
            opts=here,
        )
        consumption.Budget(
            f"{name}-budget",
            budget_name=names.name("budget", args.key),
            scope=scope,
            category="Cost",
            amount=args.settings.budget,
            time_grain="Monthly",
            time_period=consumption.BudgetTimePeriodArgs(start_date=f"{args.azure.begins.isoformat()}T00:00:00Z"),
            notifications={
                key: consumption.NotificationArgs(
                    enabled=True,
                    operator="GreaterThanOrEqualTo",
                    threshold=percent,
                    threshold_type=kind,
                    contact_emails=[args.azure.security_contact],
                    contact_roles=["Owner"],
                )
                for key, kind, percent in _WARNINGS
            },
            # Azure keeps the first day of a budget that is there, and of a new one takes none before its month.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["timePeriod"]),
        )
        self.register_outputs({})


def _declare_plans(name: str, args: SubscriptionArgs, parent: pulumi.Resource) -> None:
    """Defender's plans, as one deployment of a template that writes one after the other.

    A plan is in every subscription from its birth, so the provider creates none ("cannot create already existing
    resource": client_azcore.go, CanCreate; defaultResourcesState.go lacks it), Azure takes one at a time (409,
    terraform-provider-azurerm issue 32451) and deletes none (400, terraform-provider-azapi issue 818).
    docs/decisions/0024-defender-plans.md.
    """
    if not args.plans:
        return
    written: list[dict[str, Any]] = []
    for plan in args.plans.values():
        after = [f"[subscriptionResourceId('{_PRICINGS}', '{written[-1]['name']}')]"] if written else []
        tier = {"subPlan": plan.tier} if plan.on and plan.tier is not None else {}
        written.append(
            {
                "type": _PRICINGS,
                "apiVersion": _PRICINGS_API,
                "name": plan.plan,
                "dependsOn": after,
                "properties": {"pricingTier": "Standard" if plan.on else "Free", **tier},
            }
        )
    resources.DeploymentAtSubscriptionScope(
        name,
        deployment_name="defender-plans",
        location=args.azure.location,
        properties=resources.DeploymentPropertiesArgs(
            mode=resources.DeploymentMode.INCREMENTAL,
            template={
                "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
                "contentVersion": "1.0.0.0",
                "resources": written,
            },
        ),
        tags=args.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
