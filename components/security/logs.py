"""Where everything reports to: the workspace, and what servers are asked to send to it.

Left out: alerts, which Defender for Cloud raises, and the monitoring that the municipality has already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import monitor, operationalinsights, resources

from components.security import diagnostics
from components.security.locks import lock
from model import azure_names as names
from model.base import Os
from model.types.azure import Azure

_EVERY_SECONDS = 60
_AUDIT = "band(Keywords,13510798882111488)"
"""Audit success and failure, as keywords of the Security log (Azure Monitor, "Collect Windows events")."""


@dataclass(frozen=True, kw_only=True)
class LogsArgs:
    """`key` is the subscription that it stands in."""

    azure: Azure
    key: str
    tags: Mapping[str, str]


class Logs(pulumi.ComponentResource):
    """The workspace and its collection rules. `workspace` is its id, `rules` those of servers by operating system."""

    group: pulumi.Output[str]
    group_id: pulumi.Output[str]
    workspace: pulumi.Output[str]
    rules: dict[Os, pulumi.Output[str]]

    def __init__(self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:security:Logs", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=names.resource_group(args.key, "logs"),
            location=args.azure.location,
            tags=args.tags,
            opts=here,
        )
        self.group, self.group_id = group.name, group.id
        workspace = operationalinsights.Workspace(
            f"{name}-workspace",
            workspace_name=names.workspace(args.azure.code),
            resource_group_name=group.name,
            location=args.azure.location,
            sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
            retention_in_days=args.azure.log_days,
            # Who reads a resource reads its logs; nobody signs in with the workspace's shared key.
            features=operationalinsights.WorkspaceFeaturesArgs(
                disable_local_auth=True, enable_log_access_using_only_resource_permissions=True
            ),
            tags=args.tags,
            opts=here,
        )
        self.workspace = workspace.id
        sent = diagnostics.send(f"{name}-workspace", workspace, self.workspace, here)
        lock(f"{name}-workspace", workspace, "Logs are kept for as long as the law may ask", self, after=[sent])
        self.rules = {}
        for os, sources in _SOURCES.items():
            self.rules[os] = monitor.DataCollectionRule(
                f"{name}-{os}",
                data_collection_rule_name=names.name("dcr", os),
                resource_group_name=group.name,
                location=args.azure.location,
                kind=os.capitalize(),
                data_sources=sources(),
                destinations=monitor.DataCollectionRuleDestinationsArgs(
                    log_analytics=[
                        monitor.LogAnalyticsDestinationArgs(name="workspace", workspace_resource_id=workspace.id)
                    ]
                ),
                data_flows=[monitor.DataFlowArgs(streams=_STREAMS[os], destinations=["workspace"])],
                tags=args.tags,
                opts=here,
            ).id
        self.register_outputs({})


_STREAMS: Mapping[Os, list[str]] = {
    "windows": ["Microsoft-Event", "Microsoft-Perf"],
    "linux": ["Microsoft-Syslog", "Microsoft-Perf"],
}


def _windows() -> monitor.DataCollectionRuleDataSourcesArgs:
    worse = "*[System[(Level=1 or Level=2 or Level=3)]]"
    return monitor.DataCollectionRuleDataSourcesArgs(
        windows_event_logs=[
            monitor.WindowsEventLogDataSourceArgs(
                name="events",
                streams=["Microsoft-Event"],
                x_path_queries=[f"System!{worse}", f"Application!{worse}", f"Security!*[System[({_AUDIT})]]"],
            )
        ],
        performance_counters=[
            _counters(
                r"\Processor Information(_Total)\% Processor Time",
                r"\Memory\Available Bytes",
                r"\LogicalDisk(*)\% Free Space",
            )
        ],
    )


def _linux() -> monitor.DataCollectionRuleDataSourcesArgs:
    return monitor.DataCollectionRuleDataSourcesArgs(
        syslog=[
            monitor.SyslogDataSourceArgs(
                name="sign-in",
                streams=["Microsoft-Syslog"],
                facility_names=["auth", "authpriv"],
                log_levels=["Info", "Notice", "Warning", "Error", "Critical", "Alert", "Emergency"],
            ),
            monitor.SyslogDataSourceArgs(
                name="system",
                streams=["Microsoft-Syslog"],
                facility_names=["cron", "daemon", "kern", "syslog", "user"],
                log_levels=["Warning", "Error", "Critical", "Alert", "Emergency"],
            ),
        ],
        performance_counters=[
            _counters(
                r"Processor(*)\% Processor Time", r"Memory(*)\Available MBytes Memory", r"Logical Disk(*)\% Free Space"
            )
        ],
    )


def _counters(*counters: str) -> monitor.PerfCounterDataSourceArgs:
    return monitor.PerfCounterDataSourceArgs(
        name="counters",
        streams=["Microsoft-Perf"],
        sampling_frequency_in_seconds=_EVERY_SECONDS,
        counter_specifiers=list(counters),
    )


_SOURCES: Mapping[Os, Callable[[], monitor.DataCollectionRuleDataSourcesArgs]] = {"windows": _windows, "linux": _linux}
