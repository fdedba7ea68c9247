"""What every subscription has: its activity log, Defender's plans, who is told by Defender, and a budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import consumption, monitor, security

from model import azure_names as names
from model.types.azure import Azure
from model.types.azure import Subscription as Settings
from model.types.landing_zone import DefenderPlan

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
        for key, plan in args.plans.items():
            security.Pricing(
                f"{name}-defender-{key}",
                pricing_name=plan.plan,
                scope_id=scope,
                pricing_tier="Standard",
                sub_plan=plan.tier,
                opts=here,
            )
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
            opts=here,
        )
        self.register_outputs({})
