"""A datastore cluster with the VMFS volumes that Storage DRS spreads disks over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from components.outputs import waiting
from model import names
from model.types.infrastructure import Datastore, DatastoreCluster


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """`creators` gives, by cluster, the id of the host that formats its volumes; the others find them by a rescan."""

    key: str
    generation: str
    group: DatastoreCluster
    datastores: Sequence[Datastore]
    creators: Mapping[str, pulumi.Input[str]]
    datacenter_id: pulumi.Input[str]
    tags: pulumi.Input[Sequence[pulumi.Input[str]]]


class Storage(pulumi.ComponentResource):
    """The datastores of one group in one generation. `id` of the cluster is known once its volumes are there."""

    datastore_cluster_id: pulumi.Output[str]

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:Storage", name, {}, opts)
        group = vsphere.DatastoreCluster(
            f"{name}-cluster",
            name=names.datastore_cluster(args.key, args.generation),
            datacenter_id=args.datacenter_id,
            sdrs_enabled=True,
            sdrs_automation_level=args.group.sdrs,
            # Balancing by I/O latency is deprecated (vSphere 8.0 Update 3 release notes, 2024-06); by space it is not.
            sdrs_io_load_balance_enabled=False,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        volumes = [
            vsphere.VmfsDatastore(
                f"{name}-{store.name}",
                name=store.name,
                host_system_id=args.creators[store.cluster],
                disks=[store.lun],
                datastore_cluster_id=group.id,
                tags=args.tags,
                # The host that formatted a volume forces a new resource when it changes (pulumi_vsphere 4.18.2,
                # VmfsDatastore.host_system_id): taking that host out of service would format the volume anew.
                opts=pulumi.ResourceOptions(parent=self, ignore_changes=["host_system_id"]),
            )
            for store in args.datastores
        ]
        # A server placed in the cluster needs the volumes, and names only the cluster.
        self.datastore_cluster_id = waiting(group.id, [volume.id for volume in volumes])
        self.register_outputs({"datastore_cluster_id": self.datastore_cluster_id})
