"""What sends its logs to the workspace. A type that is new here has to be put into one of the two tables.

Left out: metrics, which Azure Monitor keeps without being asked.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import monitor

SENT: Mapping[str, str] = {
    "azure-native:desktopvirtualization:ApplicationGroup": "allLogs",
    "azure-native:desktopvirtualization:HostPool": "allLogs",
    "azure-native:desktopvirtualization:ScalingPlan": "allLogs",
    "azure-native:desktopvirtualization:Workspace": "allLogs",
    "azure-native:keyvault:Vault": "allLogs",
    "azure-native:logic:Workflow": "allLogs",
    "azure-native:network:AzureFirewall": "allLogs",
    "azure-native:network:BastionHost": "allLogs",
    "azure-native:network:ExpressRouteCircuit": "allLogs",
    "azure-native:network:NetworkSecurityGroup": "allLogs",
    "azure-native:network:PublicIPAddress": "allLogs",
    "azure-native:network:VirtualNetwork": "allLogs",
    "azure-native:network:VirtualNetworkGateway": "allLogs",
    "azure-native:operationalinsights:Workspace": "allLogs",
    "azure-native:recoveryservices:Vault": "allLogs",
    "azure-native:storage:FileServiceProperties": "allLogs",
}
"""Type → the category group of its resource logs (Azure Monitor, "Supported resource logs")."""

DEDICATED = frozenset({"azure-native:network:AzureFirewall", "azure-native:recoveryservices:Vault"})
"""Types whose logs go to tables of their own: a shared table takes at most 500 columns in all."""


def send(
    name: str, resource: pulumi.CustomResource, workspace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> monitor.DiagnosticSetting:
    """Sends a resource's logs to the workspace. Raises KeyError for a type that has none."""
    kind = resource.pulumi_resource_type
    return monitor.DiagnosticSetting(
        f"{name}-logs",
        name="workspace",
        resource_uri=resource.id,
        workspace_id=workspace,
        log_analytics_destination_type="Dedicated" if kind in DEDICATED else None,
        logs=[monitor.DiagnosticsLogSettingsArgs(category_group=SENT[kind], enabled=True)],
        opts=opts,
    )
