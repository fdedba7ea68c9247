"""What DRS and HA are told of a system's servers: who must not share a host, and which starts first.

Rules are wishes, not musts: a mandatory rule keeps HA from restarting a server and a host from entering maintenance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pulumi
import pulumi_vsphere as vsphere

from components.servers.vmware.clusters import DEFAULT_RESTART, RESTART
from model import names
from model.types.instances import Instance


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Servers of one role that must not share a host."""

    code: str
    role: str
    cluster: str
    generation: str
    members: tuple[Instance, ...]


@dataclass(frozen=True, kw_only=True)
class StartGroup:
    """Servers that start together; `after` is the start number of the group before, or None for the first."""

    code: str
    start: int
    after: int | None
    cluster: str
    generation: str
    members: tuple[Instance, ...]


def spreads(instances: Iterable[Instance]) -> list[Spread]:
    """The sets of servers, two or more, that must not share a host."""
    groups: dict[tuple[str, str, str, str], list[Instance]] = defaultdict(list)
    for i in instances:
        if i.server.spread:
            groups[i.system.code, i.server.role, i.server.cluster, i.generation.name].append(i)
    return [
        Spread(code=code, role=role, cluster=cluster, generation=generation, members=tuple(members))
        for (code, role, cluster, generation), members in groups.items()
        if len(members) > 1
    ]


def start_groups(instances: Iterable[Instance]) -> list[StartGroup]:
    """The groups of each system that has more than one start number in a cluster, lowest first."""
    by_place: dict[tuple[str, str, str], dict[int, list[Instance]]] = defaultdict(lambda: defaultdict(list))
    for i in instances:
        by_place[i.system.code, i.server.cluster, i.generation.name][i.server.start].append(i)
    groups: list[StartGroup] = []
    for (code, cluster, generation), by_start in by_place.items():
        starts = sorted(by_start)
        before = {later: earlier for earlier, later in pairwise(starts)}
        groups += [
            StartGroup(
                code=code,
                start=start,
                after=before.get(start),
                cluster=cluster,
                generation=generation,
                members=tuple(by_start[start]),
            )
            for start in starts
            if len(starts) > 1
        ]
    return groups


def restart_override(instance: Instance) -> str | None:
    """The HA restart priority of a server, or None where it is the cluster's default."""
    priority = RESTART[instance.system.criticality]
    return None if priority == DEFAULT_RESTART else priority


Vms = Mapping[str, vsphere.VirtualMachine]
"""Servers by logical name."""


def declare_spread(spread: Spread, cluster_id: pulumi.Input[str], vms: Vms, opts: pulumi.ResourceOptions) -> None:
    """The anti-affinity rule of a set of servers."""
    vsphere.ComputeClusterVmAntiAffinityRule(
        f"{spread.code}-{spread.role}-{spread.cluster}-spread-{spread.generation}",
        name=names.spread_rule(spread.code, spread.role, spread.generation),
        compute_cluster_id=cluster_id,
        virtual_machine_ids=[vms[i.logical_name].id for i in spread.members],
        mandatory=False,
        opts=opts,
    )


def declare_start(
    groups: Iterable[StartGroup],
    clusters: Mapping[tuple[str, str], pulumi.Input[str]],
    vms: Vms,
    opts: pulumi.ResourceOptions,
) -> None:
    """The groups and, for each but a first one, the rule that it waits. `clusters` by generation and key."""
    declared: dict[tuple[str, str, int], vsphere.ComputeClusterVmGroup] = {}
    for group in groups:
        cluster_id = clusters[group.generation, group.cluster]
        prefix = f"{group.code}-{group.cluster}-start{group.start}"
        here = declared[group.generation, group.cluster, group.start] = vsphere.ComputeClusterVmGroup(
            f"{prefix}-{group.generation}",
            name=names.vm_group(group.code, group.generation, group.start),
            compute_cluster_id=cluster_id,
            virtual_machine_ids=[vms[i.logical_name].id for i in group.members],
            opts=opts,
        )
        if group.after is not None:
            vsphere.ComputeClusterVmDependencyRule(
                f"{prefix}-after{group.after}-{group.generation}",
                name=names.start_rule(group.code, group.generation, group.start, group.after),
                compute_cluster_id=cluster_id,
                vm_group_name=here.name,
                dependency_vm_group_name=declared[group.generation, group.cluster, group.after].name,
                mandatory=False,
                opts=opts,
            )
