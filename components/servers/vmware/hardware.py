"""The clusters, switches, datastores and folders of one managed generation, and where each of its servers goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pulumi

from components.servers.vmware import tags
from components.servers.vmware.access import Rights, RightsArgs
from components.servers.vmware.clusters import VmwareCluster, VmwareClusterArgs
from components.servers.vmware.folders import Folders, FoldersArgs
from components.servers.vmware.machines import Placement
from components.servers.vmware.network import Network, NetworkArgs, Uplinked
from components.servers.vmware.storage import Storage, StorageArgs
from components.servers.vmware.tags import Marks
from model import Platform, names
from model.derive.hosts import adapters
from model.derive.instances import attach
from model.derive.services import addresses
from model.derive.vcenter import Holder, rights
from model.types.infrastructure import Generation
from model.types.instances import Instance


@dataclass(frozen=True, kw_only=True)
class EsxiSecrets:
    """The account that vCenter joins a host with."""

    user: pulumi.Input[str]
    password: pulumi.Input[str]


class Hardware:
    """What one managed generation stands on. Not a component: it only says which components there are."""

    def __init__(
        self,
        platform: Platform,
        generation: Generation,
        *,
        datacenter_id: pulumi.Input[str],
        marks: Marks,
        roles: Callable[[str], pulumi.Input[str]],
        esxi: EsxiSecrets,
        opts: pulumi.ResourceOptions,
    ) -> None:
        self._platform = platform
        self._generation = generation.name
        self._datacenter_id = datacenter_id
        self._marks = marks
        self._opts = opts
        self._hardware_tags = marks.ids(tags.hardware_labels(platform.settings, generation.name))
        self._instances = [i for i in platform.instances_of(generation.name) if i.azure is None and i.there]
        self.clusters = {key: self._cluster(key, esxi) for key in self._cluster_keys()}
        self._networks = {key: self._network(key) for key in self._switch_keys()}
        self._storage = {key: self._stored(key) for key in self._group_keys()}
        self._folders = self._foldered()
        self._give_rights(roles)

    @property
    def components(self) -> tuple[pulumi.Resource, ...]:
        """Its clusters, switches and datastores: what must be there before anything is made on it."""
        return (*self.clusters.values(), *self._networks.values(), *self._storage.values())

    def placement(self, instance: Instance) -> Placement:
        """Where a server of this generation goes."""
        platform = self._platform
        cluster = platform.vmware.clusters[instance.server.cluster]
        network = instance.attachment.network
        return Placement(
            cluster_id=self.clusters[instance.server.cluster].cluster_id,
            resource_pool_id=self.clusters[instance.server.cluster].pools[instance.system.criticality],
            datastore_cluster_id=self._storage[cluster.datastores].datastore_cluster_id,
            network_id=self._networks[platform.network.networks[network].switch].port_groups[network],
            folder=self._folders.paths[instance.system.code],
            tags=self._marks.ids(tags.server_labels(platform.settings, platform.estate, instance)),
        )

    def _cluster_keys(self) -> list[str]:
        """The clusters that have hosts or servers in this generation."""
        used = {i.server.cluster for i in self._instances}
        return [
            key
            for key in self._platform.vmware.clusters
            if key in used or self._platform.hardware.hosts_of(self._generation, key)
        ]

    def _switch_keys(self) -> list[str]:
        """The switches of those clusters, and of every network of this generation."""
        platform = self._platform
        used = {platform.vmware.clusters[key].switch for key in self.clusters}
        used |= {n.switch for key, n in platform.network.networks.items() if attach(key, n, self._generation)}
        return [key for key in platform.vmware.switches if key in used]

    def _group_keys(self) -> list[str]:
        """The datastore clusters of those clusters, and of every datastore of this generation."""
        platform = self._platform
        used = {platform.vmware.clusters[key].datastores for key in self.clusters}
        used |= {s.group for s in platform.hardware.datastores.values() if s.generation == self._generation}
        return [key for key in platform.vmware.datastore_clusters if key in used]

    def _cluster(self, key: str, esxi: EsxiSecrets) -> VmwareCluster:
        platform = self._platform
        return VmwareCluster(
            f"{key}-{self._generation}",
            VmwareClusterArgs(
                key=key,
                generation=self._generation,
                cluster=platform.vmware.clusters[key],
                hosts=platform.hardware.hosts_of(self._generation, key),
                datacenter_id=self._datacenter_id,
                clocks=[str(address) for address in addresses(platform.network, platform.instances, "time")],
                esxi_user=esxi.user,
                esxi_password=esxi.password,
                tags=self._hardware_tags,
                pool_tags={
                    tier: self._marks.ids(tags.pool_labels(platform.settings, self._generation, tier))
                    for tier in tags.TIERS
                },
            ),
            self._opts,
        )

    def _network(self, key: str) -> Network:
        platform = self._platform
        carried = {name: network for name, network in platform.network.networks.items() if network.switch == key}
        attached = {name: attach(name, network, self._generation) for name, network in carried.items()}
        return Network(
            f"{key}-{self._generation}",
            NetworkArgs(
                key=key,
                generation=self._generation,
                switch=platform.vmware.switches[key],
                networks=carried,
                attachments={name: found for name, found in attached.items() if found is not None},
                hosts=[
                    Uplinked(
                        name=host.name,
                        id=self.clusters[name].hosts[host.name],
                        nics=platform.hardware.nics_of(host),
                        adapters=tuple(adapters(platform, host)),
                    )
                    for name in self.clusters
                    if platform.vmware.clusters[name].switch == key
                    for host in platform.hardware.hosts_of(self._generation, name)
                ],
                datacenter_id=self._datacenter_id,
                tags=self._hardware_tags,
            ),
            self._opts,
        )

    def _stored(self, key: str) -> Storage:
        platform = self._platform
        return Storage(
            f"{key}-{self._generation}",
            StorageArgs(
                key=key,
                generation=self._generation,
                group=platform.vmware.datastore_clusters[key],
                datastores=[
                    store
                    for store in platform.hardware.datastores.values()
                    if store.generation == self._generation and store.group == key
                ],
                creators={
                    name: next(iter(cluster.hosts.values())) for name, cluster in self.clusters.items() if cluster.hosts
                },
                datacenter_id=self._datacenter_id,
                tags=self._hardware_tags,
            ),
            self._opts,
        )

    def _foldered(self) -> Folders:
        generation = self._generation
        codes = list(dict.fromkeys(i.system.code for i in self._instances))
        return Folders(
            f"folders-{generation}",
            FoldersArgs(
                root=names.generation_folder(generation),
                systems={
                    code: (
                        names.vm_folder(generation, code),
                        self._marks.ids(
                            tags.system_labels(self._platform.settings, self._platform.estate, generation, code)
                        ),
                    )
                    for code in codes
                },
                datacenter_id=self._datacenter_id,
                tags=self._hardware_tags,
            ),
            self._opts,
        )

    def _give_rights(self, roles: Callable[[str], pulumi.Input[str]]) -> None:
        generation, platform = self._generation, self._platform
        if not (given := rights(platform, generation)):
            return
        objects: dict[tuple[Holder, str], pulumi.Input[str]] = {
            ("cluster", key): cluster.cluster_id for key, cluster in self.clusters.items()
        }
        objects |= {("datastores", key): storage.datastore_cluster_id for key, storage in self._storage.items()}
        for network in self._networks.values():
            objects |= {("network", key): id_ for key, id_ in network.port_groups.items()}
        args = RightsArgs(rights=given, accounts=platform.vmware.accounts, objects=objects, roles=roles)
        Rights(f"rights-{generation}", args, self._opts)
