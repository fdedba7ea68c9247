"""The firewall between spokes, home and the internet. What no rule lets through it drops; names are asked of it.

What is published has a public address of its own here. Left out: the rules of areas, which each spoke brings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

import pulumi
import pulumi_azure_native.network as net

from components.network.place import ZONES, Place, public_address
from components.network.rules import Group, GroupArgs, declare_group
from components.security import diagnostics
from model import azure_names as names
from model.derive.azure_network import CORE, HUB
from model.derive.azure_rules import Crossing

_PRIORITY = 500
"""The place of the core's rules, before every area's (azure_rules.rule_group_priority)."""


@dataclass(frozen=True, kw_only=True)
class FirewallArgs:
    """`crossings` and `sets` are the core's; `published` are the keys of public addresses."""

    tier: Literal["Standard", "Premium"]
    place: Place
    subnet: pulumi.Input[str]
    crossings: Sequence[Crossing]
    sets: Mapping[str, Sequence[IPv4Network]]
    published: Sequence[str]


class Firewall(pulumi.ComponentResource):
    """The firewall. `policy` is its policy's name, `group` what a spoke's rules build on, `published` the public
    addresses by key.
    """

    policy: pulumi.Output[str]
    group: Group
    published: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:network:Firewall", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        place = args.place
        policy = net.FirewallPolicy(
            f"{name}-policy",
            firewall_policy_name=names.name("afwp", HUB),
            resource_group_name=place.group,
            location=place.location,
            sku=net.FirewallPolicySkuArgs(tier=args.tier),
            threat_intel_mode="Deny",
            # Premium alone looks for intruders.
            intrusion_detection=net.FirewallPolicyIntrusionDetectionArgs(mode="Deny")
            if args.tier == "Premium"
            else None,
            dns_settings=net.DnsSettingsArgs(enable_proxy=True),
            tags=place.tags,
            opts=here,
        )
        self.policy = policy.name
        address = public_address(name, "firewall", place, here)
        published = {key: public_address(name, f"published-{key}", place, here) for key in args.published}
        self.published = {key: made.ip_address.apply(lambda text: text or "") for key, made in published.items()}
        firewall = net.AzureFirewall(
            f"{name}-firewall",
            azure_firewall_name=names.name("afw", HUB),
            resource_group_name=place.group,
            location=place.location,
            sku=net.AzureFirewallSkuArgs(name="AZFW_VNet", tier=args.tier),
            firewall_policy=net.SubResourceArgs(id=policy.id),
            ip_configurations=[
                net.AzureFirewallIPConfigurationArgs(
                    name="firewall",
                    subnet=net.SubResourceArgs(id=args.subnet),
                    public_ip_address=net.SubResourceArgs(id=address.id),
                ),
                *(
                    net.AzureFirewallIPConfigurationArgs(
                        name=f"published-{key}", public_ip_address=net.SubResourceArgs(id=made.id)
                    )
                    for key, made in published.items()
                ),
            ],
            zones=ZONES,
            tags=place.tags,
            opts=here,
        )
        diagnostics.send(f"{name}-firewall", firewall, place.workspace, here)
        self.group = declare_group(
            f"{name}-{CORE}",
            GroupArgs(
                area=CORE,
                priority=_PRIORITY,
                crossings=args.crossings,
                sets=args.sets,
                needs=(),
                published=(),
                addresses={},
                known={},
                policy=self.policy,
                place=place,
                after=[firewall],
            ),
            here,
        )
        self.register_outputs({})
