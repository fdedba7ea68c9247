"""A system's virtual servers in every generation that has them, with the rules that hold between them.

One component a system and not one a server: a component costs the engine as much as a resource, and what a reader
looks for is the system. No name here depends on a state, for a renamed resource is deleted and made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

import pulumi
import pulumi_vsphere as vsphere

from components.servers.vmware import adopted, machines, rules
from components.servers.vmware.customization import GuestSecrets
from components.servers.vmware.images import Template
from model.types.infrastructure import Settings
from model.types.instances import Instance


@dataclass(frozen=True, kw_only=True)
class SystemArgs:
    """`instances` of the declared generations; `placements` of those we build and `found` of those adopted, by logical
    name; `templates` by image; `clusters` gives cluster ids by generation and key;
    `resolvers` are what a server that is born now asks.
    """

    instances: Sequence[Instance]
    placements: Mapping[str, machines.Placement]
    found: Mapping[str, adopted.ObservedPlace]
    templates: Mapping[str, Template]
    clusters: Mapping[tuple[str, str], pulumi.Input[str]]
    settings: Settings
    resolvers: Sequence[IPv4Address]
    secrets: Callable[[], GuestSecrets]


class System(pulumi.ComponentResource):
    """The servers of one system; `servers` by logical name. The component's name is the system's code."""

    servers: dict[str, vsphere.VirtualMachine]

    def __init__(self, name: str, args: SystemArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:System", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        self.servers = {}
        built: list[Instance] = []
        for instance in args.instances:
            if instance.found is not None:
                place = args.found[instance.logical_name]
                vm = adopted.declare(instance, instance.found, place, parent=self)
            else:
                built.append(instance)
                vm = machines.declare(
                    instance,
                    args.templates[instance.image_name],
                    args.placements[instance.logical_name],
                    settings=args.settings,
                    resolvers=args.resolvers,
                    secrets=args.secrets(),
                    parent=self,
                )
            self.servers[instance.logical_name] = vm
        for instance in built:
            self._restart(instance, args)
        for spread in rules.spreads(built):
            cluster_id = args.clusters[spread.generation, spread.cluster]
            rules.declare_spread(spread, cluster_id, self.servers, here)
        rules.declare_start(rules.start_groups(built), args.clusters, self.servers, here)
        self.register_outputs({})

    def _restart(self, instance: Instance, args: SystemArgs) -> None:
        priority = rules.restart_override(instance)
        if priority is not None:
            vsphere.HaVmOverride(
                f"{instance.server.identity}-restart-{instance.generation.name}",
                compute_cluster_id=args.clusters[instance.generation.name, instance.server.cluster],
                virtual_machine_id=self.servers[instance.logical_name].id,
                ha_vm_restart_priority=priority,
                opts=pulumi.ResourceOptions(parent=self),
            )
