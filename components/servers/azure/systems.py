"""A system's servers in Azure, in every generation that has them there, each generation in a resource group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_azure_native import compute, resources

from components.servers.azure import brought as azure_brought
from components.servers.azure import care as azure_care
from components.servers.azure import exempt
from components.servers.azure import machines as azure_machines
from components.servers.azure.brought import Arrivals, Brought
from components.servers.azure.machines import MachineArgs, Prerequisites
from components.servers.vmware.customization import GuestSecrets
from model import Platform
from model.derive import azure_tags, migration
from model.derive.azure_servers import backup_class
from model.types.azure_servers import AzurePlace
from model.types.instances import Instance

if TYPE_CHECKING:
    from components.landing_zone.ids import Landing
    from components.landing_zone.providers import Providers


@dataclass(frozen=True, kw_only=True)
class AzureSystemArgs:
    """`instances` are those of the declared generations that stand in Azure; `arrivals` knows what is brought."""

    platform: Platform
    instances: Sequence[Instance]
    providers: Providers
    landing: Landing
    secrets: Callable[[], GuestSecrets]
    arrivals: Callable[[], Arrivals]


class AzureSystem(pulumi.ComponentResource):
    """The servers of one system; `servers` by logical name, and `brought`, those of them that Azure Migrate made. The
    component's name is the system's code.
    """

    servers: dict[str, compute.VirtualMachine]
    brought: list[Brought]

    def __init__(self, name: str, args: AzureSystemArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:AzureSystem", name, {}, opts)
        self.servers, self.brought = {}, []
        groups: dict[str, resources.ResourceGroup] = {}
        for instance in args.instances:
            place = instance.azure
            if place is None:
                raise ValueError(f"{instance.logical_name} does not stand in Azure")
            generation = instance.generation.name
            if generation not in groups:
                groups[generation] = self._group(name, args, instance, place)
            if not instance.awaited:
                self.servers[instance.logical_name] = self._server(args, instance, place, groups[generation])
        self.register_outputs({})

    def _group(
        self, name: str, args: AzureSystemArgs, instance: Instance, place: AzurePlace
    ) -> resources.ResourceGroup:
        generation = instance.generation.name
        group = resources.ResourceGroup(
            f"{name}-group-{generation}",
            resource_group_name=place.resource_group,
            location=place.location,
            tags=azure_tags.system(args.platform.settings, args.platform.estate, name, generation, place.area),
            opts=self._prerequisites(args, place).options(instance),
        )
        exemptions = migration.of_machines(args.platform, instance)
        opts = self._prerequisites(args, place).options(instance, deleted_with=group)
        exempt.declare(f"{name}-exempt-{generation}", group.id, exemptions, opts)
        return group

    def _prerequisites(self, args: AzureSystemArgs, place: AzurePlace) -> Prerequisites:
        return Prerequisites(parent=self, provider=args.providers(place.subscription))

    def _server(
        self, args: AzureSystemArgs, instance: Instance, place: AzurePlace, group: resources.ResourceGroup
    ) -> compute.VirtualMachine:
        platform, prerequisites = args.platform, self._prerequisites(args, place)
        if platform.azure.settings is None:
            raise ValueError(f"{platform.name} has no Azure")
        machine_args = MachineArgs(
            instance=instance,
            azure=platform.azure.settings,
            size=platform.azure.sizes[place.size],
            group=group.name,
            subnet=args.landing.subnet(place.area, instance.attachment.network),
            tags=azure_tags.system(
                platform.settings, platform.estate, instance.system.code, instance.generation.name, place.area
            ),
            secrets=args.secrets(),
        )
        if place.migrated:
            made = azure_brought.declare(machine_args, place, args.arrivals(), prerequisites)
            self.brought.append(made)
            if args.arrivals().taken_over(instance):
                self._care(args, machine_args, place, made.machine, prerequisites)
            return made.machine
        machine = azure_machines.declare(machine_args, place, prerequisites)
        self._care(args, machine_args, place, machine, prerequisites)
        return machine

    @staticmethod
    def _care(
        args: AzureSystemArgs,
        machine_args: MachineArgs,
        place: AzurePlace,
        machine: compute.VirtualMachine,
        prerequisites: Prerequisites,
    ) -> None:
        platform, instance = args.platform, machine_args.instance
        joined = None
        if instance.ou is not None:
            joined = azure_care.join(machine_args, platform.settings, machine, prerequisites)
        azure_care.watch(machine_args, machine, args.landing, prerequisites, joined)
        class_ = backup_class(platform.landing_zone, instance.system)
        if class_ is not None:
            policy = args.landing.backup_policy(place.subscription, class_)
            azure_care.back_up(machine_args, place, machine, policy, prerequisites)
