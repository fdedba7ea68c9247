"""A pool as people meet it: in each generation that we build a delivery group with its desktop, policies and restarts.

A delivery group is made closed. Whom it lets in is not said here but in components/access, so that a cutover changes
nothing of a pool; of a delivery group that was found nothing else is said at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

from model import Platform, names
from model.derive.access import users_of
from model.types.desktops import Pool
from model.types.pools import PoolInstance
from providers.citrix import resources as citrix


@dataclass(frozen=True, kw_only=True)
class DesktopPoolArgs:
    """One pool in the generations that build it. `catalogs` gives the catalogs' names by logical name."""

    platform: Platform
    instances: Sequence[PoolInstance]
    catalogs: Mapping[str, pulumi.Input[str]]


class DesktopPool(pulumi.ComponentResource):
    """A pool. `groups` gives its delivery groups by logical name, `policies` their policy sets."""

    groups: dict[str, citrix.DeliveryGroup]
    policies: dict[str, citrix.PolicySet]

    def __init__(self, name: str, args: DesktopPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:desktops:DesktopPool", name, {}, opts)
        self._platform = args.platform
        self.policies = {}
        self.groups = {i.logical_name: self._group(i, args.catalogs[i.logical_name]) for i in args.instances}
        self.register_outputs({})

    def _group(self, instance: PoolInstance, catalog: pulumi.Input[str]) -> citrix.DeliveryGroup:
        pool, name = instance.pool, instance.logical_name
        users = users_of(self._platform.settings, instance)
        opts = pulumi.ResourceOptions(parent=self, protect=instance.protected)
        policies = self.policies[name] = self._policies(instance, opts)
        group = citrix.DeliveryGroup(
            f"{name}-group",
            citrix.DeliveryGroupArgs(
                name=instance.in_citrix.delivery_group,
                delivery_type=_delivery_type(pool),
                sharing_kind="Shared" if pool.allocation == "Random" else "Private",
                session_support=pool.session_support,
                # A policy set that no delivery group names applies to nobody, and Citrix does not say so.
                policy_set=policies.id,
                machine_catalogs=[citrix.CatalogMachinesArgs(machine_catalog=catalog, count=instance.machines)],
                desktops=[
                    citrix.DesktopArgs(published_name=desktop, access=pool.access, included_users=users)
                    for desktop in (pool.desktop,)
                    if desktop is not None
                ],
            ),
            opts,
        )
        self._restarts(instance, group, opts)
        for title, application in pool.applications.items():
            citrix.Application(
                f"{name}-app-{title}",
                citrix.ApplicationArgs(
                    name=names.application(title, pool.name, instance.generation.name),
                    published_name=title,
                    installed=citrix.InstalledArgs(
                        command_line_executable=application.executable,
                        command_line_arguments=application.arguments,
                    ),
                    client_folder=application.folder,
                    delivery_groups=[group.name],
                    access=pool.access,
                    included_users=users,
                ),
                opts,
            )
        return group

    def _policies(self, instance: PoolInstance, opts: pulumi.ResourceOptions) -> citrix.PolicySet:
        """One policy set a pool and generation: the settings of two generations never meet."""
        profile = self._platform.desktops.profiles[instance.pool.profile]
        return citrix.PolicySet(
            f"{instance.logical_name}-policies",
            citrix.PolicySetArgs(
                name=instance.in_citrix.policy_set,
                description=profile.title,
                policies=[citrix.PolicyArgs(name=profile.title, settings=instance.pool.settings.by_name())],
            ),
            opts,
        )

    def _restarts(self, instance: PoolInstance, group: citrix.DeliveryGroup, opts: pulumi.ResourceOptions) -> None:
        restart = instance.pool.restart
        if restart is None:
            return
        title = instance.pool.desktop or next(iter(instance.pool.applications))
        citrix.RebootSchedule(
            f"{instance.logical_name}-restart",
            citrix.RebootScheduleArgs(
                name="Nightly",
                delivery_group=group.name,
                frequency="Daily",
                start_time=restart.time,
                use_natural_reboot=restart.minutes is None,
                reboot_duration_minutes=restart.minutes,
                warning_duration_minutes=restart.warning_minutes,
                warning_title=title if restart.minutes is not None else None,
                warning_message=restart.warning,
            ),
            opts,
        )


def _delivery_type(pool: Pool) -> Literal["DesktopsAndApps", "DesktopsOnly", "AppsOnly"]:
    if pool.desktop is None:
        return "AppsOnly"
    return "DesktopsAndApps" if pool.applications else "DesktopsOnly"
