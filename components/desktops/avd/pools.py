"""A pool of Azure Virtual Desktop as people meet it: host pool, application group with its applications, workspace.

It is made closed: nobody has a role on the application group until components/access gives it, so that a cutover
changes nothing here. Left out: when hosts run, which changes with access.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import desktopvirtualization as dv
from pulumi_azure_native import resources

from components.desktops.avd import endpoints, roles
from components.desktops.avd.endpoints import Endpoint
from components.landing_zone.ids import Landing
from components.security import diagnostics
from model import Platform, azure_names
from model.derive import azure_tags
from model.types import rdp
from model.types.avd import TIME_ZONE
from model.types.pools import PoolInstance


@dataclass(frozen=True, kw_only=True)
class HostPoolArgs:
    """A pool in one generation, and the landing zone that it stands in."""

    platform: Platform
    instance: PoolInstance
    landing: Landing


class HostPool(pulumi.ComponentResource):
    """A pool without its hosts. `group` is the name of its resource group, `pool` its host pool, `applications` the ARM
    id of its application group.
    """

    group: pulumi.Output[str]
    pool: dv.HostPool
    applications: pulumi.Output[str]

    def __init__(self, name: str, args: HostPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:desktops:HostPool", name, {}, opts)
        self._args, self._name = args, name
        self._names = args.instance.in_azure
        self._tags = azure_tags.pool(args.platform.settings, args.platform.azure, args.instance)
        self._opts = pulumi.ResourceOptions(parent=self, protect=args.instance.protected)
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=self._names.resource_group,
            location=self._names.location,
            tags=self._tags,
            opts=self._opts,
        )
        self.group = group.name
        self.pool = self._pool()
        published = self._published()
        self.applications = published.id
        self._workspace(published)
        if args.instance.pool.avd.join == "entra":
            for user in args.instance.pool.users:
                principal = (
                    args.platform.azure.settings.principals[user] if args.platform.azure.settings is not None else ""
                )
                key = f"{self._names.resource_group}/{principal}"
                own = f"{name}-user-login-{azure_names.slug(user)}"
                roles.assign(own, roles.LOGIN, group.id, principal, key, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})

    def _pool(self) -> dv.HostPool:
        names, pool = self._names, self._args.instance.pool
        wave = pool.avd.registration.get(self._args.instance.generation.name)
        made = dv.HostPool(
            f"{self._name}-pool",
            host_pool_name=names.host_pool,
            resource_group_name=self.group,
            location=names.metadata_location,
            friendly_name=_title(self._args.instance),
            host_pool_type="Pooled",
            load_balancer_type=pool.avd.load_balancing,
            preferred_app_group_type="Desktop" if names.kind == "Desktop" else "RailApplications",
            max_session_limit=pool.sessions_per_host,
            start_vm_on_connect=True,
            validation_environment=False,
            public_network_access="Disabled",
            custom_rdp_property=rdp.text(pool.avd.rdp, pool.settings, pool.avd.join),
            # A token ends by the data and never by the clock, which would change the pool with every run. Azure refuses
            # a pool with one that has ended: a wave that is over is taken out of the data (`refresh check`: EXPIRED).
            registration_info=dv.RegistrationInfoArgs(
                expiration_time=wave.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
                registration_token_operation=dv.RegistrationTokenOperation.UPDATE,
            )
            if wave is not None
            else None,
            agent_update=dv.AgentUpdatePropertiesArgs(
                type="Scheduled",
                maintenance_window_time_zone=TIME_ZONE,
                maintenance_windows=[dv.MaintenanceWindowPropertiesArgs(day_of_week=dv.DayOfWeek.SUNDAY, hour=3)],
            ),
            tags=self._tags,
            opts=self._opts,
        )
        diagnostics.send(f"{self._name}-pool", made, self._args.landing.workspace(), self._opts)
        self._endpoint("pool", names.host_pool, made.id, "connection")
        return made

    def _published(self) -> dv.ApplicationGroup:
        names, pool = self._names, self._args.instance.pool
        made = dv.ApplicationGroup(
            f"{self._name}-applications",
            application_group_name=names.application_group,
            resource_group_name=self.group,
            location=names.metadata_location,
            application_group_type=names.kind,
            host_pool_arm_path=self.pool.id,
            friendly_name=_title(self._args.instance),
            tags=self._tags,
            opts=self._opts,
        )
        diagnostics.send(f"{self._name}-applications", made, self._args.landing.workspace(), self._opts)
        for title, application in pool.applications.items() if names.kind == "RemoteApp" else ():
            dv.Application(
                f"{self._name}-app-{azure_names.published(title)}",
                application_name=azure_names.published(title),
                application_group_name=made.name,
                resource_group_name=self.group,
                friendly_name=title,
                file_path=application.executable,
                # What an application is started with is ours to say, not the user's.
                command_line_setting="Require" if application.arguments else "DoNotAllow",
                command_line_arguments=application.arguments or None,
                icon_path=application.executable,
                icon_index=0,
                show_in_portal=True,
                opts=self._opts,
            )
        return made

    def _workspace(self, published: dv.ApplicationGroup) -> None:
        names = self._names
        made = dv.Workspace(
            f"{self._name}-workspace",
            workspace_name=names.workspace,
            resource_group_name=self.group,
            location=names.metadata_location,
            friendly_name=_title(self._args.instance),
            application_group_references=[published.id],
            public_network_access="Disabled",
            tags=self._tags,
            opts=self._opts,
        )
        diagnostics.send(f"{self._name}-workspace", made, self._args.landing.workspace(), self._opts)
        self._endpoint("workspace", names.workspace, made.id, "feed")

    def _endpoint(self, key: str, of: str, target: pulumi.Input[str], sub: str) -> None:
        names = self._names
        endpoint = Endpoint(
            name=of,
            id=target,
            of=sub,
            area=names.area,
            subnet=names.endpoints,
            group=self.group,
            location=names.location,
            tags=self._tags,
        )
        endpoints.declare(f"{self._name}-{key}", endpoint, self._args.landing, self._opts)


def _title(instance: PoolInstance) -> str:
    """What users see: the desktop's name, or the only application's, or the pool's."""
    pool = instance.pool
    titles = list(pool.applications)
    return pool.desktop or (titles[0] if len(titles) == 1 else pool.name)
