"""Who may use host pools, which of their hosts take new sessions, and when hosts run: what a cutover changes in Azure.

Access is a role of each group on the pool's application group, given and taken away. The hosts of a closed pool take no
new session, and no scaling plan runs for it: autoscale would let sessions in again on a host that it starts, and would
start hosts for nobody. Left out: sessions that are there, which go on until people end them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import desktopvirtualization as dv
from pulumi_azure_native import resources

from components.access import closed_days
from components.desktops.avd import roles
from components.landing_zone.ids import Landing
from components.landing_zone.providers import Providers
from components.security import diagnostics
from model import Platform, azure_names
from model.derive import azure_tags
from model.derive.access import access, draining
from model.derive.flips import flipped_pools
from model.types.avd import TIME_ZONE, Scaling, Schedule
from model.types.pools import PoolInstance

HOST_API = "2026-01-01-preview"
"""The first API in which a session host can be written by a PUT, as a template does."""


@dataclass(frozen=True, kw_only=True)
class HostPoolAccess:
    """What access to host pools needs: by logical name the ARM id of each pool's application group, the landing zone,
    and the provider of each subscription.
    """

    ready: Mapping[str, pulumi.Input[str]]
    landing: Landing
    providers: Providers

    def declare(self, name: str, platform: Platform, parent: pulumi.Resource) -> None:
        """Declares who may use each host pool, below `parent`."""
        for instance in flipped_pools(platform.pool_instances):
            if instance.avd is None:
                continue
            own = f"{name}-{instance.logical_name}"
            provider = self.providers(instance.avd.subscription)
            group = self.ready[instance.logical_name]
            _roles(own, platform, instance, group, pulumi.ResourceOptions(parent=parent, provider=provider))
            opts = pulumi.ResourceOptions(parent=parent, provider=provider, protect=instance.protected)
            _sessions(own, platform, instance, group, opts)
            if instance.pool.avd.scaling is not None:
                _scaling(own, platform, instance, instance.pool.avd.scaling, self.landing, group, opts)


def _roles(
    name: str, platform: Platform, instance: PoolInstance, group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> None:
    """One role a group of people. None is protected: a cutover takes those of the generation before away."""
    principals = platform.azure.settings.principals if platform.azure.settings is not None else {}
    for people in access(platform, instance).included:
        principal = principals[people]
        key = f"{instance.in_azure.application_group}/{principal}"
        roles.assign(f"{name}-user-{azure_names.slug(people)}", roles.USER, group, principal, key, opts)


def _sessions(
    name: str, platform: Platform, instance: PoolInstance, group: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> None:
    """Which hosts take new sessions, as a deployment of a template of one resource a host.

    A session host comes into being by its agent's registration. As a resource of its own it could not be declared: the
    provider creates none that is there (pulumi-azure-native issues 1123, 1492), and an import asks in every preview
    that it is there, with just the values that the program says. A template writes what it finds; taking the deployment
    away leaves hosts as they are. docs/decisions/0016-avd-drain.md.
    """
    names = instance.in_azure
    drained = {host.number for host in draining(platform, instance)}
    hosts: list[dict[str, Any]] = [
        {
            "type": "Microsoft.DesktopVirtualization/hostPools/sessionHosts",
            "apiVersion": HOST_API,
            "name": f"{names.host_pool}/{host.host}",
            "properties": {"allowNewSession": host.number not in drained},
        }
        for host in names.hosts
    ]
    resources.Deployment(
        f"{name}-sessions",
        deployment_name=f"{names.host_pool}-sessions",
        # The hosts are there before: the group's id is known once each has registered.
        resource_group_name=pulumi.Output.from_input(group).apply(lambda _: names.resource_group),
        properties=resources.DeploymentPropertiesArgs(
            mode=resources.DeploymentMode.INCREMENTAL,
            template={
                "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                "contentVersion": "1.0.0.0",
                "resources": hosts,
            },
        ),
        tags=azure_tags.pool(platform.settings, platform.azure, instance),
        opts=opts,
    )


def _scaling(
    name: str,
    platform: Platform,
    instance: PoolInstance,
    scaling: Scaling,
    landing: Landing,
    group: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> None:
    names = instance.in_azure
    closed = access(platform, instance).closed
    subscription = platform.azure.subscriptions[names.subscription].id
    pool = azure_names.resource_id(
        subscription, names.resource_group, "Microsoft.DesktopVirtualization/hostPools", names.host_pool
    )
    there = pulumi.Output.from_input(group).apply(lambda _: names.resource_group)
    plan = dv.ScalingPlan(
        f"{name}-scaling",
        scaling_plan_name=names.scaling_plan,
        resource_group_name=there,
        location=names.metadata_location,
        host_pool_type="Pooled",
        time_zone=TIME_ZONE,
        # On a machine with this tag autoscale leaves alone what a person is working on.
        exclusion_tag="no-autoscale",
        host_pool_references=[
            dv.ScalingHostPoolReferenceArgs(host_pool_arm_path=pool, scaling_plan_enabled=not closed)
        ],
        tags=azure_tags.pool(platform.settings, platform.azure, instance),
        opts=opts,
    )
    diagnostics.send(f"{name}-scaling", plan, landing.workspace(), opts)
    for key, schedule in scaling.schedules.items():
        _schedule(f"{name}-scaling-{key}", key, schedule, plan, there, opts)
    if scaling.holidays is not None:
        closed_days.declare(f"{name}-holidays", platform, instance, plan, pool, closed, landing, opts)


def _schedule(
    name: str,
    key: str,
    schedule: Schedule,
    plan: dv.ScalingPlan,
    group: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> None:
    """A schedule is a resource of its own: a plan with schedules inside and beside it loses one or the other."""
    dv.ScalingPlanPooledSchedule(
        name,
        scaling_plan_schedule_name=key,
        scaling_plan_name=plan.name,
        resource_group_name=group,
        days_of_week=[dv.DayOfWeek(day) for day in schedule.days],
        ramp_up_start_time=_time(schedule.ramp_up),
        ramp_up_load_balancing_algorithm="BreadthFirst",
        ramp_up_minimum_hosts_pct=schedule.morning_hosts,
        ramp_up_capacity_threshold_pct=schedule.morning_full,
        peak_start_time=_time(schedule.peak),
        peak_load_balancing_algorithm="BreadthFirst",
        ramp_down_start_time=_time(schedule.ramp_down),
        ramp_down_load_balancing_algorithm="DepthFirst",
        ramp_down_minimum_hosts_pct=schedule.evening_hosts,
        ramp_down_capacity_threshold_pct=schedule.evening_full,
        # Nobody is logged off: a host stops once its last session has ended.
        ramp_down_force_logoff_users=False,
        ramp_down_stop_hosts_when="ZeroSessions",
        ramp_down_wait_time_minutes=30,
        ramp_down_notification_message="",
        off_peak_start_time=_time(schedule.off_peak),
        off_peak_load_balancing_algorithm="DepthFirst",
        opts=opts,
    )


def _time(clock: str) -> dv.TimeArgs:
    hour, minute = clock.split(":")
    return dv.TimeArgs(hour=int(hour), minute=int(minute))
