"""A distributed switch with its port groups and the hosts' own adapters on it.

Secure by default: no port group lets a server listen to others' frames, take another's MAC address or send in its name
(vSphere Security, "Securing Standard Switch Ports With Security Policies"; a distributed switch has the same three).
Left out: LACP, which load-based teaming makes needless; the physical switch keeps plain trunks. The adapter of a host's
management, `vmk0`, stays on the standard switch of its installation, for vCenter joins the host by it; moving it would
put every host behind a switch that only vCenter can mend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from model import names
from model.derive.hosts import Adapter
from model.types.infrastructure import Kernel, Switch
from model.types.infrastructure import Network as Declared
from model.types.instances import Attachment

SERVICES: Mapping[Kernel, tuple[str, ...]] = {"vmotion": ("vmotion",)}
"""What the provider switches on for an adapter. It knows `vmotion`, `management` and `vsan` alone
(resource_vsphere_vnic.go): storage needs none, and `vSphereBackupNFC` is set by the playbook of the hosts.
"""


@dataclass(frozen=True, kw_only=True)
class Uplinked:
    """A host on the switch: its id, the network cards that it gives, and its adapters in networks of hosts."""

    name: str
    id: pulumi.Input[str]
    nics: Sequence[str]
    adapters: Sequence[Adapter]


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """`networks` are those that the switch carries, by key as `attachments`, which has them in this generation."""

    key: str
    generation: str
    switch: Switch
    networks: Mapping[str, Declared]
    attachments: Mapping[str, Attachment]
    hosts: Sequence[Uplinked]
    datacenter_id: pulumi.Input[str]
    tags: pulumi.Input[Sequence[pulumi.Input[str]]]


class Network(pulumi.ComponentResource):
    """A distributed switch of one generation. `port_groups` gives the network id by the network's key, `adapters` each
    adapter that hosts use it by.
    """

    port_groups: dict[str, pulumi.Output[str]]
    adapters: list[vsphere.Vnic]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:Network", name, {}, opts)
        switch = self._switch(name, args)
        groups = {key: self._port_group(name, key, switch, args) for key in args.attachments}
        self.port_groups = {key: group.id for key, group in groups.items()}
        self.adapters = [
            self._adapter(name, host, adapter, switch, groups[adapter.attachment.network], args)
            for host in args.hosts
            for adapter in host.adapters
            if adapter.kernel != "management"
        ]
        self.register_outputs({})

    def _switch(self, name: str, args: NetworkArgs) -> vsphere.DistributedVirtualSwitch:
        uplinks = _uplinks(args.switch)
        return vsphere.DistributedVirtualSwitch(
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
                vsphere.DistributedVirtualSwitchHostArgs(host_system_id=host.id, devices=list(host.nics))
                for host in args.hosts
            ],
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _port_group(
        self, name: str, key: str, switch: vsphere.DistributedVirtualSwitch, args: NetworkArgs
    ) -> vsphere.DistributedPortGroup:
        attachment, uplink = args.attachments[key], args.networks[key].uplink
        one = [_uplinks(args.switch)[uplink - 1]] if uplink is not None else None
        return vsphere.DistributedPortGroup(
            f"{name}-{key}",
            name=attachment.port_group,
            distributed_virtual_switch_uuid=switch.id,
            vlan_id=attachment.vlan,
            type="earlyBinding",
            auto_expand=True,
            teaming_policy="failover_explicit" if one else None,
            active_uplinks=one,
            # Said as empty, or the switch's own are kept and port binding refuses the adapter.
            standby_uplinks=[] if one else None,
            allow_promiscuous=False,
            allow_forged_transmits=False,
            allow_mac_changes=False,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _adapter(
        self,
        name: str,
        host: Uplinked,
        adapter: Adapter,
        switch: vsphere.DistributedVirtualSwitch,
        group: vsphere.DistributedPortGroup,
        args: NetworkArgs,
    ) -> vsphere.Vnic:
        return vsphere.Vnic(
            f"{name}-{host.name}-{adapter.attachment.network}",
            host=host.id,
            distributed_switch_port=switch.id,
            distributed_port_group=group.key,
            ipv4=vsphere.VnicIpv4Args(ip=str(adapter.address), netmask=str(adapter.attachment.prefix.netmask)),
            mtu=args.switch.mtu,
            netstack="defaultTcpipStack",
            services=list(SERVICES[adapter.kernel]) if adapter.kernel in SERVICES else None,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _uplinks(switch: Switch) -> list[str]:
    return [f"uplink{number}" for number in range(1, switch.uplinks + 1)]
