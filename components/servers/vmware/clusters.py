"""A cluster with its hosts and one resource pool for each tier of criticality.

What DRS, HA and the pools decide when there is too little for all: which servers run where, which start again first
after a host is lost, and who gets CPU and memory under contention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from components.servers.vmware.tags import TIERS
from model import names
from model.types.infrastructure import Cluster, Host

RESTART: Mapping[str, str] = {"vital": "highest", "high": "high", "normal": "medium", "low": "low"}
"""HA restart priority by criticality (ClusterDasVmSettings.restartPriority, vSphere Web Services API)."""
DEFAULT_RESTART = RESTART["normal"]

_CPU_SHARES = 1000
_MEMORY_SHARES = 40_960
_WEIGHTS: Mapping[str, int] = {"vital": 8, "high": 4, "normal": 2, "low": 1}
"""Each tier twice the one below, as vSphere's own levels low, normal and high are to one another."""


@dataclass(frozen=True, kw_only=True)
class VmwareClusterArgs:
    """`key` is the cluster's in the model. `clocks` are what its hosts ask the time of. `tags` are those of hardware,
    `pool_tags` by tier.
    """

    key: str
    generation: str
    cluster: Cluster
    hosts: Sequence[Host]
    clocks: Sequence[str]
    datacenter_id: pulumi.Input[str]
    esxi_user: pulumi.Input[str]
    esxi_password: pulumi.Input[str]
    tags: pulumi.Input[Sequence[pulumi.Input[str]]]
    pool_tags: Mapping[str, pulumi.Input[Sequence[pulumi.Input[str]]]]


class VmwareCluster(pulumi.ComponentResource):
    """The cluster, its hosts and its resource pools.

    `cluster_id`, `hosts` (host id by DNS name, in the order of the model) and `pools` (id by tier).
    """

    cluster_id: pulumi.Output[str]
    hosts: dict[str, pulumi.Output[str]]
    pools: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: VmwareClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:VmwareCluster", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        cluster = self._cluster(name, args)
        self.cluster_id = cluster.id
        expected = self._thumbprints(args.hosts)
        self.hosts = {host.name: self._host(name, host, expected[host.name], args).id for host in args.hosts}
        self.pools = {
            tier: vsphere.ResourcePool(
                f"{name}-{tier}",
                name=names.resource_pool(args.generation, tier),
                parent_resource_pool_id=cluster.resource_pool_id,
                cpu_share_level="custom",
                cpu_shares=_CPU_SHARES * _WEIGHTS[tier],
                memory_share_level="custom",
                memory_shares=_MEMORY_SHARES * _WEIGHTS[tier],
                scale_descendants_shares="scaleCpuAndMemoryShares",
                tags=args.pool_tags[tier],
                opts=here,
            ).id
            for tier in TIERS
        }
        self.register_outputs({"cluster_id": self.cluster_id})

    def _cluster(self, name: str, args: VmwareClusterArgs) -> vsphere.ComputeCluster:
        failures = args.cluster.host_failures
        return vsphere.ComputeCluster(
            f"{name}-cluster",
            name=names.cluster(args.key, args.generation),
            datacenter_id=args.datacenter_id,
            # Hosts enrol themselves (Host.cluster); without this the cluster would throw them out again.
            host_managed=True,
            drs_enabled=True,
            drs_automation_level=args.cluster.drs,
            # With fixed shares a pool of many servers gives each of them less than a low pool of few: shares that scale
            # with what a pool holds avoid that (vSphere Resource Management, "Scalable shares", vSphere 7.0).
            drs_scale_descendants_shares="scaleCpuAndMemoryShares",
            ha_enabled=True,
            ha_host_monitoring="enabled",
            # Room for lost hosts is kept here and nowhere else: no pool reserves anything.
            ha_admission_control_policy="resourcePercentage" if failures else "disabled",
            ha_admission_control_host_failure_tolerance=failures or None,
            ha_admission_control_resource_percentage_auto_compute=True if failures else None,
            ha_vm_restart_priority=DEFAULT_RESTART,
            # What starts first has to be up, not merely started, before what depends on it: with the default, `none`,
            # neither priorities nor dependency rules say anything (vSphere Availability, "VM Dependency Restart
            # Condition").
            ha_vm_dependency_restart_condition="guestHbStatusGreen",
            ha_vm_component_protection="enabled",
            ha_datastore_pdl_response="restartAggressive",
            ha_datastore_apd_response="restartConservative",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _host(self, name: str, host: Host, thumbprint: pulumi.Input[str], args: VmwareClusterArgs) -> vsphere.Host:
        return vsphere.Host(
            f"{name}-{host.name}",
            hostname=host.name,
            username=args.esxi_user,
            password=args.esxi_password,
            thumbprint=thumbprint,
            cluster=self.cluster_id,
            # Normal lockdown: management through vCenter and the console of listed users only (vSphere Security).
            lockdown="normal",
            # Said whole, for the provider reads it back whether it is said or not, and then plans to take it away at
            # every refresh (resource_vsphere_host.go: optional, not computed, always filled by Read).
            services=[
                vsphere.HostServiceArgs(
                    ntpd=vsphere.HostServiceNtpdArgs(enabled=True, policy="on", ntp_servers=list(args.clocks))
                )
            ],
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _thumbprints(self, hosts: Sequence[Host]) -> dict[str, pulumi.Input[str]]:
        """By host the certificate that vCenter is to expect: the declared one, else the one that it shows now.

        The latter is trust at first use: whoever answers at the host's address gets the account's password. So every
        run says it, with what was found, until `thumbprint` stands in hardware.yaml.
        """
        found = {host.name: self._shown(host) for host in hosts if host.thumbprint is None}
        if found:
            pulumi.Output.all(**found).apply(self._say_trusted)
        return {**{host.name: host.thumbprint for host in hosts if host.thumbprint is not None}, **found}

    def _shown(self, host: Host) -> pulumi.Output[str]:
        options = pulumi.InvokeOutputOptions(parent=self)
        asked = vsphere.get_host_thumbprint_output(address=host.name, insecure=True, opts=options)
        return asked.apply(lambda answer: answer.id)

    def _say_trusted(self, found: Mapping[str, str]) -> None:
        shown = "; ".join(f"{name} {thumbprint}" for name, thumbprint in sorted(found.items()))
        pulumi.log.warn(
            f"trusted at first use, for hardware.yaml has no `thumbprint` of them: {shown}. Compare each with the "
            "host's own console and set `thumbprint` on the host",
            self,
        )
