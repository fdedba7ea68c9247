"""A distributed switch with its port groups.

Secure by default: no port group lets a server listen to others' frames, take another's MAC address or send in its name
(vSphere Security, "Securing Standard Switch Ports With Security Policies"; a distributed switch has the same three).
Left out: LACP, which load-based teaming makes needless; the physical switch keeps plain trunks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from model import names
from model.types.infrastructure import Switch
from model.types.instances import Attachment


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """`nics` are the network cards of each host that give uplinks, by host id in the order of `hosts`."""

    key: str
    generation: str
    switch: Switch
    attachments: Mapping[str, Attachment]
    hosts: Sequence[tuple[pulumi.Input[str], Sequence[str]]]
    datacenter_id: pulumi.Input[str]
    tags: pulumi.Input[Sequence[pulumi.Input[str]]]


class Network(pulumi.ComponentResource):
    """A distributed switch of one generation. `port_groups` gives the network id by the network's key."""

    port_groups: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:Network", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        uplinks = [f"uplink{number}" for number in range(1, args.switch.uplinks + 1)]
        switch = vsphere.DistributedVirtualSwitch(
            f"{name}-switch",
            name=names.switch(args.key, args.generation),
            datacenter_id=args.datacenter_id,
            max_mtu=args.switch.mtu,
            uplinks=uplinks,
            # Named, for uplinks of other names than the defaults leave the default teaming without any.
            active_uplinks=uplinks,
            teaming_policy="loadbalance_loadbased",
            network_resource_control_enabled=True,
            link_discovery_protocol="lldp",
            link_discovery_operation="both",
            allow_promiscuous=False,
            allow_forged_transmits=False,
            allow_mac_changes=False,
            hosts=[
                vsphere.DistributedVirtualSwitchHostArgs(host_system_id=host, devices=list(nics))
                for host, nics in args.hosts
            ],
            tags=args.tags,
            opts=here,
        )
        self.port_groups = {
            key: vsphere.DistributedPortGroup(
                f"{name}-{key}",
                name=attachment.port_group,
                distributed_virtual_switch_uuid=switch.id,
                vlan_id=attachment.vlan,
                type="earlyBinding",
                auto_expand=True,
                allow_promiscuous=False,
                allow_forged_transmits=False,
                allow_mac_changes=False,
                tags=args.tags,
                opts=here,
            ).id
            for key, attachment in args.attachments.items()
        }
        self.register_outputs({})
