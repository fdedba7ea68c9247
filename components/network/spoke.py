"""An area's network: its spoke with subnets, security groups and routes, and all that it brings to the hub.

Everything of an area is here, so that one more area is one more of these and nothing else changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pulumi
import pulumi_azure_native as azure_native
import pulumi_azure_native.network as net
from pulumi_azure_native import resources

from components.network.hub import Hub
from components.network.place import Place
from components.network.rules import Group, GroupArgs, Need, declare_group, security_rules
from components.renamed import renamed
from components.security import diagnostics
from model import azure_names as names
from model.derive.azure_network import HUB
from model.derive.azure_rules import Crossing, Filter, Publication, rule_group_priority
from model.types.azure import Area


@dataclass(frozen=True, kw_only=True)
class SpokeArgs:
    """`filters` are by subnet. `hub_provider` makes what stands in the hub; `group` is that of the area before."""

    area: Area
    location: str
    workspace: pulumi.Input[str]
    tags: Mapping[str, str]
    filters: Mapping[str, Sequence[Filter]]
    crossings: Sequence[Crossing]
    sets: Mapping[str, Sequence[IPv4Network]]
    needs: Sequence[Need]
    published: Sequence[Publication]
    addresses: Mapping[str, pulumi.Input[str]]
    hub: Hub
    hub_provider: azure_native.Provider
    policy: pulumi.Input[str]
    firewall: IPv4Address
    gateway: pulumi.Resource
    group: Group


class Spoke(pulumi.ComponentResource):
    """An area's spoke. `subnets` gives their ids by key, `group` what the next area's rules build on."""

    subnets: dict[str, pulumi.Output[str]]
    group: Group

    def __init__(self, name: str, args: SpokeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:network:Spoke", name, {}, opts)
        self._name, self._args = name, args
        self._here = pulumi.ResourceOptions(parent=self)
        self._there = pulumi.ResourceOptions(parent=self, provider=args.hub_provider)
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=names.network_resource_group(args.area.name),
            location=args.location,
            tags=args.tags,
            opts=self._here,
        )
        self._place = Place(group=group.name, location=args.location, workspace=args.workspace, tags=args.tags)
        self._network = net.VirtualNetwork(
            f"{name}-network",
            virtual_network_name=names.virtual_network(args.area.name),
            resource_group_name=group.name,
            location=args.location,
            address_space=net.AddressSpaceArgs(address_prefixes=[str(args.area.prefix)]),
            dhcp_options=net.DhcpOptionsArgs(dns_servers=[str(args.firewall)]),
            tags=args.tags,
            opts=self._here,
        )
        diagnostics.send(f"{name}-network", self._network, args.workspace, self._here)
        self._declare_subnets(self._declare_routes())
        self._declare_peering()
        self._declare_rules()
        self.register_outputs({})

    def _declare_routes(self) -> pulumi.Output[str]:
        name, args = self._name, self._args
        table = net.RouteTable(
            f"{name}-routes",
            route_table_name=names.name("rt", args.area.name),
            resource_group_name=self._place.group,
            location=args.location,
            # What the gateway learns would lead past the firewall.
            disable_bgp_route_propagation=True,
            routes=[
                net.RouteArgs(
                    name="firewall",
                    address_prefix="0.0.0.0/0",
                    next_hop_type="VirtualAppliance",
                    next_hop_ip_address=str(args.firewall),
                )
            ],
            tags=args.tags,
            opts=self._here,
        )
        net.Route(
            f"{name}-from-home",
            route_name=args.area.name,
            route_table_name=args.hub.route_table,
            resource_group_name=args.hub.place.group,
            # As long as the peering's own route, or that one would win and lead past the firewall.
            address_prefix=str(args.area.prefix),
            next_hop_type="VirtualAppliance",
            next_hop_ip_address=str(args.firewall),
            opts=self._there,
        )
        return table.id

    def _declare_subnets(self, table: pulumi.Output[str]) -> None:
        name, args = self._name, self._args
        self.subnets = {}
        previous: list[pulumi.Resource] = []
        for key, subnet in args.area.subnets.items():
            group = net.NetworkSecurityGroup(
                f"{name}-{key}-security-group",
                network_security_group_name=names.name("nsg", args.area.name, key),
                resource_group_name=self._place.group,
                location=args.location,
                security_rules=security_rules(args.filters[key]),
                tags=args.tags,
                opts=renamed(self._here, f"{name}-{key}-door"),
            )
            logs = renamed(self._here, f"{name}-{key}-door-logs")
            diagnostics.send(f"{name}-{key}-security-group", group, args.workspace, logs)
            made = net.Subnet(
                f"{name}-{key}",
                subnet_name=names.subnet(key),
                virtual_network_name=self._network.name,
                resource_group_name=self._place.group,
                address_prefix=str(subnet.prefix),
                default_outbound_access=False,
                network_security_group=net.NetworkSecurityGroupArgs(id=group.id),
                route_table=net.RouteTableArgs(id=table),
                private_endpoint_network_policies="Enabled",
                delegations=[net.DelegationArgs(name="service", service_name=subnet.delegation)]
                if subnet.delegation is not None
                else None,
                # Azure changes one subnet of a network at a time (AnotherOperationInProgress).
                opts=pulumi.ResourceOptions(parent=self, depends_on=previous),
            )
            previous = [made]
            self.subnets[key] = made.id

    def _declare_peering(self) -> None:
        name, args = self._name, self._args
        outward = net.VirtualNetworkPeering(
            f"{name}-from-hub",
            virtual_network_peering_name=names.name("peer", args.area.name),
            virtual_network_name=args.hub.network_name,
            resource_group_name=args.hub.place.group,
            remote_virtual_network=net.SubResourceArgs(id=self._network.id),
            allow_virtual_network_access=True,
            allow_forwarded_traffic=True,
            allow_gateway_transit=True,
            opts=self._there,
        )
        net.VirtualNetworkPeering(
            f"{name}-to-hub",
            virtual_network_peering_name=names.name("peer", HUB),
            virtual_network_name=self._network.name,
            resource_group_name=self._place.group,
            remote_virtual_network=net.SubResourceArgs(id=args.hub.network_id),
            allow_virtual_network_access=True,
            allow_forwarded_traffic=True,
            use_remote_gateways=True,
            # Azure refuses to use a gateway that is not there, through a peering that does not lend it.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.gateway, outward]),
        )

    def _declare_rules(self) -> None:
        args = self._args
        self.group = declare_group(
            self._name,
            GroupArgs(
                area=args.area.name,
                priority=rule_group_priority(args.area),
                crossings=args.crossings,
                sets=args.sets,
                needs=args.needs,
                published=args.published,
                addresses=args.addresses,
                known=args.group.sets,
                policy=args.policy,
                place=Place(
                    group=args.hub.place.group, location=args.location, workspace=args.workspace, tags=args.tags
                ),
                after=args.group.after,
            ),
            self._there,
        )
