"""A platform's security in Azure: logs first, for all else sends to them; vaults last, for they stand in the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pulumi

from components.landing_zone.providers import Providers
from components.security.governance import Governance, GovernanceArgs
from components.security.logs import Logs, LogsArgs
from components.security.patching import Patching, PatchingArgs
from components.security.subscription import Subscription, SubscriptionArgs
from components.security.vaults import VAULT_ZONE, EndpointArgs, Vaults, VaultsArgs
from model import Platform
from model.derive import azure_tags
from model.types.azure import Azure


@dataclass(frozen=True, kw_only=True)
class Hub:
    """What of the hub the private endpoints of vaults need."""

    group: pulumi.Input[str]
    subnet: pulumi.Input[str]
    zone: Callable[[str], pulumi.Input[str]]


def declare_logs(platform: Platform, azure: Azure, providers: Providers) -> Logs:
    """The workspace that everything reports to."""
    tags = azure_tags.zone(platform, azure, personal_data="ordinary")
    args = LogsArgs(azure=azure, key=azure.management, tags=tags)
    return Logs("logs", args, pulumi.ResourceOptions(provider=providers(azure.management)))


def declare(
    platform: Platform, azure: Azure, providers: Providers, logs: Logs, hub: Hub
) -> dict[str, pulumi.Output[str]]:
    """Declares the rest; the ids of backup policies by `subscription/class`."""
    there = pulumi.ResourceOptions(provider=providers(azure.management))
    subscriptions = {key: (entry, providers(key)) for key, entry in platform.azure.subscriptions.items()}
    Governance(
        "governance",
        GovernanceArgs(
            azure=azure,
            groups=platform.landing_zone.management_groups,
            policies=platform.landing_zone.policies,
            subscriptions=subscriptions,
            workspace=logs.workspace,
            logs=logs.group_id,
        ),
        there,
    )
    used = {area.subscription for area in platform.azure.areas.values()}
    Patching(
        "patching",
        PatchingArgs(
            azure=azure,
            rings=platform.landing_zone.patch_rings,
            subscriptions={key: value for key, value in subscriptions.items() if key in used},
            group=logs.group,
            tags=azure_tags.zone(platform, azure),
        ),
        there,
    )
    policies: dict[str, pulumi.Output[str]] = {}
    for key, (settings, provider) in subscriptions.items():
        here = pulumi.ResourceOptions(provider=provider)
        Subscription(
            f"subscription-{key}",
            SubscriptionArgs(
                azure=azure,
                key=key,
                settings=settings,
                plans=platform.landing_zone.defender_plans,
                workspace=logs.workspace,
                tags=azure_tags.zone(platform, azure),
            ),
            here,
        )
        vaults = Vaults(
            f"vaults-{key}",
            VaultsArgs(
                azure=azure,
                key=key,
                classes=platform.landing_zone.backup_classes if key in used else {},
                endpoint=EndpointArgs(
                    provider=providers(azure.hub.subscription),
                    group=hub.group,
                    subnet=hub.subnet,
                    zone=hub.zone(VAULT_ZONE),
                ),
                workspace=logs.workspace,
                tags=azure_tags.zone(platform, azure, personal_data="special"),
            ),
            here,
        )
        policies |= {f"{key}/{class_}": policy for class_, policy in vaults.policies.items()}
    return policies
