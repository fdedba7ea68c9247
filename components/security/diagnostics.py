"""What sends its logs to the workspace. A type that is new here has to be put into one of the two tables.

Left out: metrics, which Azure Monitor keeps without being asked.
"""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor

SENT = frozenset(
    {
        "azure-native:desktopvirtualization:ApplicationGroup",
        "azure-native:desktopvirtualization:HostPool",
        "azure-native:desktopvirtualization:ScalingPlan",
        "azure-native:desktopvirtualization:Workspace",
        "azure-native:keyvault:Vault",
        "azure-native:logic:Workflow",
        "azure-native:network:AzureFirewall",
        "azure-native:network:BastionHost",
        "azure-native:network:ExpressRouteCircuit",
        "azure-native:network:NetworkSecurityGroup",
        "azure-native:network:PublicIPAddress",
        "azure-native:network:VirtualNetwork",
        "azure-native:network:VirtualNetworkGateway",
        "azure-native:operationalinsights:Workspace",
        "azure-native:recoveryservices:Vault",
        "azure-native:storage:FileServiceProperties",
    }
)
"""Types that have resource logs (Azure Monitor, "Supported resource logs"). All of them are sent."""

AUDITED = frozenset(
    {
        "azure-native:keyvault:Vault",
        "azure-native:network:BastionHost",
        "azure-native:network:PublicIPAddress",
        "azure-native:network:VirtualNetworkGateway",
        "azure-native:operationalinsights:Workspace",
    }
)
"""Types with the group `audit` beside all logs. The built-in policies ("Enable logging by category group ...") take
a setting for theirs only where it says of that group, too, that it is off.
"""

DEDICATED = frozenset({"azure-native:network:AzureFirewall", "azure-native:recoveryservices:Vault"})
"""Types whose logs go to tables of their own: a shared table takes at most 500 columns in all."""


def send(
    name: str, resource: pulumi.CustomResource, workspace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> monitor.DiagnosticSetting:
    """Sends a resource's logs to the workspace. Raises ValueError for a type that has none."""
    kind = resource.pulumi_resource_type
    if kind not in SENT:
        raise ValueError(f"{kind} has no logs")
    groups = {"audit": False, "allLogs": True} if kind in AUDITED else {"allLogs": True}
    return monitor.DiagnosticSetting(
        f"{name}-logs",
        name="workspace",
        resource_uri=resource.id,
        workspace_id=workspace,
        log_analytics_destination_type="Dedicated" if kind in DEDICATED else None,
        logs=[monitor.DiagnosticsLogSettingsArgs(category_group=key, enabled=on) for key, on in groups.items()],
        opts=opts,
    )
