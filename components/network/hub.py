"""The network in the middle: where the gateway, the firewall, Bastion and the shared private endpoints are.

Left out: what is in its subnets, but for Bastion; the routes and peerings of spokes, which each spoke brings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native.network as net
from pulumi_azure_native import privatedns, resources

from components.network.place import ZONES, Place, public_address
from components.network.rules import security_rules
from components.renamed import renamed
from components.security import diagnostics
from model import azure_names as names
from model.derive.azure_network import HUB, hub_plan
from model.derive.azure_rules import Filter
from model.types.azure import Azure

_BASTION = (
    ("in-people", "Inbound", "Tcp", "Internet", "*", ["443"]),
    ("in-control", "Inbound", "Tcp", "GatewayManager", "*", ["443"]),
    ("in-health", "Inbound", "Tcp", "AzureLoadBalancer", "*", ["443"]),
    ("in-itself", "Inbound", "*", "VirtualNetwork", "VirtualNetwork", ["8080", "5701"]),
    ("out-servers", "Outbound", "*", "*", "VirtualNetwork", ["22", "3389"]),
    ("out-azure", "Outbound", "Tcp", "*", "AzureCloud", ["443"]),
    ("out-itself", "Outbound", "*", "VirtualNetwork", "VirtualNetwork", ["8080", "5701"]),
    ("out-certificates", "Outbound", "*", "*", "Internet", ["80"]),
)
"""What Bastion needs, or it refuses the group ("Working with NSG access and Azure Bastion", Microsoft)."""


@dataclass(frozen=True, kw_only=True)
class HubArgs:
    """`filters` are those of the private endpoints; `zones` the names of private DNS zones by key."""

    azure: Azure
    filters: Sequence[Filter]
    zones: Mapping[str, str]
    workspace: pulumi.Input[str]
    tags: Mapping[str, str]


class Hub(pulumi.ComponentResource):
    """The hub. `subnets` gives ids by Azure's names for them and `endpoints`, `zones` those of DNS zones by name;
    `route_table` is the name of the gateway's.
    """

    place: Place
    network_id: pulumi.Output[str]
    network_name: pulumi.Output[str]
    route_table: pulumi.Output[str]
    subnets: dict[str, pulumi.Output[str]]
    zones: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: HubArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:network:Hub", name, {}, opts)
        self._name, self._args = name, args
        self._here = pulumi.ResourceOptions(parent=self)
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=names.network_resource_group(HUB),
            location=args.azure.location,
            tags=args.tags,
            opts=self._here,
        )
        self.place = Place(group=group.name, location=args.azure.location, workspace=args.workspace, tags=args.tags)
        network = net.VirtualNetwork(
            f"{name}-network",
            virtual_network_name=names.virtual_network(HUB),
            resource_group_name=self.place.group,
            location=args.azure.location,
            address_space=net.AddressSpaceArgs(address_prefixes=[str(args.azure.hub.prefix)]),
            tags=args.tags,
            opts=self._here,
        )
        self._logged("network", network)
        self.network_id, self.network_name = network.id, network.name
        self._declare_subnets()
        self._declare_bastion()
        self._declare_zones()
        self.register_outputs({})

    def _declare_subnets(self) -> None:
        name, args = self._name, self._args
        table = net.RouteTable(
            f"{name}-gateway-routes",
            route_table_name=names.name("rt", HUB, "gateway"),
            resource_group_name=self.place.group,
            location=args.azure.location,
            # The gateway itself learns from home what to reach there.
            disable_bgp_route_propagation=False,
            tags=args.tags,
            opts=self._here,
        )
        self.route_table = table.name
        plan = hub_plan(args.azure.hub)
        rules = {"endpoints": security_rules(args.filters), "bastion": _bastion_rules()}
        groups = {key: self._security_group(key, some) for key, some in rules.items()}
        self.subnets = {}
        previous: list[pulumi.Resource] = []
        for key, called, prefix in (
            ("GatewaySubnet", "GatewaySubnet", plan.gateway),
            ("AzureFirewallSubnet", "AzureFirewallSubnet", plan.firewall),
            ("AzureBastionSubnet", "AzureBastionSubnet", plan.bastion),
            ("endpoints", names.subnet("endpoints"), plan.endpoints),
            ("resolver", names.subnet("resolver"), plan.resolver),
        ):
            group = groups.get({"AzureBastionSubnet": "bastion"}.get(key, key))
            subnet = net.Subnet(
                f"{name}-{key}",
                subnet_name=called,
                virtual_network_name=self.network_name,
                resource_group_name=self.place.group,
                address_prefix=str(prefix),
                network_security_group=net.NetworkSecurityGroupArgs(id=group) if group is not None else None,
                route_table=net.RouteTableArgs(id=table.id) if key == "GatewaySubnet" else None,
                delegations=[net.DelegationArgs(name="service", service_name="Microsoft.Network/dnsResolvers")]
                if key == "resolver"
                else None,
                # What Azure runs in the others has an address of its own to the internet.
                default_outbound_access=False if key in ("endpoints", "resolver") else None,
                private_endpoint_network_policies="Enabled" if key == "endpoints" else None,
                # Azure changes one subnet of a network at a time (AnotherOperationInProgress).
                opts=pulumi.ResourceOptions(parent=self, depends_on=previous),
            )
            previous = [subnet]
            self.subnets[key] = subnet.id

    def _security_group(self, key: str, rules: list[net.SecurityRuleArgs]) -> pulumi.Output[str]:
        group = net.NetworkSecurityGroup(
            f"{self._name}-{key}-security-group",
            network_security_group_name=names.name("nsg", HUB, key),
            resource_group_name=self.place.group,
            location=self._args.azure.location,
            security_rules=rules,
            tags=self._args.tags,
            opts=renamed(self._here, f"{self._name}-{key}-door"),
        )
        logs = renamed(self._here, f"{self._name}-{key}-door-logs")
        diagnostics.send(f"{self._name}-{key}-security-group", group, self._args.workspace, logs)
        return group.id

    def _declare_bastion(self) -> None:
        name, args = self._name, self._args
        address = public_address(name, "bastion", self.place, self._here).id
        bastion = net.BastionHost(
            f"{name}-bastion",
            bastion_host_name=names.name("bas", HUB),
            resource_group_name=self.place.group,
            location=args.azure.location,
            sku=net.SkuArgs(name="Standard"),
            scale_units=2,
            enable_tunneling=True,
            enable_shareable_link=False,
            ip_configurations=[
                net.BastionHostIPConfigurationArgs(
                    name="bastion",
                    subnet=net.SubResourceArgs(id=self.subnets["AzureBastionSubnet"]),
                    public_ip_address=net.SubResourceArgs(id=address),
                )
            ],
            zones=ZONES,
            tags=args.tags,
            opts=self._here,
        )
        self._logged("bastion", bastion)

    def _declare_zones(self) -> None:
        self.zones = {}
        for key, called in self._args.zones.items():
            zone = privatedns.PrivateZone(
                f"{self._name}-zone-{key}",
                private_zone_name=called,
                resource_group_name=self.place.group,
                location="Global",
                tags=self._args.tags,
                opts=self._here,
            )
            # Spokes ask the firewall, which asks from here: one link serves them all.
            privatedns.VirtualNetworkLink(
                f"{self._name}-zone-{key}-link",
                virtual_network_link_name=names.virtual_network(HUB),
                private_zone_name=zone.name,
                resource_group_name=self.place.group,
                location="Global",
                registration_enabled=False,
                # A name that no endpoint of ours has is asked for outside: the zone's names are shared by all tenants.
                resolution_policy=privatedns.ResolutionPolicy.NX_DOMAIN_REDIRECT,
                virtual_network=privatedns.SubResourceArgs(id=self.network_id),
                tags=self._args.tags,
                opts=self._here,
            )
            self.zones[called] = zone.id

    def _logged(self, key: str, resource: pulumi.CustomResource) -> None:
        diagnostics.send(f"{self._name}-{key}", resource, self._args.workspace, self._here)


def _bastion_rules() -> list[net.SecurityRuleArgs]:
    rules = [
        net.SecurityRuleArgs(
            name=name,
            direction=direction,
            access="Allow",
            priority=100 + index,
            protocol=protocol,
            source_address_prefix=source,
            source_port_range="*",
            destination_address_prefix=target,
            destination_port_ranges=ports,
        )
        for index, (name, direction, protocol, source, target, ports) in enumerate(_BASTION)
    ]
    return rules + security_rules([])
