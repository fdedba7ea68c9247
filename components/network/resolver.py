"""Names of the domain for whatever is in Azure: asked for in the hub, they are asked on at home.

Machines ask the firewall, the firewall asks Azure, and Azure asks the domain's own servers for the domain alone: so the
names of private endpoints and those of the domain are found by one and the same address. The other direction, where
the domain's servers forward the zones of private endpoints to the firewall, is in templates/dns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

import pulumi
from pulumi_azure_native import dnsresolver

from components.network.place import Place
from model import azure_names as names
from model.derive.azure_network import HUB


@dataclass(frozen=True, kw_only=True)
class ResolverArgs:
    """`servers` answer for `domain`; `subnet` is delegated to resolvers, and `network` the hub's id."""

    place: Place
    network: pulumi.Input[str]
    subnet: pulumi.Input[str]
    domain: str
    servers: Sequence[IPv4Address]


class Resolver(pulumi.ComponentResource):
    """The resolver with its one rule."""

    def __init__(self, name: str, args: ResolverArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:network:Resolver", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        place = args.place
        resolver = dnsresolver.DnsResolver(
            f"{name}-resolver",
            dns_resolver_name=names.name("dnspr", HUB),
            resource_group_name=place.group,
            location=place.location,
            virtual_network=dnsresolver.SubResourceArgs(id=args.network),
            tags=place.tags,
            opts=here,
        )
        endpoint = dnsresolver.OutboundEndpoint(
            f"{name}-out",
            outbound_endpoint_name=names.name("out", HUB),
            dns_resolver_name=resolver.name,
            resource_group_name=place.group,
            location=place.location,
            subnet=dnsresolver.SubResourceArgs(id=args.subnet),
            tags=place.tags,
            opts=here,
        )
        rules = dnsresolver.DnsForwardingRuleset(
            f"{name}-rules",
            dns_forwarding_ruleset_name=names.name("dnsfrs", HUB),
            resource_group_name=place.group,
            location=place.location,
            dns_resolver_outbound_endpoints=[dnsresolver.SubResourceArgs(id=endpoint.id)],
            tags=place.tags,
            opts=here,
        )
        dnsresolver.ForwardingRule(
            f"{name}-domain",
            forwarding_rule_name="domain",
            dns_forwarding_ruleset_name=rules.name,
            resource_group_name=place.group,
            # Azure wants the dot at the end.
            domain_name=f"{args.domain}.",
            forwarding_rule_state="Enabled",
            target_dns_servers=[
                dnsresolver.TargetDnsServerArgs(ip_address=str(server), port=53) for server in args.servers
            ],
            opts=here,
        )
        dnsresolver.PrivateResolverVirtualNetworkLink(
            f"{name}-link",
            virtual_network_link_name=names.virtual_network(HUB),
            dns_forwarding_ruleset_name=rules.name,
            resource_group_name=place.group,
            virtual_network=dnsresolver.SubResourceArgs(id=args.network),
            opts=here,
        )
        self.register_outputs({})
